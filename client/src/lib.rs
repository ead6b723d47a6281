//! Wallet, signing and the settlement port of PinFi.

#[cfg(target_arch = "wasm32")]
mod fetch;
pub mod intent;
pub mod miner;
pub mod plan;
pub mod sandbox;
pub mod selection;
pub mod settlement;
pub mod storage;
pub mod wallet;
