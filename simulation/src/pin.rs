//! Between the agents' reckoning in PIN and the ledger's wei.

use pinfi_core::units::Wei;

const WEI: f64 = 1e18;

/// The hour that prices are stated for.
pub(crate) const HOUR_SECS: u64 = 3_600;

/// Returns an amount in PIN, to the nearest `f64`.
pub(crate) fn to_pin(amount: Wei) -> f64 {
    amount.0 as f64 / WEI
}

/// Returns an amount in wei, rounded down; nothing for what is below zero.
#[allow(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, and a wei more or less is no matter to an agent"
)]
pub(crate) fn to_wei_floor(pin: f64) -> Wei {
    Wei((pin * WEI) as u128)
}
