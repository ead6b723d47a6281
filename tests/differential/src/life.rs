//! A market's life as a file: what happened, without what came of it.

use alloy_primitives::Address;
use pinfi_core::pool::PoolParams;
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::Wei;
use serde::{Deserialize, Serialize};

/// A market's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// When it begins.
    pub start: u64,
    /// Who has how much PIN at the beginning.
    pub balances: Vec<(Address, Wei)>,
    /// The pools there are from the beginning.
    pub pools: Vec<PoolParams>,
    /// Whether the verification game itself is played, and not a double that a verifier moves.
    #[serde(default)]
    pub plays: bool,
    /// What happens.
    pub steps: Vec<Step>,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Seconds after the step before.
    pub wait: u64,
    /// Who does it.
    pub sender: Address,
    /// What is done.
    pub deed: Deed,
    /// Whether a transfer of hours or of a rental goes by the token itself.
    #[serde(default)]
    pub by_token: bool,
}
