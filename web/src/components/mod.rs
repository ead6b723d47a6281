//! The design system's parts. Each takes plain data, signals and callbacks, and gives an [`AnyView`],
//! so that pages do not multiply the code that builds them.
//!
//! [`AnyView`]: leptos::prelude::AnyView

mod account;
mod button;
mod chart;
mod confirm;
mod dialog;
mod field;
mod fields;
mod late;
mod layout;
mod live;
mod progress;
mod secret;
mod stat;
mod table;
mod toasts;
mod unlock;

pub(crate) use account::{Address, identicon};
pub(crate) use button::{Button, Kind};
pub(crate) use chart::{Chart, Look, Series, Times, credit};
pub(crate) use confirm::confirm_dialog;
pub(crate) use dialog::Dialog;
pub(crate) use field::{Field, Select};
pub(crate) use fields::{AmountField, CountField, DurationField, PercentField};
pub(crate) use late::late;
pub(crate) use layout::{Tone, badge, bones, card, empty, icon, note, page};
pub(crate) use live::{live, maybe, text};
pub(crate) use progress::{Progress, countdown};
pub(crate) use secret::{SecretField, Typed};
pub(crate) use stat::{lines, stat, stats};
pub(crate) use table::{Column, table};
pub(crate) use toasts::toast_region;
pub(crate) use unlock::{derivation, failure, unlock_dialog, unlock_fields};
