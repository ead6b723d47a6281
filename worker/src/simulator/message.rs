//! What the page and the simulator say to each other.

use pinfi_simulation::{Record, Run, Scenario, Summary};
use serde::{Deserialize, Serialize};

/// Asks for a market. The page says nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The market.
    pub scenario: Scenario,
    /// How long, with how many, and from which seed.
    pub run: Run,
}

/// Goes from the simulator to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromSimulator {
    /// It listens.
    Ready,
    /// How many hours are over.
    Progress {
        /// Hours done.
        done: u32,
        /// Hours in all.
        total: u32,
    },
    /// The market's end.
    Done(Box<Outcome>),
    /// There is no such market, or it could not go on.
    Refused(String),
}

/// What came of a market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The market, hour by hour.
    pub hours: Vec<Record>,
    /// The market in a few numbers; none of one of three days or less.
    pub summary: Option<Summary>,
    /// The actions that were sent to the ledger.
    pub actions: u64,
    /// The hours as comma-separated values, as `simulate --format csv` writes them.
    pub csv: String,
    /// Everything as JSON, as `simulate --format json` writes it.
    pub json: String,
}

/// Says why a market did not come to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulatorError {
    /// Nobody wants it any more.
    #[error("cancelled")]
    Cancelled,
    /// There is no such market, or it could not go on.
    #[error("no market of this: {0}")]
    Refused(String),
    /// The simulator stopped: out of memory, or a fault of its own.
    #[error("the simulator stopped")]
    Crashed,
    /// The simulator could not be started: its files are missing, or the browser forbids it.
    #[error("the simulator could not be started")]
    Unavailable,
}
