//! The hours that the account can sell, and what selling them now brings.

use leptos::{prelude::*, task::spawn_local};
use pinfi_core::{Action, Error, units::Wei};

use super::{
    RESALE_SLIPPAGE, device_name,
    offer::Impact,
    resale::{self, Held, Resale},
};
use crate::{
    components::{Column, card, countdown, live, maybe, table, text},
    contexts::{Act, Desk, Plan, tr},
    format::percent,
    words::{Trouble, pin_words, signed_pin},
};

/// Lists the stakes whose hours token the account holds.
pub(super) fn held() -> AnyView {
    let desk = Desk::use_it();
    let found = Memo::new(move |_| {
        let seen = desk.see()?;
        let held = resale::held(&seen.ledger, seen.account?, seen.now);
        let named = held.into_iter().map(|one| (one, device_name(&seen, one.id, one.pool)));
        Some(named.collect::<Vec<_>>())
    });
    let content = live(move || {
        let list = match found.get() {
            None => view! { <p class="small soft">{tr!(swap.no_account)}</p> }.into_any(),
            Some(held) if held.is_empty() => {
                view! { <p class="small soft">{tr!(swap.held_none)}</p> }.into_any()
            }
            Some(held) => list(held),
        };
        view! { <p class="small soft">{tr!(swap.held_text)}</p> {list} }.into_any()
    });
    card(tr!(swap.held), "swap-held", content)
}

fn list(held: Vec<(Held, String)>) -> AnyView {
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(swap.device), false),
        column(tr!(swap.left), true),
        column(tr!(swap.receive), true),
        column(tr!(swap.top_up), true),
        column(tr!(swap.net), true),
        column(tr!(swap.action), true),
    ];
    let rows = held.into_iter().map(row).collect();
    table(tr!(swap.held), "swap-held-table", columns, rows)
}

fn row((held, name): (Held, String)) -> Vec<AnyView> {
    let (desk, act) = (Desk::use_it(), Act::use_it());
    let id = held.id;
    let quote = Memo::new(move |_| {
        let seen = desk.see()?;
        Some(resale::sale(&seen.ledger, id, seen.now, seen.slack(), RESALE_SLIPPAGE))
    });
    let figure = move |shown: fn(&Resale) -> String, otherwise: &'static str| {
        text(move || match quote.get() {
            Some(Ok(quote)) => shown(&quote),
            _ => otherwise.to_owned(),
        })
    };
    let sell = move |_| {
        let Some(Ok(resale)) = quote.get_untracked() else { return };
        let mut plan = Plan::of(Action::Sell { stake: id, min_out: resale.least });
        if Impact::of(resale.impact_bps) > Impact::Low {
            plan = plan.warn(tr!(swap.impact_sale, impact = percent(resale.impact_bps)));
        }
        if held.foreign && resale.top_up > Wei::ZERO {
            plan = plan.warn(tr!(swap.foreign));
        }
        spawn_local(async move {
            // It tells the outcome itself.
            let _told = act.perform(plan).await;
        });
    };
    // Only the kind of refusal decides whether the words are built anew.
    let refusal = Memo::new(move |_| {
        let error: Error = quote.get()?.err()?;
        Some(error.code())
    });
    let why = maybe(move || {
        refusal.get()?;
        let Trouble { code, text } = Trouble::from(&quote.get_untracked()?.err()?);
        let words = view! {
            <div class="small soft wrap" data-testid="swap-sell-error" data-code=code>{text}</div>
        };
        Some(words.into_any())
    });
    let stake = id.to_string();
    let receive = view! {
        <span
            data-testid="swap-sell-quote"
            data-stake=stake.clone()
            data-wei=figure(|quote| quote.quote.net.to_string(), "")
        >
            {figure(|quote| pin_words(quote.quote.net), "–")}
        </span>
    };
    let button = view! {
        <button
            type="button"
            class="button button-small"
            data-testid="swap-sell"
            data-stake=stake.clone()
            aria-label=tr!(swap.sell_label, stake = stake)
            disabled=Signal::derive(move || refusal.get().is_some() || act.is_busy())
            on:click=sell
        >
            {tr!(swap.sell)}
        </button>
    };
    vec![
        view! { <div>{name} {why}</div> }.into_any(),
        countdown(held.expiry.0),
        receive.into_any(),
        figure(|quote| pin_words(quote.top_up), "–").into_any(),
        figure(|quote| signed_pin(net(quote)), "–").into_any(),
        button.into_any(),
    ]
}

/// What the account has more of, or less, right after the sale, in wei.
fn net(resale: &Resale) -> i128 {
    // No amount of PIN exceeds the supply, which fits i128.
    let signed = |amount: Wei| i128::try_from(amount.0).unwrap_or(i128::MAX);
    signed(resale.quote.net) - signed(resale.top_up)
}
