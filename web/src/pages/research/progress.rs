//! How far a market is, and how it ended where it has no result.

use leptos::prelude::*;

use super::{
    lab::{Lab, Phase},
    words,
};
use crate::{
    components::{Button, Progress, Tone, maybe, note, text},
    contexts::tr,
};

/// Shows the progress with the way to cancel.
pub(super) fn progress(lab: Lab) -> AnyView {
    let is_running = Memo::new(move |_| matches!(lab.phase.get(), Phase::Running(..)));
    let bar = maybe(move || is_running.get().then(|| running(lab)));
    let ended = maybe(move || {
        let told = match lab.phase.get() {
            Phase::Cancelled => note(Tone::Plain, tr!(research.cancelled)),
            Phase::Failed(error) => note(Tone::Bad, words::failed(&error)),
            Phase::Idle | Phase::Running(..) => return None,
        };
        Some(view! { <div role="status" data-testid="research-ended">{told}</div> }.into_any())
    });
    view! { {bar} {ended} }.into_any()
}

fn running(lab: Lab) -> AnyView {
    let hours = move || match lab.phase.get() {
        Phase::Running(done, total) => (done, total.max(1)),
        _ => (1, 1),
    };
    let per_mille = Signal::derive(move || {
        let (done, total) = hours();
        u32::try_from(u64::from(done) * 1_000 / u64::from(total)).unwrap_or(1_000)
    });
    let label = text(move || {
        let (done, total) = hours();
        let (done, total) = ((done / 24).to_string(), (total / 24).to_string());
        tr!(research.progress, done = done, total = total)
    });
    view! {
        <section class="card" data-testid="research-running">
            <Progress label testid="research-progress" per_mille />
            <div class="row">
                <Button
                    label=tr!(common.cancel)
                    testid="research-cancel"
                    on_press=move |()| lab.cancel()
                />
                <p class="small soft">{tr!(research.progress_hint)}</p>
            </div>
        </section>
    }
    .into_any()
}
