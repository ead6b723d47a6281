//! Amounts, times and names inside sentences.

use alloy_primitives::Address;
use pinfi_core::Ledger;
use pinfi_core::units::{PoolId, Secs, Timestamp, Wei};

use crate::{
    browser,
    contexts::{Language, tr},
    format::{duration, hours, pin_compact, pin_exact, short_address},
};

/// Writes an amount with its unit.
pub(crate) fn pin_words(amount: Wei) -> String {
    format!("{} PIN", pin_compact(amount.0))
}

/// Writes an amount that may be negative, with its sign and unit.
pub(crate) fn signed_pin(amount: i128) -> String {
    let sign = match amount {
        0 => "",
        1.. => "+",
        _ => "−",
    };
    format!("{sign}{} PIN", pin_compact(amount.unsigned_abs()))
}

/// Writes two amounts that differ so that they look different.
pub(super) fn apart(one: Wei, other: Wei) -> (String, String) {
    let (short, shorter) = (pin_words(one), pin_words(other));
    if short != shorter || one == other {
        return (short, shorter);
    }
    (format!("{} PIN", pin_exact(one.0)), format!("{} PIN", pin_exact(other.0)))
}

/// Writes a moment as date and time of day.
pub(crate) fn moment(at: Timestamp) -> String {
    browser::date_time(at.0)
}

/// Writes a span of time.
pub(crate) fn span(secs: Secs) -> String {
    duration(secs.0, Language::durations())
}

/// Writes device time as hours, without the unit.
pub(super) fn device_hours(gpu_seconds: u64) -> String {
    hours(u128::from(gpu_seconds))
}

/// Shortens an account's address.
pub(crate) fn account(address: Address) -> String {
    short_address(&address.to_string())
}

/// Names a pool by its kind of device.
pub(crate) fn kind(ledger: &Ledger, pool: PoolId) -> String {
    match ledger.pool(pool) {
        Ok(found) => found.params().kind.clone(),
        Err(_) => tr!(actions.pool_unknown, pool = pool.to_string()),
    }
}
