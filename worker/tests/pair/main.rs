//! Both sides together, over a link that encodes and decodes as the browser's does.
#![cfg(not(target_arch = "wasm32"))]

mod cuts;
mod fake;
mod messages;
mod proofs;
mod requests;
mod speed;
mod vault;
