//! A market of agents who act on the real ledger, by its actions alone.
//!
//! Deterministic from scenario, seed and number of agents, to the bit and on every target. A
//! [`Simulation`] is a value that is stepped an hour at a time, so that its owner decides when to
//! look up, show progress or drop it. What was found with it is in `docs/equilibrium.md`.

mod agents;
mod controller;
mod dice;
mod dissipation;
mod emission;
mod error;
mod market;
mod output;
mod pin;
mod record;
mod rewards;
mod scenario;
mod simulation;
mod summary;
mod verification;

pub use controller::{Controller, RewardPolicy};
pub use dissipation::{RoundTrip, compare_dissipation};
pub use error::Error;
pub use output::{Report, csv};
pub use record::Record;
pub use scenario::{
    Change, Demand, Event, Expectation, Initial, Outside, Pool, Population, Providers, SCENARIOS,
    Scenario, Source, Valuation,
};
pub use simulation::{Progress, Run, Simulation};
pub use summary::{Summary, WARM_UP};
