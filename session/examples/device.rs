//! A device at a relay, both on this machine, until the program is ended: for tests of clients, and to
//! try things. A rental of it runs that never ends.
//!
//! ```text
//! cargo run -p pinfi-session --example device
//! ```
//! It prints a line of JSON: how it is dialled, and who rents it. The renter's secret key is 32 times
//! the byte 8.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot go on says so")]
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/network/customer.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod customer;
#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/network/ends.rs"]
mod ends;
#[cfg(not(target_arch = "wasm32"))]
#[path = "../tests/network/stage.rs"]
#[allow(dead_code, reason = "shared with the tests, which use all of it")]
mod stage;
#[cfg(not(target_arch = "wasm32"))]
#[path = "../../jobs/tests/common/wallet.rs"]
mod wallet;

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    use pinfi_jobs::sign::Sign as _;
    use pinfi_session::network::Endpoint as _;
    use serde_json::json;

    stage::play(async {
        let (_relay, relay) = ends::relay(0).await;
        let device = stage::Provider::start(&relay).await;
        let (claim, domain) = (stage::claim(), wallet::domain());
        let told = json!({
            "key": format!("0x{}", device.end.key()),
            "relay": relay,
            "stake": claim.stake.0.to_string(),
            "rental": claim.rental.0.to_string(),
            "client": claim.client,
            "signers": [stage::provider().address()],
            "chainId": domain.chain_id,
            "ledger": domain.verifying_contract,
        });
        println!("{told}");
        core::future::pending::<()>().await;
    });
}
