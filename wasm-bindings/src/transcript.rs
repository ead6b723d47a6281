//! Checking somebody else's verification.

use pinfi_core::pocps::{Outcome, Transcript};
use wasm_bindgen::prelude::*;

use crate::error::{malformed, refusal};

/// Checks a transcript file: whether the recorded outcome follows from its content.
///
/// Returns `undefined` where the proof passed, and what was wrong with it where it failed.
///
/// # Errors
/// `MalformedInput` where the text is no transcript; `WrongOutcome` where the file claims
/// another outcome than its content gives.
#[wasm_bindgen(js_name = verifyTranscript)]
pub fn verify_transcript(json: &str) -> Result<Option<String>, JsValue> {
    let transcript: Transcript = serde_json::from_str(json).map_err(malformed)?;
    let outcome =
        transcript.check().map_err(|error| refusal("WrongOutcome", &error.to_string(), &()))?;
    match outcome {
        Outcome::Passed => Ok(None),
        Outcome::Failed(fault) => Ok(Some(fault.to_string())),
    }
}
