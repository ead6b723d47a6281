//! What is wrong with the ledger, on every page until it was seen.

use leptos::{prelude::*, task::spawn_local};
use pinfi_client::settlement::embedded::Recovery;

use crate::{
    browser,
    components::{Button, Tone, note},
    contexts::{Settlement, tr},
    parts,
    route::Route,
    words::Trouble,
};

/// Tells of a ledger that did not open, or that was cut, and of a chain that can't be read.
pub(crate) fn health() -> AnyView {
    let settlement = Settlement::use_it();
    view! {
        {move || settlement.failure().map(failed)}
        {move || settlement.recovery().map(|recovery| cut(settlement, recovery))}
        {move || settlement.reach().map(|trouble| unreached(settlement, trouble))}
    }
    .into_any()
}

fn failed(code: &'static str) -> AnyView {
    let why = if code == parts::PART_LOST {
        tr!(shell.part_lost).to_owned()
    } else {
        tr!(shell.failure_text, code = code)
    };
    view! {
        <section class="card banner" role="alert" data-testid="ledger-failure" data-code=code>
            <h2>{tr!(shell.failure_title)}</h2>
            {note(Tone::Bad, why)}
        </section>
    }
    .into_any()
}

fn unreached(settlement: Settlement, trouble: Trouble) -> AnyView {
    let block = untrack(|| settlement.chain()).and_then(|chain| chain.ledger.head());
    let seen = match block {
        Some(block) => tr!(chain.reach_seen, block = block.number.to_string()),
        None => tr!(chain.reach_unseen).to_owned(),
    };
    let way = block.is_none().then(|| {
        view! { <a class="button" href=Route::Wallet.path()>{tr!(chain.reach_wallet)}</a> }
    });
    view! {
        <section class="card banner" role="alert" data-testid="chain-reach" data-code=trouble.code>
            <h2>{tr!(chain.reach_title)}</h2>
            {note(Tone::Bad, trouble.text)}
            <p class="small soft">{seen}</p>
            <div class="row">{way}</div>
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
