//! Proofs, verdicts and block rewards.

use alloy_primitives::B256;
use pinfi_core::Action;
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::stake::{Stake, Verification};
use pinfi_core::units::{Bps, Day, StakeId, Timestamp, Wei};

use super::{Draw, is_lp};
use crate::random::amount;

impl Draw<'_> {
    /// The next thing on the way to a reward.
    pub(super) fn earn(&mut self) -> Deed {
        let now = Timestamp(self.now);
        let done = |stake: &Stake| stake.is_active() && stake.expiry <= now && stake.passed > 0;
        let done = self.ledger.stakes().find(|(_, stake)| done(stake));
        if let Some((stake, _)) = done {
            return Deed::Act(Action::Settle { stake });
        }
        if self.challenged(|open| open.commitment.is_some()).is_some() {
            return self.verdict();
        }
        Deed::Act(self.prove())
    }

    /// The next thing on the way to a verdict.
    pub(super) fn prove(&mut self) -> Action {
        let now = Timestamp(self.now);
        match self.challenged(|open| open.commitment.is_none()) {
            Some(stake) if self.rng.u8(0..4) > 0 => {
                Action::Commit { stake, root: B256::repeat_byte(self.rng.u8(..)) }
            }
            _ => Action::Challenge { stake: self.stake(|stake| is_lp(stake, now)) },
        }
    }

    /// Mostly on what was committed, and mostly good.
    pub(super) fn verdict(&mut self) -> Deed {
        match self.challenged(|open| open.commitment.is_some()) {
            Some(stake) if self.rng.u8(0..4) > 0 => {
                Deed::Verdict { stake, passed: self.rng.u8(0..8) > 0 }
            }
            _ => {
                let stake = self.stake(Stake::is_active);
                Deed::Verdict { stake, passed: self.rng.u8(0..3) > 0 }
            }
        }
    }

    /// A stake whose challenge is open and fits, if there is one.
    fn challenged(&mut self, fits: impl Fn(&Verification) -> bool) -> Option<StakeId> {
        let stakes = self.ledger.stakes().map(|(id, _)| id);
        let open = |id: &StakeId| self.ledger.verification_of(*id).is_some_and(&fits);
        let open: Vec<_> = stakes.filter(open).collect();
        (!open.is_empty()).then(|| open[self.rng.usize(0..open.len())])
    }

    /// Something with the block rewards.
    pub(super) fn reward(&mut self) -> Action {
        let rewards = self.ledger.rewards();
        match self.rng.u8(0..20) {
            0..4 => Action::QueueWeight { pool: self.pool(), weight: self.weight() },
            4..9 => {
                let queued = |(id, _)| {
                    let weight = rewards.map(|rewards| rewards.weights().of(id));
                    weight.and_then(|weight| weight.queued).map(|_| id)
                };
                let queued: Vec<_> = self.ledger.pools().filter_map(queued).collect();
                if queued.is_empty() {
                    return Action::QueueWeight { pool: self.pool(), weight: self.weight() };
                }
                Action::ExecuteWeight { pool: queued[self.rng.usize(0..queued.len())] }
            }
            9..12 => Action::Lock { amount: Wei(amount(self.rng, 90)) },
            12..14 => Action::Unlock { amount: Wei(amount(self.rng, 90)) },
            14..18 => self.rebate(),
            18 => Action::Lock { amount: Wei(0) },
            _ => Action::ClaimAllocation,
        }
    }

    fn weight(&mut self) -> Bps {
        Bps(match self.rng.u8(0..8) {
            0 => 0,
            1 => self.rng.u32(9_900..10_100),
            2 => self.rng.u32(..),
            _ => self.rng.u32(1..5_000),
        })
    }

    fn rebate(&mut self) -> Action {
        let rewards = self.ledger.rewards().into_iter();
        let owed: Vec<_> = rewards.flat_map(|rewards| rewards.fee_days().unclaimed()).collect();
        if owed.is_empty() || self.rng.u8(0..8) == 0 {
            return Action::ClaimRebate { pool: self.pool(), day: Day(self.rng.u32(0..400)) };
        }
        let owed = owed[self.rng.usize(0..owed.len())];
        Action::ClaimRebate { pool: owed.pool, day: owed.day }
    }
}
