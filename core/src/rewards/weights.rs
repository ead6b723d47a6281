//! The pools' weights: shares of what pools get, set behind a timelock.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::units::{Bps, Day, PoolId, Timestamp};

const ALL: u32 = 10_000;

/// The weights of the pools, up to the last that has or had one, or that one is queued for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights(Vec<Weight>);

/// One pool's weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weight {
    /// The pool's share of what pools get.
    pub now: Bps,
    /// The change that waits for its time.
    pub queued: Option<QueuedWeight>,
    /// The day of the last change, and the weight with which that day began.
    changed: Day,
    before: Bps,
}

/// A weight that can be executed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedWeight {
    /// The weight to be.
    pub weight: Bps,
    /// The first second in which it can be executed.
    pub executable_at: Timestamp,
}

impl Weights {
    /// Returns a pool's weight.
    #[must_use]
    pub fn of(&self, pool: PoolId) -> Weight {
        self.0.get(pool.index()).copied().unwrap_or_default()
    }

    /// Returns what no pool but `pool` has.
    #[must_use]
    pub fn left_for(&self, pool: PoolId) -> Bps {
        let all: u32 = self.0.iter().map(|weight| weight.now.0).sum();
        Bps(ALL.saturating_sub(all.saturating_sub(self.of(pool).now.0)))
    }

    pub(crate) fn queue(&mut self, pool: PoolId, queued: QueuedWeight) {
        self.entry(pool).queued = Some(queued);
    }

    pub(crate) fn set(&mut self, pool: PoolId, weight: Bps, day: Day) {
        let entry = self.entry(pool);
        if entry.changed != day {
            (entry.before, entry.changed) = (entry.now, day);
        }
        (entry.now, entry.queued) = (weight, None);
    }

    fn entry(&mut self, pool: PoolId) -> &mut Weight {
        if self.0.len() <= pool.index() {
            self.0.resize(pool.index() + 1, Weight::default());
        }
        &mut self.0[pool.index()]
    }
}

impl Weight {
    /// Returns the day of the last change, and the weight with which that day began.
    #[must_use]
    pub const fn last_change(&self) -> (Day, Bps) {
        (self.changed, self.before)
    }

    /// Returns the weight with which `day` began, the present one or a later.
    #[must_use]
    pub fn at_beginning_of(&self, day: Day) -> Bps {
        if day == self.changed { self.before } else { self.now }
    }
}
