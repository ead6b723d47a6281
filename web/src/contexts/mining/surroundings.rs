//! What the browser says of the computer, and how it reaches a user who looks elsewhere.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationPermission};

/// Tells whether nobody can see this tab.
pub(super) fn is_hidden() -> bool {
    document().hidden()
}

/// Tells whether the computer runs on its battery. Browsers that do not say are taken to be plugged
/// in. Looked up by hand: its bindings are not stable yet.
pub(super) async fn is_on_battery() -> bool {
    let read = async || -> Option<bool> {
        let navigator: JsValue = window().navigator().into();
        let ask = js_sys::Reflect::get(&navigator, &"getBattery".into()).ok()?;
        let ask: js_sys::Function = ask.dyn_into().ok()?;
        let asked: js_sys::Promise = ask.call0(&navigator).ok()?.dyn_into().ok()?;
        let battery = JsFuture::from(asked).await.ok()?;
        let charging = js_sys::Reflect::get(&battery, &"charging".into()).ok()?;
        charging.as_bool().map(|charging| !charging)
    };
    read().await.unwrap_or(false)
}

/// Asks the user whether the browser may tell; tells whether it may.
pub(crate) async fn allow_notes() -> bool {
    let Ok(asked) = Notification::request_permission() else { return false };
    let answered = JsFuture::from(asked).await;
    answered.is_ok() && Notification::permission() == NotificationPermission::Granted
}

/// Tells the user, wherever they look.
pub(super) fn tell(text: &str) {
    if Notification::permission() == NotificationPermission::Granted {
        // A browser that shows none on its own account is no failure of ours.
        let _shown_or_not = Notification::new(text);
    }
}
