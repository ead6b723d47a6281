//! Files that the page hands to the user.

use js_sys::{Array, Uint8Array};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Saves `text` as a file named `name`; a browser that forbids downloads says so itself.
pub(crate) fn download(name: &str, kind: &str, text: &str) {
    let _the_browser_tells = save(name, kind, text);
}

/// Saves bytes as a file named `name`; as [`download`].
pub(crate) fn download_bytes(name: &str, bytes: &[u8]) {
    let _the_browser_tells =
        save_part(name, "application/octet-stream", &Uint8Array::from(bytes).into());
}

fn save(name: &str, kind: &str, text: &str) -> Result<(), JsValue> {
    save_part(name, kind, &JsValue::from_str(text))
}

fn save_part(name: &str, kind: &str, part: &JsValue) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(part);
    // Each part is what it is: a text or bytes.
    let blob = Blob::new_with_buffer_source_sequence_and_options(&parts, &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}
