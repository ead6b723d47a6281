//! The simulation from outside: refusals, laws, and what the scenarios are for. In the browser,
//! `same_bits` says all there is to say.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod controller;
mod dissipation;
mod emission;
mod laws;
mod output;
mod rejections;
mod scenarios;

use pinfi_simulation::{RewardPolicy, Run, Scenario, Simulation};

/// A small market: tests are not optimised.
pub(crate) fn run_of(name: &str, agents: u32, days: u32, seed: u64) -> Simulation {
    let run = Run { agents, days, seed, policy: RewardPolicy::Fixed };
    Simulation::new(Scenario::named(name).unwrap(), run).unwrap()
}

pub(crate) fn finished(name: &str, agents: u32, days: u32, seed: u64) -> Simulation {
    let mut simulation = run_of(name, agents, days, seed);
    simulation.finish().unwrap();
    simulation
}
