//! The chart of price and reserve.

use leptos::prelude::*;
use pinfi_core::units::PoolId;

use super::track::Track;
use crate::{
    components::{Chart, Look, Series, card},
    contexts::{Desk, Settlement, tr},
};

/// Points of the chart: finer would not be seen.
const POINTS: u64 = 180;

/// Draws how the pool's reserve dissipates and what trades do to its price.
pub(super) fn history(id: PoolId, kind: &str) -> AnyView {
    let (desk, settlement) = (Desk::use_it(), Settlement::use_it());
    let track = Memo::new(move |_| {
        let drawn = desk.see().and_then(|seen| {
            let present = seen.ledger.pool(id).ok()?.at(seen.now).ok()?.reserves;
            Some(Track::of(&settlement.get()?.samples(id), &present).evenly(POINTS))
        });
        drawn.unwrap_or_default()
    });
    let series = vec![
        Series {
            title: tr!(pool.chart_price).to_owned(),
            token: "--accent",
            look: Look::Area,
            axis: "right",
            places: 4,
            points: Signal::derive(move || track.with(|track| track.price.clone())),
        },
        Series {
            title: tr!(pool.chart_hours).to_owned(),
            token: "--hours",
            look: Look::Line,
            axis: "left",
            places: 4,
            points: Signal::derive(move || track.with(|track| track.hours.clone())),
        },
    ];
    let content = view! {
        <p class="small soft">{tr!(pool.history_text)}</p>
        <Chart title=tr!(pool.chart_title, kind = kind.to_owned()) testid="pool-chart" series />
    };
    card(tr!(pool.history), "pool-history", content.into_any())
}
