//! One job in the queue.

use alloy_primitives::B256;
use pinfi_core::units::Timestamp;
use serde::{Deserialize, Serialize};

use crate::chain::Partial;
use crate::receipt::SignedReceipt;
use crate::run::RunError;

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// With a result, and what the provider signs about it.
    Done(Box<SignedReceipt>),
    /// Without one.
    Failed {
        /// The cause's stable name, as [`RunError::code`](crate::run::RunError::code) gives it.
        code: String,
        /// What there is to say of it.
        reason: String,
    },
}

impl Ending {
    /// The end of a job that never ran.
    pub(super) fn never_ran(code: &str, reason: &str) -> Self {
        Self::Failed { code: code.to_owned(), reason: reason.to_owned() }
    }
}

impl From<&RunError> for Ending {
    fn from(error: &RunError) -> Self {
        Self::Failed { code: error.code().to_owned(), reason: error.to_string() }
    }
}

/// Where a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// It waits for its turn.
    Waiting,
    /// It runs.
    Running {
        /// Steps that are done.
        done: u64,
    },
    /// It has ended, and what it gave is kept.
    Ended {
        /// Steps that were done.
        done: u64,
        /// How.
        ending: Ending,
    },
    /// It has ended, and what it gave is no longer kept.
    Dropped,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Waiting,
    Running,
    Ended(Ending),
    Dropped,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) hash: B256,
    /// What it counts for in the queue's capacity.
    pub(super) bytes: u64,
    pub(super) number: u64,
    pub(super) phase: Phase,
    /// Since when it is in its phase.
    pub(super) since: Timestamp,
    pub(super) partials: Vec<Partial>,
}

impl Entry {
    pub(super) const fn new(hash: B256, bytes: u64, number: u64, since: Timestamp) -> Self {
        Self { hash, bytes, number, phase: Phase::Waiting, since, partials: Vec::new() }
    }

    pub(super) fn state(&self) -> State {
        let done = self.partials.len() as u64;
        match &self.phase {
            Phase::Waiting => State::Waiting,
            Phase::Running => State::Running { done },
            Phase::Ended(ending) => State::Ended { done, ending: ending.clone() },
            Phase::Dropped => State::Dropped,
        }
    }

    /// Tells whether it waits or runs.
    pub(super) const fn is_active(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Running)
    }

    /// Tells whether anything but its name is kept.
    pub(super) const fn is_held(&self) -> bool {
        !matches!(self.phase, Phase::Dropped)
    }

    /// Keeps the name alone, and gives the bytes that are free now.
    pub(super) fn drop_results(&mut self, now: Timestamp) -> u64 {
        self.phase = Phase::Dropped;
        self.since = now;
        self.partials = Vec::new();
        std::mem::take(&mut self.bytes)
    }
}
