//! How a refusal looks on the other side.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::js::to_js;

/// What was handed in is not what the function takes.
pub(crate) const MALFORMED: &str = "MalformedInput";

// The class is written in TypeScript: all entries of the package must throw the same one.
#[wasm_bindgen(raw_module = "../dist/refusal.js")]
extern "C" {
    /// Makes a `PinFiError`; `values` are the offending ones, as serde writes them.
    #[wasm_bindgen(js_name = refusal)]
    fn made(code: &str, message: &str, values: JsValue) -> JsValue;
}

/// Makes an error that carries its stable code and the offending values.
pub(crate) fn refusal(code: &str, message: &str, values: &impl Serialize) -> JsValue {
    made(code, message, to_js(values).unwrap_or(JsValue::UNDEFINED))
}

/// Says what is not as it should be in what was handed in.
pub(crate) fn malformed(reason: impl ToString) -> JsValue {
    made(MALFORMED, &reason.to_string(), JsValue::UNDEFINED)
}

/// Hands on a refusal of the core.
#[cfg(any(feature = "core", feature = "evm", feature = "ledger"))]
pub(crate) fn refused(error: &pinfi_core::Error) -> JsValue {
    refusal(error.code(), &error.to_string(), error)
}
