//! Why a question about the equilibrium has no answer.

use serde::Serialize;
use thiserror::Error as ThisError;

/// A parameter that has no meaning in the game; one cause a variant, with the value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ThisError)]
#[allow(missing_docs, reason = "the fields are the offending values that the message prints")]
pub enum Error {
    #[error("the fee {fee} is not in [0, 1)")]
    FeeOutOfRange { fee: f64 },
    #[error("the price {name} = {value} is not within 1e-30 to 1e30 PIN an hour")]
    PriceOutOfRange { name: &'static str, value: f64 },
    #[error("{name} = {value} is not within 0 to 1e30")]
    QuantityOutOfRange { name: &'static str, value: f64 },
    #[error("the reward {reward} is below {floor}, where no price keeps liquidity providers")]
    RewardBelowFloor { reward: f64, floor: f64 },
}
