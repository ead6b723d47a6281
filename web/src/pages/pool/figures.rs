//! The pool's figures, second by second.

use leptos::prelude::*;
use pinfi_core::{math::WAD, units::PoolId};

use super::state::State;
use crate::{
    components::{Tone, card, live, note, stat, text},
    contexts::{Desk, Language, tr},
    format::{duration, hours_decimal, percent_of, pin_compact},
};

/// What a figure's machine value counts.
#[derive(Clone, Copy)]
enum Unit {
    Wei,
    Wad,
}

/// A figure: how it is read from the state, exactly and for people.
struct Figure {
    label: &'static str,
    testid: &'static str,
    remark: &'static str,
    unit: Unit,
    raw: fn(&State) -> u128,
    shown: fn(&State) -> String,
}

/// Shows what the pool holds and costs now.
pub(super) fn figures(id: PoolId) -> AnyView {
    let desk = Desk::use_it();
    let state = Memo::new(move |_| {
        let seen = desk.see()?;
        State::of(seen.ledger.pool(id).ok()?, seen.now)
    });
    let all = [
        Figure {
            label: tr!(pool.price),
            testid: "pool-price",
            remark: tr!(pool.price_note),
            unit: Unit::Wei,
            raw: |state| state.spot.0,
            shown: |state| if_open(state, || pin_compact(state.per_hour.0)),
        },
        Figure {
            label: tr!(pool.pin),
            testid: "pool-pin",
            remark: tr!(pool.pin_note),
            unit: Unit::Wei,
            raw: |state| state.pin.0,
            shown: |state| pin_compact(state.pin.0),
        },
        Figure {
            label: tr!(pool.compute),
            testid: "pool-compute",
            remark: tr!(pool.compute_note),
            unit: Unit::Wad,
            raw: |state| state.compute.0,
            shown: |state| hours_decimal(state.compute.0 / WAD, 3),
        },
        Figure {
            label: tr!(pool.shares),
            testid: "pool-shares",
            remark: tr!(pool.shares_note),
            unit: Unit::Wad,
            raw: |state| state.shares.0,
            shown: |state| hours_decimal(state.shares.0 / WAD, 3),
        },
    ];
    let plain = [
        (
            tr!(pool.duration),
            "pool-duration",
            tr!(pool.duration_note),
            (|state| if_open(state, || duration(state.duration.0, Language::durations())))
                as fn(&State) -> String,
        ),
        (tr!(pool.cover), "pool-cover", tr!(pool.cover_note), cover),
        (tr!(pool.rewards), "pool-rewards", tr!(pool.rewards_note), |state| {
            pin_compact(state.rewards_daily.0)
        }),
    ];
    let content = view! {
        <dl class="stats market-figures">
            {all.into_iter().map(|one| figure(state, one)).collect::<Vec<_>>()}
            {plain
                .into_iter()
                .map(|(label, testid, remark, shown)| words(state, label, testid, remark, shown))
                .collect::<Vec<_>>()}
        </dl>
        {warning(state)}
    };
    card(tr!(pool.now), "pool-now", content.into_any())
}

fn figure(state: Memo<Option<State>>, figure: Figure) -> AnyView {
    let Figure { label, testid, remark, unit, raw, shown } = figure;
    let read = move |what: fn(&State) -> u128| {
        text(move || state.get().map(|state| what(&state).to_string()).unwrap_or_default())
    };
    let (value, at) = (read(raw), read(|state| u128::from(state.at.0)));
    let shown = text(move || state.get().map(|state| shown(&state)).unwrap_or_default());
    let (wei, wad) = match unit {
        Unit::Wei => (Some(value), None),
        Unit::Wad => (None, Some(value)),
    };
    view! {
        <div class="stat">
            <dt>{label}</dt>
            <dd class="num" data-testid=testid data-wei=wei data-wad=wad data-at=at>
                {shown}
            </dd>
            <dd class="stat-note">{remark}</dd>
        </div>
    }
    .into_any()
}

fn words(
    state: Memo<Option<State>>,
    label: &'static str,
    testid: &'static str,
    remark: &'static str,
    shown: fn(&State) -> String,
) -> AnyView {
    stat(
        label,
        testid,
        text(move || state.get().map(|state| shown(&state)).unwrap_or_default()),
        remark,
    )
}

/// A dormant pool has no such figure.
fn if_open(state: &State, shown: impl FnOnce() -> String) -> String {
    if state.is_open() { shown() } else { "–".to_owned() }
}

fn cover(state: &State) -> String {
    state.cover_wad.map_or_else(|| "–".to_owned(), |cover| percent_of(cover, WAD))
}

/// What is wrong with the pool, if anything; its words stay while the figures in them run.
fn warning(state: Memo<Option<State>>) -> AnyView {
    let kind = Memo::new(move |_| {
        let state = state.get()?;
        Some((state.is_open(), state.is_cover_low()))
    });
    live(move || match kind.get() {
        Some((false, _)) => note(Tone::Caution, tr!(pool.dormant)),
        Some((true, true)) => {
            let cover = state.get_untracked().map(|state| cover(&state)).unwrap_or_default();
            let text = tr!(pool.low_cover, cover = cover);
            view! { <div data-testid="pool-cover-low">{note(Tone::Caution, text)}</div> }.into_any()
        }
        Some((true, false)) | None => ().into_any(),
    })
}
