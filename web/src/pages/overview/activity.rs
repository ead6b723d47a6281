//! What happened lately, so that the first look shows a living market.

use alloy_primitives::Address;
use leptos::prelude::*;
use pinfi_client::{sandbox::personas, settlement::Activity};
use pinfi_core::{
    Event, Ledger,
    units::{PoolId, StakeId},
};

use crate::{
    browser,
    components::{Tone, badge, card, identicon},
    contexts::{Settlement, tr},
    format::{pin_compact, short_address},
};

const SHOWN: usize = 8;

/// Lists the latest actions, the newest first.
pub(crate) fn activity() -> AnyView {
    let settlement = Settlement::use_it();
    let names: Vec<(Address, &'static str)> =
        personas().iter().map(|persona| (persona.address, persona.label)).collect();
    let list = move || {
        settlement.track();
        let Some(ledger) = settlement.get() else { return ().into_any() };
        let state = ledger.ledger();
        let lines: Vec<AnyView> = ledger
            .activities(None)
            .iter()
            .filter_map(|activity| Some((activity, words(&state, activity)?)))
            .take(SHOWN)
            .map(|(activity, words)| line(activity, words, &names))
            .collect();
        if lines.is_empty() {
            return view! { <p class="soft">{tr!(overview.activity_empty)}</p> }.into_any();
        }
        view! { <ul class="activity" data-testid="activity">{lines}</ul> }.into_any()
    };
    let content = view! {
        {list}
        <p class="small soft">{tr!(overview.activity_note)}</p>
    };
    card(tr!(overview.activity), "activity-card", content.into_any())
}

fn line(activity: &Activity, words: String, names: &[(Address, &'static str)]) -> AnyView {
    let address = activity.signer.to_string();
    let persona = names.iter().find(|(known, _)| *known == activity.signer);
    let name = persona.map_or_else(|| short_address(&address), |(_, label)| (*label).to_owned());
    let label = persona.map(|_| badge(Tone::Plain, tr!(overview.simulated)));
    view! {
        <li>
            {identicon(&address)}
            <span><b>{name}</b>" "{words}</span>
            {label}
            <time class="num small soft">{browser::time_of_day(activity.time.0)}</time>
        </li>
    }
    .into_any()
}

/// Says what an action did; `None` for those that only prepare others.
fn words(ledger: &Ledger, activity: &Activity) -> Option<String> {
    let rented =
        activity.events.iter().filter(|event| matches!(event, Event::Rented { .. })).count();
    activity.events.iter().find_map(|event| {
        Some(match event {
            Event::Rented { stake, .. } => {
                tr!(
                    overview.act_rented,
                    kind = of_stake(ledger, *stake),
                    count = rented.to_string()
                )
            }
            Event::RentalEnded { stake, .. } => {
                tr!(overview.act_ended, kind = of_stake(ledger, *stake))
            }
            Event::Extended { stake, .. } => {
                tr!(overview.act_extended, kind = of_stake(ledger, *stake))
            }
            Event::Sold { pool, .. } => tr!(overview.act_sold, kind = of_pool(ledger, *pool)),
            Event::LiquidityAdded { pool, .. } => {
                tr!(overview.act_joined, kind = of_pool(ledger, *pool))
            }
            Event::LiquidityRemoved { pool, .. } => {
                tr!(overview.act_left, kind = of_pool(ledger, *pool))
            }
            Event::Staked { pool, .. } => tr!(overview.act_staked, kind = of_pool(ledger, *pool)),
            Event::Collected { stake, .. } => {
                tr!(overview.act_collected, kind = of_stake(ledger, *stake))
            }
            Event::Settled { stake, .. } => {
                tr!(overview.act_settled, kind = of_stake(ledger, *stake))
            }
            Event::Passed { stake, .. } => {
                tr!(overview.act_passed, kind = of_stake(ledger, *stake))
            }
            Event::Slashed { pool, .. } => tr!(overview.act_slashed, kind = of_pool(ledger, *pool)),
            Event::PoolCreated { pool, .. } => {
                tr!(overview.act_pool, kind = of_pool(ledger, *pool))
            }
            Event::RebateClaimed { pool, amount, .. } => tr!(
                overview.act_rebate,
                amount = pin_compact(amount.0),
                kind = of_pool(ledger, *pool)
            ),
            Event::Minted { .. } => tr!(overview.act_faucet).to_owned(),
            _ => return None,
        })
    })
}

fn of_stake(ledger: &Ledger, stake: StakeId) -> String {
    ledger.stake_of(stake).map(|stake| of_pool(ledger, stake.pool)).unwrap_or_default()
}

fn of_pool(ledger: &Ledger, pool: PoolId) -> String {
    ledger.pool(pool).map(|pool| pool.params().kind.clone()).unwrap_or_default()
}
