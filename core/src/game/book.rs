//! The epochs and trials of a ledger.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use alloy_primitives::{Address, B256};
use serde::{Deserialize, Serialize};

use super::endpoint::Endpoint;
use super::trial::{Accusation, Trial};
use crate::pool::PoolParams;
use crate::stake::Stake;
use crate::units::{EpochId, PoolId, RentalId, StakeId, Timestamp, Wei};

/// An epoch that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// Its number: its time divided by the pool's length of an epoch.
    pub id: EpochId,
    /// What nobody knew before it opened.
    pub randomness: B256,
    /// When it was opened.
    pub opened: Timestamp,
}

/// A key that may answer for a stake in its provider's place: commit and prove, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The account.
    pub account: Address,
    /// From when on it no longer may.
    pub until: Timestamp,
}

/// All that the game keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Game {
    /// The latest epoch of each pool.
    pub(crate) epochs: BTreeMap<PoolId, Epoch>,
    /// The latest trial of each stake by its pool's epochs (false) and by complaint (true).
    pub(crate) trials: BTreeMap<(StakeId, bool), Box<Trial>>,
    /// The last rental of each stake in which its client complained.
    pub(crate) complaints: BTreeMap<StakeId, RentalId>,
    /// Who may answer for each stake besides its provider.
    pub(crate) operators: BTreeMap<StakeId, Operator>,
    /// Where the device of each live stake is reached, if its provider said so.
    pub(crate) endpoints: BTreeMap<StakeId, Endpoint>,
}

impl Epoch {
    /// Returns the last second for the commitments of this epoch.
    #[must_use]
    pub const fn commit_by(&self, params: &PoolParams) -> Timestamp {
        self.opened.saturating_add(params.pocps.window)
    }

    /// Tells whether the epoch binds a stake: one that was there before it, and is until the
    /// epoch's last dispute period has ended.
    #[must_use]
    pub fn binds(&self, stake: &Stake, params: &PoolParams) -> bool {
        let ends = self.commit_by(params).saturating_add(params.pocps.dispute);
        stake.created < self.opened && ends < stake.expiry
    }
}

impl Game {
    /// Returns the latest epoch that was opened in a pool.
    #[must_use]
    pub fn epoch(&self, pool: PoolId) -> Option<&Epoch> {
        self.epochs.get(&pool)
    }

    /// Returns a stake's trial in an epoch, if it is the latest one of its kind.
    #[must_use]
    pub fn trial(&self, stake: StakeId, epoch: EpochId) -> Option<&Trial> {
        let trial = self.trials.get(&(stake, epoch.is_complaint()))?;
        (trial.epoch == epoch).then_some(trial)
    }

    /// Returns who was appointed last to answer for a stake, whether it still may or not.
    #[must_use]
    pub fn operator(&self, stake: StakeId) -> Option<Operator> {
        self.operators.get(&stake).copied()
    }

    /// Tells whether an account may answer for a stake in its provider's place.
    #[must_use]
    pub fn may_answer(&self, stake: StakeId, account: Address, now: Timestamp) -> bool {
        let operator = self.operator(stake);
        operator.is_some_and(|operator| operator.account == account && now < operator.until)
    }

    /// Returns where a stake's device is reached, as its provider said last; nothing where it said
    /// nothing, took it back, or the stake was settled or slashed.
    #[must_use]
    pub fn endpoint(&self, stake: StakeId) -> Option<&Endpoint> {
        self.endpoints.get(&stake)
    }

    /// Returns the trials of a stake.
    pub fn trials_of(&self, stake: StakeId) -> impl Iterator<Item = &Trial> {
        self.trials.range((stake, false)..=(stake, true)).map(|(_, trial)| &**trial)
    }

    /// Returns all PIN that accusers have staked and not had back.
    #[must_use]
    pub fn bonds(&self) -> Wei {
        let committed = self.trials.values().filter_map(|trial| trial.committed.as_ref());
        let all = committed.flat_map(|committed| committed.accusations.values());
        Wei(all.map(|accusation| accusation.bond.0).sum())
    }

    /// Returns the accusations of a stake whose bonds are still staked, with their epochs and samples.
    pub fn staked(&self, stake: StakeId) -> impl Iterator<Item = (EpochId, u32, &Accusation)> {
        let committed = self.trials_of(stake);
        let committed =
            committed.filter_map(|trial| Some((trial.epoch, trial.committed.as_ref()?)));
        committed.flat_map(|(epoch, committed)| {
            let staked = committed.accusations.iter().filter(|(_, made)| made.bond > Wei::ZERO);
            staked.map(move |(&sample, made)| (epoch, sample, made))
        })
    }

    /// Returns the accusation that is paid for where a stake fails, as its epoch and sample: the
    /// earliest open one, in any trial of the stake, by somebody other than `renter`. If it were
    /// that of the sample by which the stake fails, a provider that is found out would accuse itself
    /// of another, fail by that one first and take the accuser's share.
    pub(crate) fn paid_accusation(
        &self,
        stake: StakeId,
        renter: Option<Address>,
    ) -> Option<(EpochId, u32)> {
        let trials = self.trials_of(stake).filter(|trial| !trial.over);
        let committed = trials.filter_map(|trial| Some((trial.epoch, trial.committed.as_ref()?)));
        let open = committed.flat_map(|(epoch, committed)| {
            let open = committed.accusations.iter().filter(|(_, made)| !made.proved);
            open.map(move |(&sample, made)| (epoch, sample, made))
        });
        open.filter(|(_, _, made)| made.accuser.is_some() && made.accuser != renter)
            .min_by_key(|(epoch, _, made)| (made.made, epoch.is_complaint(), made.order))
            .map(|(epoch, sample, _)| (epoch, sample))
    }

    /// Returns until when a stake's trials may go on; `None` if none of them is open.
    pub(crate) fn open_until(&self, stake: StakeId, now: Timestamp) -> Option<Timestamp> {
        self.trials_of(stake).filter_map(|trial| trial.open_until(now)).max()
    }
}
