//! A node over the browser's `fetch`.

use async_trait::async_trait;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, DomException, Headers, Request, RequestInit, Response};

use super::transport::{Reply, Transport, TransportError};

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
        let headers = Headers::new()?;
        headers.set("content-type", "application/json")?;
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_headers(&headers);
        init.set_body(&body.into());
        init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
        let request = Request::new_with_str_and_init(&self.url, &init)?;
        // A page and a worker have it alike.
        let fetch: js_sys::Function =
            Reflect::get(&js_sys::global(), &"fetch".into())?.dyn_into()?;
        let promise: js_sys::Promise =
            fetch.call1(&js_sys::global(), &request)?.dyn_into::<Object>()?.unchecked_into();
        let response: Response = JsFuture::from(promise).await?.dyn_into()?;
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
