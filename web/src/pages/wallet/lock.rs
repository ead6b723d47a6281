//! Locking PIN, for the loyalty that a provider's block rewards are multiplied by.

use leptos::{prelude::*, task::spawn_local};
use pinfi_core::{Action, rewards::Provider, units::Wei};

use crate::{
    components::{AmountField, Button, Kind, card, maybe, text},
    contexts::{Act, Settlement, Wallet, tr},
    format::{parse_pin, pin_compact},
};

/// Builds the form, on a ledger that emits block rewards.
pub(super) fn lock() -> AnyView {
    let settlement = Settlement::use_it();
    let any = Memo::new(move |_| settlement.ledger().is_some_and(|l| l.rewards().is_some()));
    maybe(move || any.get().then(form))
}

fn form() -> AnyView {
    let (wallet, settlement, act) = (Wallet::use_it(), Settlement::use_it(), Act::use_it());
    let amount = RwSignal::new(String::new());
    let provider = move || {
        let found = wallet.account().and_then(|account| {
            let ledger = settlement.ledger()?;
            Some(ledger.rewards()?.provider(account))
        });
        found.unwrap_or_default()
    };
    let have = text(move || {
        let Provider { locked, minted, .. } = provider();
        let (locked, minted) = (pin_compact(locked.0), pin_compact(minted.0));
        tr!(wallet.lock_have, locked = locked, minted = minted)
    });
    let ask = move |action: fn(Wei) -> Action| {
        let Ok(wei) = parse_pin(&amount.get_untracked()) else { return };
        spawn_local(async move {
            if act.request(action(Wei(wei))).await.is_ok() {
                amount.try_set(String::new());
            }
        });
    };
    let busy = Signal::derive(move || act.is_busy());
    let content = view! {
        <div class="stack">
            <p class="soft small">{tr!(wallet.lock_text)}</p>
            <p data-testid="lock-have">{have}</p>
            <AmountField label=tr!(wallet.lock_amount) testid="lock-amount" text=amount />
            <div class="row">
                <Button
                    label=tr!(wallet.lock)
                    testid="reward-lock-submit"
                    kind=Kind::Primary
                    busy
                    on_press=move |()| ask(|amount| Action::Lock { amount })
                />
                <Button
                    label=tr!(wallet.unlock_pin)
                    testid="reward-unlock-submit"
                    busy
                    on_press=move |()| ask(|amount| Action::Unlock { amount })
                />
            </div>
        </div>
    };
    card(tr!(wallet.lock_title), "reward-lock", content.into_any())
}
