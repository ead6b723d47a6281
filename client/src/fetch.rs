//! Requests over the browser's `fetch`, which a page and a worker have alike.

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, ReadableStreamDefaultReader, Request, RequestInit, Response};

/// Makes a request with a body, as a method and a kind of content.
pub(crate) fn request(method: &str, kind: &str, body: &JsValue) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    headers.set("content-type", kind)?;
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&headers);
    init.set_body(body);
    Ok(init)
}

/// Sends a request, and gives up where the whole answer takes longer than `timeout_ms`.
pub(crate) async fn fetch(
    url: &str,
    init: &RequestInit,
    timeout_ms: u32,
) -> Result<Response, JsValue> {
    init.set_signal(Some(&AbortSignal::timeout_with_u32(timeout_ms)));
    let request = Request::new_with_str_and_init(url, init)?;
    let fetch: Function = Reflect::get(&js_sys::global(), &"fetch".into())?.dyn_into()?;
    let promise: Promise =
        fetch.call1(&js_sys::global(), &request)?.dyn_into::<Object>()?.unchecked_into();
    JsFuture::from(promise).await?.dyn_into()
}

/// Reads a body, and no further than `most` bytes: `None` where it has more.
pub(crate) async fn body(response: &Response, most: usize) -> Result<Option<Vec<u8>>, JsValue> {
    let mut bytes = Vec::new();
    let Some(stream) = response.body() else { return Ok(Some(bytes)) };
    let reader = ReadableStreamDefaultReader::new(&stream)?;
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        if Reflect::get(&piece, &"done".into())?.is_truthy() {
            return Ok(Some(bytes));
        }
        let piece: Uint8Array = Reflect::get(&piece, &"value".into())?.dyn_into()?;
        if bytes.len() + piece.length() as usize > most {
            JsFuture::from(reader.cancel()).await?;
            return Ok(None);
        }
        bytes.extend(piece.to_vec());
    }
}
