//! The verdict: what passing and failing do to a stake (PROTOCOL 5.4).

use alloc::string::String;
use alloc::vec;

use alloy_primitives::{Address, B256, U256};

use super::Ledger;
use crate::error::Error;
use crate::event::{Event, Events};
use crate::math::{BPS, mul_div_ceil, mul_div_floor};
use crate::pocps::SeedInputs;
use crate::pool::Reserves;
use crate::rewards::Proof;
use crate::stake::{Position, Stake, StakeState};
use crate::units::{EpochId, GpuSeconds, StakeId, Timestamp, Wei};

/// What came of a failed verification.
pub(super) struct Failed {
    pub(super) events: Events,
    /// The accuser's part of what would have been burned; paid.
    pub(super) share: Wei,
}

impl Ledger {
    /// Applies a verdict that a game outside this ledger gave.
    ///
    /// Warning: whoever calls this is the verifier. No settlement may offer it to accounts.
    ///
    /// # Errors
    /// [`Error::UnknownStake`], [`Error::TimeReversed`], [`Error::StakeClosed`] or
    /// [`Error::Expired`].
    pub fn apply_verdict(
        &mut self,
        now: Timestamp,
        id: StakeId,
        passed: bool,
    ) -> Result<Events, Error> {
        if passed {
            let stake = *self.stake_of(id)?;
            let rules = self.pool(stake.pool)?.params().pocps;
            let proof = self.verification_of(id).and_then(|open| open.proof(&rules));
            let events = self.pass(now, id, proof)?;
            self.verifications.remove(&id);
            Ok(events)
        } else {
            Ok(self.fail(now, id, String::new(), None)?.events)
        }
    }

    /// Counts a verification as passed, and with a proof the time that it verifies.
    pub(super) fn pass(
        &mut self,
        now: Timestamp,
        id: StakeId,
        proof: Option<Proof>,
    ) -> Result<Events, Error> {
        let mut stake = *self.stake_of(id)?;
        let advanced = self.pool(stake.pool)?.at(now)?;
        check_live(&stake, now)?;
        stake.passed = stake.passed.saturating_add(1);
        if let (Some(proof), Some(rewards)) = (proof, &mut self.rewards) {
            rewards.verify(id, stake.provider, proof);
        }
        self.write_pool(stake.pool, advanced);
        self.write_stake(id, stake);
        Ok(vec![Event::Passed { stake: id, passed: stake.passed }])
    }

    /// Slashes the stake, with the fault in words. An accuser has its share, unless it rents the
    /// device: it would be paid for breaking what it uses.
    pub(super) fn fail(
        &mut self,
        now: Timestamp,
        id: StakeId,
        fault: String,
        accuser: Option<Address>,
    ) -> Result<Failed, Error> {
        let mut stake = *self.stake_of(id)?;
        let pool = self.pool(stake.pool)?;
        let accuser_bps = pool.params().pocps.accuser_bps;
        let mut advanced = pool.at(now)?;
        check_live(&stake, now)?;
        let (pending, forfeit) = match stake.position() {
            Some(position) => advanced.reserves.forfeit(position, stake.remaining(now)),
            None => (Wei::ZERO, stake.maintenance_fee),
        };
        let refund = rental_refund(&stake, now, forfeit);
        let rental = stake.running_rental(now);
        let accuser = accuser.filter(|who| rental.is_none_or(|rental| rental.renter != *who));
        let left = Wei(forfeit.0 - refund.0);
        let share = accuser
            .and_then(|_| mul_div_floor(left.0, accuser_bps.0.into(), BPS))
            .map_or(Wei::ZERO, |share| Wei(share.min(left.0)));
        let burned = Wei(pending.0 + (left.0 - share.0));

        self.write_pool(stake.pool, advanced);
        if let (Some(position), Some(pool)) =
            (stake.position(), self.pools.get_mut(stake.pool.index()))
        {
            pool.unschedule_expiry(stake.expiry, position.decay);
        }
        if let Some(rental) = rental {
            self.accounts.credit(rental.renter, refund);
        }
        if let Some(accuser) = accuser {
            self.accounts.credit(accuser, share);
        }
        self.accounts.count_burned(burned);
        self.verifications.remove(&id);
        self.game.endpoints.remove(&id);
        self.void_earning(id);
        stake.maintenance_fee = Wei::ZERO;
        stake.rental = None;
        stake.state = StakeState::Slashed;
        self.write_stake(id, stake);
        let events = vec![Event::Slashed { stake: id, pool: stake.pool, fault, refund, burned }];
        Ok(Failed { events, share })
    }

    /// Gives what binds a challenge to a stake and an epoch.
    ///
    /// # Errors
    /// [`Error::UnknownStake`].
    pub fn seed_inputs(
        &self,
        id: StakeId,
        epoch: EpochId,
        randomness: B256,
    ) -> Result<SeedInputs, Error> {
        Ok(SeedInputs {
            chain_id: U256::from(self.config.chain_id),
            contract: self.config.address,
            stake: U256::from(id.0),
            provider: self.stake_of(id)?.provider,
            epoch: U256::from(epoch.0),
            randomness,
        })
    }
}

impl Reserves {
    /// Takes a failed LP's share out, price unchanged: PIN rounded down, compute up. Returns
    /// its pending PIN, which leaves the escrow, and the PIN of its share.
    fn forfeit(&mut self, position: Position, hours: GpuSeconds) -> (Wei, Wei) {
        let pending = self.pending(position.decay, position.acc_noted_q96);
        let share = position.decay.0.saturating_mul(u128::from(hours.0));
        let tokens = mul_div_floor(self.pin.0, share, self.shares.0).unwrap_or(self.pin.0);
        let compute = mul_div_ceil(self.compute.0, share, self.shares.0).unwrap_or(self.compute.0);
        self.escrow.0 -= pending.0;
        self.pin.0 -= tokens;
        self.compute.0 -= compute;
        self.shares.0 -= share;
        self.decay.0 -= position.decay.0;
        (pending, Wei(tokens))
    }
}

/// What the renter of a failed device gets back: the unused part of what was paid, but no
/// more than the part of the forfeit that covers those hours. Otherwise renting one's own
/// device dear would turn a forfeit into a refund.
fn rental_refund(stake: &Stake, now: Timestamp, forfeit: Wei) -> Wei {
    let Some(rental) = stake.running_rental(now) else { return Wei::ZERO };
    let unused = u128::from(rental.until.since(now).0);
    let bought = u128::from(rental.until.since(rental.start).0);
    let left = u128::from(stake.remaining(now).0);
    let paid_back = mul_div_floor(rental.paid.0, unused, bought).unwrap_or(0);
    let covered = mul_div_floor(forfeit.0, unused, left).unwrap_or(0);
    Wei(paid_back.min(covered))
}

pub(super) fn check_live(stake: &Stake, now: Timestamp) -> Result<(), Error> {
    if !stake.is_active() {
        return Err(Error::StakeClosed);
    }
    if now >= stake.expiry {
        return Err(Error::Expired { expiry: stake.expiry });
    }
    Ok(())
}
