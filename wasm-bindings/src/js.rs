//! Values on their way to JavaScript.

use serde::Serialize;
use serde_wasm_bindgen::{Error, Serializer};
use wasm_bindgen::JsValue;

/// Writes plain objects, whole numbers of 64 bits and more as `bigint`.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, Error> {
    let serializer = Serializer::new()
        .serialize_large_number_types_as_bigints(true)
        .serialize_maps_as_objects(false);
    value.serialize(&serializer)
}
