//! Where the page's skeleton gives way to the dApp.

use leptos::{mount::mount_to, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use crate::{
    contexts::{
        Act, Clock, Confirm, Language, Navigation, Prover, Settlement, Theme, Toasts, Wallet,
        Worker,
    },
    parts,
    shell::shell,
};

/// The code of a failure to load a part of the program.
const PART_LOST: &str = "PartLost";

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
    Toasts::provide();
    Confirm::provide();
    let worker = Worker::provide();
    let wallet = Wallet::provide();
    let settlement = Settlement::provide();
    Clock::provide();
    let opening = settlement.preview();
    spawn_local(async move {
        if parts::open_ledger(settlement, opening, wallet, worker).await.is_err() {
            settlement.fail(PART_LOST);
        }
    });
    Act::provide();
    Prover::provide();
    // A change of language builds the whole frame anew: texts are plain strings, not signals.
    (move || {
        language.track();
        shell()
    })
    .into_any()
}
