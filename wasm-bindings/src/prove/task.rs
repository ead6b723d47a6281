//! What both provers take and give.

use alloy_primitives::{B256, hex};
use js_sys::{Function, Promise};
use pinfi_core::pocps::{Challenge, Opening, Origin, Response, Transcript, Work};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::error::{malformed, refusal};
use crate::js::to_js;

#[wasm_bindgen(raw_module = "../dist/breathe.js")]
extern "C" {
    /// Resolves once the host has done what waited for it.
    fn breathe() -> Promise;
}

/// What is to be proved.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Task {
    origin: Origin,
    work: Work,
}

impl Task {
    pub(crate) fn read(task: JsValue) -> Result<Self, JsValue> {
        serde_wasm_bindgen::from_value(task).map_err(malformed)
    }

    pub(crate) fn challenge(&self) -> Challenge {
        Challenge { seed: self.origin.seed(), work: self.work }
    }

    /// The answer in the forms in which it travels.
    pub(crate) fn answer(
        &self,
        beacon: B256,
        samples: u32,
        response: Response,
    ) -> Result<JsValue, JsValue> {
        let root = response.root;
        let bytes = postcard::to_allocvec(&response).map_err(malformed)?;
        let transcript =
            Transcript::record(self.origin, self.work, samples, root, beacon, response);
        let transcript = serde_json::to_string(&transcript).map_err(malformed)?;
        to_js(&Answer { response: hex::encode_prefixed(bytes), transcript }).map_err(malformed)
    }
}

#[derive(Serialize)]
struct Answer {
    response: String,
    transcript: String,
}

/// An opening as the `Prove` action has it.
pub(crate) fn written(opening: &Opening) -> Result<String, JsValue> {
    let bytes = postcard::to_allocvec(opening).map_err(malformed)?;
    Ok(hex::encode_prefixed(bytes))
}

pub(crate) fn read_beacon(beacon: &[u8]) -> Result<B256, JsValue> {
    B256::try_from(beacon).map_err(malformed)
}

/// Tells the caller how far it is; false where it wants no more.
pub(crate) fn tell(progress: &Function, done: u64, total: u64) -> Result<bool, JsValue> {
    // A fraction is what people are shown; it needs no more digits than a double has.
    #[allow(clippy::cast_precision_loss, reason = "see above")]
    let fraction = if total == 0 { 1.0 } else { done as f64 / total as f64 };
    Ok(progress.call1(&JsValue::UNDEFINED, &fraction.into())?.is_truthy())
}

/// Lets the host do what waits for it, then tells it how far the proof is.
pub(crate) async fn give_way(progress: &Function, done: u64, total: u64) -> Result<(), JsValue> {
    wasm_bindgen_futures::JsFuture::from(breathe()).await?;
    if tell(progress, done, total)? { Ok(()) } else { Err(cancelled()) }
}

pub(crate) fn cancelled() -> JsValue {
    refusal("Cancelled", "the proof was cancelled", &())
}
