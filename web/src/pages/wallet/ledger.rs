//! The ledger behind the wallet: what it is, whether it holds, and ways to take it along.

use leptos::{html, prelude::*, task::spawn_local};
use pinfi_client::{
    sandbox::{self, Market},
    settlement::{
        Settlement as _,
        embedded::{Audit, EmbeddedLedger},
    },
};

use super::files::{file_field, read};
use crate::{
    browser,
    components::{Button, Dialog, Kind, Tone, card, lines, maybe, note},
    contexts::{Settlement, Toasts, tr},
    format::count,
    words::Trouble,
};

const LINES: &str = "application/x-ndjson";

/// Builds the section.
pub(super) fn ledger() -> AnyView {
    let settlement = Settlement::use_it();
    let is_open = Memo::new(move |_| settlement.local().is_some());
    maybe(move || {
        is_open.get().then(|| {
            let content = view! {
                <p class="soft">{tr!(wallet.ledger_text)}</p>
                {facts(settlement)}
                {market(settlement)}
                {audit(settlement)}
                {copies(settlement)}
            };
            card(tr!(wallet.ledger_title), "ledger", content.into_any())
        })
    })
}

fn facts(settlement: Settlement) -> AnyView {
    let rows = move || {
        let local = settlement.local()?;
        let ledger = &local.ledger;
        let descriptor = ledger.descriptor();
        Some(lines(vec![
            (tr!(wallet.ledger_name).to_owned(), descriptor.name),
            (tr!(wallet.ledger_records).to_owned(), count(ledger.len())),
            (tr!(wallet.ledger_chain).to_owned(), descriptor.domain.chain_id.to_string()),
            (tr!(wallet.ledger_address).to_owned(), descriptor.domain.ledger.to_string()),
        ]))
    };
    view! { <div class="facts">{maybe(rows)}</div> }.into_any()
}

/// The switch of the simulated accounts.
fn market(settlement: Settlement) -> AnyView {
    let toasts = Toasts::use_it();
    let there = Memo::new(move |_| settlement.local().is_some_and(|local| local.market.is_some()));
    let switch = move |on: bool| {
        let local = untrack(|| settlement.local());
        let Some(market) = local.and_then(|local| local.market.clone()) else { return };
        spawn_local(async move {
            if let Err(error) = market.set_enabled(on).await {
                toasts.trouble(Trouble::from(&error));
            }
            settlement.changed();
        });
    };
    maybe(move || {
        there.get().then(|| {
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        role="switch"
                        data-testid="market-switch"
                        prop:checked=move || is_on(settlement)
                        on:change=move |event| switch(event_target_checked(&event))
                    />
                    <span>
                        {tr!(wallet.market)} <span class="small soft block">{tr!(wallet.market_text)}</span>
                    </span>
                </label>
            }
            .into_any()
        })
    })
}

fn is_on(settlement: Settlement) -> bool {
    settlement.local().is_some_and(|local| local.market.as_ref().is_some_and(Market::is_enabled))
}

/// What an audit has come to.
#[derive(Clone, PartialEq, Eq)]
enum Audited {
    Not,
    Running(u64),
    Done(Audit),
}

fn audit(settlement: Settlement) -> AnyView {
    let toasts = Toasts::use_it();
    let state = RwSignal::new(Audited::Not);
    let run = move |()| {
        let Some(local) = untrack(|| settlement.local()) else { return };
        let ledger = local.ledger.clone();
        state.set(Audited::Running(0));
        spawn_local(async move {
            let progress = move |done| {
                state.try_set(Audited::Running(done));
            };
            match ledger.audit(progress).await {
                Ok(audit) => {
                    state.try_set(Audited::Done(audit));
                }
                Err(error) => {
                    state.try_set(Audited::Not);
                    toasts.trouble(Trouble::from(&error));
                }
            }
        });
    };
    let told = move || match state.get() {
        Audited::Not => None,
        Audited::Running(done) => {
            Some(note(Tone::Plain, tr!(wallet.audit_running, done = count(done))))
        }
        Audited::Done(audit) => Some(verdict(&audit)),
    };
    view! {
        <div class="row">
            <Button
                label=tr!(wallet.audit)
                testid="ledger-audit"
                busy=Signal::derive(move || matches!(state.get(), Audited::Running(_)))
                on_press=run
            />
        </div>
        <div role="status" data-testid="ledger-audit-result">{maybe(told)}</div>
    }
    .into_any()
}

fn verdict(audit: &Audit) -> AnyView {
    let records = count(audit.records);
    match &audit.damage {
        Some(damage) => {
            let reason = Trouble::from(damage).text;
            note(Tone::Bad, tr!(wallet.audit_damaged, records = records, reason = reason))
        }
        None if audit.leads_here => note(Tone::Good, tr!(wallet.audit_holds, records = records)),
        None => note(Tone::Bad, tr!(wallet.audit_differs, records = records)),
    }
}

/// Copies out, copies in, and a fresh start.
fn copies(settlement: Settlement) -> AnyView {
    let toasts = Toasts::use_it();
    let input = NodeRef::<html::Input>::new();
    let (busy, asking) = (RwSignal::new(false), RwSignal::new(false));
    let with_ledger = move |work: fn(EmbeddedLedger, Toasts, NodeRef<html::Input>) -> Work| {
        let Some(local) = untrack(|| settlement.local()) else { return };
        let ledger = local.ledger.clone();
        busy.set(true);
        spawn_local(async move {
            if let Err(trouble) = work(ledger, toasts, input).await {
                toasts.trouble(trouble);
            }
            settlement.changed();
            busy.try_set(false);
        });
    };
    let reset = move |()| {
        asking.set(false);
        with_ledger(|ledger, toasts, _| Box::pin(reset(ledger, toasts)));
    };
    let question = move || {
        view! {
            {note(Tone::Bad, tr!(wallet.reset_text))}
            <div class="dialog-actions">
                <Button label=tr!(common.cancel) testid="reset-cancel" on_press=move |()| asking.set(false) />
                <Button label=tr!(wallet.reset) testid="reset-confirm" kind=Kind::Danger on_press=reset />
            </div>
        }
        .into_any()
    };
    view! {
        <div class="row">
            <Button
                label=tr!(wallet.ledger_export)
                testid="ledger-export"
                busy
                on_press=move |()| with_ledger(|ledger, _, _| Box::pin(export(ledger)))
            />
            <Button
                label=tr!(wallet.asides_export)
                testid="ledger-asides"
                kind=Kind::Quiet
                on_press=move |()| with_ledger(|ledger, toasts, _| Box::pin(asides(ledger, toasts)))
            />
            <Button
                label=tr!(wallet.reset)
                testid="ledger-reset"
                kind=Kind::Danger
                on_press=move |()| asking.set(true)
            />
        </div>
        <details>
            <summary class="small soft">{tr!(wallet.ledger_import_title)}</summary>
            <div class="stack import-log">
                {file_field(tr!(wallet.ledger_import_file), "ledger-import-file", ".jsonl", input)}
                <p class="small soft">{tr!(wallet.ledger_import_text)}</p>
                <div class="row">
                    <Button
                        label=tr!(wallet.ledger_import)
                        testid="ledger-import"
                        busy
                        on_press=move |()| with_ledger(|l, toasts, input| Box::pin(import(l, toasts, input)))
                    />
                </div>
            </div>
        </details>
        <Dialog
            open=asking
            title=tr!(wallet.reset_title)
            testid="reset"
            on_close=move |()| asking.set(false)
            content=ViewFn::from(question)
        />
    }
    .into_any()
}

type Work = std::pin::Pin<Box<dyn Future<Output = Result<(), Trouble>>>>;

async fn export(ledger: EmbeddedLedger) -> Result<(), Trouble> {
    let log = ledger.export().await.map_err(|error| Trouble::from(&error))?;
    browser::download("pinfi-ledger.jsonl", LINES, &log);
    Ok(())
}

async fn asides(ledger: EmbeddedLedger, toasts: Toasts) -> Result<(), Trouble> {
    let names = ledger.asides().await.map_err(|error| Trouble::from(&error))?;
    if names.is_empty() {
        toasts.tell(tr!(wallet.asides_none));
    }
    for (number, name) in names.iter().enumerate() {
        let cut = ledger.export_aside(name).await.map_err(|error| Trouble::from(&error))?;
        browser::download(&format!("pinfi-cut-{}.jsonl", number + 1), LINES, &cut);
    }
    Ok(())
}

async fn import(
    ledger: EmbeddedLedger,
    toasts: Toasts,
    input: NodeRef<html::Input>,
) -> Result<(), Trouble> {
    let log = read(input).await.unwrap_or_default();
    ledger.import(&log).await.map_err(|error| Trouble::from(&error))?;
    toasts.tell(tr!(wallet.ledger_imported));
    Ok(())
}

async fn reset(ledger: EmbeddedLedger, toasts: Toasts) -> Result<(), Trouble> {
    ledger.reset(sandbox::new_ledger).await.map_err(|error| Trouble::from(&error))?;
    toasts.tell(tr!(wallet.reset_done));
    Ok(())
}
