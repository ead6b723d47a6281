//! Which device computes, and how fast it is.

use leptos::prelude::*;
use pinfi_worker::{Benchmark, DeviceChoice, DeviceInfo, DeviceKind, WorkerError};
use wasm_bindgen_futures::spawn_local;

use super::{Prover, per_mille};

/// What is known of the device that proofs run on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Device {
    /// Nobody has looked yet.
    #[default]
    Unknown,
    /// The worker looks.
    Looking,
    /// A GPU, real or emulated.
    Gpu(DeviceInfo),
    /// No GPU: the processor.
    Cpu {
        /// What the browser says; empty where a proof simply ran on the processor.
        reason: String,
    },
    /// The worker itself does not run.
    Broken(WorkerError),
}

/// How fast the device is.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Measurement {
    /// Not measured.
    #[default]
    None,
    /// Being measured, in thousandths.
    Running(u32),
    /// Measured.
    Done(Benchmark),
    /// Not measured, for a reason.
    Failed(WorkerError),
}

impl Device {
    pub(super) fn of(info: DeviceInfo) -> Self {
        match info.kind {
            DeviceKind::Gpu | DeviceKind::SoftwareGpu => Self::Gpu(info),
            DeviceKind::Cpu => Self::Cpu { reason: String::new() },
        }
    }
}

impl Measurement {
    /// Returns the figures, if there are any.
    pub(crate) fn benchmark(&self) -> Option<&Benchmark> {
        match self {
            Self::Done(benchmark) => Some(benchmark),
            _ => None,
        }
    }
}

impl Prover {
    /// Looks for a GPU, once.
    pub(crate) fn look(self) {
        if self.device.get_untracked() != Device::Unknown {
            return;
        }
        self.device.set(Device::Looking);
        let looking = self.worker.host().describe_gpu();
        spawn_local(async move {
            self.device.set(match looking.await {
                Ok(info) => Device::of(info),
                Err(WorkerError::NoGpu { reason }) => Device::Cpu { reason },
                Err(error) => Device::Broken(error),
            });
        });
    }

    /// Measures the device: the GPU, or the processor where there is none.
    pub(crate) fn measure(self) {
        if matches!(self.measurement.get_untracked(), Measurement::Running(_)) {
            return;
        }
        self.measurement.set(Measurement::Running(0));
        let show = move |progress| self.measurement.set(Measurement::Running(per_mille(progress)));
        let running = self.worker.host().benchmark(DeviceChoice::Auto, show);
        self.canceller.set_value(Some(running.canceller()));
        spawn_local(async move {
            let result = running.await;
            self.canceller.set_value(None);
            self.measurement.set(match result {
                Ok(benchmark) => {
                    // A processor that stands in keeps the reason why.
                    if benchmark.device.kind != DeviceKind::Cpu {
                        self.note_device(&benchmark.device);
                    }
                    Measurement::Done(benchmark)
                }
                Err(WorkerError::Cancelled) => Measurement::None,
                Err(error) => Measurement::Failed(error),
            });
        });
    }
}
