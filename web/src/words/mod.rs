//! The protocol in the language in use: what is signed, what it brings, and why it was refused.

mod actions;
mod answers;
mod chain;
mod details;
mod effects;
mod errors;
mod figures;
mod refusals;
#[cfg(test)]
mod tests;

pub(crate) use actions::{Words, action};
pub(crate) use answers::reason;
pub(crate) use chain::{deeds, terms};
pub(crate) use details::details;
pub(crate) use effects::{effects, is_slashed, outcome};
pub(crate) use errors::Trouble;
pub(crate) use figures::{account, kind, moment, pin_words, signed_pin, span};
