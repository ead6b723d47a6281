//! Where an order is typed.

use leptos::prelude::*;
use pinfi_core::units::PoolId;

use super::draft::{CUSTOM, Draft, MOST_DEVICES, MOST_SLIPPAGE};
use crate::{
    browser,
    components::{CountField, DurationField, Field, PercentField, Select, card, live, maybe, text},
    contexts::{Desk, Language, tr},
    format::duration,
    route::Route,
};

/// Shows the fields of an order.
pub(super) fn form(draft: Draft) -> AnyView {
    let content = view! {
        <div class="stack">
            {pool(draft)}
            <CountField
                label=tr!(swap.devices)
                testid="swap-devices"
                text=draft.devices
                least=1
                most=MOST_DEVICES
            />
            {ending(draft)}
            {slippage(draft)}
        </div>
    };
    card(tr!(swap.order), "swap-order", content.into_any())
}

fn pool(draft: Draft) -> AnyView {
    let desk = Desk::use_it();
    let options = Memo::new(move |_| {
        let Some(seen) = desk.follow() else { return Vec::new() };
        let option = |(id, pool): (PoolId, &pinfi_core::pool::Pool)| {
            let kind = pool.params().kind.clone();
            (id.to_string(), tr!(swap.pool_option, kind = kind, pool = id.to_string()))
        };
        seen.ledger.pools().map(option).collect()
    });
    let about = text(move || {
        let id = draft.pool.get().parse().map_or(PoolId(0), PoolId);
        Route::Pool(id).path()
    });
    view! {
        <div class="stack-s">
            <Select label=tr!(swap.pool) testid="swap-pool" chosen=draft.pool options />
            <a class="small" href=about data-testid="swap-pool-link">{tr!(swap.pool_link)}</a>
        </div>
    }
    .into_any()
}

fn ending(draft: Draft) -> AnyView {
    let desk = Desk::use_it();
    let bucket = Memo::new(move |_| {
        let id = PoolId(draft.pool.get().parse().ok()?);
        Some(desk.follow()?.ledger.pool(id).ok()?.params().bucket)
    });
    let words = move || {
        bucket.get().map(|bucket| duration(bucket.0, Language::durations())).unwrap_or_default()
    };
    let by_span = move || {
        let hint = text(move || tr!(swap.span_hint, bucket = words()));
        view! { <DurationField label=tr!(swap.span) testid="swap-until" text=draft.span hint /> }
            .into_any()
    };
    let by_time = move || {
        let hint = text(move || tr!(swap.time_hint, bucket = words()));
        let is_past = Memo::new(move |_| {
            let at = browser::parse_local(&draft.time.get())?;
            Some(desk.see()?.now.0 >= at)
        });
        let error = Signal::derive(move || {
            is_past.get().filter(|past| *past).map(|_| tr!(swap.time_bad).to_owned())
        });
        view! {
            <Field
                label=tr!(swap.time)
                testid="swap-until"
                text=draft.time
                hint
                error
                input_type="datetime-local"
            />
        }
        .into_any()
    };
    let choice = move |label: &'static str, testid: &'static str, value: bool| {
        view! {
            <button
                type="button"
                data-testid=testid
                aria-pressed=text(move || (draft.by_time.get() == value).to_string())
                on:click=move |_| draft.by_time.set(value)
            >
                {label}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="stack-s">
            <div>
                <div class="segments" role="group" aria-label=tr!(swap.ending)>
                    {choice(tr!(swap.ending_for), "swap-for", false)}
                    {choice(tr!(swap.ending_at), "swap-at", true)}
                </div>
            </div>
            {live(move || if draft.by_time.get() { by_time() } else { by_span() })}
        </div>
    }
    .into_any()
}

fn slippage(draft: Draft) -> AnyView {
    let choice = move |label: String, value: &'static str| {
        view! {
            <button
                type="button"
                data-testid="swap-slippage-choice"
                data-value=value
                aria-pressed=text(move || (draft.slippage.get() == value).to_string())
                on:click=move |_| draft.slippage.set(value.to_owned())
            >
                {label}
            </button>
        }
        .into_any()
    };
    let own = maybe(move || {
        (draft.slippage.get() == CUSTOM).then(|| {
            view! {
                <PercentField
                    label=tr!(swap.slippage_field)
                    testid="swap-slippage"
                    text=draft.own_slippage
                    most_bps=MOST_SLIPPAGE
                />
            }
            .into_any()
        })
    });
    view! {
        <div class="stack-s">
            <span class="field-label" id="swap-slippage-label">{tr!(swap.slippage)}</span>
            <div>
                <div
                    class="segments"
                    role="group"
                    aria-labelledby="swap-slippage-label"
                    aria-describedby="swap-slippage-about"
                >
                    {["0.1", "0.5", "1"]
                        .into_iter()
                        .map(|value| choice(format!("{value}%"), value))
                        .collect::<Vec<_>>()}
                    {choice(tr!(swap.slippage_custom).to_owned(), CUSTOM)}
                </div>
            </div>
            {own}
            <span class="field-hint" id="swap-slippage-about">{tr!(swap.slippage_hint)}</span>
        </div>
    }
    .into_any()
}
