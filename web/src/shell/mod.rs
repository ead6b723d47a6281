//! The frame around every page.

mod account;
mod clock;
mod header;
mod health;
mod moving;
mod nav;

pub(crate) use account::account_choice;
pub(crate) use health::health;
pub(crate) use moving::moving;

use leptos::prelude::*;

use crate::{
    components::{late, text, toast_region},
    contexts::{Confirm, Settlement, Wallet, tr},
    pages, parts,
};

/// Builds the whole frame: header, page, footer, phone navigation, dialogs and messages.
pub(crate) fn shell() -> AnyView {
    let (confirm, wallet) = (Confirm::use_it(), Wallet::use_it());
    let settlement = Settlement::use_it();
    let footer = move || match settlement.chain_name() {
        Some(name) => tr!(shell.footer_chain, name = name),
        None => tr!(shell.footer_local).to_owned(),
    };
    view! {
        <a class="skip-link" href="#main" data-testid="skip">{tr!(shell.skip)}</a>
        {header::header()}
        {late(move || settlement.is_unwell(), parts::health, || ())}
        {pages::outlet()}
        <footer class="footer"><p>{text(footer)}</p></footer>
        {nav::tab_bar()}
        {toast_region()}
        {late(move || confirm.request().is_some(), parts::confirm_dialog, move || confirm.answer(false))}
        {late(move || wallet.is_asking(), parts::unlock_dialog, move || wallet.answer(false))}
    }
    .into_any()
}
