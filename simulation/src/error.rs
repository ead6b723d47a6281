//! Why a simulation cannot run.

use pinfi_core::equilibrium;
use serde::Serialize;
use thiserror::Error as ThisError;

/// A refusal; one cause a variant. What the ledger refuses to an agent in the course of a market
/// is no error: it is counted.
#[derive(Clone, Debug, PartialEq, Serialize, ThisError)]
#[allow(missing_docs, reason = "the fields are the offending values that the message prints")]
pub enum Error {
    #[error("there is no scenario `{0}`")]
    UnknownScenario(String),
    #[error("not a scenario: {0}")]
    Form(String),
    #[error("{name} = {value} is not within {least} to {most}")]
    OutOfRange { name: &'static str, value: f64, least: f64, most: f64 },
    #[error("the prices make no game: {0}")]
    Game(#[from] equilibrium::Error),
    #[error("the ledger refused to set the market up: {0}")]
    Ledger(#[from] pinfi_core::Error),
    #[error("an emission pays what its weight says: there is no rate to control")]
    NothingToControl,
    #[error("the simulation is at its end, hour {hours}")]
    Over { hours: u32 },
}
