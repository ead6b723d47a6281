//! The chain on the device: submissions that are cut to measure, one after the other.

use std::ops::Range;

use alloy_primitives::B256;
use pinfi_core::pocps::{Challenge, Checkpoint, Intensity, Rhythm};
use web_time::{Duration, Instant};
use wgpu::{BindGroup, Buffer, CommandEncoder, Device, Queue};

use crate::control::{Cancel, Observer, Options, Progress};
use crate::error::ProveError;
use crate::kernels::{Kernel, Kernels, Params, SLOT_BYTES, SLOTS};
use crate::memory::{Memory, readable};
use crate::pace::Pace;
use crate::plan::{HASH_GROUP, LEAF_BYTES, Plan};
use crate::tiling::Tiling;
use crate::watch::Watch;

/// What one keccak-f costs in integer operations: 24 rounds of about 420 on 32-bit words.
pub(crate) const HASH_OPERATIONS: u64 = 10_000;
/// The tags of the expansion.
const TAGS: [u32; 2] = [0, 1];
/// The words that a hash absorbs at a time.
const RATE_WORDS: u32 = 34;

/// A device with its kernels, and how fast they turned out to be.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) device: Device,
    pub(crate) queue: Queue,
    pub(crate) watch: Watch,
    pub(crate) kernels: Kernels,
    pub(crate) cancel: Cancel,
    intensity: Intensity,
    checkpoint_after: Duration,
    expand: Pace,
    gemm: Pace,
    leaf: Pace,
}

/// Time spent in one kind of kernel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    pub(crate) operations: u64,
    pub(crate) time: Duration,
}

/// Where the time of a commitment went.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shares {
    pub(crate) expansion: Spent,
    pub(crate) products: Spent,
    pub(crate) hashing: Spent,
}

/// One proof on a machine.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) machine: Machine,
    pub(crate) challenge: Challenge,
    pub(crate) plan: Plan,
    pub(crate) memory: Memory,
}

/// Counts operations and tells the caller.
pub(crate) struct Meter<'a> {
    pub(crate) progress: Progress,
    pub(crate) report: &'a mut dyn FnMut(Progress),
}

impl Meter<'_> {
    pub(crate) fn add(&mut self, operations: u64) {
        self.progress.done = (self.progress.done + operations).min(self.progress.total);
        (self.report)(self.progress);
    }
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

    /// Lets the device rest after some work, as it was asked to.
    async fn rest(&self, took: Duration) {
        let rest = self.intensity.rest_after(took);
        if !rest.is_zero() {
            sleep(rest).await;
        }
    }

    pub(crate) fn batch(&self) -> Batch<'_> {
        let encoder = self.device.create_command_encoder(&Default::default());
        Batch { machine: self, encoder, params: Vec::new(), groups: 0, slots: 0 }
    }
}

/// One submission in the making.
pub(crate) struct Batch<'a> {
    machine: &'a Machine,
    encoder: CommandEncoder,
    params: Vec<u8>,
    groups: u32,
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
        let mut pass = self.encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(&kernel.pipeline);
        pass.set_bind_group(0, buffers, &[self.slots * SLOT_BYTES]);
        pass.dispatch_workgroups(groups, 1, 1);
        self.groups += groups;
        self.slots += 1;
    }

    fn room(&self, pace: &Pace) -> u32 {
        if self.slots == SLOTS { 0 } else { pace.groups().saturating_sub(self.groups) }
    }

    /// Submits the batch, waits for it and gives the time it took.
    pub(crate) async fn submit(self) -> Result<Duration, ProveError> {
        let Machine { queue, watch, kernels, .. } = self.machine;
        let start = Instant::now();
        queue.write_buffer(&kernels.params, 0, &self.params);
        queue.submit([self.encoder.finish()]);
        watch.submitted(queue).await?;
        Ok(start.elapsed())
    }
}

impl Chain {
    /// Counts the operations of the products up to X_`state`.
    pub(crate) fn operations_until(&self, state: u32) -> u64 {
        self.plan.work.operations() / u64::from(self.plan.work.rounds()) * u64::from(state)
    }

    fn expand_operations(&self) -> u64 {
        let n = u64::from(self.plan.work.n());
        2 * (n * n / 8) * HASH_OPERATIONS
    }

    fn leaf_operations(&self) -> u64 {
        u64::from(self.plan.work.n() / RATE_WORDS + 1) * HASH_OPERATIONS
    }

    pub(crate) fn params(&self, first: u32) -> Params {
        let n = self.plan.work.n();
        Params { seed: self.challenge.seed.0, n, first, tag_or_round: 0, rows: 0 }
    }

    /// Counts the operations of a commitment up to X_`state`, hashes included.
    fn committed_until(&self, state: u32) -> u64 {
        let rows = u64::from(state) * u64::from(self.plan.work.n());
        self.expand_operations() + self.operations_until(state) + rows * self.leaf_operations()
    }

    /// Computes the chain, from a checkpoint where there is one, and gives the hashes of all rows. States
    /// are kept where the plan says so: it must not where there is a checkpoint.
    pub(crate) async fn commit(
        &mut self,
        from: Option<Checkpoint>,
        observer: &mut impl Observer,
    ) -> Result<(Vec<B256>, Shares), ProveError> {
        let work = self.plan.work;
        let total = self.committed_until(work.rounds());
        let (mut progress, mut shares) = (Progress { done: 0, total }, Shares::default());
        shares.expansion = {
            let mut report = |progress| observer.progress(progress);
            let mut meter = Meter { progress, report: &mut report };
            self.expand(&mut meter).await?
        };
        let (mut done, mut leaves) = match from {
            Some(checkpoint) => self.restore(checkpoint),
            None => (0, Vec::with_capacity(work.leaves() as usize)),
        };
        let begun = Instant::now();
        let mut rhythm = Rhythm::new(self.machine.checkpoint_after, Duration::ZERO);
        while done < work.rounds() {
            progress.done = self.committed_until(done);
            let mut report = |progress| observer.progress(progress);
            let mut meter = Meter { progress, report: &mut report };
            let (reached, hashes) = self
                .stretch(done, &mut meter, &mut shares, || rhythm.is_due(begun.elapsed()))
                .await?;
            leaves.extend(hashes);
            done = reached;
            if done < work.rounds() && rhythm.is_due(begun.elapsed()) {
                let at = begun.elapsed();
                observer.keep(&self.checkpoint(done, &leaves).await?).await;
                rhythm.kept(at, begun.elapsed());
            }
        }
        Ok((leaves, shares))
    }

    /// Computes and hashes the states after X_`from` that share its chunk, or fewer where it `ends`
    /// before; gives the last one's number and their leaves.
    async fn stretch(
        &mut self,
        from: u32,
        meter: &mut Meter<'_>,
        shares: &mut Shares,
        ends: impl Fn() -> bool,
    ) -> Result<(u32, Vec<B256>), ProveError> {
        let (rounds, states) = (self.plan.work.rounds(), self.plan.chunk_states);
        let index = from / states;
        let first = index * states;
        let chunk = if self.plan.keep { index as usize } else { 0 };
        let store = Buffer::clone(&self.memory.chunks[chunk]);
        let bytes = self.plan.work.state_bytes();
        let keep = |encoder: &mut CommandEncoder, state: u32, buffer: &Buffer| {
            let at = u64::from(state - 1 - first) * bytes;
            encoder.copy_buffer_to_buffer(buffer, 0, &store, at, bytes);
        };
        let until = (first + states).min(rounds);
        let (reached, products) = self.advance(from, until, meter, keep, ends).await?;
        let (hashes, hashing) = self.hash(chunk, from - first..reached - first, meter).await?;
        shares.products.add(products.operations, products.time);
        shares.hashing.add(hashing.operations, hashing.time);
        Ok((reached, hashes))
    }

    /// Puts a checkpoint's state where the next round looks for it; gives its number and the leaves.
    fn restore(&self, checkpoint: Checkpoint) -> (u32, Vec<B256>) {
        let state = checkpoint.state();
        let (x, leaves) = checkpoint.into_parts();
        let bytes: Vec<u8> = x.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.machine.queue.write_buffer(self.memory.turn(state), 0, &bytes);
        (state, leaves)
    }

    /// Reads what a proof could go on from, once X_`state` is the last state that was computed.
    async fn checkpoint(&self, state: u32, leaves: &[B256]) -> Result<Checkpoint, ProveError> {
        let Machine { device, queue, watch, .. } = &self.machine;
        let bytes = self.plan.work.state_bytes();
        let out = readable(device, bytes).await?;
        let mut encoder = device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(self.memory.turn(state), 0, &out, 0, bytes);
        queue.submit([encoder.finish()]);
        let x = watch.read(&out, bytes, words).await?;
        Checkpoint::new(self.challenge, state, x, leaves.to_vec())
            .map_err(|error| ProveError::Device { reason: error.to_string() })
    }

    /// Expands the seed into X_0 and W.
    pub(crate) async fn expand(&mut self, meter: &mut Meter<'_>) -> Result<Spent, ProveError> {
        let n = self.plan.work.n();
        let total = (n * n / 8).div_ceil(HASH_GROUP);
        let group = u64::from(HASH_GROUP) * HASH_OPERATIONS;
        let mut spent = Spent::default();
        for (tag, buffers) in TAGS.into_iter().zip([&self.memory.expand_x0, &self.memory.expand_w])
        {
            let mut first = 0;
            while first < total {
                self.machine.check()?;
                let groups = self.machine.expand.groups().min(total - first);
                let params = Params { tag_or_round: tag, ..self.params(first) };
                let mut batch = self.machine.batch();
                batch.dispatch(&self.machine.kernels.expand, buffers, params, groups);
                let took = batch.submit().await?;
                self.machine.rest(took).await;
                self.machine.expand.record(groups, took);
                first += groups;
                spent.add(u64::from(groups) * group, took);
                meter.add(u64::from(groups) * group);
            }
        }
        Ok(spent)
    }

    /// Computes X_{from+1} to X_`until` (X_`from` is in its turn), or to an earlier state where it `ends`
    /// there; lets `take` record copies of each state as it is complete. Gives the last one's number.
    pub(crate) async fn advance(
        &mut self,
        from: u32,
        until: u32,
        meter: &mut Meter<'_>,
        mut take: impl FnMut(&mut CommandEncoder, u32, &Buffer),
        ends: impl Fn() -> bool,
    ) -> Result<(u32, Spent), ProveError> {
        let n = self.plan.work.n();
        let tiling = self.machine.kernels.tiling;
        let (tiles, group) = (tiling.groups(n), tiling.operations(n));
        let (mut k, mut first, mut until) = (from, 0, until);
        let mut spent = Spent::default();
        while k < until {
            self.machine.check()?;
            let mut batch = self.machine.batch();
            while k < until {
                let groups = batch.room(&self.machine.gemm).min(tiles - first);
                if groups == 0 {
                    break;
                }
                let round = k.wrapping_mul(0x9e37_79b9);
                let params = Params { tag_or_round: round, ..self.params(first) };
                batch.dispatch(&self.machine.kernels.gemm, self.memory.round(k), params, groups);
                first += groups;
                if first == tiles {
                    take(&mut batch.encoder, k + 1, self.memory.turn(k + 1));
                    (k, first) = (k + 1, 0);
                    if ends() {
                        until = k;
                    }
                }
            }
            let groups = batch.groups;
            let took = batch.submit().await?;
            self.machine.rest(took).await;
            self.machine.gemm.record(groups, took);
            spent.add(u64::from(groups) * group, took);
            meter.add(u64::from(groups) * group);
        }
        Ok((until, spent))
    }

    /// Cuts the products in another way from now on.
    pub(crate) fn cut(&mut self, tiling: Tiling) {
        let Machine { device, kernels, gemm, .. } = &mut self.machine;
        kernels.cut(device, tiling);
        *gemm = Pace::new(device.limits().max_compute_workgroups_per_dimension);
    }

    /// Computes rounds for a while, after one that finds the pace; gives the operations a second.
    /// `on_time` hears how much of the while has passed.
    pub(crate) async fn rate(
        &mut self,
        measured: Duration,
        mut on_time: impl FnMut(Duration),
    ) -> Result<f64, ProveError> {
        let mut silent = |_: Progress| {};
        let mut meter = Meter { progress: Progress::default(), report: &mut silent };
        self.advance(0, 1, &mut meter, |_, _, _| {}, || false).await?;
        let (mut spent, mut rounds) = (Spent::default(), 1);
        let start = Instant::now();
        loop {
            let (_, passed) = self.advance(0, rounds, &mut meter, |_, _, _| {}, || false).await?;
            spent.add(passed.operations, passed.time);
            on_time(start.elapsed().min(measured));
            if start.elapsed() >= measured {
                return spent.rate();
            }
            // On a fast device one round is over before its submission is.
            if passed.time < measured / 20 {
                rounds = (rounds * 2).min(self.plan.work.rounds());
            }
        }
    }

    /// Hashes the rows of some states of a chunk.
    pub(crate) async fn hash(
        &mut self,
        chunk: usize,
        states: Range<u32>,
        meter: &mut Meter<'_>,
    ) -> Result<(Vec<B256>, Spent), ProveError> {
        // A side is a multiple of the group.
        let n = self.plan.work.n();
        let rows = states.end * n;
        let total = rows / HASH_GROUP;
        let group = u64::from(HASH_GROUP) * self.leaf_operations();
        let from = u64::from(states.start * n) * LEAF_BYTES;
        let bytes = u64::from((states.end - states.start) * n) * LEAF_BYTES;
        let mut spent = Spent::default();
        let mut first = states.start * n / HASH_GROUP;
        while first < total {
            self.machine.check()?;
            let groups = self.machine.leaf.groups().min(total - first);
            let params = Params { rows, ..self.params(first) };
            let mut batch = self.machine.batch();
            let buffers = &self.memory.hash[chunk];
            batch.dispatch(&self.machine.kernels.leaf, buffers, params, groups);
            first += groups;
            if first == total {
                let Memory { leaves, leaves_out, .. } = &self.memory;
                batch.encoder.copy_buffer_to_buffer(leaves, from, leaves_out, 0, bytes);
            }
            let took = batch.submit().await?;
            self.machine.rest(took).await;
            self.machine.leaf.record(groups, took);
            spent.add(u64::from(groups) * group, took);
            meter.add(u64::from(groups) * group);
        }
        let read = |bytes: &[u8]| bytes.as_chunks::<32>().0.iter().map(B256::from).collect();
        let leaves = self.machine.watch.read(&self.memory.leaves_out, bytes, read).await?;
        Ok((leaves, spent))
    }
}

/// Reads numbers as the device writes them.
pub(crate) fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
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

impl Spent {
    pub(crate) fn add(&mut self, operations: u64, time: Duration) {
        self.operations += operations;
        self.time += time;
    }

    /// Gives the operations a second.
    ///
    /// # Errors
    /// [`ProveError::Device`] where no time has passed.
    pub(crate) fn rate(&self) -> Result<f64, ProveError> {
        let seconds = self.time.as_secs_f64();
        let stands_still =
            || ProveError::Device { reason: "the device's time stands still".into() };
        (seconds > 0.0).then(|| self.operations as f64 / seconds).ok_or_else(stands_still)
    }
}
