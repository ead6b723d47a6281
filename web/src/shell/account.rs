//! The account in use, in the header.

use leptos::prelude::*;
use pinfi_client::wallet::{Account, WalletStatus};

use crate::{
    components::icon,
    contexts::{Settlement, Wallet, tr},
    format::pin_compact,
    route::Route,
    words,
};

/// Shows who acts and what they have; without an account, the way to one.
pub(super) fn account() -> AnyView {
    let wallet = Wallet::use_it();
    let has_accounts = Memo::new(move |_| !wallet.accounts().is_empty());
    (move || if has_accounts.get() { choice(wallet) } else { invitation() }).into_any()
}

fn invitation() -> AnyView {
    view! {
        <a class="chip" href=Route::Wallet.path() data-testid="account-none">
            {icon("wallet")}
            {tr!(shell.wallet)}
        </a>
    }
    .into_any()
}

fn choice(wallet: Wallet) -> AnyView {
    let settlement = Settlement::use_it();
    let wei = move || {
        let of = |account| settlement.ledger().map(|ledger| ledger.accounts().balance(account).0);
        wallet.account().and_then(of).unwrap_or_default()
    };
    let locked = move || wallet.status() == Some(WalletStatus::Locked);
    let option = move |account: Account| {
        let value = account.address.to_string();
        let chosen = untrack(|| wallet.account()) == Some(account.address);
        let text = format!("{} · {}", account.label, words::account(account.address));
        view! { <option value=value selected=chosen>{text}</option> }.into_any()
    };
    let choose = move |event| {
        if let Ok(address) = event_target_value(&event).parse() {
            wallet.choose(address);
        }
    };
    view! {
        <div class="chip">
            {move || locked().then(|| icon("lock"))}
            <select
                class="chip-select"
                data-testid="account"
                aria-label=tr!(actions.line_account)
                prop:value=move || wallet.account().map(|account| account.to_string())
                on:change=choose
            >
                {move || wallet.accounts().into_iter().map(option).collect_view()}
            </select>
            <span class="num chip-more" data-testid="balance" data-wei=move || wei().to_string()>
                {move || pin_compact(wei())} " PIN"
            </span>
        </div>
    }
    .into_any()
}
