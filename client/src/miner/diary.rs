//! What a miner has done, for people who ask why they were paid, or not.

use std::collections::VecDeque;

use pinfi_core::game::Duty;
use pinfi_core::units::{EpochId, PoolId, StakeId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Note;

/// How many deeds are remembered.
const REMEMBERED: usize = 200;

/// What was to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// An epoch was to be opened.
    OpenEpoch {
        /// Whose.
        pool: PoolId,
    },
    /// Work was to be computed, and its root committed.
    Commit {
        /// The epoch.
        epoch: EpochId,
    },
    /// A beacon was to be recorded.
    RecordBeacon {
        /// The epoch.
        epoch: EpochId,
    },
    /// The openings were to be published.
    Publish {
        /// The epoch.
        epoch: EpochId,
    },
    /// A sample was to be opened on the ledger.
    Prove {
        /// The epoch.
        epoch: EpochId,
        /// The sample.
        sample: u32,
    },
    /// The trial was to be ended, so that it counts.
    Conclude {
        /// The epoch.
        epoch: EpochId,
    },
    /// The stake was to be followed by another one.
    Renew {
        /// The new one, once it is there.
        by: Option<StakeId>,
    },
    /// It was to be said that the device pauses.
    Pause,
    /// It was to be said that the device goes on.
    Resume,
    /// The diary was to be kept for the next visit.
    Keep,
    /// Somebody was to be failed. No provider does that.
    Fail {
        /// The epoch.
        epoch: EpochId,
    },
    /// A proof that was cut off was to go on.
    GoOn {
        /// How many of its rounds were done.
        state: u32,
        /// How many there are.
        rounds: u32,
    },
    /// It was to be found what a proof that was cut off can go on from.
    Recall,
    /// It was to be kept what a proof that is cut off can go on from.
    Save,
    /// The GPU was to compute.
    UseGpu,
    /// Clients' jobs were to be run.
    Serve,
}

impl From<Duty> for Task {
    fn from(duty: Duty) -> Self {
        match duty {
            Duty::OpenEpoch { pool, .. } => Self::OpenEpoch { pool },
            Duty::Commit { asked, .. } => Self::Commit { epoch: asked.epoch },
            Duty::RecordBeacon { epoch, .. } => Self::RecordBeacon { epoch },
            Duty::Check { asked, .. } => Self::Publish { epoch: asked.epoch },
            Duty::Prove { asked, sample, .. } => Self::Prove { epoch: asked.epoch, sample },
            Duty::Missed { epoch, .. }
            | Duty::Convict { epoch, .. }
            | Duty::TakeBack { epoch, .. } => Self::Fail { epoch },
            Duty::Conclude { epoch, .. } => Self::Conclude { epoch },
        }
    }
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Did {
    /// It is done.
    Done,
    /// Somebody else was faster.
    ByOthers,
    /// It was not done; it is tried again until its deadline.
    Failed {
        /// The cause's stable name.
        code: String,
        /// The cause in words.
        message: String,
    },
}

impl Did {
    /// Tells whether both failed for the same cause, whatever the numbers.
    fn fails_as(&self, other: &Self) -> bool {
        let code = |did: &Self| match did {
            Self::Failed { code, .. } => Some(code.clone()),
            Self::Done | Self::ByOthers => None,
        };
        code(self).is_some_and(|own| code(other) == Some(own))
    }
}

/// Something that a miner did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// When it began, in the ledger's time.
    pub at: Timestamp,
    /// For which stake.
    pub stake: StakeId,
    /// What was to be done.
    pub duty: Task,
    /// How it went.
    pub did: Did,
}

impl Deed {
    /// Writes down what a prover has told.
    #[must_use]
    pub fn of_note(at: Timestamp, stake: StakeId, note: Note) -> Self {
        let (duty, did) = match note {
            Note::Resumed { state, rounds } => (Task::GoOn { state, rounds }, Did::Done),
            Note::SetAside { code, message } => (Task::Recall, Did::Failed { code, message }),
            Note::Unkept { code, message } => (Task::Save, Did::Failed { code, message }),
            Note::DeviceLost { reason: message } => {
                (Task::UseGpu, Did::Failed { code: "DeviceLost".to_owned(), message })
            }
        };
        Self { at, stake, duty, did }
    }
}

/// The latest deeds, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diary(VecDeque<Deed>);

impl Diary {
    /// Adds a deed. One that fails as it did the last time is told once, with its latest time.
    pub fn write(&mut self, deed: Deed) {
        let same = |before: &&mut Deed| (before.stake, before.duty) == (deed.stake, deed.duty);
        if let Some(last) = self.0.iter_mut().find(same)
            && last.did.fails_as(&deed.did)
        {
            last.at = deed.at;
            return;
        }
        self.0.push_front(deed);
        self.0.truncate(REMEMBERED);
    }

    /// Returns all deeds, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Deed> {
        self.0.iter()
    }

    /// Returns the deeds for a stake, the newest first.
    pub fn of(&self, stake: StakeId) -> impl Iterator<Item = &Deed> {
        self.0.iter().filter(move |deed| deed.stake == stake)
    }
}
