//! A board of openings over HTTP: `GET` and `PUT /openings/ROOT`, the bytes those of a response.

use alloy_primitives::B256;
use async_trait::async_trait;
use js_sys::{Object, Reflect, Uint8Array};
use pinfi_core::pocps::Response as Openings;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Request, RequestInit, Response};

use super::{Board, BoardError};

/// How long an answer may take: openings have up to 2.2 MB.
const TIMEOUT_MS: u32 = 30_000;

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

    async fn ask(&self, root: B256, body: Option<&[u8]>) -> Result<(u16, Vec<u8>), JsValue> {
        let init = RequestInit::new();
        init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
        if let Some(body) = body {
            let headers = Headers::new()?;
            headers.set("content-type", "application/octet-stream")?;
            init.set_method("PUT");
            init.set_headers(&headers);
            init.set_body(&Uint8Array::from(body).into());
        }
        let url = format!("{}/openings/{root}", self.url.trim_end_matches('/'));
        let request = Request::new_with_str_and_init(&url, &init)?;
        // A page and a worker have it alike.
        let fetch: js_sys::Function =
            Reflect::get(&js_sys::global(), &"fetch".into())?.dyn_into()?;
        let promise: js_sys::Promise =
            fetch.call1(&js_sys::global(), &request)?.dyn_into::<Object>()?.unchecked_into();
        let response: Response = JsFuture::from(promise).await?.dyn_into()?;
        let bytes = JsFuture::from(response.array_buffer()?).await?;
        Ok((response.status(), Uint8Array::new(&bytes).to_vec()))
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
            // What cannot be read is not there.
            Ok((200, bytes)) => Ok(postcard::from_bytes(&bytes).ok()),
            Ok((404, _)) => Ok(None),
            Ok((status, _)) => {
                Err(BoardError::Unreachable { message: format!("HTTP status {status}") })
            }
            Err(error) => Err(unreachable(&error)),
        }
    }
}
