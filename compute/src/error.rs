//! Why there is no device, and why a proof ends without a result.

use pinfi_core::pocps::Fault;

use crate::plan::Refusal;

/// Why no GPU could be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GpuError {
    /// There is no adapter: no WebGPU in this browser, or no driver on this machine.
    #[error("no GPU adapter: {reason}")]
    NoAdapter {
        /// What the host says.
        reason: String,
    },
    /// There is an adapter, but it gives no device.
    #[error("the GPU {adapter} gives no device: {reason}")]
    NoDevice {
        /// The adapter's name.
        adapter: String,
        /// What the host says.
        reason: String,
    },
}

/// Why a device gives nothing any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceFault {
    /// It is gone: a driver reset, a sleeping laptop, an unplugged card.
    #[error("the GPU device was lost: {reason}")]
    Lost {
        /// What the host says.
        reason: String,
    },
    /// It reported an error.
    #[error("the GPU reported an error: {reason}")]
    Failed {
        /// What the host says.
        reason: String,
    },
}

/// Why a proof ended without a result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// The challenge does not fit this device.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The caller cancelled it.
    #[error("the proof was cancelled")]
    Cancelled,
    /// The device is gone, and its adapter with it: a driver reset, a sleeping laptop, a dispatch
    /// that ran too long. A new one may be requested, see
    /// [`prove_recovering`](crate::prove_recovering); the same challenge gives the same root, so a
    /// commitment can still be opened after proving once more.
    #[error("the GPU device was lost: {reason}")]
    DeviceLost {
        /// What the host says.
        reason: String,
    },
    /// The device reported an error.
    #[error("the GPU reported an error: {reason}")]
    Device {
        /// What the host says.
        reason: String,
    },
    /// The device computed something else than the protocol: its answer would not pass.
    #[error("the GPU computed a wrong result: {0}")]
    WrongResult(Fault),
    /// A lost device could not be replaced.
    #[error("the GPU device was lost and not replaced: {0}")]
    NotRecovered(#[source] GpuError),
}

impl From<DeviceFault> for ProveError {
    fn from(fault: DeviceFault) -> Self {
        match fault {
            DeviceFault::Lost { reason } => Self::DeviceLost { reason },
            DeviceFault::Failed { reason } => Self::Device { reason },
        }
    }
}
