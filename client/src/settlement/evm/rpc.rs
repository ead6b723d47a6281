//! JSON-RPC over a transport: batches, and patience with a node that is slow or strict.

use std::cell::Cell;
use std::rc::Rc;

use alloy_primitives::Bytes;
use serde_json::{Value, json};

use super::error::ChainError;
use super::timer::Timer;
use super::transport::{Reply, Transport, TransportError};

/// How often a request is sent before it fails. All that we send may be sent twice.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE_MS: u64 = 250;
/// The longest pause that a node may ask for.
const LONGEST_PAUSE_MS: u64 = 30_000;

/// One call of a batch.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) params: Value,
}

impl Request {
    pub(super) const fn new(method: &'static str, params: Value) -> Self {
        Self { method, params }
    }
}

/// A node's JSON-RPC.
#[derive(Clone)]
pub(super) struct Rpc {
    transport: Rc<dyn Transport>,
    timer: Rc<dyn Timer>,
    next_id: Rc<Cell<u64>>,
}

impl Rpc {
    pub(super) fn new(transport: Rc<dyn Transport>, timer: Rc<dyn Timer>) -> Self {
        Self { transport, timer, next_id: Rc::new(Cell::new(1)) }
    }

    pub(super) const fn timer(&self) -> &Rc<dyn Timer> {
        &self.timer
    }

    /// Calls one method.
    pub(super) async fn call(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Value, ChainError> {
        let mut answers = self.batch(&[Request::new(method, params)]).await?;
        answers.pop().unwrap_or(Err(ChainError::Garbage { method }))
    }

    /// Calls several methods in one request. The answers are in the order of the requests.
    pub(super) async fn batch(
        &self,
        requests: &[Request],
    ) -> Result<Vec<Result<Value, ChainError>>, ChainError> {
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let first = self.next_id.get();
        self.next_id.set(first + requests.len() as u64);
        let numbered = (first..).zip(requests).map(|(id, Request { method, params })| {
            json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
        });
        let mut calls: Vec<Value> = numbered.collect();
        let method = requests.first().map_or("a batch", |request| request.method);
        // Some nodes know no batches: one call goes by itself.
        let body = match calls.as_mut_slice() {
            [only] => only.take(),
            _ => Value::Array(calls),
        };
        let reply = self.post(&body.to_string()).await?;
        let garbage = || ChainError::Garbage { method };
        let answers = match serde_json::from_str(&reply).map_err(|_| garbage())? {
            Value::Array(answers) => answers,
            // A node that refuses the whole batch says so once.
            only => vec![only],
        };
        let find = |id: u64| answers.iter().find(|answer| answer["id"].as_u64() == Some(id));
        if requests.len() > 1
            && let [only] = answers.as_slice()
            && only.get("error").is_some()
        {
            return Err(error(method, &only["error"]));
        }
        (first..)
            .zip(requests)
            .map(|(id, request)| {
                let answer = find(id).ok_or(ChainError::Garbage { method: request.method })?;
                Ok(result(request.method, answer))
            })
            .collect()
    }

    /// Posts a body until there is an answer or patience ends.
    async fn post(&self, body: &str) -> Result<String, ChainError> {
        let mut pause = FIRST_PAUSE_MS;
        let mut attempt = 1;
        loop {
            let (error, asked_ms) = match self.transport.post(body.to_owned()).await {
                Ok(Reply { status: 200..=299, body, .. }) => return Ok(body),
                Ok(Reply { status: 429, retry_after_secs, .. }) => {
                    let asked = retry_after_secs.map(|secs| secs.saturating_mul(1_000));
                    (ChainError::TooManyRequests, asked)
                }
                // Nodes give JSON-RPC errors with status 400 too.
                Ok(Reply { status: 400, body, .. }) if body.contains("\"error\"") => {
                    return Ok(body);
                }
                Ok(Reply { status: status @ 500.., .. }) => (ChainError::Status { status }, None),
                Ok(Reply { status, .. }) => return Err(ChainError::Status { status }),
                Err(error @ (TransportError::Unreachable | TransportError::TimedOut)) => {
                    (ChainError::Transport(error), None)
                }
            };
            let wait = asked_ms.unwrap_or(pause);
            if attempt >= ATTEMPTS || wait > LONGEST_PAUSE_MS {
                return Err(error);
            }
            self.timer.sleep(wait).await;
            pause = pause.saturating_mul(2);
            attempt += 1;
        }
    }
}

fn result(method: &'static str, answer: &Value) -> Result<Value, ChainError> {
    match (answer.get("result"), answer.get("error")) {
        (_, Some(found)) if !found.is_null() => Err(error(method, found)),
        (Some(result), _) => Ok(result.clone()),
        _ => Err(ChainError::Garbage { method }),
    }
}

fn error(method: &'static str, found: &Value) -> ChainError {
    ChainError::Node {
        method,
        code: found["code"].as_i64().unwrap_or_default(),
        message: found["message"].as_str().unwrap_or_default().to_owned(),
        data: revert_data(&found["data"]),
    }
}

/// What a call was reverted with: nodes and wallets put it at different depths.
fn revert_data(data: &Value) -> Option<Bytes> {
    match data {
        Value::String(text) => text.strip_prefix("Reverted ").unwrap_or(text).parse().ok(),
        Value::Object(fields) => ["data", "originalError", "result"]
            .iter()
            .find_map(|name| revert_data(fields.get(*name)?)),
        _ => None,
    }
}
