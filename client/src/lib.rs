//! Wallet, signing and the settlement port of PinFi.

pub mod intent;
pub mod miner;
pub mod sandbox;
pub mod selection;
pub mod settlement;
pub mod storage;
pub mod wallet;
