//! What people read and type, to and from the units of the protocol.
//!
//! Pure and exact: no floating point, no clock, no browser. Shown amounts round down (what is shown
//! is there); typed amounts are exact or rejected with a reason.

mod address;
mod amount;
mod count;
mod duration;
mod percent;
mod text;

pub use address::short_address;
pub use amount::{AmountError, PIN_DECIMALS, group, parse_pin, pin, pin_compact, pin_exact};
pub use count::{CountError, count, parse_count};
pub use duration::{
    DurationError, DurationWords, countdown, duration, hours, hours_decimal, parse_duration,
};
pub use percent::{PercentError, parse_percent, percent, percent_of, ratio_bps};
pub use text::{Language, plain};
