//! A ledger as bytes, between entries and between sessions.

use pinfi_core::Ledger;
use wasm_bindgen::JsValue;

use crate::error::malformed;

/// What every snapshot begins with, so that one of a later form is told apart.
pub(crate) const FORM: &[u8] = b"PinFi.ledger.v1";

/// Writes the whole state.
pub(crate) fn write(ledger: &Ledger) -> Result<Vec<u8>, JsValue> {
    postcard::to_extend(ledger, FORM.to_vec()).map_err(malformed)
}
