//! The wallet: accounts and keys, money, and the ledger behind them.

mod accounts;
mod chain;
mod create;
mod export;
mod files;
mod import;
mod job;
mod ledger;
mod lock;
mod money;
mod safety;
mod settles;
mod strength;

pub(crate) use chain::chain_in_use;

use leptos::{prelude::*, task::spawn_local};
use pinfi_client::wallet::WalletStatus;

use crate::{
    components::{Tone, card, live, maybe, note, page, text, unlock_fields},
    contexts::{Wallet, tr},
};

/// Builds the page.
pub(super) fn wallet() -> AnyView {
    let wallet = Wallet::use_it();
    spawn_local(wallet.load());
    let status = Memo::new(move |_| wallet.status());
    let signs_outside = Memo::new(move |_| wallet.outside().is_some());
    let name = move || match status.get() {
        None => "opening",
        Some(WalletStatus::Empty) => "none",
        Some(WalletStatus::Locked) => "locked",
        Some(WalletStatus::Unlocked) => "unlocked",
    };
    let content = move || match status.get() {
        None => wallet.trouble().map_or_else(opening, |trouble| note(Tone::Bad, trouble.text)),
        Some(WalletStatus::Empty) => {
            let money = maybe(move || signs_outside.get().then(money::money));
            view! { {create::first_run()} {money} }.into_any()
        }
        Some(WalletStatus::Locked) => view! {
            <div class="split">
                <div class="stack">{locked()} {accounts::accounts()}</div>
                {money::money()}
            </div>
        }
        .into_any(),
        Some(WalletStatus::Unlocked) => view! {
            <div class="split">
                <div class="stack">{accounts::accounts()} {safety::safety()}</div>
                {money::money()}
            </div>
        }
        .into_any(),
    };
    let all = view! {
        <div class="stack" data-testid="wallet-status" data-status=text(move || name().to_owned())>{live(content)}</div>
        {settles::settles()}
        {ledger::ledger()}
    };
    page(tr!(wallet.title), tr!(wallet.lead), all.into_any())
}

fn opening() -> AnyView {
    view! { <div class="card skeleton-card" aria-busy="true"><div class="bone"></div></div> }
        .into_any()
}

fn locked() -> AnyView {
    let content = view! {
        <p class="soft">{tr!(wallet.locked_text)}</p>
        {unlock_fields("wallet-unlock-password", "wallet-unlock-submit", Callback::new(|()| ()), ().into_any())}
    };
    card(tr!(wallet.locked_title), "wallet-locked", content.into_any())
}
