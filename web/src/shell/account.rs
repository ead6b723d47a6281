//! The account in use, in the header.

use leptos::prelude::*;
use pinfi_client::wallet::{Account, WalletStatus};

use crate::{
    components::{icon, late, live, maybe, text},
    contexts::{Settlement, Wallet, tr},
    format::pin_compact,
    parts,
    route::Route,
};

/// Shows who acts and what they have; without an account, the way to one.
pub(super) fn account() -> AnyView {
    let wallet = Wallet::use_it();
    let has_accounts = Memo::new(move |_| wallet.account().is_some());
    view! {
        {maybe(move || (!has_accounts.get()).then(invitation))}
        {late(move || has_accounts.get(), parts::account_choice, || ())}
    }
    .into_any()
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

/// Shows the account in use and its balance, with the choice of another; nothing without accounts.
pub(crate) fn account_choice() -> AnyView {
    let wallet = Wallet::use_it();
    let has_accounts = Memo::new(move |_| wallet.account().is_some());
    maybe(move || has_accounts.get().then(|| choice(wallet)))
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
        let end = value.get(value.len().saturating_sub(4)..).unwrap_or_default();
        let name = format!("{} · {end}", account.label);
        view! { <option value=value.clone() selected=chosen>{name}</option> }.into_any()
    };
    let choose = move |event| {
        if let Ok(address) = event_target_value(&event).parse() {
            wallet.choose(address);
        }
    };
    let own = move || {
        view! {
            {maybe(move || locked().then(|| icon("lock")))}
            <select
                class="chip-select"
                data-testid="account"
                aria-label=tr!(actions.line_account)
                prop:value=text(move || {
                    wallet.account().map(|account| account.to_string()).unwrap_or_default()
                })
                on:change=choose
            >
                {live(move || wallet.accounts().into_iter().map(option).collect_view().into_any())}
            </select>
        }
        .into_any()
    };
    // A wallet outside chooses its account itself.
    let outside = move |name: String| {
        let address = wallet.account().map(|account| account.to_string()).unwrap_or_default();
        let end = address.get(address.len().saturating_sub(4)..).unwrap_or_default().to_owned();
        view! { <span data-testid="account-outside" data-address=address >{format!("{name} · {end}")}</span> }
            .into_any()
    };
    view! {
        <div class="chip">
            {live(move || wallet.outside().map_or_else(own, outside))}
            <span class="num chip-more" data-testid="balance" data-wei=text(move || wei().to_string())>
                {text(move || pin_compact(wei()))} " PIN"
            </span>
        </div>
    }
    .into_any()
}
