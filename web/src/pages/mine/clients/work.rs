//! Who is there, what runs, and what it brings.

use std::time::Duration;

use leptos::prelude::*;
use pinfi_core::{stake::Rental, units::StakeId};

use super::{super::name, Parts};
use crate::{
    components::{countdown, live, maybe, stat, stats, text},
    contexts::{Clock, mining::serving::Running, now, tr},
    format::{percent, short_address},
    words::pin_words,
};

/// Builds it.
pub(super) fn work(parts: Parts) -> AnyView {
    let Parts { serving, shown, desk, .. } = parts;
    let clock = Clock::use_it();
    let today = Memo::new(move |_| {
        let at = pinfi_core::units::Timestamp(clock.now());
        shown.with(|shown| shown.served.today(at))
    });
    let rentals =
        Memo::new(move |_| desk.see().map(|_| serving.get_value().rentals()).unwrap_or_default());
    let running = Memo::new(move |_| shown.with(|shown| shown.running));
    let sessions = Memo::new(move |_| shown.with(|shown| shown.sessions.len()));
    let share =
        text(move || today.with(|day| day.share_bps()).map_or_else(|| "–".to_owned(), percent));
    let none = || String::new();
    let figures = stats(vec![
        stat(
            tr!(serve.sessions),
            "serve-sessions",
            text(move || sessions.get().to_string()),
            none(),
        ),
        stat(
            tr!(serve.done),
            "serve-done",
            text(move || today.with(|day| day.done.to_string())),
            tr!(serve.today).to_owned(),
        ),
        stat(
            tr!(serve.without),
            "serve-failed",
            text(move || today.with(|day| day.failed.to_string())),
            tr!(serve.today).to_owned(),
        ),
        stat(tr!(serve.share), "serve-share", share, tr!(serve.share_note).to_owned()),
    ]);
    let rented = live(move || {
        let Some(seen) = desk.peek() else { return ().into_any() };
        match rentals.get() {
            rentals if rentals.is_empty() => {
                view! { <p class="soft" data-testid="serve-unrented">{tr!(serve.unrented)}</p> }
                    .into_any()
            }
            rentals => rentals
                .into_iter()
                .map(|(id, rental)| rented(name(&seen.ledger, id), id, &rental))
                .collect_view()
                .into_any(),
        }
    });
    let now = maybe(move || running.get().map(|running| job(running, clock)));
    view! { {rented} {now} {figures} }.into_any()
}

fn rented(device: String, id: StakeId, rental: &Rental) -> AnyView {
    let client = rental.renter.to_string();
    let words = tr!(serve.rented, device = device, client = short_address(&client));
    let paid = tr!(serve.paid, amount = pin_words(rental.paid));
    view! {
        <p data-testid="serve-rental" data-stake=id.to_string() data-client=client>
            {words} " " {tr!(serve.ends_in)} " " {countdown(rental.until.0)}
            <br />
            <span class="small soft">{paid}</span>
        </p>
    }
    .into_any()
}

/// The job that runs, and for how long.
fn job(running: Running, clock: Clock) -> AnyView {
    let client = running.client.to_string();
    let words = tr!(serve.runs, job = running.job.to_string(), client = short_address(&client));
    let since = running.since;
    let took = text(move || {
        clock.now();
        let span = now().saturating_sub(since);
        tr!(serve.since, seconds = Duration::as_secs(&span).to_string())
    });
    view! {
        <p role="status" data-testid="serve-running" data-job=running.job.to_string()>
            <span class="serve-long">{words}</span> " " <span class="num">{took}</span>
        </p>
    }
    .into_any()
}
