//! What the dApp runs off the main thread: proofs, key derivation, and simulated markets.
//!
//! One crate for both sides. The page takes the `host` feature: a [`host::WorkerHost`] that starts
//! the worker at the first request, matches answers to questions, reports progress, cancels, and
//! starts another worker where one crashed. The worker, the binary of this crate, takes the
//! `serve` feature with the provers and the vault in it; so wgpu, scrypt and the word list are in
//! its Wasm alone, which a first visit does not load.
//!
//! The [`simulator`] is a second worker with a program of its own: it runs one market from its
//! first hour to its last, and is ended to cancel it.

mod codec;
mod error;
#[cfg(feature = "host")]
pub mod host;
mod message;
pub mod rented;
#[cfg(feature = "serve")]
pub mod serve;
pub mod simulator;
#[cfg(all(feature = "host", target_arch = "wasm32"))]
mod spawned;
mod words;

pub use codec::{decode, encode};
pub use error::WorkerError;
pub use message::{
    Benchmark, DeviceChoice, DeviceInfo, DeviceKind, FromWorker, Progress, Reply, Request,
    RequestId, Study, ToWorker,
};
pub use words::Words;
