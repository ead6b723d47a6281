//! Where it is settled: in this browser, or on a chain that the user chooses.

use leptos::{html, prelude::*};

use super::{
    files::{file_field, read},
    job::{Job, submit},
};
use crate::{
    components::{Button, Field, card, late, live},
    contexts::{Settlement, Toasts, Wallet, tr},
    parts,
    words::Trouble,
};

/// What anvil listens at.
const DEVNET: &str = "http://127.0.0.1:8545";

/// What the card has to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    Connecting,
    Chain,
}

/// Builds the card.
pub(super) fn settles() -> AnyView {
    let settlement = Settlement::use_it();
    let place = Memo::new(move |_| match settlement.chain_name() {
        Some(_) => Place::Chain,
        None if settlement.is_chosen() => Place::Connecting,
        None => Place::Here,
    });
    let content = live(move || match place.get() {
        Place::Here => choosing(settlement),
        Place::Connecting => view! {
            <p class="soft">{tr!(chain.connecting_text)}</p>
            {leave(settlement)}
        }
        .into_any(),
        Place::Chain => view! {
            <p class="soft">{tr!(chain.on_text)}</p>
            {late(|| true, parts::chain_in_use, || ())}
            {leave(settlement)}
        }
        .into_any(),
    });
    card(tr!(chain.title), "chain", content)
}

fn choosing(settlement: Settlement) -> AnyView {
    view! {
        <p class="soft">{tr!(chain.here_text)}</p>
        <details data-testid="chain-choose">
            <summary class="small soft">{tr!(chain.choose)}</summary>
            {form(settlement)}
        </details>
    }
    .into_any()
}

fn form(settlement: Settlement) -> AnyView {
    let (wallet, job) = (Wallet::use_it(), Job::new());
    let rpc = RwSignal::new(DEVNET.to_owned());
    let (file, area) = (NodeRef::<html::Input>::new(), NodeRef::<html::Textarea>::new());
    let connect = move || {
        job.run(async move {
            let typed = area.get_untracked().map(|area| area.value()).unwrap_or_default();
            let book =
                if typed.trim().is_empty() { read(file).await.unwrap_or_default() } else { typed };
            let chosen = parts::choose_chain(settlement, rpc.get_untracked(), book, wallet).await;
            chosen.unwrap_or_else(|_| Err(Trouble::new(parts::PART_LOST, tr!(shell.part_lost))))
        });
    };
    view! {
        <form
            class="stack import-log"
            on:submit=move |event| {
                event.prevent_default();
                connect();
            }
        >
            <Field
                label=tr!(chain.rpc)
                testid="chain-rpc"
                text=rpc
                hint=Signal::stored(tr!(chain.rpc_hint).to_owned())
                keyboard="url"
            />
            {file_field(tr!(chain.book_file), "chain-book-file", ".json", file)}
            <div class="field">
                <label class="field-label" for="chain-book">{tr!(chain.book)}</label>
                <div class="field-box">
                    <textarea
                        id="chain-book"
                        data-testid="chain-book"
                        rows="3"
                        autocomplete="off"
                        spellcheck="false"
                        node_ref=area
                    ></textarea>
                </div>
                <span class="field-hint">{tr!(chain.book_hint)}</span>
            </div>
            {job.status()}
            {submit(tr!(chain.connect), "chain-connect", job, false.into(), ().into_any())}
        </form>
    }
    .into_any()
}

fn leave(settlement: Settlement) -> AnyView {
    let (wallet, toasts, job) = (Wallet::use_it(), Toasts::use_it(), Job::new());
    let back = move |()| {
        job.run(async move {
            settlement.leave_chain_here(wallet).await?;
            if parts::return_to_ledger(settlement).await.is_err() {
                toasts.fail(tr!(shell.part_lost));
            }
            Ok(())
        });
    };
    view! {
        <div class="row">
            <Button label=tr!(chain.leave) testid="chain-leave" busy=job.busy() on_press=back />
        </div>
        {job.status()}
    }
    .into_any()
}
