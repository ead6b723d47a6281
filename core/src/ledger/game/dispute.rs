//! From the commitment to its end: beacons, accusations, proofs.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec;

use alloy_primitives::Address;

use super::super::verdict::check_live;
use super::{By, Opened};
use crate::Ledger;
use crate::action::Context;
use crate::error::Error;
use crate::event::Events;
use crate::game::{Accusation, Committed, GameEvent, Trial};
use crate::pocps::{self, Challenge, Fault, Opening};
use crate::pool::PoolParams;
use crate::rewards::Proof;
use crate::units::{EpochId, StakeId, Timestamp, Wei};

impl Ledger {
    /// A commitment's beacon also asks one of 64 for a proof unprompted. It is recorded in the first
    /// half of the dispute period, so that the other half is left for that.
    pub(super) fn record_beacon(
        &mut self,
        cx: &Context,
        id: StakeId,
        epoch: EpochId,
        sample: u32,
    ) -> Result<Events, Error> {
        let Opened { stake, params, advanced } = self.live_stake(cx, id, By::Anyone)?;
        let (trial, mut committed) = self.committed(id, epoch)?;
        let q = params.pocps.samples;
        let beacon = cx.randomness;
        let due = if sample == q {
            check_beacon(cx, committed.mark.at, committed.beacon.is_some(), committed.accuse_by)?;
            committed.beacon = Some(beacon);
            let due = pocps::is_proof_due(committed.root, beacon, q);
            if due {
                committed.ask(q, (None, Wei::ZERO), cx.now, Some(beacon));
            }
            due
        } else {
            let accusation = committed.accusations.get_mut(&sample);
            let accusation = accusation.ok_or(Error::NoAccusation { sample })?;
            let known = accusation.beacon.is_some();
            check_beacon(cx, accusation.made, known, committed.prove_by)?;
            accusation.beacon = Some(beacon);
            true
        };

        self.write_pool(stake.pool, advanced);
        self.write_trial(id, Trial { committed: Some(committed), ..trial });
        Ok(vec![GameEvent::BeaconRecorded { stake: id, epoch, sample, beacon, due }.into()])
    }

    pub(super) fn accuse(
        &mut self,
        cx: &Context,
        id: StakeId,
        epoch: EpochId,
        sample: u32,
    ) -> Result<Events, Error> {
        let Opened { stake, params, advanced } = self.live_stake(cx, id, By::Anyone)?;
        let (trial, mut committed) = self.committed(id, epoch)?;
        if sample >= params.pocps.samples {
            return Err(Error::BadParameter { name: "sample" });
        }
        if cx.now > committed.accuse_by {
            return Err(Error::DeadlinePassed { deadline: committed.accuse_by });
        }
        if committed.accusations.contains_key(&sample) {
            return Err(Error::AlreadyAccused { sample });
        }
        let (accuser, bond) = (cx.sender, params.pocps.bond);
        self.accounts.require(accuser, bond)?;

        self.write_pool(stake.pool, advanced);
        self.accounts.debit(accuser, bond);
        committed.ask(sample, (Some(accuser), bond), cx.now, None);
        self.write_trial(id, Trial { committed: Some(committed), ..trial });
        Ok(vec![GameEvent::Accused { stake: id, epoch, sample, accuser, bond }.into()])
    }

    pub(super) fn prove(
        &mut self,
        cx: &Context,
        id: StakeId,
        epoch: EpochId,
        sample: u32,
        opening: &Opening,
    ) -> Result<Events, Error> {
        let Opened { params, .. } = self.live_stake(cx, id, By::Answerer)?;
        let (trial, committed) = self.committed(id, epoch)?;
        let accusation = open_accusation(&committed, sample)?;
        if cx.now > committed.prove_by {
            return Err(Error::DeadlinePassed { deadline: committed.prove_by });
        }
        let beacon = accusation.beacon.ok_or(Error::BeaconUnknown)?;
        let work = params.pocps.validate().map_err(|name| Error::BadParameter { name })?;
        let challenge = Challenge { seed: trial.seed, work };
        match pocps::verify_sample(&challenge, committed.root, beacon, sample, opening) {
            Ok(()) => self.apply_proof(cx.now, id, epoch, sample, Ok(())),
            // A false row or entry is a false proof. Anything else does not even say what it
            // proves, or of which draw: it is refused, and the deadline still runs.
            Err(fault @ (Fault::NotCommitted { .. } | Fault::WrongEntry { .. })) => {
                self.apply_proof(cx.now, id, epoch, sample, Err(fault.to_string()))
            }
            Err(fault) => Err(Error::MalformedResponse(Box::new(fault))),
        }
    }

    /// Applies what a check of a proof has found, with the fault in words. Who rebuilds a ledger from
    /// a chain's logs has that and not the opening.
    ///
    /// Warning: whoever calls this is the verifier. No settlement may offer it to accounts.
    ///
    /// # Errors
    /// Those of [`GameAction::Prove`](crate::game::GameAction::Prove), but for what is about its
    /// sender, its opening and its beacon.
    pub fn apply_proof(
        &mut self,
        now: Timestamp,
        id: StakeId,
        epoch: EpochId,
        sample: u32,
        found: Result<(), String>,
    ) -> Result<Events, Error> {
        let stake = *self.stake_of(id)?;
        let advanced = self.pool(stake.pool)?.at(now)?;
        check_live(&stake, now)?;
        let (trial, mut committed) = self.committed(id, epoch)?;
        let accusation = open_accusation(&committed, sample)?;
        if now > committed.prove_by {
            return Err(Error::DeadlinePassed { deadline: committed.prove_by });
        }
        if let Err(fault) = found {
            return self.convict_by(now, id, (epoch, sample), fault);
        }
        let bond = accusation.bond;
        let proved = Accusation { bond: Wei::ZERO, proved: true, ..accusation };
        committed.accusations.insert(sample, proved);
        self.write_pool(stake.pool, advanced);
        self.accounts.credit(stake.provider, bond);
        self.write_trial(id, Trial { committed: Some(committed), ..trial });
        Ok(vec![GameEvent::Proved { stake: id, epoch, sample, bond }.into()])
    }

    pub(super) fn convict(
        &mut self,
        cx: &Context,
        id: StakeId,
        epoch: EpochId,
        sample: u32,
    ) -> Result<Events, Error> {
        let stake = *self.stake_of(id)?;
        let advanced = self.pool(stake.pool)?.at(cx.now)?;
        let (trial, mut committed) = self.committed(id, epoch)?;
        let accusation = open_accusation(&committed, sample)?;
        if stake.is_active() && cx.now < stake.expiry {
            if cx.now <= committed.prove_by {
                return Err(Error::DeadlineNotPassed { deadline: committed.prove_by });
            }
            return self.convict_by(cx.now, id, (epoch, sample), String::new());
        }
        let bond = accusation.bond;
        let accuser = accusation.accuser.filter(|_| bond > Wei::ZERO);
        let accuser = accuser.ok_or(Error::NothingToClaim)?;

        // It stays open: who left it unanswered until the expiry has passed nothing.
        committed.accusations.insert(sample, Accusation { bond: Wei::ZERO, ..accusation });
        self.write_pool(stake.pool, advanced);
        self.accounts.credit(accuser, bond);
        self.write_trial(id, Trial { committed: Some(committed), ..trial });
        Ok(vec![GameEvent::BondReturned { stake: id, epoch, sample, accuser, bond }.into()])
    }

    /// Fails the stake by a sample and pays the earliest open accusation; where nobody but the renter
    /// had accused, that of the sample.
    fn convict_by(
        &mut self,
        now: Timestamp,
        id: StakeId,
        by: (EpochId, u32),
        fault: String,
    ) -> Result<Events, Error> {
        let renter = self.stake_of(id)?.running_rental(now).map(|rental| rental.renter);
        let (epoch, sample) = self.game.paid_accusation(id, renter).unwrap_or(by);
        let (trial, mut committed) = self.committed(id, epoch)?;
        let paid = open_accusation(&committed, sample)?;
        let bond = paid.bond;
        let failed = self.fail(now, id, fault, paid.accuser)?;
        if let Some(accuser) = paid.accuser {
            self.accounts.credit(accuser, bond);
        }
        committed.accusations.insert(sample, Accusation { bond: Wei::ZERO, ..paid });
        self.write_trial(id, Trial { committed: Some(committed), ..trial });
        let (accuser, share) = (paid.accuser.unwrap_or(Address::ZERO), failed.share);
        let mut events = failed.events;
        let event = GameEvent::Convicted { stake: id, epoch, sample, accuser, bond, share };
        events.push(event.into());
        Ok(events)
    }

    /// Counts what nobody can accuse any more. A complaint counts for nothing, and neither does a
    /// commitment without a beacon: nobody could have looked at it.
    pub(super) fn conclude(
        &mut self,
        cx: &Context,
        id: StakeId,
        epoch: EpochId,
    ) -> Result<Events, Error> {
        let Opened { stake, params, advanced } = self.live_stake(cx, id, By::Anyone)?;
        let (trial, committed) = self.committed(id, epoch)?;
        if cx.now <= committed.prove_by {
            return Err(Error::DeadlineNotPassed { deadline: committed.prove_by });
        }
        if committed.open_sample().is_some() {
            return Err(Error::AccusationOpen);
        }
        let counted = committed.beacon.is_some() && !epoch.is_complaint();
        let mut events = if counted {
            self.pass(cx.now, id, Some(proof(&trial, &committed, &params)))?
        } else {
            self.write_pool(stake.pool, advanced);
            Events::new()
        };
        self.write_trial(id, Trial { over: true, ..trial });
        events.push(GameEvent::Concluded { stake: id, epoch, counted }.into());
        Ok(events)
    }
}

/// What rewards go by of a commitment that has passed.
fn proof(trial: &Trial, committed: &Committed, params: &PoolParams) -> Proof {
    let mark = committed.mark;
    let epoch_length = params.pocps.epoch;
    Proof { mark, spent: mark.at.since(trial.opened), epoch: trial.epoch.0, epoch_length }
}

fn open_accusation(committed: &Committed, sample: u32) -> Result<Accusation, Error> {
    let accusation = committed.accusations.get(&sample).filter(|made| !made.proved);
    accusation.copied().ok_or(Error::NoAccusation { sample })
}

/// A beacon is of a later moment than what it is drawn for, and recorded once.
fn check_beacon(
    cx: &Context,
    made: Timestamp,
    known: bool,
    deadline: Timestamp,
) -> Result<(), Error> {
    if known {
        return Err(Error::BeaconKnown);
    }
    if cx.now <= made {
        return Err(Error::BeaconNotYet { after: made });
    }
    if cx.now > deadline {
        return Err(Error::DeadlinePassed { deadline });
    }
    Ok(())
}
