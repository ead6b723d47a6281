//! What happened lately: activities for lists, reserves for charts. Bounded.

use alloy_primitives::Address;
use pinfi_core::game::GameEvent;
use pinfi_core::units::PoolId;
use pinfi_core::{Event, Ledger};
use serde::{Deserialize, Serialize};

use super::{Activity, PoolSample};

/// Activities of people that are kept. The sandbox's own accounts act all the time and have a
/// lane of their own, or they would push people's out.
const PEOPLE: usize = 400;
const SIMULATED: usize = 200;
/// Samples of a pool that are kept.
const SAMPLES: usize = 512;

/// The recent past of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct History {
    people: Vec<Activity>,
    simulated: Vec<Activity>,
    /// In the order of the pools.
    samples: Vec<Vec<PoolSample>>,
}

impl History {
    /// Enters an activity, and the reserves of the pools that it touched.
    pub(crate) fn enter(&mut self, activity: Activity, is_simulated: bool, ledger: &Ledger) {
        self.samples.resize_with(ledger.pools().count(), Vec::new);
        for ((_, pool), samples) in ledger.pools().zip(&mut self.samples) {
            let reserves = *pool.reserves();
            if samples.last().is_none_or(|last| last.reserves != reserves) {
                thin_out(samples);
                samples.push(PoolSample { seq: activity.seq, reserves });
            }
        }
        let (lane, bound) = if is_simulated {
            (&mut self.simulated, SIMULATED)
        } else {
            (&mut self.people, PEOPLE)
        };
        if lane.len() >= bound {
            lane.remove(0);
        }
        lane.push(activity);
    }

    /// Returns activities, the newest first: all, or those of one account.
    pub(crate) fn activities(&self, account: Option<Address>) -> Vec<Activity> {
        let (mut people, mut simulated) = (&self.people[..], &self.simulated[..]);
        let mut found = Vec::new();
        // Both lanes are in order: the later of their ends comes first.
        while let Some(latest) = take_latest(&mut people, &mut simulated) {
            if account.is_none_or(|account| concerns(latest, account)) {
                found.push(latest.clone());
            }
        }
        found
    }

    /// Returns a pool's samples, the oldest first.
    pub(crate) fn samples(&self, pool: PoolId) -> Vec<PoolSample> {
        let place = usize::try_from(pool.0).unwrap_or(usize::MAX);
        self.samples.get(place).cloned().unwrap_or_default()
    }
}

/// Takes the later of the last activities of two lanes.
fn take_latest<'a>(one: &mut &'a [Activity], other: &mut &'a [Activity]) -> Option<&'a Activity> {
    let of_one = one.last().map(|activity| activity.seq);
    let lane = if of_one > other.last().map(|activity| activity.seq) { one } else { other };
    let (latest, rest) = lane.split_last()?;
    *lane = rest;
    Some(latest)
}

/// Makes room by dropping every second one of the older half: the past keeps its shape.
fn thin_out(samples: &mut Vec<PoolSample>) {
    if samples.len() >= SAMPLES {
        let mut place = 0;
        samples.retain(|_| {
            place += 1;
            place > SAMPLES / 2 || place % 2 == 1
        });
    }
}

/// Tells whether an account signed an activity or is named in what it did.
fn concerns(activity: &Activity, account: Address) -> bool {
    activity.signer == account
        || activity.events.iter().any(|event| match *event {
            Event::Minted { to, .. } | Event::Collected { to, .. } => to == account,
            Event::Transferred { from, to, .. }
            | Event::HoursTransferred { from, to, .. }
            | Event::RentalTransferred { from, to, .. } => from == account || to == account,
            Event::PoolCreated { creator, .. } => creator == account,
            Event::Burned { owner, .. } => owner == account,
            Event::Staked { provider, .. } => provider == account,
            Event::Sold { seller, .. } => seller == account,
            Event::Bought { buyer, .. } => buyer == account,
            Event::Rented { renter, .. } | Event::RentalEnded { renter, .. } => renter == account,
            Event::Rewarded { provider, .. } => provider == account,
            Event::Game(
                GameEvent::Complained { renter: by, .. }
                | GameEvent::Appointed { operator: by, .. }
                | GameEvent::Accused { accuser: by, .. }
                | GameEvent::Convicted { accuser: by, .. }
                | GameEvent::BondReturned { accuser: by, .. },
            ) => by == account,
            _ => false,
        })
}
