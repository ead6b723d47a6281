//! The frame around every page.

mod account;
mod clock;
mod header;
mod health;
mod nav;

use leptos::prelude::*;

use crate::{
    components::{confirm_dialog, toast_region, unlock_dialog},
    contexts::{Navigation, tr},
    pages,
};

/// Builds the whole frame: header, page, footer, phone navigation, dialogs and messages.
pub(crate) fn shell() -> AnyView {
    let navigation = Navigation::use_it();
    view! {
        <a class="skip-link" href="#main" rel="external" data-testid="skip">{tr!(shell.skip)}</a>
        {header::header()}
        {health::health()}
        <main class="page" id="main" tabindex="-1">{move || pages::page(navigation.route())}</main>
        <footer class="footer"><p>{tr!(shell.footer_local)}</p></footer>
        {nav::tab_bar()}
        {toast_region()}
        {confirm_dialog()}
        {unlock_dialog()}
    }
    .into_any()
}
