//! The verification game of many parties (PROTOCOL 5.3).
//!
//! | file | moves |
//! |---|---|
//! | `challenge` | open an epoch, complain, commit, missed |
//! | `dispute` | record a beacon, accuse, prove, convict, conclude |
//! | `operator` | let another key answer |
//! | `endpoint` | say where a device is reached |

mod challenge;
mod dispute;
mod endpoint;
mod operator;

use alloc::boxed::Box;

use super::Ledger;
use super::verdict::check_live;
use crate::action::Context;
use crate::error::Error;
use crate::event::Events;
use crate::game::{Committed, GameAction, Trial};
use crate::pool::{Advanced, PoolParams};
use crate::stake::Stake;
use crate::units::{EpochId, StakeId};

impl Ledger {
    pub(super) fn play(&mut self, cx: &Context, action: &GameAction) -> Result<Events, Error> {
        match *action {
            GameAction::OpenEpoch { pool } => self.open_epoch(cx, pool),
            GameAction::Complain { stake } => self.complain(cx, stake),
            GameAction::Appoint { stake, operator, until } => {
                self.appoint(cx, stake, operator, until)
            }
            GameAction::Announce { stake, key, ref relay } => self.announce(cx, stake, key, relay),
            GameAction::Commit { stake, epoch, root } => self.commit_in(cx, stake, epoch, root),
            GameAction::Missed { stake, epoch } => self.missed_in(cx, stake, epoch),
            GameAction::RecordBeacon { stake, epoch, sample } => {
                self.record_beacon(cx, stake, epoch, sample)
            }
            GameAction::Accuse { stake, epoch, sample } => self.accuse(cx, stake, epoch, sample),
            GameAction::Prove { stake, epoch, sample, ref opening } => {
                self.prove(cx, stake, epoch, sample, opening)
            }
            GameAction::Convict { stake, epoch, sample } => self.convict(cx, stake, epoch, sample),
            GameAction::Conclude { stake, epoch } => self.conclude(cx, stake, epoch),
        }
    }

    /// Opens a live stake for a move: what every one that names a stake begins with.
    fn live_stake(&self, cx: &Context, id: StakeId, by: By) -> Result<Opened, Error> {
        let stake = *self.stake_of(id)?;
        let pool = self.pool(stake.pool)?;
        let advanced = pool.at(cx.now)?;
        let may = stake.provider == cx.sender
            || match by {
                By::Anyone => true,
                By::Provider => false,
                By::Answerer => self.game.may_answer(id, cx.sender, cx.now),
            };
        if !may {
            return Err(Error::NotOwner { owner: stake.provider });
        }
        check_live(&stake, cx.now)?;
        Ok(Opened { stake, params: pool.params().clone(), advanced })
    }

    /// Returns a commitment whose trial is not over.
    fn committed(&self, id: StakeId, epoch: EpochId) -> Result<(Trial, Committed), Error> {
        let trial = self.game.trial(id, epoch).filter(|trial| !trial.over);
        let mut trial = trial.cloned().ok_or(Error::NoChallenge)?;
        let committed = trial.committed.take().ok_or(Error::NotCommitted)?;
        Ok((trial, committed))
    }

    fn write_trial(&mut self, id: StakeId, trial: Trial) {
        self.game.trials.insert((id, trial.epoch.is_complaint()), Box::new(trial));
    }
}

/// Whose move it is.
#[derive(Clone, Copy)]
enum By {
    Anyone,
    Provider,
    /// The provider, or who it let answer.
    Answerer,
}

/// A live stake, and its pool brought to the present.
struct Opened {
    stake: Stake,
    params: PoolParams,
    advanced: Advanced,
}
