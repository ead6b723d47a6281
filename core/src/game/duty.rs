//! What is to be done in the game, by when, and by whom: what programs that play it go by.

use alloc::boxed::Box;
use alloc::vec::Vec;

use alloy_primitives::{Address, B256};

use super::action::GameAction;
use super::book::Epoch;
use super::trial::{Committed, Trial};
use crate::Ledger;
use crate::pocps::{Challenge, Opening};
use crate::pool::PoolParams;
use crate::stake::Stake;
use crate::units::{EpochId, PoolId, StakeId, Timestamp};

/// Something to do about a stake, while it is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// The pool's epoch can be opened, and would bind the stake. Anyone's.
    OpenEpoch {
        /// The pool.
        pool: PoolId,
        /// The last second for it.
        by: Timestamp,
    },
    /// The work of a challenge is to be computed, and its root committed. The provider's.
    Commit {
        /// The challenge.
        asked: Asked,
        /// The last second for it.
        by: Timestamp,
    },
    /// A beacon is to be recorded. Anyone's, but a commitment without one counts for nothing.
    /// A chain may answer `BeaconNotYet` for some blocks still.
    RecordBeacon {
        /// The stake.
        stake: StakeId,
        /// The epoch.
        epoch: EpochId,
        /// The accused sample; the pool's number of samples for the commitment itself.
        sample: u32,
        /// The last second for it.
        by: Timestamp,
    },
    /// The samples that the commitment's beacon draws are to be fetched and checked, and the
    /// commitment accused if they are false or not to be had. A verifier's.
    Check {
        /// The challenge.
        asked: Asked,
        /// What was committed to.
        root: B256,
        /// What the samples are drawn from.
        beacon: B256,
        /// How many there are.
        samples: u32,
        /// The last second for an accusation.
        by: Timestamp,
    },
    /// A sample is to be opened on the ledger. The provider's.
    Prove {
        /// The challenge.
        asked: Asked,
        /// What was committed to.
        root: B256,
        /// What the place is drawn from.
        beacon: B256,
        /// The sample.
        sample: u32,
        /// The last second for it.
        by: Timestamp,
    },
    /// The stake did not commit in time. Anyone's, until the pool's next epoch opens; of a complaint,
    /// while the stake lives.
    Missed {
        /// The stake.
        stake: StakeId,
        /// The epoch.
        epoch: EpochId,
    },
    /// A sample was not proved in time. Anyone's.
    Convict {
        /// The stake.
        stake: StakeId,
        /// The epoch.
        epoch: EpochId,
        /// The sample.
        sample: u32,
    },
    /// The stake has ended, and an accuser's bond is to be had back. Anyone's, in the accuser's interest.
    TakeBack {
        /// The stake.
        stake: StakeId,
        /// The epoch.
        epoch: EpochId,
        /// The sample.
        sample: u32,
        /// Whose it is.
        accuser: Address,
    },
    /// The trial is to be ended, so that it counts. Anyone's, in the provider's interest.
    Conclude {
        /// The stake.
        stake: StakeId,
        /// The epoch.
        epoch: EpochId,
    },
}

/// What a stake is asked to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The stake.
    pub stake: StakeId,
    /// The epoch, or complaint.
    pub epoch: EpochId,
    /// The work and its seed.
    pub challenge: Challenge,
}

impl Asked {
    /// Makes the move that commits to the work.
    #[must_use]
    pub const fn commit(&self, root: B256) -> GameAction {
        GameAction::Commit { stake: self.stake, epoch: self.epoch, root }
    }

    /// Makes the move that opens a sample.
    #[must_use]
    pub fn prove(&self, sample: u32, opening: Opening) -> GameAction {
        let opening = Box::new(opening);
        GameAction::Prove { stake: self.stake, epoch: self.epoch, sample, opening }
    }

    /// Makes the move that accuses a sample.
    #[must_use]
    pub const fn accuse(&self, sample: u32) -> GameAction {
        GameAction::Accuse { stake: self.stake, epoch: self.epoch, sample }
    }
}

impl Duty {
    /// Returns the move, where it takes no work.
    #[must_use]
    pub const fn action(&self) -> Option<GameAction> {
        Some(match *self {
            Self::OpenEpoch { pool, .. } => GameAction::OpenEpoch { pool },
            Self::RecordBeacon { stake, epoch, sample, .. } => {
                GameAction::RecordBeacon { stake, epoch, sample }
            }
            Self::Missed { stake, epoch } => GameAction::Missed { stake, epoch },
            Self::Convict { stake, epoch, sample }
            | Self::TakeBack { stake, epoch, sample, .. } => {
                GameAction::Convict { stake, epoch, sample }
            }
            Self::Conclude { stake, epoch } => GameAction::Conclude { stake, epoch },
            Self::Commit { .. } | Self::Check { .. } | Self::Prove { .. } => return None,
        })
    }

    /// Returns the last second for it, where there is one.
    #[must_use]
    pub const fn by(&self) -> Option<Timestamp> {
        match *self {
            Self::OpenEpoch { by, .. }
            | Self::Commit { by, .. }
            | Self::RecordBeacon { by, .. }
            | Self::Check { by, .. }
            | Self::Prove { by, .. } => Some(by),
            Self::Missed { .. }
            | Self::Convict { .. }
            | Self::TakeBack { .. }
            | Self::Conclude { .. } => None,
        }
    }
}

/// Lists what is to be done about a stake at `now`, the most urgent first; of one that has ended, whose
/// bonds are to be had back. Empty where the stake is unknown.
///
/// ```
/// # use pinfi_core::{Ledger, game::duties, ledger::Config, units::{StakeId, Timestamp, Wei}};
/// # use alloy_primitives::Address;
/// # let (address, minter, supply_cap) = (Address::ZERO, Address::ZERO, Wei(0));
/// # let config = Config { chain_id: 1, address, minter, supply_cap };
/// let ledger = Ledger::new(config);
/// assert_eq!(duties(&ledger, StakeId(0), Timestamp(0)), []);
/// ```
#[must_use]
pub fn duties(ledger: &Ledger, id: StakeId, now: Timestamp) -> Vec<Duty> {
    let mut all = Vec::new();
    let Ok(stake) = ledger.stake_of(id) else { return all };
    let Ok(pool) = ledger.pool(stake.pool) else { return all };
    if !stake.is_active() || now >= stake.expiry {
        let staked = ledger.game().staked(id);
        all.extend(staked.filter_map(|(epoch, sample, made)| {
            Some(Duty::TakeBack { stake: id, epoch, sample, accuser: made.accuser? })
        }));
        return all;
    }
    let params = pool.params();
    all.extend(epoch_to_open(ledger, stake, params, now));
    all.extend(epoch_to_answer(ledger, id, stake, params, now));
    for trial in ledger.game().trials_of(id).filter(|trial| !trial.over) {
        match &trial.committed {
            Some(committed) => judge(id, params, trial, committed, now, &mut all),
            None => {
                all.extend(unanswered(id, params, trial.epoch, trial.seed, trial.commit_by, now))
            }
        }
    }
    all.sort_by_key(|duty| duty.by().unwrap_or(Timestamp(u64::MAX)));
    all
}

fn epoch_to_open(
    ledger: &Ledger,
    stake: &Stake,
    params: &PoolParams,
    now: Timestamp,
) -> Option<Duty> {
    let id = params.pocps.epoch_at(now);
    if ledger.game().epoch(stake.pool).is_some_and(|open| open.id >= id) {
        return None;
    }
    let by = params.pocps.open_by(id);
    let binds = Epoch { id, randomness: B256::ZERO, opened: now }.binds(stake, params);
    (now <= by && binds).then_some(Duty::OpenEpoch { pool: stake.pool, by })
}

/// The pool's epoch has no record of a stake that has not committed in it.
fn epoch_to_answer(
    ledger: &Ledger,
    id: StakeId,
    stake: &Stake,
    params: &PoolParams,
    now: Timestamp,
) -> Option<Duty> {
    let open = ledger.game().epoch(stake.pool)?;
    let mut trials = ledger.game().trials_of(id).filter(|trial| !trial.epoch.is_complaint());
    let before = trials.next();
    if !open.binds(stake, params) || before.is_some_and(|trial| trial.epoch == open.id) {
        return None;
    }
    let seed = ledger.seed_inputs(id, open.id, open.randomness).ok()?.seed();
    let duty = unanswered(id, params, open.id, seed, open.commit_by(params), now)?;
    // The ledger wants the epoch before concluded first; that is listed too.
    let waits = before.is_some_and(|trial| trial.committed.is_some() && !trial.over);
    (!waits || matches!(duty, Duty::Missed { .. })).then_some(duty)
}

fn unanswered(
    stake: StakeId,
    params: &PoolParams,
    epoch: EpochId,
    seed: B256,
    by: Timestamp,
    now: Timestamp,
) -> Option<Duty> {
    if now > by {
        return Some(Duty::Missed { stake, epoch });
    }
    let work = params.pocps.validate().ok()?;
    Some(Duty::Commit { asked: Asked { stake, epoch, challenge: Challenge { seed, work } }, by })
}

/// What is to be done about a commitment.
fn judge(
    stake: StakeId,
    params: &PoolParams,
    trial: &Trial,
    committed: &Committed,
    now: Timestamp,
    all: &mut Vec<Duty>,
) {
    let (epoch, root, samples) = (trial.epoch, committed.root, params.pocps.samples);
    // Only what is computed needs it.
    let work = params.pocps.validate().ok();
    let asked =
        work.map(|work| Asked { stake, epoch, challenge: Challenge { seed: trial.seed, work } });
    let accuse_by = committed.accuse_by;
    match committed.beacon {
        Some(beacon) if now <= accuse_by => {
            let check = |asked| Duty::Check { asked, root, beacon, samples, by: accuse_by };
            all.extend(asked.map(check));
        }
        None if now <= accuse_by && now > committed.mark.at => {
            all.push(Duty::RecordBeacon { stake, epoch, sample: samples, by: accuse_by });
        }
        Some(_) | None => {}
    }
    let by = committed.prove_by;
    for (&sample, made) in committed.accusations.iter().filter(|(_, made)| !made.proved) {
        match made.beacon {
            _ if now > by => all.push(Duty::Convict { stake, epoch, sample }),
            Some(beacon) => {
                all.extend(asked.map(|asked| Duty::Prove { asked, root, beacon, sample, by }));
            }
            None if now > made.made => {
                all.push(Duty::RecordBeacon { stake, epoch, sample, by });
            }
            None => {}
        }
    }
    if now > by && committed.open_sample().is_none() {
        all.push(Duty::Conclude { stake, epoch });
    }
}
