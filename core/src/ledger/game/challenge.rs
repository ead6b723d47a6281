//! Epochs and complaints, and who answers them.

use alloc::string::String;
use alloc::vec;

use alloy_primitives::B256;

use super::{By, Opened};
use crate::Ledger;
use crate::action::Context;
use crate::error::Error;
use crate::event::Events;
use crate::game::{Committed, Epoch, GameEvent, Trial};
use crate::pool::PoolParams;
use crate::stake::Stake;
use crate::units::{EpochId, PoolId, Secs, StakeId};

impl Ledger {
    pub(super) fn open_epoch(&mut self, cx: &Context, id: PoolId) -> Result<Events, Error> {
        let pool = self.pool(id)?;
        let advanced = pool.at(cx.now)?;
        let params = pool.params();
        let epoch = params.pocps.epoch_at(cx.now);
        let before = self.game.epoch(id);
        if before.is_some_and(|before| before.id >= epoch) {
            return Err(Error::EpochOpen { epoch });
        }
        let until = params.pocps.open_by(epoch);
        if cx.now > until {
            return Err(Error::EpochTooLate { until });
        }
        let randomness = cx.randomness;
        if before.is_some_and(|before| before.randomness == randomness) {
            return Err(Error::ConstantRandomness);
        }
        let opened = Epoch { id: epoch, randomness, opened: cx.now };
        let commit_by = opened.commit_by(params);

        self.write_pool(id, advanced);
        self.game.epochs.insert(id, opened);
        Ok(vec![GameEvent::EpochOpened { pool: id, epoch, randomness, commit_by }.into()])
    }

    /// A complaint has twice the window: the pool's epoch may come in the middle of it, and the
    /// device answers both.
    pub(super) fn complain(&mut self, cx: &Context, id: StakeId) -> Result<Events, Error> {
        let Opened { stake, params, advanced } = self.live_stake(cx, id, By::Anyone)?;
        let rental = stake.running_rental(cx.now).filter(|rental| rental.renter == cx.sender);
        let rental = rental.ok_or(Error::NotRenter)?;
        let rules = &params.pocps;
        let before = self.game.trials.get(&(id, true));
        // Rentals can be short and many: by complaints a device works no more than by epochs.
        let is_soon = before.is_some_and(|before| cx.now.since(before.opened) < rules.epoch);
        if is_soon || self.game.complaints.get(&id) == Some(&rental.id) {
            return Err(Error::AlreadyComplained);
        }
        if let Some(until) = before.and_then(|before| before.open_until(cx.now)) {
            return Err(Error::VerificationPending { until });
        }
        let window = Secs(rules.window.0.saturating_mul(2));
        let commit_by = cx.now.saturating_add(window);
        if stake.expiry <= commit_by.saturating_add(rules.dispute) {
            return Err(Error::ExpiresTooSoon { expiry: stake.expiry });
        }
        let epoch = EpochId::complaint(rental.id);
        let randomness = cx.randomness;
        let seed = self.seed_inputs(id, epoch, randomness)?.seed();

        self.write_pool(stake.pool, advanced);
        self.game.complaints.insert(id, rental.id);
        let trial = Trial { epoch, seed, opened: cx.now, commit_by, committed: None, over: false };
        self.write_trial(id, trial);
        let renter = cx.sender;
        let event = GameEvent::Complained { stake: id, epoch, renter, randomness, commit_by };
        Ok(vec![event.into()])
    }

    pub(super) fn commit_in(
        &mut self,
        cx: &Context,
        id: StakeId,
        epoch: EpochId,
        root: B256,
    ) -> Result<Events, Error> {
        let Opened { stake, params, advanced } = self.live_stake(cx, id, By::Answerer)?;
        let mut trial = self.unanswered(&stake, &params, id, epoch)?;
        if cx.now > trial.commit_by {
            return Err(Error::DeadlinePassed { deadline: trial.commit_by });
        }
        if let Some(before) = self.game.trials.get(&(id, epoch.is_complaint()))
            && let Some(committed) = before.committed.as_ref().filter(|_| !before.over)
        {
            // Concluded first: what it verifies would be lost.
            return Err(Error::VerificationPending { until: committed.prove_by });
        }
        let mark = advanced.accrual.mark(cx.now);
        trial.committed = Some(Committed::new(root, mark, params.pocps.dispute));

        self.write_pool(stake.pool, advanced);
        self.write_trial(id, trial);
        Ok(vec![GameEvent::EpochCommitted { stake: id, epoch, root }.into()])
    }

    pub(super) fn missed_in(
        &mut self,
        cx: &Context,
        id: StakeId,
        epoch: EpochId,
    ) -> Result<Events, Error> {
        let Opened { stake, params, .. } = self.live_stake(cx, id, By::Anyone)?;
        let trial = self.unanswered(&stake, &params, id, epoch)?;
        if cx.now <= trial.commit_by {
            return Err(Error::DeadlineNotPassed { deadline: trial.commit_by });
        }
        let mut events = self.fail(cx.now, id, String::new(), None)?.events;
        events.push(GameEvent::CommitmentMissed { stake: id, epoch }.into());
        Ok(events)
    }

    /// Returns the trial of a stake that has not committed in this epoch.
    fn unanswered(
        &self,
        stake: &Stake,
        params: &PoolParams,
        id: StakeId,
        epoch: EpochId,
    ) -> Result<Trial, Error> {
        if let Some(trial) = self.game.trial(id, epoch) {
            return if trial.committed.is_some() || trial.over {
                Err(Error::AlreadyCommitted)
            } else {
                Ok(trial.clone())
            };
        }
        let open = self.game.epoch(stake.pool).filter(|open| open.id == epoch);
        let open = *open.ok_or(Error::NoChallenge)?;
        if !open.binds(stake, params) {
            return Err(Error::NotBound { epoch });
        }
        let seed = self.seed_inputs(id, epoch, open.randomness)?.seed();
        let commit_by = open.commit_by(params);
        Ok(Trial { epoch, seed, opened: open.opened, commit_by, committed: None, over: false })
    }
}
