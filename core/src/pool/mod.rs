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

use crate::rewards::{Accrual, Stream};
use crate::units::{DecayWad, Timestamp};

/// A pool of one kind of device.
///
/// Its reserves are those of [`Reserves::last`]; [`Pool::at`] gives them at a later time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    params: PoolParams,
    reserves: Reserves,
    // A pool from JavaScript may be without what only rewards go by.
    #[serde(default)]
    accrual: Accrual,
    #[serde(default)]
    stream: Stream,
    /// What ends at each LP expiry to come. No empty entries.
    schedule: BTreeMap<Timestamp, Ending>,
    /// `acc` at each LP expiry passed, for the settlements to come.
    acc_at_q96: BTreeMap<Timestamp, U256>,
}

/// The LPs that expire together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Ending {
    /// dK: by how much the decay rate falls.
    decay: DecayWad,
    /// How many they are.
    #[serde(default)]
    devices: u32,
}

impl Pool {
    pub(crate) fn new(params: PoolParams, created: Timestamp) -> Self {
        Self {
            params,
            reserves: Reserves::new(created),
            accrual: Accrual::default(),
            stream: Stream::default(),
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

    /// Returns what the LP devices have accrued as of the reserves' last change.
    #[must_use]
    pub const fn accrual(&self) -> &Accrual {
        &self.accrual
    }

    /// Returns the part of the emission that flows to its providers.
    #[must_use]
    pub const fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Sets what flows to its providers from the reserves' last change on.
    pub(crate) fn set_stream(&mut self, stream: Stream) {
        self.stream = stream;
    }

    /// Returns the LP expiries to come, each with the decay rate that ends there.
    pub fn schedule(&self) -> impl Iterator<Item = (Timestamp, DecayWad)> + '_ {
        self.schedule.iter().map(|(at, ending)| (*at, ending.decay))
    }

    /// Returns how many LP devices end at an expiry to come.
    #[must_use]
    pub fn devices_ending(&self, expiry: Timestamp) -> u32 {
        self.schedule.get(&expiry).map_or(0, |ending| ending.devices)
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
        self.accrual = advanced.accrual;
    }

    /// Enters a joining LP's expiry.
    pub(crate) fn schedule_expiry(&mut self, expiry: Timestamp, decay: DecayWad) {
        let entry = self.schedule.entry(expiry).or_default();
        entry.decay.0 = entry.decay.0.saturating_add(decay.0);
        entry.devices += 1;
        self.accrual.live += 1;
    }

    /// Takes back the expiry of an LP that leaves early. A boundary without decay is not
    /// visited any more: visiting it would round once more than a pool that never had it.
    pub(crate) fn unschedule_expiry(&mut self, expiry: Timestamp, decay: DecayWad) {
        if let Some(entry) = self.schedule.get_mut(&expiry) {
            entry.decay.0 = entry.decay.0.saturating_sub(decay.0);
            entry.devices -= 1;
            self.accrual.live -= 1;
            if entry.devices == 0 {
                self.schedule.remove(&expiry);
            }
        }
    }
}
