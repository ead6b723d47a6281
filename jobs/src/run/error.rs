//! Why a job that was begun ended without a result.

use pinfi_compute::DeviceFault;

/// Why a job ended without a result. No result of it is to be paid or trusted; what was sent of
/// it is what its steps gave.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// It was cancelled.
    #[error("the job was cancelled before step {step}")]
    Cancelled {
        /// The step that was not begun.
        step: u64,
    },
    /// An invocation ran out of its loops' iterations.
    #[error("in step {step} an invocation ran out of its {iterations} loop iterations")]
    OutOfIterations {
        /// The step.
        step: u64,
        /// How many iterations an invocation has.
        iterations: u32,
    },
    /// The device did not end a step in time. It is still at work on it: only another device
    /// can go on, and this one is to be dropped.
    #[error("step {step} took more than {millis} ms: the device is to be started anew")]
    Stuck {
        /// The step.
        step: u64,
        /// The time that a step has, in milliseconds.
        millis: u64,
    },
    /// The steps together took too long.
    #[error("the job took more than {millis} ms before step {step}")]
    OutOfTime {
        /// The step that was not begun.
        step: u64,
        /// The time that all steps have, in milliseconds.
        millis: u64,
    },
    /// The device has no memory for the job's buffers.
    #[error("the device has no {needed} bytes for the job")]
    OutOfMemory {
        /// Bytes of all buffers.
        needed: u64,
    },
    /// The device is gone: a driver reset, a sleeping laptop, an unplugged card.
    #[error("the device was lost: {reason}")]
    DeviceLost {
        /// What the host says.
        reason: String,
    },
    /// The device does not take what the validator took, or reports an error of its own.
    #[error("the device reported an error: {reason}")]
    Device {
        /// What the host says.
        reason: String,
    },
}

impl RunError {
    /// Tells whether the device can go on with the next job.
    #[must_use]
    pub const fn leaves_device(&self) -> bool {
        !matches!(self, Self::Stuck { .. } | Self::DeviceLost { .. })
    }

    /// Names the cause for logs and for the wire; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Cancelled { .. } => "JobCancelled",
            Self::OutOfIterations { .. } => "JobOutOfIterations",
            Self::Stuck { .. } => "JobStuck",
            Self::OutOfTime { .. } => "JobOutOfTime",
            Self::OutOfMemory { .. } => "JobOutOfMemory",
            Self::DeviceLost { .. } => "JobDeviceLost",
            Self::Device { .. } => "JobDeviceError",
        }
    }
}

impl From<DeviceFault> for RunError {
    fn from(fault: DeviceFault) -> Self {
        match fault {
            DeviceFault::Lost { reason } => Self::DeviceLost { reason },
            DeviceFault::Failed { reason } => Self::Device { reason },
        }
    }
}
