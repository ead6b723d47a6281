//! Challenge, commit, respond, missed, and the verdict (PROTOCOL 5.4).
//!
//! The ledger itself is the verifier here: one challenge binds one stake, the beacon is the
//! randomness of the accepted commitment, and all samples are opened and checked at once.
//! The game of many verifiers (PROTOCOL 5.3) replaces `challenge` by an epoch for the whole
//! pool and `respond` by dispute; it calls the same [`Ledger::verdict`].

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;

use alloy_primitives::{B256, U256};

use super::Ledger;
use crate::action::Context;
use crate::error::Error;
use crate::event::{Event, Events};
use crate::math::{mul_div_ceil, mul_div_floor};
use crate::pocps::{self, Fault, Response, SeedInputs};
use crate::pool::Reserves;
use crate::stake::{Commitment, Position, Stake, StakeState, Verification};
use crate::units::{GpuSeconds, StakeId, Timestamp, Wei};

impl Ledger {
    pub(super) fn challenge(&mut self, cx: &Context, id: StakeId) -> Result<Events, Error> {
        let mut stake = *self.stake_of(id)?;
        let pool = self.pool(stake.pool)?;
        let advanced = pool.at(cx.now)?;
        check_live(&stake, cx)?;
        if let Some(open) = self.verification_of(id) {
            return Err(Error::VerificationPending { until: open.respond_by });
        }
        let rules = &pool.params().pocps;
        let epoch = cx.now.0.checked_div(rules.epoch.0).unwrap_or(0);
        if stake.last_epoch == Some(epoch) {
            return Err(Error::AlreadyChallenged { epoch });
        }
        let commit_by = cx.now.saturating_add(rules.window);
        let respond_by = commit_by.saturating_add(rules.dispute);
        // Somebody must have time left to report a missed deadline before the stake is over.
        if stake.expiry <= respond_by.saturating_add(rules.dispute) {
            return Err(Error::ExpiresTooSoon { expiry: stake.expiry });
        }
        let inputs = SeedInputs {
            chain_id: U256::from(self.config.chain_id),
            contract: self.config.address,
            stake: U256::from(id.0),
            provider: stake.provider,
            epoch: U256::from(epoch),
            randomness: cx.randomness,
        };
        let seed = inputs.seed();

        stake.last_epoch = Some(epoch);
        self.write_pool(stake.pool, advanced);
        self.write_stake(id, stake);
        let randomness = cx.randomness;
        let commitment = None;
        self.verifications.insert(
            id,
            Box::new(Verification { epoch, randomness, seed, commit_by, respond_by, commitment }),
        );
        Ok(vec![Event::Challenged {
            stake: id,
            epoch,
            randomness: cx.randomness,
            seed,
            commit_by,
            respond_by,
        }])
    }

    pub(super) fn commit(
        &mut self,
        cx: &Context,
        id: StakeId,
        root: B256,
    ) -> Result<Events, Error> {
        let stake = *self.stake_of(id)?;
        let advanced = self.pool(stake.pool)?.at(cx.now)?;
        let mut open = self.open_challenge(cx, id, &stake)?;
        if open.commitment.is_some() {
            return Err(Error::AlreadyCommitted);
        }
        if cx.now > open.commit_by {
            return Err(Error::DeadlinePassed { deadline: open.commit_by });
        }
        let beacon = cx.randomness;
        let mark = advanced.accrual.mark(cx.now);
        open.commitment = Some(Commitment { root, beacon, mark });
        self.write_pool(stake.pool, advanced);
        self.verifications.insert(id, Box::new(open));
        Ok(vec![Event::Committed { stake: id, root, beacon }])
    }

    pub(super) fn respond(
        &mut self,
        cx: &Context,
        id: StakeId,
        response: &Response,
    ) -> Result<Events, Error> {
        let stake = *self.stake_of(id)?;
        let pool = self.pool(stake.pool)?;
        pool.at(cx.now)?;
        let open = self.open_challenge(cx, id, &stake)?;
        let Some(Commitment { root, beacon, .. }) = open.commitment else {
            return Err(Error::NotCommitted);
        };
        if cx.now > open.respond_by {
            return Err(Error::DeadlinePassed { deadline: open.respond_by });
        }
        let rules = &pool.params().pocps;
        let work = rules.validate().map_err(|name| Error::BadParameter { name })?;
        let challenge = pocps::Challenge { seed: open.seed, work };
        match pocps::verify_against(&challenge, root, beacon, rules.samples, response) {
            Ok(()) => self.verdict(cx.now, id, Ok(())),
            // A false row or entry is a false proof. Anything else does not even say what it
            // proves: it is refused, and the deadline still runs.
            Err(fault @ (Fault::NotCommitted { .. } | Fault::WrongEntry { .. })) => {
                self.verdict(cx.now, id, Err(fault.to_string()))
            }
            Err(fault) => Err(Error::MalformedResponse(Box::new(fault))),
        }
    }

    pub(super) fn missed(&mut self, cx: &Context, id: StakeId) -> Result<Events, Error> {
        let stake = *self.stake_of(id)?;
        self.pool(stake.pool)?.at(cx.now)?;
        check_live(&stake, cx)?;
        let open = self.verification_of(id).ok_or(Error::NoChallenge)?;
        if !open.is_missed(cx.now) {
            let committed = open.commitment.is_some();
            let deadline = if committed { open.respond_by } else { open.commit_by };
            return Err(Error::DeadlineNotPassed { deadline });
        }
        self.verdict(cx.now, id, Err(String::new()))
    }

    /// Counts a verification as passed, or slashes the stake (PROTOCOL 5.4) with the fault
    /// in words.
    pub(crate) fn verdict(
        &mut self,
        now: Timestamp,
        id: StakeId,
        outcome: Result<(), String>,
    ) -> Result<Events, Error> {
        let mut stake = *self.stake_of(id)?;
        let mut advanced = self.pool(stake.pool)?.at(now)?;
        if !stake.is_active() {
            return Err(Error::StakeClosed);
        }
        if now >= stake.expiry {
            return Err(Error::Expired { expiry: stake.expiry });
        }
        let Err(fault) = outcome else {
            stake.passed = stake.passed.saturating_add(1);
            if let Some(passed) = self.verifications.remove(&id) {
                self.earn(id, &stake, &passed);
            }
            self.write_pool(stake.pool, advanced);
            self.write_stake(id, stake);
            return Ok(vec![Event::Passed { stake: id, passed: stake.passed }]);
        };

        let (pending, forfeit) = match stake.position() {
            Some(position) => advanced.reserves.forfeit(position, stake.remaining(now)),
            None => (Wei::ZERO, stake.maintenance_fee),
        };
        let refund = rental_refund(&stake, now, forfeit);
        let burned = Wei(pending.0 + (forfeit.0 - refund.0));

        self.write_pool(stake.pool, advanced);
        if let (Some(position), Some(pool)) =
            (stake.position(), self.pools.get_mut(stake.pool.index()))
        {
            pool.unschedule_expiry(stake.expiry, position.decay);
        }
        if let Some(rental) = stake.running_rental(now) {
            self.accounts.credit(rental.renter, refund);
        }
        self.accounts.count_burned(burned);
        self.verifications.remove(&id);
        self.void_earning(id);
        stake.maintenance_fee = Wei::ZERO;
        stake.rental = None;
        stake.state = StakeState::Slashed;
        self.write_stake(id, stake);
        Ok(vec![Event::Slashed { stake: id, pool: stake.pool, fault, refund, burned }])
    }

    fn open_challenge(
        &self,
        cx: &Context,
        id: StakeId,
        stake: &Stake,
    ) -> Result<Verification, Error> {
        if stake.provider != cx.sender {
            return Err(Error::NotOwner { owner: stake.provider });
        }
        check_live(stake, cx)?;
        self.verification_of(id).copied().ok_or(Error::NoChallenge)
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

fn check_live(stake: &Stake, cx: &Context) -> Result<(), Error> {
    if !stake.is_active() {
        return Err(Error::StakeClosed);
    }
    if cx.now >= stake.expiry {
        return Err(Error::Expired { expiry: stake.expiry });
    }
    Ok(())
}
