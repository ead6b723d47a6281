//! A rented device's card.

use leptos::prelude::*;
use pinfi_core::{
    Action, Error,
    stake::Rental,
    units::{StakeId, Wei},
};
use wasm_bindgen_futures::spawn_local;

use super::{
    ask::{Ask, Question},
    worth,
};
use crate::{
    components::{Button, Kind, Tone, badge, countdown, stat, stats},
    contexts::{Act, Desk, Seen, tr},
    route::Route,
    words::{self, pin_words},
};

/// What the card shows at one moment.
#[derive(Clone, Debug, PartialEq)]
struct Glance {
    rental: Rental,
    name: String,
    passed: u32,
    returns: Result<Wei, Error>,
}

fn glance(seen: &Seen, id: StakeId) -> Option<Glance> {
    let stake = seen.ledger.stake_of(id).ok()?;
    let rental = stake.running_rental(seen.now)?;
    let kind = words::kind(&seen.ledger, stake.pool);
    Some(Glance {
        rental,
        name: tr!(positions.rental_name, kind = kind, id = id.to_string()),
        passed: stake.passed,
        returns: worth::resale(&seen.ledger, stake, seen.now, rental.until),
    })
}

/// Builds the card of a device that the account rents.
pub(super) fn rental_card(desk: Desk, id: StakeId) -> AnyView {
    let glance = Memo::new(move |_| desk.see().and_then(|seen| glance(&seen, id)));
    let read = move |read: fn(&Glance) -> String| {
        Signal::derive(move || glance.with(|glance| glance.as_ref().map(read).unwrap_or_default()))
    };
    let until = Memo::new(move |_| glance.with(|glance| glance.as_ref().map(|g| g.rental.until)));
    let passed = Memo::new(move |_| glance.with(|glance| glance.as_ref().map_or(0, |g| g.passed)));
    let verified = move || match passed.get() {
        0 => badge(Tone::Caution, tr!(positions.unverified)),
        count => badge(Tone::Good, tr!(positions.verified, count = count.to_string())),
    };
    let left = move || {
        until.get().map(|until| {
            let date = words::moment(until);
            view! {
                <div class="stat">
                    <dt>{tr!(positions.ends_in)}</dt>
                    <dd class="num">{countdown(until.0)}</dd>
                    <dd class="stat-note">{tr!(positions.ends_at, date = date)}</dd>
                </div>
            }
        })
    };
    let paid = read(|glance| pin_words(glance.rental.paid));
    let returns = read(|glance| match &glance.returns {
        Ok(net) => pin_words(*net),
        Err(_) => tr!(positions.returns_nothing).to_owned(),
    });
    let none = String::new;
    let figures = vec![
        left.into_any(),
        stat(tr!(positions.paid), "rental-paid", paid, none()),
        stat(tr!(positions.returns), "rental-returns", returns, none()),
    ];
    view! {
        <article
            class="card position"
            data-testid="rental"
            data-rental=read(|glance| glance.rental.id.0.to_string())
            data-stake=id.to_string()
            data-until=read(|glance| glance.rental.until.to_string())
            data-paid=read(|glance| glance.rental.paid.0.to_string())
        >
            <div class="card-head"><h3>{read(|glance| glance.name.clone())}</h3> {verified}</div>
            {stats(figures)}
            {buttons(desk, id)}
        </article>
    }
    .into_any()
}

fn buttons(desk: Desk, id: StakeId) -> AnyView {
    let (act, ask) = (Act::use_it(), Ask::use_it());
    let ending = RwSignal::new(false);
    let end = move |()| {
        ending.set(true);
        spawn_local(async move {
            if let Some(action) = desk.peek().and_then(|seen| end_rental(&seen, id)) {
                // Whatever comes of it was told.
                let _told = act.request(action).await;
            }
            // The card may be gone by now.
            let _gone = ending.try_set(false);
        });
    };
    view! {
        <div class="row">
            <a class="button" data-testid="rental-use" href=Route::Use(id).path()>
                {tr!(positions.use_it)}
            </a>
            <Button
                label=tr!(positions.extend)
                testid="rental-extend"
                kind=Kind::Primary
                on_press=move |()| ask.put(Question::Extend(id))
            />
            <Button label=tr!(positions.end) testid="rental-end" busy=ending on_press=end />
            <Button
                label=tr!(positions.transfer_rental)
                testid="rental-transfer"
                kind=Kind::Quiet
                on_press=move |()| ask.put(Question::TransferRental(id))
            />
        </div>
    }
    .into_any()
}

/// Gives the unused time back, for what it brings while the user reads.
fn end_rental(seen: &Seen, id: StakeId) -> Option<Action> {
    let stake = seen.ledger.stake_of(id).ok()?;
    let rental = stake.running_rental(seen.now)?;
    let slack = seen.slack();
    let min_out = worth::least_resale(&seen.ledger, stake, seen.now, rental.until, slack);
    Some(Action::EndRental { stake: id, min_out })
}
