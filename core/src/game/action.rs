//! What an account can do in the game.

use alloc::boxed::Box;
use alloc::string::String;

use alloy_primitives::{Address, B256};
use serde::{Deserialize, Serialize};

use crate::pocps::Opening;
use crate::units::{EpochId, PoolId, StakeId, Timestamp};

/// A move of the game (PROTOCOL 5.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GameAction {
    /// Opens the pool's epoch and fixes its randomness; anyone may, once an epoch.
    OpenEpoch {
        /// The pool.
        pool: PoolId,
    },
    /// Commits to the work's Merkle root; its provider's or operator's alone.
    Commit {
        /// The stake.
        stake: StakeId,
        /// The epoch of the challenge.
        epoch: EpochId,
        /// The root over all rows.
        root: B256,
    },
    /// Records the beacon of a commitment or an accusation, which nobody knew when it was made;
    /// anyone may.
    RecordBeacon {
        /// The stake.
        stake: StakeId,
        /// The epoch of the challenge.
        epoch: EpochId,
        /// The accused sample; the pool's number of samples for the commitment itself.
        sample: u32,
    },
    /// Accuses a commitment and stakes the bond; anyone may.
    Accuse {
        /// The stake.
        stake: StakeId,
        /// The epoch of the challenge.
        epoch: EpochId,
        /// The sample, below the pool's number of samples; its place is drawn anew.
        sample: u32,
    },
    /// Opens one sample, accused or unprompted; its provider's or operator's alone.
    Prove {
        /// The stake.
        stake: StakeId,
        /// The epoch of the challenge.
        epoch: EpochId,
        /// The sample.
        sample: u32,
        /// The place that its beacon draws, opened.
        opening: Box<Opening>,
    },
    /// Fails a stake that did not commit in time; anyone may.
    Missed {
        /// The stake.
        stake: StakeId,
        /// The epoch of the challenge.
        epoch: EpochId,
    },
    /// Fails a stake that did not prove a sample in time; anyone may. Paid is the earliest open accusation
    /// of the stake by somebody who does not rent it. Where the stake has ended
    /// meanwhile, the accuser has its bond back.
    Convict {
        /// The stake.
        stake: StakeId,
        /// The epoch of the challenge.
        epoch: EpochId,
        /// The sample.
        sample: u32,
    },
    /// Ends a trial whose dispute period is over without an open accusation; anyone may.
    Conclude {
        /// The stake.
        stake: StakeId,
        /// The epoch of the challenge.
        epoch: EpochId,
    },
    /// Lets another key commit and prove for a stake, and nothing else, until a moment; the
    /// provider's alone. It takes the place of the one before; a moment that has come takes it back.
    Appoint {
        /// The stake.
        stake: StakeId,
        /// The account that may.
        operator: Address,
        /// From when on it no longer may.
        until: Timestamp,
    },
    /// Challenges a rented device at once; its renter's alone, once a rental and once in an epoch's
    /// length.
    Complain {
        /// The rented device.
        stake: StakeId,
    },
    /// Says where a stake's device is reached; the provider's alone, while the stake lives. It takes the
    /// place of the one before, and falls away when the stake is settled or slashed.
    Announce {
        /// The stake.
        stake: StakeId,
        /// The key that its device is dialled by: an ed25519 public key; all zeros takes back what
        /// was said.
        key: B256,
        /// The relay that it waits at, as [`is_relay`](super::is_relay) has it; empty where it is taken back.
        relay: String,
    },
}
