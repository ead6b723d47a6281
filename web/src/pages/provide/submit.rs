//! The signatures: burn, stake, and join or sell.

use leptos::prelude::*;
use pinfi_client::plan::Limits;
use pinfi_core::{
    Action, Event, Events,
    units::{StakeId, Wei},
};
use wasm_bindgen_futures::spawn_local;

use super::form::{Form, Offer};
use crate::{
    components::{Button, Kind, Tone, note},
    contexts::{Act, NotDone, Plan as Signatures, tr},
    format::parse_pin,
    pages::positions::wallet_link,
};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// The stake is in the pool.
    Liquidity(StakeId),
    /// The stake's hours are sold.
    Sold(StakeId),
    /// A later step was refused; what the first ones did stays.
    HalfWay,
}

/// The button, and what is missing before it can be pressed.
pub(super) fn submit_button(
    form: Form,
    offer: Memo<Option<Offer>>,
    done: RwSignal<Option<Done>>,
) -> AnyView {
    let act = Act::use_it();
    let ready = move || offer.with(|o| o.as_ref().is_some_and(|o| o.is_ready(form.sells.get())));
    let disabled = Signal::derive(move || !ready());
    let busy = Signal::derive(move || act.is_busy());
    let dormant = Memo::new(move |_| offer.with(|o| o.as_ref().is_some_and(Offer::is_dormant)));
    let press = move |()| {
        done.set(None);
        spawn_local(submit(form, act, done));
    };
    let button = move || {
        let (testid, label) = if form.sells.get() {
            ("provide-sell", tr!(provide.submit_sell))
        } else if dormant.get() {
            ("provide-add", tr!(provide.submit_open))
        } else {
            ("provide-add", tr!(provide.submit_lp))
        };
        view! { <Button label testid kind=Kind::Primary disabled busy on_press=press /> }
    };
    let homeless =
        Memo::new(move |_| form.desk.follow().is_some_and(|seen| seen.account.is_none()));
    let low_price = move || {
        let typed = form.price.with(|price| parse_pin(price).is_ok());
        let unpriced = offer.with(|o| o.as_ref().is_some_and(|o| o.tokens.is_none()));
        (dormant.get() && typed && unpriced && !form.sells.get())
            .then(|| note(Tone::Caution, tr!(provide.price_low)))
    };
    view! {
        {low_price}
        {button}
        {move || {
            homeless
                .get()
                .then(|| {
                    view! {
                        <p class="small soft">{tr!(provide.need_account)}</p>
                        <div class="row">{wallet_link()}</div>
                    }
                })
        }}
    }
    .into_any()
}

async fn submit(form: Form, act: Act, done: RwSignal<Option<Done>>) {
    let Some(offer) = untrack(|| form.offer()) else { return };
    let sells = form.sells.get_untracked();
    let Some(signatures) = signatures(&offer, sells) else { return };
    let outcome = match act.perform(signatures).await {
        Ok(receipts) => {
            let stake = receipts.iter().find_map(|receipt| staked(&receipt.events));
            stake.map(|stake| if sells { Done::Sold(stake) } else { Done::Liquidity(stake) })
        }
        Err(NotDone::Declined) => None,
        Err(NotDone::Refused(_)) => {
            // Only a step after the first leaves something behind.
            let burned = untrack(|| form.offer()).and_then(|now| now.certificate);
            (burned.is_some() && offer.certificate.is_none()).then_some(Done::HalfWay)
        }
    };
    done.set(outcome);
}

/// Lines the actions up; later ones take the numbers that earlier ones were given.
fn signatures(offer: &Offer, sells: bool) -> Option<Signatures> {
    let plan = offer.planned()?;
    let limits = Limits::new(plan, &offer.params, &offer.reserves, offer.slack);
    let (pool, gs) = (offer.pool, plan.term.hours);
    let (expiry, max_fee) = (plan.term.expiry, limits.max_fee);
    let stake = move |certificate| Action::Stake { certificate, expiry, max_fee };
    let first = match offer.certificate {
        Some(certificate) => Signatures::of(stake(certificate)),
        None => Signatures::of(Action::Burn { pool, gs }).then(move |done| {
            let certificate = done.iter().find_map(burned)?;
            Some(stake(certificate).into())
        }),
    };
    let opens = offer.tokens.filter(|_| offer.is_dormant());
    let first = if sells { first.warn(tr!(provide.warn_seller_fee)) } else { first };
    Some(first.then(move |done| {
        let stake = done.iter().find_map(staked)?;
        Some(last(stake, sells, opens, limits).into())
    }))
}

fn last(stake: StakeId, sells: bool, opens: Option<Wei>, limits: Limits) -> Action {
    let Limits { min_tokens, max_tokens, min_out, .. } = limits;
    match opens {
        _ if sells => Action::Sell { stake, min_out },
        Some(tokens) => Action::OpenLiquidity { stake, tokens },
        None => Action::AddLiquidity { stake, min_tokens, max_tokens },
    }
}

fn burned(events: &Events) -> Option<pinfi_core::units::CertificateId> {
    events.iter().find_map(|event| match event {
        Event::Burned { certificate, .. } => Some(*certificate),
        _ => None,
    })
}

fn staked(events: &Events) -> Option<StakeId> {
    events.iter().find_map(|event| match event {
        Event::Staked { stake, .. } => Some(*stake),
        _ => None,
    })
}
