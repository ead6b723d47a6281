//! The ledger as its users see it: actions in, events or refusals out.

mod laws;
mod lifecycle;
mod market;
mod random;
mod rejections;
mod vectors;
mod verification;
