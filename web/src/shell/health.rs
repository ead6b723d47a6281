//! What is wrong with the ledger, on every page until it was seen.

use leptos::{prelude::*, task::spawn_local};
use pinfi_client::settlement::embedded::Recovery;

use crate::{
    browser,
    components::{Button, Tone, note},
    contexts::{Settlement, tr},
};

/// Tells of a ledger that did not open, or that was cut.
pub(crate) fn health() -> AnyView {
    let settlement = Settlement::use_it();
    view! {
        {move || settlement.failure().map(failed)}
        {move || settlement.recovery().map(|recovery| cut(settlement, recovery))}
    }
    .into_any()
}

fn failed(code: &'static str) -> AnyView {
    view! {
        <section class="card banner" role="alert" data-testid="ledger-failure" data-code=code>
            <h2>{tr!(shell.failure_title)}</h2>
            {note(Tone::Bad, tr!(shell.failure_text, code = code))}
        </section>
    }
    .into_any()
}

fn cut(settlement: Settlement, recovery: Recovery) -> AnyView {
    let text = tr!(
        shell.recovery_text,
        kept = recovery.kept.to_string(),
        cut = recovery.cut.to_string(),
        lost = recovery.lost.to_string()
    );
    let export = recovery.aside.map(|aside| {
        let save = move |()| {
            let aside = aside.clone();
            spawn_local(async move {
                let Some(local) = settlement.local() else { return };
                if let Ok(lines) = local.ledger.export_aside(&aside).await {
                    browser::download("pinfi-cut.jsonl", "application/x-ndjson", &lines);
                }
            });
        };
        view! {
            <Button label=tr!(shell.recovery_export) testid="ledger-recovery-export" on_press=save />
        }
    });
    view! {
        <section
            class="card banner"
            role="alert"
            data-testid="ledger-recovery"
            data-kept=recovery.kept.to_string()
            data-cut=recovery.cut.to_string()
        >
            <h2>{tr!(shell.recovery_title)}</h2>
            {note(Tone::Caution, text)}
            <div class="row">
                {export}
                <Button
                    label=tr!(shell.recovery_seen)
                    testid="ledger-recovery-seen"
                    on_press=move |()| settlement.forget_recovery()
                />
            </div>
        </section>
    }
    .into_any()
}
