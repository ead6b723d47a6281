//! This device as a prover: what it is, how fast it is, and the proof under way.
//!
//! The work itself is done by `pinfi_worker`, in a worker that starts when it is first needed.

mod check;
mod device;
mod estimate;
mod proof;
mod spoil;

pub(crate) use check::{Check, wall_seconds};
pub(crate) use device::{Device, Measurement};
pub(crate) use estimate::{duty_bps, fitting, magnitude, seconds, span};
pub(crate) use proof::{Ending, Phase, Proof, Steps};

use leptos::prelude::*;
use pinfi_worker::{DeviceInfo, Progress, host::Canceller};

use super::Worker;

/// The prover of this device; it goes on when its page is left.
#[derive(Clone, Copy)]
pub(crate) struct Prover {
    worker: Worker,
    device: RwSignal<Device>,
    measurement: RwSignal<Measurement>,
    proof: RwSignal<Option<Proof>>,
    /// Stops what the worker computes for us now.
    canceller: StoredValue<Option<Canceller>, LocalStorage>,
}

impl Prover {
    /// Provides the context; nothing is started yet.
    pub(crate) fn provide() -> Self {
        let prover = Self {
            worker: Worker::use_it(),
            device: RwSignal::new(Device::Unknown),
            measurement: RwSignal::new(Measurement::None),
            proof: RwSignal::new(None),
            canceller: StoredValue::new_local(None),
        };
        provide_context(prover);
        prover
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Gives what is known of the device, and follows it.
    pub(crate) fn device(self) -> Device {
        self.device.get()
    }

    /// Gives what was measured, and follows it.
    pub(crate) fn measurement(self) -> Measurement {
        self.measurement.get()
    }

    /// Gives the proof under way or ended last, and follows it.
    pub(crate) fn proof(self) -> Option<Proof> {
        self.proof.get()
    }

    /// Tells whether a proof is under way, and follows it.
    pub(crate) fn is_proving(self) -> bool {
        self.proof.with(|proof| proof.as_ref().is_some_and(|proof| proof.ending.is_none()))
    }

    /// Stops the measurement, or the computing of the proof. A challenge stays open all the same.
    pub(crate) fn cancel(self) {
        self.canceller.with_value(|canceller| {
            if let Some(canceller) = canceller {
                canceller.cancel();
            }
        });
    }

    fn note_device(self, device: &DeviceInfo) {
        self.device.set(Device::of(device.clone()));
    }
}

/// Scales how far a request is to the bar's thousandths.
pub(crate) fn per_mille(progress: Progress) -> u32 {
    // A fraction of 0 to 1: no sign, no excess.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 1000, rounded to be drawn"
    )]
    let shown = (progress.fraction() * 1_000.0) as u32;
    shown
}
