//! What a client asks for: a job, its identity and its work.

mod id;
mod module;

use alloy_primitives::{B256, keccak256};
use serde::{Deserialize, Serialize};

pub use self::id::JobId;
pub use self::module::{Buffer, Dispatch, Element, Module, Role};
use crate::library::Task;

/// A job as a client sends it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The client's own name for it: the same job sent again under it runs once.
    pub id: JobId,
    /// How fine the work of a library job is cut.
    pub grain: Grain,
    /// What is to be computed.
    pub work: Work,
}

/// What a job computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Work {
    /// The client's own WGSL.
    Module(Module),
    /// One of the library's tasks.
    Library(Task),
}

/// How many operations a step of a library job has at most, as a power of two. A step is what
/// progress, partial results and cancelling come in; a finer cut costs more round trips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grain(pub u8);

impl Grain {
    /// The coarsest: a trillion operations, about what a large GPU does in a tenth of a second.
    pub const MAX: Self = Self(40);

    /// Gives the number of operations.
    #[must_use]
    pub const fn operations(self) -> u64 {
        1 << if self.0 > Self::MAX.0 { Self::MAX.0 } else { self.0 }
    }
}

impl Default for Grain {
    /// 2²⁸ operations: a fraction of a second even on a driver in software.
    fn default() -> Self {
        Self(28)
    }
}

/// Why bytes are no job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobBytesError {
    /// They do not encode a job.
    #[error("the bytes are no job")]
    Malformed,
    /// Something follows the job.
    #[error("{count} bytes follow the job")]
    Trailing {
        /// How many.
        count: usize,
    },
}

impl Job {
    /// Writes the job as the bytes that are sent and hashed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Writing into memory fails for types without a fixed form alone, and a job has none.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads what [`Self::to_bytes`] wrote; nothing of it is checked against limits here.
    ///
    /// # Errors
    /// [`JobBytesError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, JobBytesError> {
        let (job, rest) = postcard::take_from_bytes(bytes).map_err(|_| JobBytesError::Malformed)?;
        match rest.len() {
            0 => Ok(job),
            count => Err(JobBytesError::Trailing { count }),
        }
    }

    /// Gives the hash of the job's bytes: all that its result depends on, and its identity.
    #[must_use]
    pub fn hash(&self) -> B256 {
        keccak256(self.to_bytes())
    }
}
