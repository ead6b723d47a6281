//! How far something has come, and how long it still has.

use leptos::prelude::*;

use crate::{
    contexts::{Clock, Language, tr},
    format,
};

/// A progress bar, from 0 to 1 000 per mille.
#[component]
pub(crate) fn Progress(
    #[prop(into)] label: Signal<String>,
    testid: &'static str,
    #[prop(into)] per_mille: Signal<u32>,
) -> AnyView {
    let percent = move || per_mille.get().min(1_000) / 10;
    view! {
        <div class="progress">
            <span class="small soft">{label}</span>
            <div
                class="progress-track"
                role="progressbar"
                data-testid=testid
                aria-label=label
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=super::text(move || percent().to_string())
            >
                <div class="progress-fill" style:width=move || format!("{}%", percent())></div>
            </div>
        </div>
    }
    .into_any()
}

/// Counts down to a ledger time, in seconds since 1970.
pub(crate) fn countdown(until: u64) -> AnyView {
    let clock = Clock::use_it();
    let left = move || match until.saturating_sub(clock.now()) {
        0 => tr!(common.over).to_owned(),
        left => format::countdown(left, Language::durations()),
    };
    view! { <span class="num" role="timer">{left}</span> }.into_any()
}
