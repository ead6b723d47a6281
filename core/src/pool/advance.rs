//! What time does to a pool (PROTOCOL 2.1).
//!
//! Both reserves shrink with the shares, so time alone never moves the price. The cost is
//! that of the LP expiries passed, never of the seconds.

use alloc::vec::Vec;

use alloy_primitives::U256;

use super::{Pool, Reserves};
use crate::error::Error;
use crate::math::{mul_div_ceil, shl96_div_floor};
use crate::rewards::Accrual;
use crate::units::{DecayWad, Secs, Timestamp};

/// A pool's reserves at a later time, not yet kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advanced {
    /// The reserves at that time.
    pub reserves: Reserves,
    /// What its LP devices have accrued by then.
    pub accrual: Accrual,
    /// The LP expiries passed, each with `acc` (Q96) there.
    pub passed: Vec<(Timestamp, U256)>,
}

impl Pool {
    /// Returns the pool's reserves at `now` without changing it.
    ///
    /// # Errors
    /// [`Error::TimeReversed`] if `now` is before the reserves' time.
    pub fn at(&self, now: Timestamp) -> Result<Advanced, Error> {
        self.walk(now, usize::MAX, true)
    }

    /// Returns the reserves after at most `limit` LP expiries up to `now`, stopped exactly on
    /// the last of them, so that many short advances equal one long one to the bit.
    ///
    /// # Errors
    /// [`Error::TimeReversed`] if `now` is before the reserves' time.
    pub fn at_boundary(&self, now: Timestamp, limit: usize) -> Result<Advanced, Error> {
        self.walk(now, limit, false)
    }

    fn walk(&self, now: Timestamp, limit: usize, to_now: bool) -> Result<Advanced, Error> {
        let (mut reserves, mut accrual) = (self.reserves, self.accrual);
        if now < reserves.last {
            return Err(Error::TimeReversed { last: reserves.last, now });
        }
        let mut passed = Vec::new();
        for (&boundary, &ending) in self.schedule.range(..=now).take(limit) {
            accrual.step(&self.stream, reserves.last, boundary);
            accrual.live = accrual.live.saturating_sub(ending.devices);
            reserves.step_to(boundary);
            reserves.decay = DecayWad(reserves.decay.0.saturating_sub(ending.decay.0));
            passed.push((boundary, reserves.acc_q96));
        }
        if to_now {
            accrual.step(&self.stream, reserves.last, now);
            reserves.step_to(now);
        }
        Ok(Advanced { reserves, accrual, passed })
    }
}

impl Reserves {
    /// Dissipates from `last` to `to`; no LP may expire in between.
    fn step_to(&mut self, to: Timestamp) {
        let Secs(dt) = to.since(self.last);
        self.last = to;
        if dt == 0 || self.shares.0 == 0 {
            return;
        }
        // Every share is κ·(time to its expiry) and none expires before `to`, so K·dt ≤ Z and
        // the quotients below are at most T and R.
        let gone = self.decay.0.saturating_mul(u128::from(dt)).min(self.shares.0);
        let released = mul_div_ceil(self.pin.0, gone, self.shares.0).unwrap_or(self.pin.0);
        let spoiled = mul_div_ceil(self.compute.0, gone, self.shares.0).unwrap_or(self.compute.0);
        let rate_q96 = shl96_div_floor(self.pin.0, self.shares.0).unwrap_or_default();
        self.acc_q96 = self.acc_q96.wrapping_add(rate_q96.wrapping_mul(U256::from(dt)));
        self.pin.0 -= released;
        self.escrow.0 += released;
        self.compute.0 -= spoiled;
        self.shares.0 -= gone;
    }
}
