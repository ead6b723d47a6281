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
}

/// The part of the emission that flows to a pool's providers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    genesis: Timestamp,
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

impl Stream {
    pub(crate) const fn new(genesis: Timestamp, part_e12: u64) -> Self {
        Self { genesis, part_e12 }
    }

    /// Returns what flows between two times, exact.
    #[must_use]
    pub fn between(&self, from: Timestamp, to: Timestamp) -> RewardE12 {
        // At most the whole emission times 10^12, below 2^126.
        RewardE12(emitted_between(self.genesis, from, to).0 * u128::from(self.part_e12))
    }

    /// Returns what flows in the day from `now` on.
    #[must_use]
    pub fn daily(&self, now: Timestamp) -> Wei {
        self.between(now, now.saturating_add(Secs(DAY_SECS))).to_wei_floor()
    }
}

impl Accrual {
    /// Accrues from `from` to `to`; no LP may expire in between.
    #[inline]
    pub(crate) fn step(&mut self, stream: &Stream, from: Timestamp, to: Timestamp) {
        if stream.part_e12 != 0 && self.live != 0 && from != to {
            self.per_device.0 += stream.between(from, to).0 / u128::from(self.live);
        }
    }

    /// Notes what a device has accrued at `at`, to which the accrual was brought.
    #[must_use]
    pub const fn mark(&self, at: Timestamp) -> Mark {
        Mark { at, per_device: self.per_device }
    }
}
