//! The ledger as its users see it: actions in, events or refusals out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod laws;
mod lifecycle;
mod market;
mod random;
mod rejections;
mod reward_laws;
mod reward_rejections;
mod rewards;
mod vectors;
mod verification;
