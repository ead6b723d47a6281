//! What a stake has earned, and what is known of its provider.

use serde::{Deserialize, Serialize};

use super::accrual::Mark;
use super::multipliers::{loyalty_wad, time_wad, work_wad};
use crate::math::{WAD, mul_div_floor};
use crate::units::{Day, RewardE12, Secs, Timestamp, Wei};

/// The reward of a stake: accrued while it is an LP, earned once a verification covers it,
/// paid when the stake settles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earning {
    /// What verified time has brought, before the multipliers.
    pub earned: RewardE12,
    /// Up to where it is an LP verified: where it joined, or its last proof. None while it is
    /// not an LP.
    pub verified_to: Option<Mark>,
    /// The proofs that verified it as an LP.
    pub proofs: u32,
    /// What these proofs took from challenge to commitment together.
    pub spent: Secs,
    /// The epoch of the last proof, or of joining.
    epoch: u64,
}

/// A passed proof, as far as rewards go by it.
#[derive(Clone, Copy)]
pub(crate) struct Proof {
    /// Its commitment's time, and what a device had accrued then.
    pub(crate) mark: Mark,
    /// The time from its challenge to its commitment.
    pub(crate) spent: Secs,
    /// The epoch in which it was challenged.
    pub(crate) epoch: u64,
    /// The pool's length of an epoch.
    pub(crate) epoch_length: Secs,
}

impl Earning {
    /// Returns the epoch of the last proof, or of joining.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Begins (or resumes) the time as an LP at `mark`, in an epoch of the pool.
    pub(crate) fn begin(&mut self, mark: Mark, epoch: u64) {
        (self.verified_to, self.epoch) = (Some(mark), epoch);
    }

    /// Takes in a proof: it verifies the time since the one before, or since joining. If an
    /// epoch lies between the two without a proof, only one epoch of that time is verified, and
    /// of what accrued in it that part counts. Returns the time that was verified and brought
    /// something.
    pub(crate) fn verify(&mut self, proof: Proof) -> Secs {
        let Some(before) = self.verified_to.filter(|before| before.at < proof.mark.at) else {
            return Secs::ZERO;
        };
        let span = proof.mark.at.since(before.at);
        let is_gap = proof.epoch.saturating_sub(self.epoch) > 1;
        let counted = if is_gap { span.min(proof.epoch_length) } else { span };
        let accrued = proof.mark.per_device.saturating_sub(before.per_device).0;
        let part = mul_div_floor(accrued, counted.0.into(), span.0.into()).unwrap_or(accrued);
        self.earned.0 += part;
        self.begin(proof.mark, proof.epoch);
        self.proofs = self.proofs.saturating_add(1);
        self.spent.0 = self.spent.0.saturating_add(proof.spent.0);
        if part == 0 { Secs::ZERO } else { counted }
    }

    /// Returns what the stake is paid if it settles on `day`.
    #[must_use]
    pub fn payout(&self, provider: &Provider, day: Day, window: Secs) -> Payout {
        let earned = self.earned.to_wei_floor();
        let time_wad = time_wad(provider.age);
        let loyalty_wad = loyalty_wad(provider.held_on(day), provider.minted);
        let work_wad = work_wad(self.proofs, self.spent, window);
        let times = |amount: u128, factor| mul_div_floor(amount, factor, WAD).unwrap_or(0);
        let amount = Wei(times(times(times(earned.0, time_wad), loyalty_wad), work_wad));
        Payout { earned, time_wad, loyalty_wad, work_wad, amount }
    }
}

/// A stake's reward with its multipliers, each in WAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payout {
    /// What verified time has brought.
    pub earned: Wei,
    /// PoT: how long the provider has been a verified LP.
    pub time_wad: u128,
    /// PoL: how much of its rewards the provider holds locked.
    pub loyalty_wad: u128,
    /// PoW: how fast the proofs were.
    pub work_wad: u128,
    /// What is minted: the product, rounded down after each factor.
    pub amount: Wei,
}

/// What is known of a provider over all its stakes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// The time for which it was a verified LP; time at which several of its devices were
    /// counts once.
    pub age: Secs,
    /// Block rewards minted to it as a provider.
    pub minted: Wei,
    /// PIN that it has locked.
    pub locked: Wei,
    /// Up to where its age is counted.
    counted_to: Timestamp,
    /// The reward day of the last change of the lock, and the least that was locked all that day.
    day: Day,
    held: Wei,
}

impl Provider {
    /// Returns up to where the age is counted.
    #[must_use]
    pub const fn counted_to(&self) -> Timestamp {
        self.counted_to
    }

    /// Returns the day of the last change of the lock.
    #[must_use]
    pub const fn lock_day(&self) -> Day {
        self.day
    }

    /// Adds the part of `(to − counted, to]` that no other device has brought yet.
    pub(crate) fn grow(&mut self, to: Timestamp, counted: Secs) {
        self.age.0 = self.age.0.saturating_add(to.since(self.counted_to).min(counted).0);
        self.counted_to = self.counted_to.max(to);
    }

    /// Returns the PIN that is locked since `day` began.
    #[must_use]
    pub fn held_on(&self, day: Day) -> Wei {
        if day > self.day { self.locked } else { self.held }
    }

    /// Locks more, or unlocks. What is locked today is held from tomorrow on; what is unlocked
    /// is taken from that first.
    pub(crate) fn set_locked(&mut self, day: Day, locked: Wei) {
        self.held = self.held_on(day).min(locked);
        self.day = self.day.max(day);
        self.locked = locked;
    }
}
