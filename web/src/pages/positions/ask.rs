//! The dialogs for what an action needs beside the position: an address, a span, a price.

use alloy_primitives::Address;
use leptos::prelude::*;
use pinfi_client::plan::tokens_at;
use pinfi_core::{
    Action,
    units::{Secs, StakeId, Wei},
};
use wasm_bindgen_futures::spawn_local;

use super::worth;
use crate::{
    components::{AmountField, Button, Dialog, DurationField, Field, Kind, Tone, note},
    contexts::{Act, Desk, tr},
    format::{parse_duration, parse_pin, pin_compact},
    words::{self, Trouble},
};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// To whom a stake's hours go.
    TransferHours(StakeId),
    /// To whom a rental goes.
    TransferRental(StakeId),
    /// By how much a rental is extended.
    Extend(StakeId),
    /// At which price a dormant pool opens.
    Open(StakeId),
}

/// The open question of this page.
#[derive(Clone, Copy)]
pub(super) struct Ask(RwSignal<Option<Question>>);

impl Ask {
    /// Provides the context to the page's cards.
    pub(super) fn provide() -> Self {
        let ask = Self(RwSignal::new(None));
        provide_context(ask);
        ask
    }

    /// Takes the context.
    pub(super) fn use_it() -> Self {
        expect_context()
    }

    /// Asks.
    pub(super) fn put(self, question: Question) {
        self.0.set(Some(question));
    }

    fn close(self) {
        self.0.set(None);
    }
}

/// The dialog that shows the open question.
pub(super) fn ask_dialog(desk: Desk, ask: Ask) -> AnyView {
    let open = Signal::derive(move || ask.0.with(Option::is_some));
    let title = Signal::derive(move || match ask.0.get() {
        Some(Question::Extend(id)) => tr!(positions.extend_title, id = id.to_string()),
        Some(Question::Open(_)) => tr!(positions.open_title).to_owned(),
        _ => tr!(positions.transfer_title).to_owned(),
    });
    let content = move || match ask.0.get() {
        Some(Question::TransferHours(id)) => {
            transfer(ask, tr!(positions.transfer_hours_text), move |to| Action::TransferHours {
                stake: id,
                to,
            })
        }
        Some(Question::TransferRental(id)) => {
            transfer(ask, tr!(positions.transfer_rental_text), move |to| Action::TransferRental {
                stake: id,
                to,
            })
        }
        Some(Question::Extend(id)) => extend(desk, ask, id),
        Some(Question::Open(id)) => opening(desk, ask, id),
        None => ().into_any(),
    };
    view! { <Dialog open on_close=move |()| ask.close() testid="ask" title content=ViewFn::from(content) /> }
        .into_any()
}

/// The buttons under a question; going on closes it and asks for the signature.
fn ending(ask: Ask, testid: &'static str, action: Memo<Option<Action>>) -> AnyView {
    let act = Act::use_it();
    let go_on = move |()| {
        let Some(action) = action.get_untracked() else { return };
        ask.close();
        // Whatever comes of it is told.
        spawn_local(async move {
            let _told = act.request(action).await;
        });
    };
    let disabled = Signal::derive(move || action.with(Option::is_none));
    view! {
        <div class="dialog-actions">
            <Button label=tr!(common.cancel) testid="ask-cancel" on_press=move |()| ask.close() />
            <Button label=tr!(positions.go_on) testid kind=Kind::Primary disabled on_press=go_on />
        </div>
    }
    .into_any()
}

fn transfer(
    ask: Ask,
    text: &'static str,
    make: impl Fn(Address) -> Action + Send + Sync + 'static,
) -> AnyView {
    let to = RwSignal::new(String::new());
    let address = Memo::new(move |_| to.with(|to| to.trim().parse::<Address>().ok()));
    let error = Signal::derive(move || {
        let typed = to.with(|to| to.trim().len() >= 42);
        (typed && address.with(Option::is_none)).then(|| tr!(positions.transfer_bad).to_owned())
    });
    let action = Memo::new(move |_| address.get().map(&make));
    view! {
        <p>{text}</p>
        <Field
            label=tr!(positions.transfer_to)
            testid="transfer-to"
            text=to
            error
            hint=tr!(positions.transfer_bad).to_owned()
        />
        {ending(ask, "transfer-submit", action)}
    }
    .into_any()
}

fn extend(desk: Desk, ask: Ask, id: StakeId) -> AnyView {
    let by = RwSignal::new(String::new());
    let hint = Signal::derive(move || {
        let seen = desk.follow();
        let terms = seen.as_ref().and_then(|seen| {
            let stake = seen.ledger.stake_of(id).ok()?;
            Some((stake.expiry, seen.ledger.pool(stake.pool).ok()?.params().bucket))
        });
        terms.map_or_else(String::new, |(expiry, bucket)| {
            let (bucket, date) = (words::span(bucket), words::moment(expiry));
            tr!(positions.extend_hint, bucket = bucket, date = date)
        })
    });
    let quote = Memo::new(move |_| {
        let span = by.with(|by| parse_duration(by).ok().map(Secs))?;
        let seen = desk.see()?;
        let stake = seen.ledger.stake_of(id).ok()?;
        Some(worth::extension(&seen.ledger, stake, span, seen.now))
    });
    let action = Memo::new(move |_| {
        let (until, cost) = quote.get()?.ok()?;
        Some(Action::Extend { stake: id, until, max_cost: worth::at_most(cost) })
    });
    let told = move || match quote.get() {
        None => ().into_any(),
        Some(Ok((until, cost))) => {
            let (date, cost) = (words::moment(until), pin_compact(cost.0));
            let text = tr!(positions.extend_until, date = date, cost = cost);
            view! { <p data-testid="extend-quote">{text}</p> }.into_any()
        }
        Some(Err(error)) => note(Tone::Caution, Trouble::from(&error).text),
    };
    view! {
        <DurationField label=tr!(positions.extend_by) testid="extend-by" text=by hint />
        {told}
        {ending(ask, "extend-submit", action)}
    }
    .into_any()
}

fn opening(desk: Desk, ask: Ask, id: StakeId) -> AnyView {
    let price = RwSignal::new(String::new());
    let tokens = Memo::new(move |_| {
        let price = price.with(|price| parse_pin(price).ok().map(Wei))?;
        let seen = desk.see()?;
        tokens_at(price, seen.ledger.stake_of(id).ok()?.remaining(seen.now))
    });
    let action =
        Memo::new(move |_| tokens.get().map(|tokens| Action::OpenLiquidity { stake: id, tokens }));
    let told = move || {
        tokens.get().map(|tokens| {
            let text = tr!(positions.open_cost, tokens = pin_compact(tokens.0));
            view! { <p data-testid="open-cost">{text}</p> }
        })
    };
    view! {
        <p>{tr!(positions.open_text)}</p>
        <AmountField label=tr!(positions.open_price) testid="open-price" text=price />
        {told}
        {ending(ask, "open-submit", action)}
    }
    .into_any()
}
