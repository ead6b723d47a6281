//! Simulated markets, each in a worker of its own.
//!
//! A market runs without a pause, so its worker hears nothing after the order: cancelling ends the
//! worker. It can be had anew in a moment, and the same order gives the same market to the bit.

#[cfg(feature = "host")]
mod host;
mod message;
#[cfg(feature = "serve")]
mod serve;
#[cfg(all(feature = "host", target_arch = "wasm32"))]
mod web;

#[cfg(feature = "host")]
pub use host::{Launch, Line, Mail, Running, SimulatorHost};
pub use message::{FromSimulator, Order, Outcome, SimulatorError};
#[cfg(feature = "serve")]
pub use serve::simulate;
