//! Where the page's skeleton gives way to the dApp.

use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;

use crate::{
    contexts::{Clock, Confirm, Language, Navigation, Theme, Toasts},
    shell::shell,
};

/// Replaces the skeleton inside `#app` with the running dApp, for as long as the page lives.
pub fn start() {
    let Some(root) = document().get_element_by_id("app") else { return };
    let Ok(root) = root.dyn_into::<web_sys::HtmlElement>() else { return };
    root.set_inner_html("");
    mount_to(root, app).forget();
}

fn app() -> AnyView {
    Theme::provide();
    let language = Language::provide();
    Navigation::provide();
    Clock::provide();
    Toasts::provide();
    Confirm::provide();
    // A change of language builds the whole frame anew: texts are plain strings, not signals.
    (move || {
        language.track();
        shell()
    })
    .into_any()
}
