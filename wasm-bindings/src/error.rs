//! How a refusal looks on the other side.

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// What was handed in is not what the function takes.
pub(crate) const MALFORMED: &str = "MalformedInput";

/// Makes an `Error` that carries its stable code.
pub(crate) fn coded(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    error.set_name("PinFiError");
    // Setting a property of an object made just above cannot fail.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// Hands on a refusal of the core.
pub(crate) fn refused(error: &pinfi_core::Error) -> JsValue {
    coded(error.code(), &error.to_string())
}
