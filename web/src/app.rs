//! Where the page's skeleton gives way to the dApp.

use leptos::{mount::mount_to, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use crate::{
    browser,
    contexts::{
        Act, Clock, Confirm, Language, Navigation, Prover, Settlement, Theme, Toasts, Wallet,
        Worker, mining, tr,
    },
    parts,
    shell::shell,
    words::Trouble,
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
    Toasts::provide();
    Confirm::provide();
    let worker = Worker::provide();
    let prover = Prover::provide();
    let wallet = Wallet::provide();
    let settlement = Settlement::provide();
    Clock::provide();
    let opening = settlement.preview();
    let needs = mining::Needs { settlement, worker, toasts: Toasts::use_it(), wallet, prover };
    spawn_local(async move {
        if parts::open_ledger(settlement, opening, wallet, worker).await.is_err() {
            settlement.fail(parts::PART_LOST);
        } else if browser::read(mining::ON).is_some() && parts::go_on_mining(needs).await.is_err() {
            needs.toasts.trouble(Trouble::new(parts::PART_LOST, tr!(shell.part_lost)));
        }
    });
    Act::provide();
    // A change of language builds the whole frame anew: texts are plain strings, not signals.
    (move || {
        language.track();
        shell()
    })
    .into_any()
}
