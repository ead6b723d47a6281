//! What a move of the game did.

use alloc::string::String;

use alloy_primitives::{Address, B256};
use serde::{Deserialize, Serialize};

use crate::units::{EpochId, PoolId, StakeId, Timestamp, Wei};

/// A fact about the game. Field names repeat the [`GameAction`](super::GameAction)'s.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of the action or record named by the variant")]
pub enum GameEvent {
    /// An epoch was opened: it binds the pool's stakes.
    EpochOpened { pool: PoolId, epoch: EpochId, randomness: B256, commit_by: Timestamp },
    /// A client challenged the device that it rents.
    Complained {
        stake: StakeId,
        epoch: EpochId,
        renter: Address,
        randomness: B256,
        commit_by: Timestamp,
    },
    /// A provider let another key answer for a stake.
    Appointed { stake: StakeId, operator: Address, until: Timestamp },
    /// A provider committed to its work.
    EpochCommitted { stake: StakeId, epoch: EpochId, root: B256 },
    /// A beacon was recorded.
    BeaconRecorded {
        stake: StakeId,
        epoch: EpochId,
        sample: u32,
        beacon: B256,
        /// Whether the sample must be proved now. Of a commitment's own, one in 64 must.
        due: bool,
    },
    /// A commitment was accused.
    Accused { stake: StakeId, epoch: EpochId, sample: u32, accuser: Address, bond: Wei },
    /// A provider proved a sample and has the accuser's bond; nothing where nobody had accused.
    Proved { stake: StakeId, epoch: EpochId, sample: u32, bond: Wei },
    /// A stake failed for want of a commitment.
    CommitmentMissed { stake: StakeId, epoch: EpochId },
    /// A stake failed by a sample. Told is the earliest open accusation, whichever sample it failed by:
    /// its accuser has its bond back and its share; the zero address where nobody had accused.
    Convicted {
        stake: StakeId,
        epoch: EpochId,
        sample: u32,
        accuser: Address,
        bond: Wei,
        share: Wei,
    },
    /// The stake had ended before its accusation did, and the accuser has its bond back.
    BondReturned { stake: StakeId, epoch: EpochId, sample: u32, accuser: Address, bond: Wei },
    /// A trial is over: counted as a verification passed, or without effect.
    Concluded { stake: StakeId, epoch: EpochId, counted: bool },
    /// A provider said where its device is reached; a key of zeros: nowhere any more.
    Announced { stake: StakeId, key: B256, relay: String },
}
