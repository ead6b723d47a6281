//! Files that the user hands over.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;

/// Reads the chosen file's text; `None` where none is chosen or it can't be read.
pub(super) async fn read(input: NodeRef<html::Input>) -> Option<String> {
    let file = input.get_untracked()?.files()?.get(0)?;
    let blob: &web_sys::Blob = file.unchecked_ref();
    JsFuture::from(blob.text()).await.ok()?.as_string()
}

/// Builds a file input with its label.
pub(super) fn file_field(
    label: &str,
    testid: &'static str,
    accept: &'static str,
    input: NodeRef<html::Input>,
) -> AnyView {
    view! {
        <div class="field">
            <label class="field-label" for=testid>{label.to_owned()}</label>
            <input id=testid data-testid=testid class="file" type="file" accept=accept node_ref=input />
        </div>
    }
    .into_any()
}
