//! What a queue does not do.

use alloy_primitives::{Address, B256};

use crate::spec::JobId;

/// Why a queue refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// The client has another job of this name.
    #[error("the name is that of the job with the hash {kept}, not {got}")]
    OtherJob {
        /// The hash of the job that has the name.
        kept: B256,
        /// The hash of the one that was sent.
        got: B256,
    },
    /// There is no room for the job's bytes and results.
    #[error("the queue would hold {needed} bytes, {most} at most")]
    Full {
        /// What it would hold.
        needed: u64,
        /// What it may.
        most: u64,
    },
    /// The client has as many jobs or names as it may.
    #[error("{client} has as many jobs as it may: acknowledge results")]
    TooMany {
        /// The client.
        client: Address,
    },
    /// There is no such job.
    #[error("there is no job {job}")]
    Unknown {
        /// The name.
        job: JobId,
    },
    /// What the job gave is no longer kept.
    #[error("the results of job {job} are no longer kept")]
    Dropped {
        /// The name.
        job: JobId,
    },
    /// The job does not run.
    #[error("job {job} does not run")]
    NotRunning {
        /// The name.
        job: JobId,
    },
    /// The job has not ended.
    #[error("job {job} has not ended")]
    NotEnded {
        /// The name.
        job: JobId,
    },
    /// Another step is due.
    #[error("step {got} came where step {due} is due")]
    OutOfOrder {
        /// The step that is due.
        due: u64,
        /// The step that came.
        got: u64,
    },
    /// The client asks for steps from one on that is not there yet, nor next.
    #[error("step {from} was asked for, there are {steps}")]
    Ahead {
        /// What was asked for.
        from: u64,
        /// How many there are.
        steps: u64,
    },
}

impl QueueError {
    /// Names the cause for the wire; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OtherJob { .. } => "QueueOtherJob",
            Self::Full { .. } => "QueueFull",
            Self::TooMany { .. } => "QueueTooMany",
            Self::Unknown { .. } => "QueueUnknownJob",
            Self::Dropped { .. } => "QueueResultsDropped",
            Self::NotRunning { .. } => "QueueNotRunning",
            Self::NotEnded { .. } => "QueueNotEnded",
            Self::OutOfOrder { .. } => "QueueOutOfOrder",
            Self::Ahead { .. } => "QueueAhead",
        }
    }
}
