//! Scenario files, replayed to the last unit.

use pinfi_core::scenario::lifecycle::{Difference, replay as compare};
use wasm_bindgen::prelude::*;

use crate::error::{malformed, refusal};

/// Replays a pool's life from a scenario file, compares every number of it and returns how many
/// steps it had.
///
/// # Errors
/// `MalformedInput` where the text is no JSON; `ReplayDifference` for the first thing that is not
/// as the file says, or that it says badly.
#[wasm_bindgen]
pub fn replay(json: &str) -> Result<usize, JsValue> {
    let file = serde_json::from_str(json).map_err(malformed)?;
    compare(&file).map(|summary| summary.steps).map_err(|difference| differs(&difference))
}

pub(crate) fn differs(difference: &Difference) -> JsValue {
    refusal("ReplayDifference", &difference.to_string(), difference)
}
