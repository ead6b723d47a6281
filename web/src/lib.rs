//! The PinFi dApp: pages over the protocol, rendered in the browser.

#![allow(unreachable_pub, reason = "`#[component]` makes the types of the properties `pub`")]
// `view!` trees are deep types.
#![recursion_limit = "256"]

mod app;
mod browser;
mod components;
mod contexts;
#[cfg(test)]
mod fixture;
pub mod format;
mod i18n;
mod pages;
mod parts;
mod route;
mod shell;
mod words;

pub use app::start;
