//! Why the worker gave no result.

use pinfi_client::wallet::VaultError;
use serde::{Deserialize, Serialize};

use crate::RequestId;

/// Says why a request failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WorkerError {
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// There is no GPU: the browser has no WebGPU, or the machine no adapter.
    #[error("no GPU here: {reason}")]
    NoGpu {
        /// What the browser says.
        reason: String,
    },
    /// The challenge does not fit the device.
    #[error("the work does not fit this device: {reason}")]
    Refused {
        /// The limit, with its numbers.
        reason: String,
    },
    /// The GPU was lost and could not be had again.
    #[error("the GPU was lost: {reason}")]
    DeviceLost {
        /// What the browser says.
        reason: String,
    },
    /// The GPU reported an error, or computed something else than the protocol.
    #[error("the GPU failed: {reason}")]
    DeviceFault {
        /// What the browser says.
        reason: String,
    },
    /// There is no such commitment (any more): the worker was started anew, or it was forgotten.
    /// The same challenge can be committed again, to the same root.
    #[error("no commitment {} in the worker", job.0)]
    UnknownJob {
        /// The commitment that was asked for.
        job: RequestId,
    },
    /// Key work failed.
    #[error(transparent)]
    Vault(VaultError),
    /// The worker stopped: out of memory, or a fault of its own. The next request starts another.
    #[error("the worker stopped")]
    Crashed,
    /// The worker could not be started: its files are missing, or the browser forbids it.
    #[error("the worker could not be started")]
    Unavailable,
    /// The answer was not one to this request.
    #[error("the worker answered something else")]
    Protocol,
}

impl WorkerError {
    /// Names the error for screens and logs; stable between versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "worker_cancelled",
            Self::NoGpu { .. } => "worker_no_gpu",
            Self::Refused { .. } => "worker_refused",
            Self::DeviceLost { .. } => "worker_device_lost",
            Self::DeviceFault { .. } => "worker_device_fault",
            Self::UnknownJob { .. } => "worker_unknown_job",
            Self::Vault(error) => error.code(),
            Self::Crashed => "worker_crashed",
            Self::Unavailable => "worker_unavailable",
            Self::Protocol => "worker_protocol",
        }
    }
}
