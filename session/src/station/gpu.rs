//! The GPU as what a station's jobs run on.

use core::cell::RefCell;
use std::rc::Rc;

use async_trait::async_trait;
use pinfi_compute::{Gpu, GpuError};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::run::{Cancel, Done, Outcome, Prepared, RunError, run_in_turn};
use pinfi_jobs::spec::Job;

use super::Machine;

/// What jobs wait for where something else has the device first: a proof has a deadline.
#[async_trait(?Send)]
pub trait Turn {
    /// Waits until a step may begin.
    async fn come(&self);
}

/// Nothing else uses the device.
#[derive(Clone, Copy, Debug, Default)]
pub struct Always;

#[async_trait(?Send)]
impl Turn for Always {
    async fn come(&self) {}
}

/// The GPU. One that hangs or is lost is dropped, and another is asked for before the next job.
pub struct GpuMachine {
    gpu: RefCell<Option<Gpu>>,
    turn: Rc<dyn Turn>,
}

impl core::fmt::Debug for GpuMachine {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("GpuMachine").field("gpu", &self.gpu).finish_non_exhaustive()
    }
}

impl GpuMachine {
    /// Asks for a GPU, and gives with it what a job may take of it.
    ///
    /// # Errors
    /// [`GpuError`].
    pub async fn request(limits: Limits, turn: Rc<dyn Turn>) -> Result<(Self, Limits), GpuError> {
        let gpu = Gpu::request().await?;
        let within = limits.within(&gpu.device().limits());
        let within = if gpu.capabilities().is_fallback { within.on_software() } else { within };
        Ok((Self { gpu: RefCell::new(Some(gpu)), turn }, within))
    }

    /// Gives the device's name, for people, and whether it is software. Browsers mask the name.
    #[must_use]
    pub fn describe(&self) -> (String, bool) {
        let gpu = self.gpu.borrow();
        let capabilities = gpu.as_ref().map(Gpu::capabilities);
        let is_software = capabilities.is_some_and(|it| it.is_fallback);
        let nameless = if is_software { "a GPU in software" } else { "a GPU behind WebGPU" };
        let name = capabilities.map_or("", |it| it.name.trim());
        (if name.is_empty() { nameless } else { name }.to_owned(), is_software)
    }
}

#[async_trait(?Send)]
impl Machine for GpuMachine {
    async fn run(
        &self,
        job: &Job,
        limits: &Limits,
        cancel: &Cancel,
        on_step: &mut dyn FnMut(Done),
    ) -> Result<Outcome, RunError> {
        let refused = |reason: String| RunError::Device { reason };
        let prepared = Prepared::new(job, limits).map_err(|it| refused(it.to_string()))?;
        // Out of its place meanwhile: nothing stays borrowed while this waits.
        let held = self.gpu.take();
        let gpu = match held {
            Some(gpu) => gpu,
            None => Gpu::request()
                .await
                .map_err(|error| RunError::DeviceLost { reason: error.to_string() })?,
        };
        let (device, queue) = (gpu.device(), gpu.queue());
        let turn = async || self.turn.come().await;
        let on_step = |done: &Done| on_step(done.clone());
        let outcome = run_in_turn(device, queue, &prepared, cancel, turn, on_step).await;
        if outcome.as_ref().err().is_none_or(RunError::leaves_device) {
            self.gpu.replace(Some(gpu));
        }
        outcome
    }
}
