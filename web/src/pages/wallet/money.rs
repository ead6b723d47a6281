//! What the account in use has, the faucet, and sending PIN.

use alloy_primitives::Address;
use leptos::{prelude::*, task::spawn_local};
use pinfi_client::intent::LedgerAction;
use pinfi_core::{Action, units::Wei};

use super::lock::lock;
use crate::{
    components::{AmountField, Button, Field, card, maybe, text},
    contexts::{Act, Settlement, Wallet, tr},
    format::{parse_pin, pin_compact},
    words,
};

/// Builds the balance with the faucet, and the forms that send and lock.
pub(super) fn money() -> AnyView {
    view! { <div class="stack">{balance()} {send()} {lock()}</div> }.into_any()
}

fn balance() -> AnyView {
    let (wallet, settlement, act) = (Wallet::use_it(), Settlement::use_it(), Act::use_it());
    let wei = move || {
        let account = wallet.account()?;
        Some(settlement.ledger()?.accounts().balance(account).0)
    };
    let daily = Memo::new(move |_| {
        let genesis = settlement.local()?.ledger.genesis();
        genesis.sandbox.as_ref().map(|rules| rules.faucet_daily.0)
    });
    let take = move |amount: Wei| {
        spawn_local(async move {
            if let Some(to) = untrack(|| wallet.account()) {
                // What became of it is told where it is done.
                let _told = act.request(LedgerAction::Faucet { to, amount }).await;
            }
        });
    };
    let faucet = move || {
        daily.get().map(|daily| {
            let amount = Wei(daily);
            view! {
                <p class="soft small">{tr!(wallet.faucet_text, amount = words::pin_words(amount))}</p>
                <div class="row">
                    <Button
                        label=tr!(wallet.faucet, amount = words::pin_words(amount))
                        testid="faucet"
                        busy=Signal::derive(move || act.is_busy())
                        on_press=move |()| take(amount)
                    />
                </div>
            }
            .into_any()
        })
    };
    let content = view! {
        <p class="balance num" data-testid="wallet-balance" data-wei=text(move || wei().unwrap_or_default().to_string())>
            {text(move || pin_compact(wei().unwrap_or_default()))}
            <span class="soft">" PIN"</span>
        </p>
        {maybe(faucet)}
    };
    card(tr!(wallet.balance_title), "wallet-money", content.into_any())
}

fn send() -> AnyView {
    let (wallet, settlement, act) = (Wallet::use_it(), Settlement::use_it(), Act::use_it());
    let (to, amount) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tried = RwSignal::new(false);
    let balance = Signal::derive(move || {
        let of = |account| settlement.ledger().map(|ledger| ledger.accounts().balance(account).0);
        wallet.account().and_then(of).unwrap_or_default()
    });
    let to_error = Signal::derive(move || {
        let typed = to.get();
        let missing = typed.trim().is_empty();
        let wrong = typed.trim().parse::<Address>().is_err();
        let shown = if missing { tried.get() } else { wrong };
        shown.then(|| tr!(wallet.send_to_error).to_owned())
    });
    let send = move || {
        tried.set(true);
        let (Ok(receiver), Ok(wei)) =
            (to.get_untracked().trim().parse::<Address>(), parse_pin(&amount.get_untracked()))
        else {
            return;
        };
        spawn_local(async move {
            let action = Action::Transfer { to: receiver, amount: Wei(wei) };
            if act.request(action).await.is_ok() {
                tried.try_set(false);
                to.try_set(String::new());
                amount.try_set(String::new());
            }
        });
    };
    let content = view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <Field
                label=tr!(wallet.send_to)
                testid="send-to"
                text=to
                error=to_error
                placeholder="0x…"
            />
            <AmountField label=tr!(wallet.send_amount) testid="send-amount" text=amount balance />
            <div class="row">
                <button
                    type="submit"
                    class="button button-primary"
                    data-testid="send-submit"
                    aria-busy=text(move || act.is_busy().to_string())
                >
                    {tr!(wallet.send)}
                </button>
            </div>
        </form>
    };
    card(tr!(wallet.send_title), "wallet-send", content.into_any())
}
