//! Challenge, commit, respond, missed: verification with one verifier.
//!
//! The ledger itself is the verifier here: one challenge binds one stake, the beacon is the
//! randomness of the accepted commitment, and all samples are opened and checked at once. The game
//! of many verifiers (`game`) has an epoch for the whole pool in place of `challenge` and a dispute
//! in place of `respond`; it gives the same verdicts.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;

use alloy_primitives::B256;

use super::Ledger;
use super::verdict::check_live;
use crate::action::Context;
use crate::error::Error;
use crate::event::{Event, Events};
use crate::pocps::{self, Fault, Response};
use crate::stake::{Commitment, Stake, Verification};
use crate::units::{EpochId, StakeId};

impl Ledger {
    pub(super) fn challenge(&mut self, cx: &Context, id: StakeId) -> Result<Events, Error> {
        let mut stake = *self.stake_of(id)?;
        let pool = self.pool(stake.pool)?;
        let advanced = pool.at(cx.now)?;
        check_live(&stake, cx.now)?;
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
        let seed = self.seed_inputs(id, EpochId(epoch), cx.randomness)?.seed();

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
            Ok(()) => {
                let proof = open.proof(rules);
                let events = self.pass(cx.now, id, proof)?;
                self.verifications.remove(&id);
                Ok(events)
            }
            // A false row or entry is a false proof. Anything else does not even say what it
            // proves: it is refused, and the deadline still runs.
            Err(fault @ (Fault::NotCommitted { .. } | Fault::WrongEntry { .. })) => {
                Ok(self.fail(cx.now, id, fault.to_string(), None)?.events)
            }
            Err(fault) => Err(Error::MalformedResponse(Box::new(fault))),
        }
    }

    pub(super) fn missed(&mut self, cx: &Context, id: StakeId) -> Result<Events, Error> {
        let stake = *self.stake_of(id)?;
        self.pool(stake.pool)?.at(cx.now)?;
        check_live(&stake, cx.now)?;
        let open = self.verification_of(id).ok_or(Error::NoChallenge)?;
        if !open.is_missed(cx.now) {
            let committed = open.commitment.is_some();
            let deadline = if committed { open.respond_by } else { open.commit_by };
            return Err(Error::DeadlineNotPassed { deadline });
        }
        Ok(self.fail(cx.now, id, String::new(), None)?.events)
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
        check_live(stake, cx.now)?;
        self.verification_of(id).copied().ok_or(Error::NoChallenge)
    }
}
