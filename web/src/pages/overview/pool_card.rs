//! One pool of the ensemble.

use leptos::prelude::*;

use super::figures::{Figures, WAD};
use crate::{
    components::{Progress, Tone, badge, stat},
    contexts::{Language, tr},
    format,
    route::Route,
};

/// Shows a pool, with the way to its page.
pub(super) fn pool_card(figures: Memo<Option<Figures>>) -> AnyView {
    let Some(Figures { id, kind, .. }) = figures.get_untracked() else { return ().into_any() };
    let read = move |what: fn(&Figures) -> String| {
        Signal::derive(move || {
            figures.with(|figures| figures.as_ref().map(what).unwrap_or_default())
        })
    };
    let is_dormant = Memo::new(move |_| {
        figures.with(|figures| figures.as_ref().is_some_and(|f| f.price.is_none()))
    });
    let horizon = Signal::derive(move || {
        figures
            .with(|figures| figures.as_ref().map_or(0, |f| per_mille(f.duration.0, f.max_term.0)))
    });
    let duration = read(|figures| format::duration(figures.duration.0, Language::durations()));
    let label = Signal::derive(move || format!("{} {}", tr!(overview.horizon), duration.get()));
    let dormant = move || is_dormant.get().then(|| badge(Tone::Caution, tr!(overview.dormant)));
    view! {
        <a class="card card-link" href=Route::Pool(id).path() data-testid="pool-link" data-pool=id.to_string()>
            <div class="card-head"><h2>{kind}</h2>{dormant}</div>
            <dl class="stats stat-big">{stat(tr!(overview.price), "pool-card-price", read(price), "")}</dl>
            <dl class="stats">
                {stat(tr!(overview.pin), "pool-card-pin", read(|f| format::pin(f.pin.0, 2)), "")}
                {stat(tr!(overview.hours), "pool-card-hours", read(|f| format::hours(f.compute.0 / WAD)), "")}
                {stat(tr!(overview.devices), "pool-card-devices", read(devices), "")}
            </dl>
            <div class="meter-warm"><Progress label testid="pool-card-horizon" per_mille=horizon /></div>
        </a>
    }
    .into_any()
}

fn price(figures: &Figures) -> String {
    figures.price.map_or("–".to_owned(), |wei| format::pin_compact(wei.0.saturating_mul(3_600)))
}

fn devices(figures: &Figures) -> String {
    tr!(overview.devices_of, free = figures.free.to_string(), all = figures.devices.to_string())
}

fn per_mille(part: u64, whole: u64) -> u32 {
    // At most 1 000.
    u32::try_from(part.min(whole).saturating_mul(1_000) / whole.max(1)).unwrap_or(0)
}
