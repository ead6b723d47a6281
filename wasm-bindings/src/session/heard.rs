//! What happens in a session, as JavaScript hears it.

use alloy_primitives::hex;
use pinfi_client::intent::Domain;
use pinfi_jobs::chain::{Output, Piece};
use pinfi_jobs::limits::Limits;
use pinfi_session::client::Notice;
use pinfi_session::follow::News;
use pinfi_session::orders::Told;
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::written;
use crate::js::to_js;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Heard<'a> {
    Opened { until: u64, provider: String, device: &'a str, is_software: bool, limits: Limits },
    Lost { reason: String },
    Accepted { job: String, ahead: u32 },
    Step { job: String, done: u64, busy_millis: u64, pieces: &'a [Piece] },
    Done { job: String, outputs: &'a [Output], receipt: String },
    Failed { job: String, code: &'a str, reason: String },
}

/// Writes an event; none where nothing is new.
pub(super) fn event(notice: &Notice<'_>, domain: Domain) -> Option<JsValue> {
    let heard = match notice {
        Notice::Opened { terms, .. } => Heard::Opened {
            until: terms.until.0,
            provider: hex::encode_prefixed(terms.offer.provider),
            device: &terms.offer.device,
            is_software: terms.offer.is_software,
            limits: terms.offer.limits,
        },
        Notice::Lost { cause } => Heard::Lost { reason: cause.to_string() },
        Notice::Job { job, told } => {
            let job = written(*job);
            match told {
                Told::Accepted { ahead } => Heard::Accepted { job, ahead: *ahead },
                Told::News { news: News::Step { partial, done, .. }, busy_millis } => {
                    let (done, busy_millis, pieces) = (*done, *busy_millis, &partial.pieces);
                    Heard::Step { job, done, busy_millis, pieces }
                }
                Told::News { news: News::Done { outputs, receipt }, .. } => {
                    Heard::Done { job, outputs, receipt: receipt.export(&domain.eip712()) }
                }
                Told::News { news: News::Failed { code, reason }, .. } => {
                    Heard::Failed { job, code, reason: reason.clone() }
                }
                Told::News { news: News::Nothing, .. } => return None,
                Told::Unbelieved(error) => {
                    Heard::Failed { job, code: Told::UNBELIEVED, reason: error.to_string() }
                }
            }
        }
    };
    // What is made of plain data can be written.
    to_js(&heard).ok()
}
