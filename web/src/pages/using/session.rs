//! How the session with the device stands, and where the device is.

use leptos::prelude::*;
use pinfi_core::units::StakeId;
use pinfi_worker::{DeviceKind, rented::Terms};

use super::{
    bench::{Bench, Phase},
    needs::Needs,
    place::Place,
    words,
};
use crate::{
    components::{Tone, lines, live, note},
    contexts::tr,
    format,
};

/// Shows the session and the device's place.
pub(super) fn session(id: StakeId, bench: Bench, needs: Needs) -> AnyView {
    let place = Memo::new(move |_| needs.place(id));
    let state = move || match bench.phase.get() {
        Phase::Closed => "closed",
        Phase::Opening => "opening",
        Phase::Open(_) => "open",
        Phase::Lost => "lost",
        Phase::Over(..) => "over",
    };
    let about = live(move || match bench.phase.get() {
        Phase::Closed => view! { <p class="soft">{tr!(hire.closed)}</p> }.into_any(),
        Phase::Opening => view! { <p role="status">{tr!(hire.opening)}</p> }.into_any(),
        Phase::Open(terms) => open(&terms),
        Phase::Lost => {
            view! { <div role="status">{note(Tone::Caution, tr!(hire.lost))}</div> }.into_any()
        }
        Phase::Over(code, reason) => {
            let reason = (!reason.is_empty())
                .then(|| view! { <p class="small soft mono use-reason">{reason}</p> });
            view! { {note(Tone::Caution, words::ending(&code))} {reason} }.into_any()
        }
    });
    let place = live(move || place.get().map_or_else(|| ().into_any(), of_place));
    view! {
        <div class="stack-s" data-testid="use-session" data-state=state>
            {about}
            {place}
        </div>
    }
    .into_any()
}

fn of_place(place: Place) -> AnyView {
    match place {
        Place::Here => note(Tone::Plain, tr!(hire.stands_in)),
        Place::There { key, relay } => {
            let figures = vec![
                (tr!(hire.key).to_owned(), format::short_address(&format!("0x{key}"))),
                (tr!(hire.relay).to_owned(), relay),
            ];
            view! {
                <div class="stack-s use-place" data-testid="use-place" data-key=key.to_string()>
                    {lines(figures)}
                    {note(Tone::Plain, tr!(hire.dialled))}
                </div>
            }
            .into_any()
        }
        Place::Unsaid => {
            view! { <div data-testid="use-unsaid">{note(Tone::Caution, tr!(hire.unsaid))}</div> }
                .into_any()
        }
    }
}

fn open(terms: &Terms) -> AnyView {
    let device = match terms.device.kind {
        DeviceKind::SoftwareGpu => tr!(bench.of_software).to_owned(),
        _ if terms.device.name.trim().is_empty() => tr!(bench.of_gpu).to_owned(),
        _ => terms.device.name.clone(),
    };
    lines(vec![
        (tr!(hire.session).to_owned(), tr!(hire.connected).to_owned()),
        (tr!(hire.device).to_owned(), device),
        (tr!(hire.signs).to_owned(), format::short_address(&terms.provider.to_string())),
        (tr!(hire.per_step).to_owned(), format!("{} s", terms.limits.step_millis / 1_000)),
    ])
}
