//! How the pool's depth will fall.

use leptos::prelude::*;
use pinfi_core::{
    math::WAD,
    units::{PoolId, Timestamp},
};

use super::state::{self, Ahead, Step};
use crate::{
    components::{Column, card, live, table},
    contexts::{Desk, tr},
    format::{hours, pin_compact},
    words::moment,
};

/// Shows what is left of the pool at each LP expiry to come.
pub(super) fn ahead(id: PoolId) -> AnyView {
    let desk = Desk::use_it();
    // Nothing in it depends on the second: it is worked out anew when the ledger changes and
    // when an expiry has passed.
    let next = RwSignal::new(None::<Timestamp>);
    let is_passed = Memo::new(move |_| {
        let next = next.get()?;
        Some(desk.see()?.now >= next)
    });
    let found = Memo::new(move |_| {
        is_passed.track();
        let found = desk.follow().map(|seen| state::ahead(&seen.ledger, id, seen.now));
        found.unwrap_or_default()
    });
    Effect::new(move |_| next.set(found.with(|found| found.steps.first().map(|step| step.at))));
    let content = live(move || found.with(show));
    card(tr!(pool.ahead), "pool-ahead", content)
}

fn show(found: &Ahead) -> AnyView {
    if found.steps.is_empty() {
        return view! { <p class="small soft">{tr!(pool.ahead_none)}</p> }.into_any();
    }
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(pool.ahead_when), false),
        column(tr!(pool.ahead_devices), true),
        column(tr!(pool.compute), true),
        column(tr!(pool.pin), true),
    ];
    let row = |step: &Step| {
        vec![
            moment(step.at).into_any(),
            step.devices.to_string().into_any(),
            hours(step.compute.0 / WAD).into_any(),
            pin_compact(step.pin.0).into_any(),
        ]
    };
    let more = found.last.filter(|_| found.more > 0).map(|last| {
        let (count, last) = (found.more.to_string(), moment(last));
        view! { <p class="small soft">{tr!(pool.ahead_more, count = count, last = last)}</p> }
    });
    view! {
        <p class="small soft">{tr!(pool.ahead_text)}</p>
        {table(tr!(pool.ahead), "pool-ahead-table", columns, found.steps.iter().map(row).collect())}
        {more}
    }
    .into_any()
}
