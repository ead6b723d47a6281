//! The account's running rentals, and what ending them now brings.

use leptos::{prelude::*, task::spawn_local};
use pinfi_core::Action;

use super::{
    RESALE_SLIPPAGE, device_name,
    resale::{self, Resale, Running},
};
use crate::{
    components::{Column, card, countdown, live, table, text},
    contexts::{Act, Desk, tr},
    format::pin_compact,
};

/// Lists the rentals that run.
pub(super) fn rentals() -> AnyView {
    let desk = Desk::use_it();
    let found = Memo::new(move |_| {
        let seen = desk.see()?;
        let rentals = resale::running(&seen.ledger, seen.account?, seen.now);
        let named = rentals.into_iter().map(|one| (one, device_name(&seen, one.device, one.pool)));
        Some(named.collect::<Vec<_>>())
    });
    let content = live(move || match found.get() {
        None => view! { <p class="small soft">{tr!(swap.no_account)}</p> }.into_any(),
        Some(rentals) if rentals.is_empty() => {
            view! { <p class="small soft">{tr!(swap.rentals_none)}</p> }.into_any()
        }
        Some(rentals) => list(rentals),
    });
    card(tr!(swap.rentals), "swap-rentals", content)
}

fn list(rentals: Vec<(Running, String)>) -> AnyView {
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(swap.device), false),
        column(tr!(swap.left), true),
        column(tr!(swap.paid), true),
        column(tr!(swap.back), true),
        column(tr!(swap.action), true),
    ];
    let rows = rentals.into_iter().map(row).collect();
    table(tr!(swap.rentals), "swap-rental-table", columns, rows)
}

fn row((running, name): (Running, String)) -> Vec<AnyView> {
    let (desk, act) = (Desk::use_it(), Act::use_it());
    let device = running.device;
    let quote = Memo::new(move |_| {
        let seen = desk.see()?;
        resale::end_early(&seen.ledger, device, seen.now, seen.slack(), RESALE_SLIPPAGE).ok()
    });
    let end = move |_| {
        let Some(Resale { least, .. }) = quote.get_untracked() else { return };
        spawn_local(async move {
            // It tells the outcome itself.
            let _told = act.request(Action::EndRental { stake: device, min_out: least }).await;
        });
    };
    let net = move |shown: fn(u128) -> String| {
        text(move || quote.get().map(|quote| shown(quote.quote.net.0)).unwrap_or_default())
    };
    let stake = device.to_string();
    let back = view! {
        <span
            data-testid="swap-end-quote"
            data-stake=stake.clone()
            data-wei=net(|net| net.to_string())
        >
            {net(pin)}
        </span>
    };
    let button = view! {
        <button
            type="button"
            class="button button-small"
            data-testid="swap-end"
            data-stake=stake.clone()
            aria-label=tr!(swap.end_label, stake = stake)
            disabled=Signal::derive(move || act.is_busy())
            on:click=end
        >
            {tr!(swap.end)}
        </button>
    };
    vec![
        name.into_any(),
        countdown(running.rental.until.0),
        pin(running.rental.paid.0).into_any(),
        back.into_any(),
        button.into_any(),
    ]
}

fn pin(wei: u128) -> String {
    format!("{} PIN", pin_compact(wei))
}
