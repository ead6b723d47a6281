//! The fees that clients pay on a reward day, and what they get back for them.

use alloc::collections::BTreeMap;

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::config::RewardsConfig;
use super::emission::emitted_between;
use crate::math::mul_div_floor;
use crate::units::{Bps, Day, PoolId, RewardE12, Wei};

/// The fees of all pools that began the day with a weight. A client's entry goes with its claim,
/// a day's with the last claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeDays(BTreeMap<(PoolId, Day), FeeDay>);

/// A pool's fees on one reward day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct FeeDay {
    /// The weight with which the day began.
    weight: Bps,
    /// All fees.
    fees: Wei,
    /// Those of the clients that have not claimed.
    clients: BTreeMap<Address, ClientFees>,
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
        let empty = || FeeDay { weight, fees: Wei::ZERO, clients: BTreeMap::new() };
        let entry = self.0.entry((pool, day)).or_insert_with(empty);
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
        let entry = self.0.get(&(pool, day))?;
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
        let unclaimed = self.0.iter().filter(move |(_, day)| day.clients.contains_key(&client));
        unclaimed.map(|(place, _)| *place)
    }

    pub(crate) fn close(&mut self, pool: PoolId, day: Day, client: Address) {
        if let Some(entry) = self.0.get_mut(&(pool, day)) {
            entry.clients.remove(&client);
            if entry.clients.is_empty() {
                self.0.remove(&(pool, day));
            }
        }
    }
}
