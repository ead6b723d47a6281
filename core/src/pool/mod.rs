//! A pool: compute-hours against PIN, with a compute side that dissipates.
//!
//! | file | what lives there |
//! |---|---|
//! | `params` | what `create_pool` fixes for good, and its bounds |
//! | `reserves` | the numbers that trades and time change, and what they imply |
//! | `advance` | what time does to them |
//! | `quote` | prices of buying and selling |

mod advance;
mod params;
mod quote;
mod reserves;

pub use advance::Advanced;
pub use params::{Fees, MAX_KIND_BYTES, PoolParams};
pub use quote::{BuyQuote, SellQuote};
pub use reserves::{Reserves, pending_between};

use alloc::collections::BTreeMap;

use alloy_primitives::U256;
use serde::{Deserialize, Serialize};

use crate::units::{DecayWad, Timestamp};

/// A pool of one kind of device.
///
/// Its reserves are those of [`Reserves::last`]; [`Pool::at`] gives them at a later time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    params: PoolParams,
    reserves: Reserves,
    /// dK: by how much the decay rate falls at each LP expiry to come. No zero entries.
    schedule: BTreeMap<Timestamp, DecayWad>,
    /// `acc` at each LP expiry passed, for the settlements to come.
    acc_at_q96: BTreeMap<Timestamp, U256>,
}

impl Pool {
    pub(crate) fn new(params: PoolParams, created: Timestamp) -> Self {
        Self {
            params,
            reserves: Reserves::new(created),
            schedule: BTreeMap::new(),
            acc_at_q96: BTreeMap::new(),
        }
    }

    /// Returns what was fixed at creation.
    #[must_use]
    pub const fn params(&self) -> &PoolParams {
        &self.params
    }

    /// Returns the reserves as of their last change.
    #[must_use]
    pub const fn reserves(&self) -> &Reserves {
        &self.reserves
    }

    /// Returns the LP expiries to come, each with the decay rate that ends there.
    pub fn schedule(&self) -> impl Iterator<Item = (Timestamp, DecayWad)> + '_ {
        self.schedule.iter().map(|(at, decay)| (*at, *decay))
    }

    /// Returns ∫ (T/Z) dt in Q96 up to an LP expiry that has been passed.
    #[must_use]
    pub fn acc_at_q96(&self, expiry: Timestamp) -> Option<U256> {
        self.acc_at_q96.get(&expiry).copied()
    }

    /// Replaces the reserves by what an operation made of an advanced copy.
    pub(crate) fn commit(&mut self, advanced: Advanced) {
        for (boundary, acc_q96) in advanced.passed {
            self.schedule.remove(&boundary);
            self.acc_at_q96.insert(boundary, acc_q96);
        }
        self.reserves = advanced.reserves;
    }

    /// Enters a joining LP's expiry.
    pub(crate) fn schedule_expiry(&mut self, expiry: Timestamp, decay: DecayWad) {
        let entry = self.schedule.entry(expiry).or_default();
        entry.0 = entry.0.saturating_add(decay.0);
    }

    /// Takes back the expiry of an LP that leaves early. A boundary without decay is not
    /// visited any more: visiting it would round once more than a pool that never had it.
    pub(crate) fn unschedule_expiry(&mut self, expiry: Timestamp, decay: DecayWad) {
        if let Some(entry) = self.schedule.get_mut(&expiry) {
            entry.0 = entry.0.saturating_sub(decay.0);
            if entry.0 == 0 {
                self.schedule.remove(&expiry);
            }
        }
    }
}
