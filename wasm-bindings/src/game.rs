//! Verdicts of the game of many parties as files: written, and checked by whoever reads them.

use alloy_primitives::{B256, Bytes};
use pinfi_core::game::{GameFormat, GameTranscript, GameTranscriptError, ProofRecord, Verdict};
use pinfi_core::pocps::{Opening, PocpsParams, Response, SeedInputs};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::error::{malformed, refusal};
use crate::js::to_js;

/// What a commitment was judged by, as the ledger and the prover give it.
#[derive(Deserialize)]
struct Record {
    inputs: SeedInputs,
    params: PocpsParams,
    root: B256,
    beacon: Option<B256>,
    response: Option<Bytes>,
    proofs: Vec<Proof>,
    transaction: Option<B256>,
}

#[derive(Deserialize)]
struct Proof {
    sample: u32,
    beacon: Option<B256>,
    opening: Option<Bytes>,
}

/// A verdict, and what the published openings show.
#[derive(Serialize)]
struct Judgement {
    verdict: &'static str,
    sample: Option<u32>,
    fault: Option<String>,
    published: Option<String>,
}

#[derive(Serialize)]
struct Named {
    name: &'static str,
}

/// Judges a commitment and writes its transcript.
///
/// # Errors
/// `MalformedInput`, also for openings of another root; `BadParameter` for parameters that no pool has.
#[wasm_bindgen(js_name = recordGame)]
pub fn record_game(record: &str) -> Result<String, JsValue> {
    // As JSON, like a transcript: both then share what reads them.
    let record: Record = serde_json::from_str(record).map_err(malformed)?;
    let openings = record.openings()?;
    let Record { inputs, params, root, beacon, proofs, transaction, .. } = record;
    let proofs = proofs.into_iter().map(Proof::read).collect::<Result<_, JsValue>>()?;
    let (format, verdict) = (GameFormat::V1, Verdict::Passed);
    let mut transcript = GameTranscript {
        format,
        inputs,
        params,
        root,
        beacon,
        openings,
        proofs,
        verdict,
        transaction,
    };
    transcript.verdict = transcript.judge().map_err(refused)?;
    serde_json::to_string(&transcript).map_err(malformed)
}

/// Checks a transcript of the game: whether its verdict follows from its content.
///
/// # Errors
/// `MalformedInput` where the text is no transcript of the game; `BadParameter`; `WrongOutcome` where
/// it claims another verdict than its content gives.
#[wasm_bindgen(js_name = verifyGame)]
pub fn verify_game(json: &str) -> Result<JsValue, JsValue> {
    let transcript: GameTranscript = serde_json::from_str(json).map_err(malformed)?;
    let verdict = transcript.check().map_err(refused)?;
    let published = transcript.check_published().err().map(|fault| fault.to_string());
    let (verdict, sample, fault) = match verdict {
        Verdict::Passed => ("passed", None, None),
        Verdict::NotProved { sample } => ("notProved", Some(sample), None),
        Verdict::Failed(fault) => ("failed", None, Some(fault.to_string())),
    };
    to_js(&Judgement { verdict, sample, fault, published }).map_err(malformed)
}

impl Record {
    fn openings(&self) -> Result<Vec<Opening>, JsValue> {
        let Some(bytes) = &self.response else { return Ok(Vec::new()) };
        let Response { root, openings } = unpacked(bytes)?;
        if root == self.root {
            Ok(openings)
        } else {
            Err(malformed("the response has another root"))
        }
    }
}

impl Proof {
    fn read(self) -> Result<ProofRecord, JsValue> {
        let opening = self.opening.as_ref().map(unpacked).transpose()?;
        Ok(ProofRecord { sample: self.sample, beacon: self.beacon, opening })
    }
}

/// Reads what a prover gives for an action.
fn unpacked<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, JsValue> {
    let (value, rest) = postcard::take_from_bytes(bytes).map_err(malformed)?;
    if rest.is_empty() { Ok(value) } else { Err(malformed("bytes follow the opening")) }
}

fn refused(error: GameTranscriptError) -> JsValue {
    let message = error.to_string();
    match error {
        GameTranscriptError::BadParameter(name) => {
            refusal("BadParameter", &message, &Named { name })
        }
        GameTranscriptError::WrongVerdict { .. } => refusal("WrongOutcome", &message, &()),
    }
}
