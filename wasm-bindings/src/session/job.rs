//! Jobs as they are handed in, and what judges them before they are sent.

use alloy_primitives::B256;
use pinfi_jobs::limits::Limits;
use pinfi_jobs::run::Prepared;
use pinfi_jobs::spec::{Grain, Job, Work};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::read;
use crate::error::{malformed, refusal};
use crate::js::to_js;

/// What is known of a job before it runs.
#[derive(Serialize)]
struct Judged {
    steps: u64,
    input_hash: B256,
    output_bytes: u64,
}

/// Writes a job as the bytes that are sent; its work as the jobs' own serialiser has it.
///
/// # Errors
/// `MalformedInput`.
#[wasm_bindgen(js_name = writeJob)]
pub fn write_job(id: &[u8], grain: Option<u8>, work: JsValue) -> Result<Vec<u8>, JsValue> {
    let work: Work = serde_wasm_bindgen::from_value(work).map_err(malformed)?;
    let grain = grain.map_or_else(Grain::default, Grain);
    Ok(Job { id: read(id)?, grain, work }.to_bytes())
}

/// Judges a job's bytes under a common GPU's limits, and returns what is known of it.
///
/// # Errors
/// `MalformedInput`, `JobRefused`.
#[wasm_bindgen(js_name = judgeJob)]
pub fn judge_job(job: &[u8]) -> Result<JsValue, JsValue> {
    let job = Job::from_bytes(job).map_err(malformed)?;
    let prepared = Prepared::new(&job, &Limits::DEFAULT);
    let prepared = prepared.map_err(|it| refusal("JobRefused", &it.to_string(), &()))?;
    let (steps, input_hash) = (prepared.steps(), prepared.hash());
    let judged = Judged { steps, input_hash, output_bytes: prepared.output_bytes() };
    to_js(&judged).map_err(malformed)
}
