//! What happened in the pool lately, and by whom.

use alloy_primitives::Address;
use leptos::prelude::*;
use pinfi_core::units::PoolId;

use super::{
    happening::{Deed, Happening, happenings},
    who::Cast,
};
use crate::{
    components::{card, live},
    contexts::{Desk, Settlement, tr},
    format::{hours, pin_compact},
    words::{moment, signed_pin},
};

/// The most lines that are shown.
const MOST: usize = 8;

#[derive(Clone, Default, PartialEq)]
struct Recent {
    lines: Vec<Happening>,
    me: Option<Address>,
    is_sandbox: bool,
}

/// Lists the pool's latest happenings, the newest first.
pub(super) fn recent(id: PoolId) -> AnyView {
    let (desk, settlement) = (Desk::use_it(), Settlement::use_it());
    let found = Memo::new(move |_| {
        let found = desk.follow().and_then(|seen| {
            let activities = settlement.get()?.activities(None);
            let lines = happenings(&seen.ledger, id, &activities, MOST);
            Some(Recent { lines, me: seen.account, is_sandbox: seen.is_sandbox })
        });
        found.unwrap_or_default()
    });
    let is_sandbox = Memo::new(move |_| found.with(|found| found.is_sandbox));
    let content = live(move || {
        let cast = Cast::learn(is_sandbox.get());
        live(move || found.with(|found| show(found, cast)))
    });
    card(tr!(pool.recent), "pool-recent", content)
}

fn show(recent: &Recent, cast: Cast) -> AnyView {
    if recent.lines.is_empty() {
        return view! { <p class="small soft">{tr!(pool.recent_none)}</p> }.into_any();
    }
    let line = |line: &Happening| {
        view! {
            <li data-seq=line.seq.to_string()>
                <span class="row spread">
                    {cast.show(line.signer, recent.me)}
                    <span class="small soft num">{moment(line.at)}</span>
                </span>
                <span>{sentence(&line.deed)}</span>
            </li>
        }
        .into_any()
    };
    view! { <ul class="happenings" data-testid="pool-happenings">{recent.lines.iter().map(line).collect::<Vec<_>>()}</ul> }
        .into_any()
}

fn sentence(deed: &Deed) -> String {
    match *deed {
        Deed::Created => tr!(pool.deed_created).to_owned(),
        Deed::Staked { stake, expiry } => {
            tr!(pool.deed_staked, stake = stake.to_string(), expiry = moment(expiry))
        }
        Deed::Joined { stake, tokens } => {
            tr!(pool.deed_joined, stake = stake.to_string(), amount = pin_compact(tokens.0))
        }
        Deed::Left { stake, net } => {
            tr!(pool.deed_left, stake = stake.to_string(), amount = signed_pin(net))
        }
        Deed::Sold { stake, net } => {
            tr!(pool.deed_sold, stake = stake.to_string(), amount = pin_compact(net.0))
        }
        Deed::Bought { gs, gross } => {
            tr!(pool.deed_bought, hours = hours(u128::from(gs.0)), amount = pin_compact(gross.0))
        }
        Deed::GaveBack { stake, net } => {
            tr!(pool.deed_gave_back, stake = stake.to_string(), amount = pin_compact(net.0))
        }
        Deed::Collected { stake, amount } => {
            tr!(pool.deed_collected, stake = stake.to_string(), amount = pin_compact(amount.0))
        }
        Deed::Challenged { stake } => tr!(pool.deed_challenged, stake = stake.to_string()),
        Deed::Passed { stake } => tr!(pool.deed_passed, stake = stake.to_string()),
        Deed::Slashed { stake } => tr!(pool.deed_slashed, stake = stake.to_string()),
        Deed::Settled { stake } => tr!(pool.deed_settled, stake = stake.to_string()),
        Deed::Claimed { amount } => tr!(pool.deed_rebate, amount = pin_compact(amount.0)),
    }
}
