//! Pictures: drawn, read from a file, and shown.
//!
//! What the browser has for them is called by its name: a binding of each would be a part of what a first
//! visit loads.

use js_sys::{Array, Function, Reflect, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// The side of the picture that is drawn here.
const SIDE: u32 = 256;
/// The most pixels along a side of a picture from a file: larger ones are made smaller.
const MOST: u32 = 2_048;

/// A picture of RGBA.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Vec<u8>,
}

/// Draws a picture with smooth parts and edges.
pub(super) fn drawn() -> Picture {
    let pixel = |at: u32| {
        let (x, y) = (at % SIDE, at / SIDE);
        let (dx, dy) = (x.abs_diff(SIDE / 2), y.abs_diff(SIDE / 2));
        let is_inside = dx * dx + dy * dy < SIDE * SIDE / 9;
        let is_dark = (x / 32 + y / 32) % 2 == 0;
        // Below 256, as the side is 256.
        let byte = |value: u32| u8::try_from(value & 255).unwrap_or(u8::MAX);
        match (is_inside, is_dark) {
            (true, _) => [byte(x), byte(y), 255 - byte(x), 255],
            (false, true) => [40, 48, byte(y / 2), 255],
            (false, false) => [230, 224, byte(255 - x / 2), 255],
        }
    };
    let pixels = (0..SIDE * SIDE).flat_map(pixel).collect();
    Picture { width: SIDE, height: SIDE, pixels }
}

/// Reads a picture from a file; none where the browser knows no picture in it.
pub(super) async fn read(file: &File) -> Option<Picture> {
    let promise = call(&window(), "createImageBitmap", &[file.into()])?;
    let bitmap = JsFuture::from(promise.dyn_into::<js_sys::Promise>().ok()?).await.ok()?;
    let side = |name: &str| number(&get(&bitmap, name)?);
    let (width, height) = (side("width")?, side("height")?);
    let longest = width.max(height).max(1);
    let fit = |side: u32| match longest > MOST {
        true => u32::try_from(u64::from(side) * u64::from(MOST) / u64::from(longest)).unwrap_or(1),
        false => side,
    };
    let (width, height) = (fit(width).max(1), fit(height).max(1));
    let canvas = document().create_element("canvas").ok()?;
    size(&canvas, width, height)?;
    let context = context(&canvas)?;
    let place = [0.into(), 0.into(), width.into(), height.into()];
    let [x, y, w, h] = place.clone();
    call(&context, "drawImage", &[bitmap, x, y, w, h])?;
    let data = get(&call(&context, "getImageData", &place)?, "data")?;
    Some(Picture { width, height, pixels: Uint8Array::new(&data).to_vec() })
}

/// Shows pixels on a canvas, which gets their size. Bytes that are no such picture show nothing.
pub(super) fn show(canvas: &JsValue, width: u32, height: u32, pixels: &[u8]) {
    let _nothing = try_show(canvas, width, height, pixels);
}

fn try_show(canvas: &JsValue, width: u32, height: u32, pixels: &[u8]) -> Option<JsValue> {
    size(canvas, width, height)?;
    let context = context(canvas)?;
    let data = call(&context, "createImageData", &[width.into(), height.into()])?;
    call(&get(&data, "data")?, "set", &[Uint8Array::from(pixels).into()])?;
    call(&context, "putImageData", &[data, 0.into(), 0.into()])
}

fn size(canvas: &JsValue, width: u32, height: u32) -> Option<()> {
    for (name, side) in [("width", width), ("height", height)] {
        // Setting one clears the canvas, also where it is the same.
        if number(&get(canvas, name)?) != Some(side) {
            Reflect::set(canvas, &name.into(), &side.into()).ok()?;
        }
    }
    Some(())
}

fn context(canvas: &JsValue) -> Option<JsValue> {
    call(canvas, "getContext", &["2d".into()]).filter(JsValue::is_object)
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = get(object, name)?.dyn_into().ok()?;
    method.apply(object, &arguments.iter().collect::<Array>()).ok()
}

/// Gives a whole number of the browser's.
fn number(value: &JsValue) -> Option<u32> {
    let value = value.as_f64()?;
    let is_whole = value >= 0.0 && value <= f64::from(u32::MAX) && value.fract() == 0.0;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is whole and in range"
    )]
    is_whole.then_some(value as u32)
}
