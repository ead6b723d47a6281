//! All pools together: the ensemble.

mod activity;

mod figures;
mod pool_card;

pub(crate) use activity::activity;

use leptos::prelude::*;

use self::figures::{Figures, figures};
use crate::{
    components::{Tone, bones, empty, late, note, page, stat, stats},
    contexts::{Clock, Settlement, tr},
    format, parts,
};

/// Builds the overview.
pub(super) fn overview() -> AnyView {
    let (settlement, clock) = (Settlement::use_it(), Clock::use_it());
    let all = Memo::new(move |_| {
        let ledger = settlement.ledger()?;
        let now = clock.now();
        let ids = ledger.pools().map(|(id, _)| id);
        Some(ids.filter_map(|id| figures(&ledger, id, now)).collect())
    });
    let count =
        Memo::new(move |_| all.with(|all: &Option<Vec<Figures>>| all.as_ref().map(Vec::len)));
    let content = move || match count.get() {
        None => bones(tr!(overview.opening)),
        Some(0) => empty("overview", tr!(overview.empty), ().into_any()),
        Some(count) => ensemble(all, count),
    };
    page(tr!(overview.title), tr!(overview.lead), content.into_any())
}

fn ensemble(all: Memo<Option<Vec<Figures>>>, count: usize) -> AnyView {
    let cards: Vec<AnyView> = (0..count)
        .map(|place| {
            let of_pool = Memo::new(move |_| {
                all.with(|all| all.as_ref().and_then(|all| all.get(place).cloned()))
            });
            pool_card::pool_card(of_pool)
        })
        .collect();
    view! {
        <div class="totals">{totals(all)}</div>
        <div class="grid" data-testid="pools">{cards}</div>
        {note(Tone::Plain, tr!(overview.not_oracle))}
        {late(|| true, parts::activity, || ())}
    }
    .into_any()
}

fn totals(all: Memo<Option<Vec<Figures>>>) -> AnyView {
    let sum = move |of: fn(&Figures) -> u128| {
        all.with(|all| all.iter().flatten().map(of).fold(0, u128::saturating_add))
    };
    stats(vec![
        stat(
            tr!(overview.total_pin),
            "total-pin",
            Signal::derive(move || format::pin(sum(|pool| pool.pin.0), 2)),
            "",
        ),
        stat(
            tr!(overview.total_hours),
            "total-hours",
            Signal::derive(move || format::hours(sum(|pool| pool.compute.0) / figures::WAD)),
            "",
        ),
        stat(
            tr!(overview.total_devices),
            "total-devices",
            Signal::derive(move || sum(|pool| pool.devices.into()).to_string()),
            Signal::derive(move || {
                tr!(overview.total_devices_note, free = sum(|pool| pool.free.into()).to_string())
            }),
        ),
    ])
}
