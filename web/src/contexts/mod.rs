//! What every page shares, one file each; taken with `T::use_it()`.

mod act;
mod clock;
mod confirm;
mod desk;
mod language;
pub(crate) mod mining;
mod navigation;
mod prover;
mod settlement;
mod theme;
mod toasts;
mod wallet;
mod worker;

pub(crate) use act::{Act, Agreed, NotDone, Plan};
pub(crate) use clock::Clock;
pub(crate) use confirm::{Confirm, Request};
pub(crate) use desk::{Desk, Seen};
#[cfg(test)]
pub(crate) use language::speak;
pub(crate) use language::{Language, locale};
pub(crate) use navigation::Navigation;
pub(crate) use prover::{
    Check, Device, Ending, Measurement, Phase, Proof, Prover, Steps, duty_bps, fitting, magnitude,
    per_mille, seconds, span, wall_seconds,
};
pub(crate) use settlement::{Chain, Found, Gift, Moving, Settlement, Stand};
pub(crate) use theme::Theme;
pub(crate) use toasts::{Toast, Toasts};
pub(crate) use wallet::{Outside, Wallet, now};
pub(crate) use worker::Worker;

/// Translates a key of `locales/`: `tr!(shell.title)`, `tr!(input.count_range, least = a, most = b)`.
///
/// Gives a `&'static str`, or a `String` where values go in. Not reactive: see [`Language`].
macro_rules! tr {
    ($($key:tt)*) => {{
        #[allow(unused_imports, reason = "the macro names what it needs")]
        use crate::i18n::*;
        leptos_i18n::td_string!(crate::contexts::locale(), $($key)*)
    }};
}
pub(crate) use tr;
