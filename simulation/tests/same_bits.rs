//! One market on every target: natively, and as WebAssembly in the browser.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use alloy_primitives::{B256, b256, keccak256};
use pinfi_simulation::{RewardPolicy, Run, Scenario, Simulation, csv};
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// A change of it means that seeds no longer give the markets that they gave.
const DIGEST: B256 = b256!("f5361ed0ae26fbea5f4d3db7554221d326d773af23fe68cd82c50eee23a4bd3c");

#[wasm_bindgen_test]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn market_of_a_seed_is_the_same_to_the_bit() {
    let scenario = Scenario::named("demand-shock").unwrap();
    let policy = RewardPolicy::controlled(&scenario).unwrap();
    let run = Run { agents: 200, days: 9, seed: 42, policy };
    let mut simulation = Simulation::new(scenario, run).unwrap();
    simulation.finish().unwrap();
    assert_eq!(keccak256(csv(simulation.records())), DIGEST);
}
