//! The pools' weights: shares of what pools get, set behind a timelock.

use alloc::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::units::{Bps, Day, PoolId, Timestamp};

const ALL: u32 = 10_000;

/// The weights of the pools that have or had one, or that one is queued for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights(BTreeMap<PoolId, Weight>);

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
        self.0.get(&pool).copied().unwrap_or_default()
    }

    /// Returns what no pool but `pool` has.
    #[must_use]
    pub fn left_for(&self, pool: PoolId) -> Bps {
        let others = self.0.iter().filter(|(id, _)| **id != pool);
        Bps(ALL.saturating_sub(others.map(|(_, weight)| weight.now.0).sum()))
    }

    pub(crate) fn queue(&mut self, pool: PoolId, queued: QueuedWeight) {
        self.0.entry(pool).or_default().queued = Some(queued);
    }

    pub(crate) fn set(&mut self, pool: PoolId, weight: Bps, day: Day) {
        let entry = self.0.entry(pool).or_default();
        if entry.changed != day {
            (entry.before, entry.changed) = (entry.now, day);
        }
        (entry.now, entry.queued) = (weight, None);
    }
}

impl Weight {
    /// Returns the weight with which `day` began, the present one or a later.
    #[must_use]
    pub fn at_beginning_of(&self, day: Day) -> Bps {
        if day == self.changed { self.before } else { self.now }
    }
}
