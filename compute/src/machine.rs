//! A device with its kernels: submissions that are cut to measure, two of them on their way at a time.

use pinfi_core::pocps::Intensity;
use web_time::{Duration, Instant};
use wgpu::{BindGroup, CommandEncoder, ComputePass, Device, Queue};

use crate::control::{Cancel, Options};
use crate::error::ProveError;
use crate::kernels::{Kernel, Kernels, Params, SLOT_BYTES, SLOTS};
use crate::pace::Pace;
use crate::plan::Plan;
use crate::watch::{Signal, Watch};

/// A device with its kernels, and how fast they turned out to be.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) device: Device,
    pub(crate) queue: Queue,
    pub(crate) watch: Watch,
    pub(crate) kernels: Kernels,
    pub(crate) cancel: Cancel,
    pub(crate) checkpoint_after: Duration,
    pub(crate) expand: Pace,
    pub(crate) gemm: Pace,
    pub(crate) leaf: Pace,
    intensity: Intensity,
}

impl Machine {
    pub(crate) async fn new(
        device: &Device,
        queue: &Queue,
        plan: &Plan,
        options: &Options,
    ) -> Result<Self, ProveError> {
        let watch = Watch::new(device);
        let tiling = options.tiling.or_default(plan.work.n(), &device.limits());
        let kernels = Kernels::new(device, tiling).await?;
        watch.check()?;
        let pace = Pace::new(device.limits().max_compute_workgroups_per_dimension);
        Ok(Self {
            device: device.clone(),
            queue: queue.clone(),
            watch,
            kernels,
            cancel: options.cancel.clone(),
            intensity: options.intensity,
            checkpoint_after: options.checkpoint_after,
            expand: pace,
            gemm: pace,
            leaf: pace,
        })
    }

    pub(crate) fn check(&self) -> Result<(), ProveError> {
        if self.cancel.is_cancelled() {
            return Err(ProveError::Cancelled);
        }
        Ok(self.watch.check()?)
    }

    /// Tells whether the device is to rest between two submissions, so that there is only one at a time.
    pub(crate) fn rests(&self) -> bool {
        self.intensity < Intensity::FULL
    }

    /// Lets the device rest after some work, as it was asked to.
    async fn rest(&self, took: Duration) {
        let rest = self.intensity.rest_after(took);
        if !rest.is_zero() {
            sleep(rest).await;
        }
    }

    pub(crate) fn batch(&self) -> Batch<'_> {
        let encoder = self.device.create_command_encoder(&Default::default());
        Batch { machine: self, encoder, pass: None, params: Vec::new(), slots: 0 }
    }

    /// Waits for a submission and lets the device rest; gives how long it kept the device, which may have
    /// done the one before until `since`, and when it was done.
    pub(crate) async fn land(
        &self,
        flight: Flight,
        since: Option<Instant>,
    ) -> Result<(Duration, Instant), ProveError> {
        self.watch.reached(flight.done).await?;
        let now = Instant::now();
        let begun = since.map_or(flight.sent, |since| since.max(flight.sent));
        let took = now.saturating_duration_since(begun);
        self.rest(took).await;
        Ok((took, now))
    }
}

/// A submission on its way.
#[derive(Debug)]
pub(crate) struct Flight {
    done: Signal,
    sent: Instant,
}

/// One submission in the making.
pub(crate) struct Batch<'a> {
    machine: &'a Machine,
    encoder: CommandEncoder,
    /// Dispatches share it until something is copied: those that don't touch each other's results may
    /// run side by side.
    pass: Option<ComputePass<'static>>,
    params: Vec<u8>,
    slots: u32,
}

impl Batch<'_> {
    pub(crate) fn dispatch(
        &mut self,
        kernel: &Kernel,
        buffers: &BindGroup,
        params: Params,
        groups: u32,
    ) {
        params.write(&mut self.params);
        let begin = || self.encoder.begin_compute_pass(&Default::default()).forget_lifetime();
        let pass = self.pass.get_or_insert_with(begin);
        pass.set_pipeline(&kernel.pipeline);
        pass.set_bind_group(0, buffers, &[self.slots * SLOT_BYTES]);
        pass.dispatch_workgroups(groups, 1, 1);
        self.slots += 1;
    }

    /// Gives what copies are recorded with, after all dispatches so far.
    pub(crate) fn copies(&mut self) -> &mut CommandEncoder {
        self.pass = None;
        &mut self.encoder
    }

    /// Tells whether no dispatch fits in any more.
    pub(crate) const fn is_full(&self) -> bool {
        self.slots == SLOTS
    }

    /// Submits the batch.
    pub(crate) fn send(mut self) -> Flight {
        self.pass = None;
        let Machine { queue, watch, kernels, .. } = self.machine;
        let sent = Instant::now();
        queue.write_buffer(&kernels.params, 0, &self.params);
        queue.submit([self.encoder.finish()]);
        Flight { done: watch.submitted(queue), sent }
    }

    /// Submits the batch, waits for it, and lets the device rest; gives the time it took.
    pub(crate) async fn submit(self) -> Result<Duration, ProveError> {
        let machine = self.machine;
        let (took, _) = machine.land(self.send(), None).await?;
        Ok(took)
    }
}

#[cfg(target_arch = "wasm32")]
async fn sleep(span: Duration) {
    let millis = u32::try_from(span.as_millis()).unwrap_or(u32::MAX);
    gloo_timers::future::TimeoutFuture::new(millis).await;
}

/// As the wait for a submission does, it holds the thread.
#[cfg(not(target_arch = "wasm32"))]
async fn sleep(span: Duration) {
    std::thread::sleep(span);
}
