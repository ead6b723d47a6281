//! A stake under a challenge.

use alloc::collections::BTreeMap;

use alloy_primitives::{Address, B256};
use serde::{Deserialize, Serialize};

use crate::rewards::Mark;
use crate::units::{EpochId, Secs, Timestamp, Wei};

/// A challenge of one stake, by its pool's epoch or by its client's complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// The epoch that it answers.
    pub epoch: EpochId,
    /// The seed of the work.
    pub seed: B256,
    /// When the challenge came.
    pub opened: Timestamp,
    /// The last second for a commitment.
    pub commit_by: Timestamp,
    /// What the provider committed to, once it has.
    pub committed: Option<Committed>,
    /// Whether it is over; what is left only tells that the epoch was answered.
    pub over: bool,
}

/// A root that can no longer change, and what is said against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// The Merkle root over all rows.
    pub root: B256,
    /// When it came, and what an LP of the pool had accrued then.
    pub mark: Mark,
    /// The last second for an accusation: the first half of the dispute period.
    pub accuse_by: Timestamp,
    /// The last second for a proof: the end of the dispute period.
    pub prove_by: Timestamp,
    /// What the published samples are drawn from, once it is recorded.
    pub beacon: Option<B256>,
    /// The accusations by their sample, answered ones too, and the sample that the beacon asks
    /// for unprompted, if it does.
    pub accusations: BTreeMap<u32, Accusation>,
}

/// A sample that the provider must prove on the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accusation {
    /// Who accused; nobody where the beacon asks.
    pub accuser: Option<Address>,
    /// What the accuser has staked.
    pub bond: Wei,
    /// When it came.
    pub made: Timestamp,
    /// How many samples of the commitment were to be proved before it: of two accusations in one
    /// second it tells the earlier.
    pub order: u32,
    /// What its place is drawn from, once it is recorded.
    pub beacon: Option<B256>,
    /// Whether the provider has proved the sample.
    pub proved: bool,
}

impl Trial {
    /// Returns until when the trial may go on, if it is open: until then a stake cannot be settled,
    /// and settled after it has passed nothing. A trial whose dispute period has ended without an
    /// open accusation is not open.
    #[must_use]
    pub fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        if self.over {
            return None;
        }
        let Some(committed) = &self.committed else { return Some(self.commit_by) };
        let open = now <= committed.prove_by || committed.open_sample().is_some();
        open.then_some(committed.prove_by)
    }
}

impl Committed {
    pub(crate) fn new(root: B256, mark: Mark, dispute: Secs) -> Self {
        Self {
            root,
            mark,
            accuse_by: mark.at.saturating_add(Secs(dispute.0 / 2)),
            prove_by: mark.at.saturating_add(dispute),
            beacon: None,
            accusations: BTreeMap::new(),
        }
    }

    /// Asks for a proof of a sample; of one that nobody asked for yet.
    pub(crate) fn ask(
        &mut self,
        sample: u32,
        (accuser, bond): (Option<Address>, Wei),
        made: Timestamp,
        beacon: Option<B256>,
    ) {
        let order = u32::try_from(self.accusations.len()).unwrap_or(u32::MAX);
        let asked = Accusation { accuser, bond, made, order, beacon, proved: false };
        self.accusations.insert(sample, asked);
    }

    /// Returns the first sample that is still to be proved.
    #[must_use]
    pub fn open_sample(&self) -> Option<u32> {
        self.accusations.iter().find(|(_, made)| !made.proved).map(|(sample, _)| *sample)
    }
}
