//! The game of a pool's roles: its refusals, its laws, and the published figure.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod figure4;
mod laws;
mod rejections;
mod sensitivity;

use pinfi_core::equilibrium::{Game, GameParams};

/// b = 1, so that prices and x, rewards and y are the same numbers.
pub(crate) fn params(fee: f64, valuation: f64) -> GameParams {
    GameParams { fee, outside_base: 0.5, outside_rate: 0.25, outside_quantity: 2.0, valuation }
}

pub(crate) fn game(fee: f64, valuation: f64) -> Game {
    Game::new(params(fee, valuation)).unwrap()
}
