//! Providing a device: a pool, this device, a term, and what to do with the hours.
//!
//! | file | what lives there |
//! |---|---|
//! | `form` | what was chosen, and what follows from it |
//! | `summary` | the figures and warnings, in words |
//! | `submit` | the signatures |
//! | `draft`, `create` | a new pool: its parameters, and its form |

mod create;
mod draft;
mod form;
mod submit;
mod summary;

use leptos::prelude::*;
use pinfi_client::plan::TermError;
use pinfi_core::units::{PoolId, Secs};

use self::form::{Form, Offer};
use super::{balance::advisor_card, device::device_card};
use crate::{
    components::{AmountField, Button, DurationField, Kind, Select, Tone, card, note, page},
    contexts::tr,
    format::{parse_duration, pin_compact},
    words,
};

/// Builds the page; `chosen` is the pool that the address names.
pub(super) fn provide(chosen: Option<PoolId>) -> AnyView {
    let form = Form::new(chosen);
    let offer = Memo::new(move |_| form.offer());
    let rules = Signal::derive(move || offer.with(|offer| Some(offer.as_ref()?.params.pocps)));
    let content = view! {
        <div class="split">
            <div class="stack">
                {pool_card(form, offer)} {device_card(rules)} {term_card(form, offer)} {advisor(form, offer)}
            </div>
            <div class="stack beside">{summary::summary_card(form, offer)}</div>
        </div>
    };
    page(tr!(provide.title), tr!(provide.lead), content.into_any())
}

/// Weighs the ways; what it takes from the form changes with the ledger, not with every second.
fn advisor(form: Form, offer: Memo<Option<Offer>>) -> AnyView {
    let chosen = Signal::derive(move || form.chosen());
    let proposal = Memo::new(move |_| offer.with(|offer| offer.as_ref()?.proposal()));
    advisor_card(chosen, proposal)
}

fn pool_card(form: Form, offer: Memo<Option<Offer>>) -> AnyView {
    let creating = RwSignal::new(false);
    let options = Memo::new(move |_| options(form));
    Effect::new(move |_| {
        let Some(seen) = form.desk.follow() else { return };
        if form.pool.with_untracked(String::is_empty)
            && let Some(first) = form::first_choice(&seen.ledger)
        {
            form.pool.set(first.to_string());
        }
    });
    let label = Signal::derive(move || {
        let label = if creating.get() { tr!(provide.create_close) } else { tr!(provide.create) };
        label.to_owned()
    });
    let choice = move || {
        if options.with(Vec::is_empty) {
            return view! { <p class="soft">{tr!(provide.no_pools)}</p> }.into_any();
        }
        // Built anew once the first choice is made, so that the list shows it.
        let _chosen = form.pool.with(String::is_empty);
        view! { <Select label=tr!(provide.pool) testid="provide-pool" chosen=form.pool options /> }
            .into_any()
    };
    let dormant =
        Memo::new(move |_| offer.with(|offer| offer.as_ref().is_some_and(Offer::is_dormant)));
    let content = view! {
        {choice}
        {move || dormant.get().then(|| note(Tone::Plain, tr!(provide.dormant)))}
        <div class="row">
            <Button
                label
                testid="pool-create"
                kind=Kind::Small
                on_press=move |()| creating.update(|creating| *creating = !*creating)
            />
        </div>
        {move || creating.get().then(|| create::create_form(form, creating))}
    };
    card(tr!(provide.pool_title), "provide-pools", content.into_any())
}

/// The pools with their prices; they change with the ledger, not with time.
fn options(form: Form) -> Vec<(String, String)> {
    let Some(seen) = form.desk.follow() else { return Vec::new() };
    let option = |(id, pool): (PoolId, &pinfi_core::pool::Pool)| {
        let kind = pool.params().kind.clone();
        let spot = pool.at(seen.now).ok().and_then(|advanced| advanced.reserves.spot_price());
        let text = match spot {
            Some(spot) => {
                let price = pin_compact(spot.0.saturating_mul(3_600));
                tr!(provide.pool_option, kind = kind, price = price)
            }
            None => tr!(provide.pool_option_dormant, kind = kind),
        };
        (id.to_string(), text)
    };
    seen.ledger.pools().map(option).collect()
}

fn term_card(form: Form, offer: Memo<Option<Offer>>) -> AnyView {
    let bounds = Memo::new(move |_| {
        offer.with(|offer| {
            offer.as_ref().map(|o| (o.params.min_term, o.params.max_term, o.params.bucket))
        })
    });
    let hint = Signal::derive(move || {
        bounds.get().map_or_else(String::new, |(least, most, bucket)| {
            tr!(
                provide.term_hint,
                least = words::span(least),
                most = words::span(most),
                bucket = words::span(bucket)
            )
        })
    });
    let outcome = move || {
        let plan = offer.with(|offer| offer.as_ref().and_then(|offer| offer.plan.clone()));
        match plan {
            None => ().into_any(),
            Some(Err(error)) => note(Tone::Caution, term_words(error)),
            Some(Ok(plan)) => {
                let date = words::moment(plan.term.expiry);
                view! { <p class="soft" data-testid="provide-ends">{tr!(provide.term_ends, date = date)}</p> }
                    .into_any()
            }
        }
    };
    let dormant =
        Memo::new(move |_| offer.with(|offer| offer.as_ref().is_some_and(Offer::is_dormant)));
    let price = move || {
        (dormant.get() && !form.sells.get()).then(|| {
            view! {
                <AmountField
                    label=format!("{} ({})", tr!(provide.price), tr!(provide.price_unit))
                    testid="provide-price"
                    text=form.price
                    hint=tr!(provide.price_hint).to_owned()
                />
            }
        })
    };
    let content = view! {
        <DurationField label=tr!(provide.term) testid="provide-term" text=form.term hint large=true />
        {presets(form, bounds)}
        {outcome}
        <h3>{tr!(provide.way_title)}</h3>
        {ways(form)}
        <p class="soft">
            {move || if form.sells.get() { tr!(provide.way_sell_text) } else { tr!(provide.way_lp_text) }}
        </p>
        {price}
    };
    card(tr!(provide.term_title), "provide-terms", content.into_any())
}

/// Terms to pick, as far as the pool takes them.
fn presets(form: Form, bounds: Memo<Option<(Secs, Secs, Secs)>>) -> AnyView {
    let preset = move |(secs, text): (u64, String)| {
        let shown = text.clone();
        let pressed = move || form.term.with(|typed| parse_duration(typed) == Ok(secs)).to_string();
        view! {
            <button
                type="button"
                data-testid="provide-preset"
                aria-pressed=pressed
                on:click=move |_| form.term.set(text.clone())
            >
                {shown}
            </button>
        }
        .into_any()
    };
    let content = move || {
        let (least, most, _) = bounds.get()?;
        let all = [6 * 3_600, 86_400, 3 * 86_400, 7 * 86_400];
        let mut spans: Vec<(u64, String)> = all
            .into_iter()
            .filter(|secs| (least.0..most.0).contains(secs))
            .map(|secs| (secs, words::span(Secs(secs))))
            .collect();
        spans.push((most.0, words::span(most)));
        Some(spans.into_iter().map(preset).collect_view())
    };
    view! { <div class="segments" role="group" aria-label=tr!(provide.term)>{content}</div> }
        .into_any()
}

fn ways(form: Form) -> AnyView {
    let way = |sells: bool, testid: &'static str, text: &'static str| {
        view! {
            <button
                type="button"
                data-testid=testid
                aria-pressed=move || (form.sells.get() == sells).to_string()
                on:click=move |_| form.sells.set(sells)
            >
                {text}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="segments" role="group" aria-label=tr!(provide.way_title)>
            {way(false, "provide-way-lp", tr!(provide.way_lp))}
            {way(true, "provide-way-sell", tr!(provide.way_sell))}
        </div>
    }
    .into_any()
}

fn term_words(error: TermError) -> String {
    match error {
        TermError::TooShort { least } => tr!(provide.term_too_short, least = words::span(least)),
        TermError::TooLong { most } => tr!(provide.term_too_long, most = words::span(most)),
        TermError::NoRoom => tr!(provide.term_no_room).to_owned(),
    }
}
