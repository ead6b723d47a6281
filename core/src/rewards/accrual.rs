//! What time brings to a pool's providers.

use serde::{Deserialize, Serialize};

use super::emission::{DAY_SECS, emitted_between};
use crate::units::{RewardE12, Secs, Timestamp, Wei};

/// What each live LP device of a pool has accrued since the pool began: it steps at the same
/// boundaries as the reserves, and a pool without weight or without LPs accrues nothing.
///
/// Small and `Copy`, like the reserves, and kept with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accrual {
    /// The live LP devices; each has weight 1.
    pub live: u32,
    /// What one of them accrued if it was live all along, rounded down at each step.
    pub per_device: RewardE12,
    genesis: Timestamp,
    /// The pool's providers' part of the emission, in parts of 10^12.
    part_e12: u64,
}

/// What a device accrued up to a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The time.
    pub at: Timestamp,
    /// The pool's [`Accrual::per_device`] then.
    pub per_device: RewardE12,
}

impl Accrual {
    /// Accrues from `from` to `to`; no LP may expire in between.
    pub(crate) fn step(&mut self, from: Timestamp, to: Timestamp) {
        if self.part_e12 == 0 || self.live == 0 || from == to {
            return;
        }
        // At most the whole emission times 10^12, below 2^126; so is the sum of all steps.
        let emitted = emitted_between(self.genesis, from, to).0 * u128::from(self.part_e12);
        self.per_device.0 += emitted / u128::from(self.live);
    }

    /// Sets what the pool's providers get from now on.
    pub(crate) fn set_part(&mut self, genesis: Timestamp, part_e12: u64) {
        self.genesis = genesis;
        self.part_e12 = part_e12;
    }

    /// Returns what all devices of the pool together accrue in the day from `now` on.
    #[must_use]
    pub fn daily(&self, now: Timestamp) -> Wei {
        let emitted = emitted_between(self.genesis, now, now.saturating_add(Secs(DAY_SECS)));
        RewardE12(emitted.0 * u128::from(self.part_e12)).to_wei_floor()
    }

    /// Notes what a device has accrued at `at`, to which the accrual was brought.
    #[must_use]
    pub const fn mark(&self, at: Timestamp) -> Mark {
        Mark { at, per_device: self.per_device }
    }
}
