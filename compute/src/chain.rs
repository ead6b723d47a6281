//! The chain on the device: expansion and products.

use alloy_primitives::B256;
use pinfi_core::pocps::{Challenge, Checkpoint};
use web_time::{Duration, Instant};
use wgpu::{Buffer, CommandEncoder};

use crate::control::Progress;
use crate::error::ProveError;
use crate::hashing::Hashing;
use crate::kernels::Params;
use crate::machine::{Flight, Machine};
use crate::memory::{Memory, readable};
use crate::pace::Pace;
use crate::plan::{HASH_GROUP, Plan};
use crate::tiling::Tiling;

/// What one keccak-f costs in integer operations: 24 rounds of about 420 on 32-bit words.
pub(crate) const HASH_OPERATIONS: u64 = 10_000;
/// The tags of the expansion.
const TAGS: [u32; 2] = [0, 1];
/// The words that a hash absorbs at a time.
const RATE_WORDS: u32 = 34;

/// Time spent in one kind of kernel.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    pub(crate) operations: u64,
    pub(crate) time: Duration,
}

/// The workgroups of a submission.
#[derive(Clone, Copy, Debug)]
struct Load {
    products: u32,
    hashes: u32,
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

impl Chain {
    /// Counts the operations of the products up to X_`state`.
    pub(crate) fn operations_until(&self, state: u32) -> u64 {
        self.plan.work.operations() / u64::from(self.plan.work.rounds()) * u64::from(state)
    }

    fn expand_operations(&self) -> u64 {
        let n = u64::from(self.plan.work.n());
        2 * (n * n / 8) * HASH_OPERATIONS
    }

    pub(crate) fn leaf_operations(&self) -> u64 {
        u64::from(self.plan.work.n() / RATE_WORDS + 1) * HASH_OPERATIONS
    }

    pub(crate) fn params(&self, first: u32) -> Params {
        let n = self.plan.work.n();
        Params { seed: self.challenge.seed.0, n, first, tag_or_round: 0, rows: 0 }
    }

    /// Counts the operations of a commitment up to X_`state`, hashes included.
    pub(crate) fn committed_until(&self, state: u32) -> u64 {
        let rows = u64::from(state) * u64::from(self.plan.work.n());
        self.expand_operations() + self.operations_until(state) + rows * self.leaf_operations()
    }

    /// Puts a checkpoint's state where the next round looks for it; gives its number and the leaves.
    pub(crate) fn restore(&self, checkpoint: Checkpoint) -> (u32, Vec<B256>) {
        let state = checkpoint.state();
        let (x, leaves) = checkpoint.into_parts();
        let bytes: Vec<u8> = x.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.machine.queue.write_buffer(self.memory.turn(state), 0, &bytes);
        (state, leaves)
    }

    /// Reads what a proof could go on from, once X_`state` is the last state that was computed.
    pub(crate) async fn checkpoint(
        &self,
        state: u32,
        leaves: &[B256],
    ) -> Result<Checkpoint, ProveError> {
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
                self.machine.expand.record(groups, took);
                first += groups;
                spent.add(u64::from(groups) * group, took);
                meter.add(u64::from(groups) * group);
            }
        }
        Ok(spent)
    }

    /// Computes X_{from+1} to X_`until` (X_`from` is in its turn), or to an earlier state where it `ends`
    /// there; lets `take` record copies of each state as it is complete. What is to be hashed is hashed
    /// beside. Gives the last state's number.
    ///
    /// One submission is on its way while the next is made, so that the device has always something to do.
    pub(crate) async fn advance(
        &mut self,
        from: u32,
        until: u32,
        meter: &mut Meter<'_>,
        mut take: impl FnMut(&mut CommandEncoder, u32, &Buffer),
        ends: impl Fn() -> bool,
        mut beside: Option<&mut Hashing>,
    ) -> Result<(u32, Spent), ProveError> {
        let n = self.plan.work.n();
        let tiling = self.machine.kernels.tiling;
        let tiles = tiling.groups(n);
        let (mut k, mut first, mut until) = (from, 0, until);
        let (mut spent, mut flying, mut landed) = (Spent::default(), None, None);
        while k < until {
            self.machine.check()?;
            let mut batch = self.machine.batch();
            // First, as it has few invocations that take long: the product fills up the device.
            let hashes = beside.as_deref_mut().map_or(0, |it| self.dispatch_hashes(it, &mut batch));
            let share = if hashes == 0 { 1 } else { 2 };
            let most = (self.machine.gemm.groups() / share).max(1);
            let mut products = 0;
            while k < until && products < most && !batch.is_full() {
                let groups = (most - products).min(tiles - first);
                let round = k.wrapping_mul(0x9e37_79b9);
                let params = Params { tag_or_round: round, ..self.params(first) };
                batch.dispatch(&self.machine.kernels.gemm, self.memory.round(k), params, groups);
                products += groups;
                first += groups;
                if first == tiles {
                    take(batch.copies(), k + 1, self.memory.turn(k + 1));
                    (k, first) = (k + 1, 0);
                    if ends() {
                        until = k;
                    }
                }
            }
            let flight = batch.send();
            if let Some(it) = beside.as_deref_mut() {
                it.sent(&self.machine.watch, &self.memory);
            }
            let load = Load { products, hashes };
            let before = flying.replace((flight, load));
            let due = if self.machine.rests() { flying.take() } else { before };
            if let Some((flight, load)) = due {
                landed = Some(self.land(flight, load, landed, &mut spent, meter).await?);
            }
        }
        if let Some((flight, load)) = flying {
            self.land(flight, load, landed, &mut spent, meter).await?;
        }
        Ok((until, spent))
    }

    /// Waits for a submission and takes note of it; gives when it was done.
    async fn land(
        &mut self,
        flight: Flight,
        load: Load,
        since: Option<Instant>,
        spent: &mut Spent,
        meter: &mut Meter<'_>,
    ) -> Result<Instant, ProveError> {
        let (took, landed) = self.machine.land(flight, since).await?;
        let Load { products, hashes } = load;
        let Machine { gemm, leaf, .. } = &mut self.machine;
        match (products, hashes) {
            (_, 0) => gemm.record(products, took),
            (0, _) => leaf.record(hashes, took),
            // What was beside the products has cost what they alone would not have taken.
            _ => leaf.record(hashes, took.saturating_sub(gemm.expected(products)).max(took / 8)),
        }
        let products =
            u64::from(products) * self.machine.kernels.tiling.operations(self.plan.work.n());
        let hashes = u64::from(hashes) * u64::from(HASH_GROUP) * self.leaf_operations();
        spent.add(products + hashes, took);
        meter.add(products + hashes);
        Ok(landed)
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
        self.advance(0, 1, &mut meter, |_, _, _| {}, || false, None).await?;
        let (mut spent, mut rounds) = (Spent::default(), 1);
        let start = Instant::now();
        loop {
            let (_, passed) =
                self.advance(0, rounds, &mut meter, |_, _, _| {}, || false, None).await?;
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
}

/// Reads numbers as the device writes them.
pub(crate) fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
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
