//! What the key that answers has for its transactions, and needs; loaded with what settles on a chain.

use std::time::Duration;

use alloy_primitives::U256;
use leptos::{prelude::*, task::spawn_local};
use pinfi_client::miner::{gas_of_an_epoch, gas_until_end};

use crate::{
    components::{Address, AmountField, Button, Kind, Tone, card, live, maybe, note, text},
    contexts::{
        Confirm, Desk, Settlement, Toasts, Wallet,
        mining::{Upkeep, readable},
        tr,
    },
    format::{pin_compact, pin_exact},
    words::Trouble,
};

/// How often the node is asked.
const EVERY: Duration = Duration::from_secs(4);

/// What the key has and needs, in wei.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Purse {
    has: U256,
    /// Until its stakes end, half of it kept against rising fees.
    needs: U256,
    /// For two epochs, at the most that is offered for gas.
    soon: U256,
}

impl Purse {
    /// Gives what is missing, rounded up.
    fn lacks(self) -> u128 {
        readable(self.needs.saturating_sub(self.has))
    }

    /// Reckons what gas costs: half of it is kept against rising fees, and the most that is offered for
    /// an epoch's is twice as much.
    fn reckon(has: U256, price: U256, until_end: u64, epoch: u64) -> Self {
        let cost = |gas: u64| price.saturating_mul(U256::from(gas));
        let until_end = cost(until_end);
        let needs = until_end.saturating_add(until_end / U256::from(2));
        Self { has, needs, soon: cost(epoch).saturating_mul(U256::from(4)) }
    }

    /// Tells whether it may not do for two epochs.
    fn is_low(self) -> bool {
        self.has < self.soon
    }
}

/// Shows it: before the start with what is to be given, later with what is missing.
pub(crate) fn upkeep() -> AnyView {
    let (upkeep, settlement) = (Upkeep::use_it(), Settlement::use_it());
    let purse = RwSignal::new(None::<Purse>);
    look(upkeep, settlement, purse);
    let is_on = Memo::new(move |_| settlement.chain().is_some() && upkeep.operator.get().is_some());
    let runs = Memo::new(move |_| upkeep.runs.get());
    live(move || {
        if !is_on.get() {
            return ().into_any();
        }
        let rest = if runs.get() { top_up(upkeep, purse) } else { give(upkeep, purse) };
        let content = view! {
            <p>{tr!(mine.upkeep_text)}</p>
            {facts(upkeep, purse)}
            {rest}
        };
        card(tr!(mine.upkeep), "mine-upkeep", content.into_any())
    })
}

/// Asks the node every few seconds what the key has and what gas costs, and at once where another key or
/// other stakes are meant.
fn look(upkeep: Upkeep, settlement: Settlement, purse: RwSignal<Option<Purse>>) {
    let desk = Desk::use_it();
    let ask = move || {
        let operator = upkeep.operator.get_untracked();
        let (Some(chain), Some(operator)) = (untrack(|| settlement.chain()), operator) else {
            return;
        };
        let Some(seen) = desk.peek() else { return };
        let stakes = upkeep.stakes.get_untracked();
        let until_end = gas_until_end(&seen.ledger, &stakes, seen.now);
        let epoch = gas_of_an_epoch(&seen.ledger, &stakes);
        spawn_local(async move {
            // Where the node is away that is told elsewhere.
            let price = chain.ledger.gas_price().await;
            let has = chain.ledger.money(operator).await;
            if let (Ok(price), Ok(has)) = (price, has) {
                purse.try_set(Some(Purse::reckon(has, price, until_end, epoch)));
            }
        });
    };
    Effect::new(move |_| {
        upkeep.operator.track();
        upkeep.stakes.track();
        ask();
    });
    if let Ok(beat) = set_interval_with_handle(ask, EVERY) {
        on_cleanup(move || beat.clear());
    }
}

fn facts(upkeep: Upkeep, purse: RwSignal<Option<Purse>>) -> AnyView {
    let key = live(move || match upkeep.operator.get() {
        Some(key) => {
            let address = key.to_string();
            view! { <Address address testid="mine-key" /> }.into_any()
        }
        None => ().into_any(),
    });
    let wei =
        move |of: fn(Purse) -> U256| purse.get().map(|purse| of(purse).saturating_to::<u128>());
    let eth = move |of: fn(Purse) -> U256| {
        wei(of).map_or_else(|| "–".to_owned(), |wei| format!("{} ETH", pin_compact(wei)))
    };
    let exact = move |of: fn(Purse) -> U256| wei(of).map(|wei| wei.to_string()).unwrap_or_default();
    view! {
        <dl class="lines">
            <div>
                <dt>{tr!(mine.upkeep_key)}</dt>
                <dd>{key}</dd>
            </div>
            <div>
                <dt>{tr!(mine.upkeep_has)}</dt>
                <dd class="num" data-testid="mine-has" data-wei=text(move || exact(|purse| purse.has))>
                    {text(move || eth(|purse| purse.has))}
                </dd>
            </div>
            <div>
                <dt>{tr!(mine.upkeep_needs)}</dt>
                <dd
                    class="num"
                    data-testid="mine-needs"
                    data-wei=text(move || exact(|purse| purse.needs))
                    title=tr!(mine.upkeep_needs_note)
                >
                    {text(move || eth(|purse| purse.needs))}
                </dd>
            </div>
        </dl>
    }
    .into_any()
}

/// What is to be given as it starts, and what an earlier time has left.
fn give(upkeep: Upkeep, purse: RwSignal<Option<Purse>>) -> AnyView {
    // What is proposed follows the choice of stakes until the user types something else.
    Effect::new(move |before: Option<String>| {
        let lacks = purse.get().map(Purse::lacks);
        let typed = upkeep.amount.get_untracked();
        let proposed = lacks.map(|wei| if wei == 0 { String::new() } else { pin_exact(wei) });
        let proposed = proposed.unwrap_or_default();
        if before.is_none_or(|before| before == typed) {
            upkeep.amount.set(proposed.clone());
        }
        proposed
    });
    let field = maybe(move || {
        upkeep.gives.get().then(|| {
            view! {
                <AmountField
                    label=tr!(mine.give_amount)
                    testid="mine-give-amount"
                    text=upkeep.amount
                    unit="ETH"
                />
            }
            .into_any()
        })
    });
    let back = maybe(move || {
        let has = purse.get().is_some_and(|purse| !purse.has.is_zero());
        has.then(take_back)
    });
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid="mine-give"
                prop:checked=move || upkeep.gives.get()
                on:change=move |event| upkeep.gives.set(event_target_checked(&event))
            />
            <span>{tr!(mine.give)}</span>
        </label>
        {field}
        {back}
    }
    .into_any()
}

fn take_back() -> AnyView {
    let (settlement, wallet, confirm) = (Settlement::use_it(), Wallet::use_it(), Confirm::use_it());
    let (toasts, busy) = (Toasts::use_it(), RwSignal::new(false));
    let press = move |()| {
        run(busy, toasts, async move { settlement.take_back_here(wallet, confirm).await });
    };
    view! {
        <div class="row">
            <Button
                label=tr!(mine.take_back)
                testid="mine-take-back"
                kind=Kind::Small
                busy=Signal::from(busy)
                on_press=press
            />
        </div>
    }
    .into_any()
}

/// What is missing while it runs.
fn top_up(upkeep: Upkeep, purse: RwSignal<Option<Purse>>) -> AnyView {
    let (settlement, wallet, confirm) = (Settlement::use_it(), Wallet::use_it(), Confirm::use_it());
    let (toasts, busy) = (Toasts::use_it(), RwSignal::new(false));
    let lacks = Memo::new(move |_| purse.get().map(Purse::lacks).unwrap_or_default());
    let is_low = Memo::new(move |_| purse.get().is_some_and(Purse::is_low));
    let press = move |()| {
        let (to, amount) = (upkeep.operator.get_untracked(), U256::from(lacks.get_untracked()));
        run(busy, toasts, async move {
            let Some(to) = to else { return Ok(()) };
            if let Some(gift) = settlement.price_gift_here(wallet, to, amount).await? {
                settlement.give_here(wallet, gift, Some(confirm)).await?;
            }
            Ok(())
        });
    };
    let low = maybe(move || {
        is_low.get().then(|| {
            view! { <div data-testid="mine-low">{note(Tone::Caution, tr!(mine.low))}</div> }
                .into_any()
        })
    });
    let button = live(move || match lacks.get() {
        0 => ().into_any(),
        wei => {
            let label = tr!(mine.top_up, amount = pin_compact(wei));
            view! {
                <div class="row">
                    <Button
                        label
                        testid="mine-top-up"
                        kind=Kind::Small
                        busy=Signal::from(busy)
                        on_press=press
                    />
                </div>
            }
            .into_any()
        }
    });
    view! { {low} {button} }.into_any()
}

fn run(
    busy: RwSignal<bool>,
    toasts: Toasts,
    work: impl Future<Output = Result<(), Trouble>> + 'static,
) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    spawn_local(async move {
        if let Err(trouble) = work.await {
            toasts.trouble(trouble);
        }
        // The view may be gone by now.
        busy.try_set(false);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reckon_keeps_half_against_rising_fees() {
        let (has, price) = (U256::from(400), U256::from(2));
        let purse = Purse::reckon(has, price, 1_000, 100);
        assert_eq!(purse.needs, U256::from(3_000));
        assert_eq!(purse.lacks(), 2_600);
        assert!(purse.is_low(), "400 of 800");
        let rich = Purse { has: U256::from(3_001), ..purse };
        assert_eq!((rich.lacks(), rich.is_low()), (0, false));
    }
}
