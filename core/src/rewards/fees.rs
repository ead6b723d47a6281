//! The fees that clients pay on a reward day, and what they get back for them.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::config::RewardsConfig;
use super::emission::emitted_between;
use crate::math::mul_div_floor;
use crate::units::{Bps, Day, PoolId, RewardE12, Wei};

/// The fees of all pools that began the day with a weight: for each pool its days in order. A
/// client's entry goes with its claim, a day's with the last claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeDays(Vec<Vec<(Day, FeeDay)>>);

/// A pool's fees on one reward day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FeeDay {
    /// The weight with which the day began.
    weight: Bps,
    /// All fees.
    fees: Wei,
    /// Those of the clients that have not claimed.
    clients: BTreeMap<Address, Box<ClientFees>>,
}

/// A client's fees of a day that it has not claimed for, with those of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclaimed {
    /// The pool.
    pub pool: PoolId,
    /// The day, which may not be over.
    pub day: Day,
    /// The weight with which the day began.
    pub weight: Bps,
    /// The fees of all clients on that day.
    pub fees: Wei,
    /// The client.
    pub client: Address,
    /// Its fees.
    pub paid: Wei,
    /// The part of them that was burned.
    pub burned: Wei,
}

/// A client's fees in a pool on one reward day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ClientFees {
    paid: Wei,
    /// The part of them that was burned.
    burned: Wei,
}

impl FeeDays {
    pub(crate) fn count(
        &mut self,
        (pool, day): (PoolId, Day),
        weight: Bps,
        client: Address,
        (fee, burned): (Wei, Wei),
    ) {
        if self.0.len() <= pool.index() {
            self.0.resize_with(pool.index() + 1, Vec::new);
        }
        let days = &mut self.0[pool.index()];
        let place = days.binary_search_by_key(&day, |(day, _)| *day).unwrap_or_else(|place| {
            let empty = FeeDay { weight, fees: Wei::ZERO, clients: BTreeMap::new() };
            days.insert(place, (day, empty));
            place
        });
        let (_, entry) = &mut days[place];
        // The same PIN can be paid again and again: no sum of fees is bounded by the supply.
        entry.fees.0 = entry.fees.0.saturating_add(fee.0);
        let own = entry.clients.entry(client).or_default();
        own.paid.0 = own.paid.0.saturating_add(fee.0);
        own.burned.0 = own.burned.0.saturating_add(burned.0);
    }

    /// Returns what a client gets for a day that is over: by its part of the fees, and at most
    /// half of what was burned of its own, both rounded down. `None` if it paid nothing or has
    /// claimed.
    #[must_use]
    pub fn rebate(
        &self,
        config: &RewardsConfig,
        pool: PoolId,
        day: Day,
        client: Address,
    ) -> Option<Wei> {
        let days = self.0.get(pool.index())?;
        let place = days.binary_search_by_key(&day, |(day, _)| *day).ok()?;
        let (_, entry) = days.get(place)?;
        let own = entry.clients.get(&client)?;
        let (begin, end) =
            (config.day_begins(day), config.day_begins(Day(day.0.saturating_add(1))));
        let emitted = emitted_between(config.genesis, begin, end).0;
        let all = RewardE12(emitted * u128::from(config.clients_e12(entry.weight))).to_wei_floor();
        let part = mul_div_floor(all.0, own.paid.0, entry.fees.0).unwrap_or(0);
        Some(Wei(part.min(own.burned.0 / 2)))
    }

    /// Returns the pools and days for which a client has not claimed, the present day too.
    pub fn of(&self, client: Address) -> impl Iterator<Item = (PoolId, Day)> + '_ {
        (0..).map(PoolId).zip(&self.0).flat_map(move |(pool, days)| {
            let unclaimed = days.iter().filter(move |(_, day)| day.clients.contains_key(&client));
            unclaimed.map(move |(day, _)| (pool, *day))
        })
    }

    /// Returns all that is not claimed for, in order of pool, day and client.
    pub fn unclaimed(&self) -> impl Iterator<Item = Unclaimed> + '_ {
        (0..).map(PoolId).zip(&self.0).flat_map(|(pool, days)| {
            days.iter().flat_map(move |(day, entry)| {
                entry.clients.iter().map(move |(client, own)| Unclaimed {
                    pool,
                    day: *day,
                    weight: entry.weight,
                    fees: entry.fees,
                    client: *client,
                    paid: own.paid,
                    burned: own.burned,
                })
            })
        })
    }

    pub(crate) fn close(&mut self, pool: PoolId, day: Day, client: Address) {
        let Some(days) = self.0.get_mut(pool.index()) else { return };
        let Ok(place) = days.binary_search_by_key(&day, |(day, _)| *day) else { return };
        let (_, entry) = &mut days[place];
        entry.clients.remove(&client);
        if entry.clients.is_empty() {
            days.remove(place);
        }
    }
}
