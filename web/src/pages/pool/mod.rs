//! One pool: what it holds and costs now, how that came about, and what time will make of it.
//!
//! | file | what lives there |
//! |---|---|
//! | `state` | the figures of a moment, and the depth to come: pure |
//! | `track` | the past as points of a chart: pure |
//! | `happening` | what happened lately: pure |
//! | `figures`, `history`, `terms`, `devices`, `ahead`, `recent` | the cards |

mod ahead;
mod devices;
mod figures;
mod happening;
mod history;
mod recent;
mod state;
mod terms;
mod track;
mod who;

use leptos::prelude::*;
use pinfi_core::{pool::PoolParams, units::PoolId};

pub(in crate::pages) use state::price_per_hour;

use super::balance::balance_card;
use crate::{
    components::{Tone, card, live, note, page},
    contexts::{Desk, tr},
    route::Route,
};

/// Builds the page of a pool.
pub(super) fn pool(id: PoolId) -> AnyView {
    let desk = Desk::use_it();
    // Fixed for good, so this page is built once.
    let params = Memo::new(move |_| {
        let seen = desk.follow()?;
        Some(seen.ledger.pool(id).ok().map(|pool| pool.params().clone()))
    });
    live(move || match params.get() {
        None => page(tr!(pool.number, id = id.to_string()), tr!(pool.lead), opening()),
        Some(None) => unknown(),
        Some(Some(params)) => known(id, &params),
    })
}

/// Shows bones until the ledger is open.
pub(in crate::pages) fn opening() -> AnyView {
    view! {
        <div class="card skeleton-card" role="status" aria-busy="true" aria-label=tr!(common.loading)>
            <div class="bone"></div>
        </div>
    }
    .into_any()
}

fn unknown() -> AnyView {
    let back = view! {
        <p><a class="button" href=Route::Overview.path() data-testid="pool-back">{tr!(pool.back)}</a></p>
    };
    page(tr!(pool.unknown_title), tr!(pool.unknown_text), back.into_any())
}

fn known(id: PoolId, params: &PoolParams) -> AnyView {
    let content = view! {
        {ways(id)}
        {figures::figures(id)}
        {balance_card(id)}
        <div class="split">
            {history::history(id, &params.kind)}
            {terms::terms(params)}
        </div>
        {devices::devices(id)}
        <div class="split">
            {recent::recent(id)}
            {ahead::ahead(id)}
        </div>
        {limits()}
    };
    page(params.kind.clone(), tr!(pool.lead), content.into_any())
}

/// The ways from here to act on the pool.
fn ways(id: PoolId) -> AnyView {
    view! {
        <p class="row">
            <a class="button button-primary" href=Route::Swap(Some(id)).path() data-testid="pool-rent">
                {tr!(pool.rent)}
            </a>
            <a class="button" href=Route::Provide(Some(id)).path() data-testid="pool-provide">
                {tr!(pool.provide)}
            </a>
        </p>
    }
    .into_any()
}

fn limits() -> AnyView {
    let content = view! {
        <div class="stack-s">
            {note(Tone::Plain, tr!(pool.limit_one_sided))}
            {note(Tone::Plain, tr!(pool.limit_cover))}
            {note(Tone::Plain, tr!(pool.limit_oracle))}
        </div>
    };
    card(tr!(pool.limits), "pool-limits", content.into_any())
}
