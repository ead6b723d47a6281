//! Two ends that know nothing of each other but a key and a relay, which these tests start.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../../jobs/tests/common/wallet.rs"]
mod wallet;

mod customer;
mod ends;
mod jobs;
mod refusals;
mod relay;
mod stage;
mod work;
