//! The devices that are staked in the pool.

use alloy_primitives::Address;
use leptos::prelude::*;
use pinfi_core::{
    stake::{Stake, StakeState},
    units::{PoolId, StakeId, Timestamp},
};

use super::who::Cast;
use crate::{
    components::{Column, Tone, badge, card, countdown, empty, live, table},
    contexts::{Desk, Seen, tr},
    words::moment,
};

/// The most devices that are listed.
const MOST: usize = 40;

/// A row: what changes with the ledger alone, so that time does not build the table anew.
#[derive(Clone, PartialEq)]
struct Device {
    id: StakeId,
    stake: Stake,
    challenged: bool,
    ended: bool,
    rented_until: Option<Timestamp>,
}

#[derive(Clone, Default, PartialEq)]
struct Devices {
    listed: Vec<Device>,
    more: usize,
    me: Option<Address>,
    is_sandbox: bool,
}

/// Lists the pool's devices, the one whose time ends first first.
pub(super) fn devices(id: PoolId) -> AnyView {
    let desk = Desk::use_it();
    let found = Memo::new(move |_| desk.see().map(|seen| list(id, &seen)).unwrap_or_default());
    let is_sandbox = Memo::new(move |_| found.with(|found| found.is_sandbox));
    let content = live(move || {
        let cast = Cast::learn(is_sandbox.get());
        live(move || found.with(|found| show(found, cast)))
    });
    card(tr!(pool.devices), "pool-devices", content)
}

fn list(id: PoolId, seen: &Seen) -> Devices {
    let staked = seen.ledger.stakes().filter(|(_, stake)| stake.pool == id && stake.is_active());
    let device = |(id, stake): (StakeId, &Stake)| Device {
        id,
        stake: *stake,
        challenged: seen.ledger.verification_of(id).is_some(),
        ended: stake.expiry <= seen.now,
        rented_until: stake.running_rental(seen.now).map(|rental| rental.until),
    };
    let mut listed: Vec<Device> = staked.map(device).collect();
    listed.sort_by_key(|device| (device.stake.expiry, device.id));
    let more = listed.len().saturating_sub(MOST);
    listed.truncate(MOST);
    Devices { listed, more, me: seen.account, is_sandbox: seen.is_sandbox }
}

fn show(devices: &Devices, cast: Cast) -> AnyView {
    if devices.listed.is_empty() {
        return empty("provide", tr!(pool.devices_none), ().into_any());
    }
    let column = |title: &str, figures| Column { title: title.to_owned(), figures };
    let columns = vec![
        column(tr!(pool.device), false),
        column(tr!(pool.provider), false),
        column(tr!(pool.state), false),
        column(tr!(pool.time_left), true),
        column(tr!(pool.rented_until), true),
        column(tr!(pool.passed), true),
    ];
    let row = |device: &Device| {
        vec![
            device.id.to_string().into_any(),
            cast.show(device.stake.provider, devices.me),
            state(device),
            if device.ended { "–".into_any() } else { countdown(device.stake.expiry.0) },
            rented(device),
            device.stake.passed.to_string().into_any(),
        ]
    };
    let rows = devices.listed.iter().map(row).collect();
    let more = (devices.more > 0).then(|| {
        let text = tr!(pool.devices_more, count = devices.more.to_string());
        view! { <p class="small soft">{text}</p> }
    });
    view! { {table(tr!(pool.devices), "pool-device-table", columns, rows)} {more} }.into_any()
}

fn state(device: &Device) -> AnyView {
    let (tone, text) = match device.stake.state {
        _ if device.ended => (Tone::Plain, tr!(pool.ended)),
        StakeState::Liquidity(_) => (Tone::Good, tr!(pool.state_liquidity)),
        StakeState::Sold => (Tone::Warm, tr!(pool.state_sold)),
        _ => (Tone::Plain, tr!(pool.state_held)),
    };
    let challenged = device.challenged.then(|| badge(Tone::Caution, tr!(pool.challenged)));
    view! { <span class="who">{badge(tone, text)} {challenged}</span> }.into_any()
}

fn rented(device: &Device) -> AnyView {
    match device.rented_until {
        Some(until) => moment(until).into_any(),
        None if device.ended || matches!(device.stake.state, StakeState::Held) => {
            view! { <span class="soft">{tr!(pool.not_offered)}</span> }.into_any()
        }
        None => view! { <span class="soft">{tr!(pool.free)}</span> }.into_any(),
    }
}
