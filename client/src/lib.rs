//! Wallet, signing and the settlement port of PinFi.

pub mod intent;
pub mod storage;
pub mod wallet;
