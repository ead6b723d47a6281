//! A board of openings over HTTP: `GET` and `PUT /openings/ROOT`, the bytes those of a response.

use alloy_primitives::B256;
use async_trait::async_trait;
use js_sys::Uint8Array;
use pinfi_core::pocps::Response as Openings;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::RequestInit;

use super::{Board, BoardError};
use crate::fetch;

/// How long an answer may take: openings have some megabytes.
const TIMEOUT_MS: u32 = 30_000;
/// The most bytes that are read of an answer: openings of the largest work have half of it.
const MOST: usize = 16 << 20;

/// A board at a URL.
#[derive(Clone, Debug)]
pub struct FetchBoard {
    url: String,
}

impl FetchBoard {
    /// Makes the board at `url`, as [`board_url`](super::board_url) has read it.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }

    async fn ask(
        &self,
        root: B256,
        body: Option<&[u8]>,
    ) -> Result<(u16, Option<Vec<u8>>), JsValue> {
        let init = match body {
            Some(body) => {
                let bytes = Uint8Array::from(body);
                fetch::request("PUT", "application/octet-stream", &bytes)?
            }
            None => RequestInit::new(),
        };
        let url = format!("{}/openings/{root}", self.url.trim_end_matches('/'));
        let response = fetch::fetch(&url, &init, TIMEOUT_MS).await?;
        let bytes = fetch::body(&response, MOST).await?;
        Ok((response.status(), bytes))
    }
}

fn unreachable(error: &JsValue) -> BoardError {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    BoardError::Unreachable { message: message.unwrap_or_default() }
}

#[async_trait(?Send)]
impl Board for FetchBoard {
    async fn publish(&self, response: &Openings) -> Result<(), BoardError> {
        let refused = |message: String| BoardError::Refused { message };
        let bytes = postcard::to_allocvec(response).map_err(|error| refused(error.to_string()))?;
        match self.ask(response.root, Some(&bytes)).await {
            Ok((200..=299, _)) => Ok(()),
            Ok((status, _)) => Err(refused(format!("HTTP status {status}"))),
            Err(error) => Err(unreachable(&error)),
        }
    }

    async fn find(&self, root: B256) -> Result<Option<Openings>, BoardError> {
        match self.ask(root, None).await {
            // What is too large, or cannot be read, is not there.
            Ok((200, bytes)) => Ok(bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok())),
            Ok((404, _)) => Ok(None),
            Ok((status, _)) => {
                Err(BoardError::Unreachable { message: format!("HTTP status {status}") })
            }
            Err(error) => Err(unreachable(&error)),
        }
    }
}
