//! Dates as the viewer's place writes them, through the browser's Intl.

use std::time::Duration;

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::contexts::Language;

/// Writes Unix seconds as date and time: `23 Nov, 14:05`.
pub(crate) fn date_time(unix: u64) -> String {
    written(
        unix,
        &[("day", "numeric"), ("month", "short"), ("hour", "2-digit"), ("minute", "2-digit")],
    )
}

/// Writes Unix seconds as a time of day: `14:05:09`.
pub(crate) fn time_of_day(unix: u64) -> String {
    written(unix, &[("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")])
}

/// Reads what a `datetime-local` field holds, in the viewer's time, as Unix seconds; `None` for
/// anything else, and for what lies before 1970.
pub(crate) fn parse_local(typed: &str) -> Option<u64> {
    let millis = Date::new(&JsValue::from_str(typed)).get_time();
    // No number where nothing was read, which is no time either.
    Duration::try_from_secs_f64(millis / 1_000.0).ok().map(|since| since.as_secs())
}

fn written(unix: u64, parts: &[(&str, &str)]) -> String {
    if cfg!(not(target_arch = "wasm32")) {
        // Tests of texts run where there is no browser.
        return format!("@{unix}");
    }
    let options = Object::new();
    for (part, style) in parts {
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(&options, &JsValue::from_str(part), &JsValue::from_str(style));
    }
    let _ = Reflect::set(&options, &JsValue::from_str("hourCycle"), &JsValue::from_str("h23"));
    let date = Date::new(&JsValue::from_f64(unix as f64 * 1_000.0));
    date.to_locale_string(Language::tag(), &options).into()
}
