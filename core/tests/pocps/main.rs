//! The proof of computing power, from the outside: rejections, vectors and laws.
// Clippy knows the tests' own functions as tests, not the helpers beside them.
#![allow(clippy::unwrap_used)]

mod checkpoints;
mod encoding;
mod laws;
mod params;
mod prover;
mod rejections;
mod shares;
mod support;
mod vectors;
