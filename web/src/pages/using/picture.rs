//! Pictures: drawn, read from a file, and shown.

use wasm_bindgen::{Clamped, JsCast as _};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap, ImageData};

use leptos::prelude::{document, window};

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
    let promise = window().create_image_bitmap_with_blob(file).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    let longest = bitmap.width().max(bitmap.height()).max(1);
    let fit = |side: u32| match longest > MOST {
        true => u32::try_from(u64::from(side) * u64::from(MOST) / u64::from(longest)).unwrap_or(1),
        false => side,
    };
    let (width, height) = (fit(bitmap.width()).max(1), fit(bitmap.height()).max(1));
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context = context(&canvas)?;
    let (w, h) = (f64::from(width), f64::from(height));
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, w, h).ok()?;
    let data = context.get_image_data(0.0, 0.0, w, h).ok()?;
    Some(Picture { width, height, pixels: data.data().0 })
}

/// Shows pixels on a canvas.
pub(super) fn show(canvas: &HtmlCanvasElement, width: u32, height: u32, pixels: &[u8]) {
    let Some(context) = context(canvas) else { return };
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), width, height);
    // Bytes that are no picture show nothing.
    if let Ok(data) = data {
        let _nothing = context.put_image_data(&data, 0.0, 0.0);
    }
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}
