//! The PinFi protocol as pure functions: no I/O, no clock, no randomness.
//!
//! Everything the protocol does goes through [`Ledger::apply`], a function of state, action
//! and context; `docs/protocol.md` of the repository is the normative text it implements.
#![no_std]

extern crate alloc;

#[cfg(feature = "equilibrium")]
pub mod equilibrium;
pub mod game;
pub mod ledger;
pub mod math;
pub mod pocps;
pub mod pool;
pub mod rewards;
#[cfg(feature = "scenario")]
pub mod scenario;
pub mod stake;
pub mod units;

mod action;
mod error;
mod event;

pub use action::{Action, Context};
pub use error::Error;
pub use event::{Event, Events};
pub use ledger::Ledger;
