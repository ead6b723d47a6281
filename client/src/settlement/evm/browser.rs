//! A node over the browser's `fetch`.

use async_trait::async_trait;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::DomException;

use super::transport::{Reply, Transport, TransportError};
use crate::fetch;

/// How long an answer may take.
const TIMEOUT_MS: u32 = 15_000;

/// A node at a URL.
#[derive(Clone, Debug)]
pub struct FetchTransport {
    url: String,
}

impl FetchTransport {
    /// Makes a transport to the node at `url`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }

    async fn fetch(&self, body: &str) -> Result<Reply, JsValue> {
        let init = fetch::request("POST", "application/json", &body.into())?;
        let response = fetch::fetch(&self.url, &init, TIMEOUT_MS).await?;
        let retry_after = response.headers().get("retry-after")?;
        let text = JsFuture::from(response.text()?).await?;
        Ok(Reply {
            status: response.status(),
            retry_after_secs: retry_after.and_then(|value| value.trim().parse().ok()),
            body: text.as_string().unwrap_or_default(),
        })
    }
}

#[async_trait(?Send)]
impl Transport for FetchTransport {
    async fn post(&self, body: String) -> Result<Reply, TransportError> {
        self.fetch(&body).await.map_err(|error| {
            let exception = error.dyn_ref::<DomException>().map(DomException::name);
            match exception.as_deref() {
                Some("TimeoutError" | "AbortError") => TransportError::TimedOut,
                _ => TransportError::Unreachable,
            }
        })
    }
}
