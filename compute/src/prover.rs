//! The two phases of a proof on a device.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::B256;
use pinfi_core::pocps::{
    Challenge, MerkleTree, Opening, Response, Row, RowId, Sample, draw, respond, rows_to_open,
    verify, verify_sample,
};
use wgpu::{CommandEncoder, Device, Queue};

use crate::chain::{Chain, Meter, words};
use crate::control::{Observer, Options, Progress, Start};
use crate::error::ProveError;
use crate::gpu::Gpu;
use crate::machine::Machine;
use crate::memory::{Memory, readable};
use crate::plan::{Plan, Refusal};
use crate::watch::Watch;

/// Computes the chain of a challenge and commits to it: the first phase.
///
/// Warning: it takes over the device's handlers for errors and loss; one proof at a time runs on
/// a device.
///
/// # Errors
/// [`ProveError`]: refused before anything is computed where the challenge does not fit the
/// device; cancelled, or the device lost or at fault, at any time after.
pub async fn prove(
    device: &Device,
    queue: &Queue,
    challenge: Challenge,
    options: &Options,
    mut on_progress: impl FnMut(Progress),
) -> Result<Committed, ProveError> {
    prove_observed(device, queue, Start::Anew(challenge), options, &mut on_progress).await
}

/// Proves as [`prove`] does, from the seed or from where an earlier proof was cut off, and has
/// checkpoints kept on the way: they hold a state and 32 bytes for each row so far.
///
/// Where it goes on, the states before are not there: none is kept, and opening computes the chain once
/// more.
///
/// # Errors
/// As [`prove`].
pub async fn prove_observed(
    device: &Device,
    queue: &Queue,
    start: Start,
    options: &Options,
    observer: &mut impl Observer,
) -> Result<Committed, ProveError> {
    let challenge = start.challenge();
    let (from, keep_bytes) = match start {
        Start::Anew(_) => (None, options.keep_bytes),
        Start::From(checkpoint) => (Some(checkpoint), 0),
    };
    let plan = Plan::new(challenge.work, &device.limits(), keep_bytes)?;
    let machine = Machine::new(device, queue, &plan, options).await?;
    let (plan, memory) = match Memory::new(device, &machine.kernels, &plan).await {
        Ok(memory) => (plan, memory),
        // Keeping the states is a convenience: without it the proof may still fit.
        Err(Refusal::OutOfMemory { .. }) if plan.keep => {
            let plan = Plan::new(challenge.work, &device.limits(), 0)?;
            (plan, Memory::new(device, &machine.kernels, &plan).await?)
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let mut chain = Chain { machine, challenge, plan, memory };
    if let Some(checkpoint) = &from {
        observer.resumes(checkpoint.state());
    }
    let (leaves, _) = chain.commit(from, observer).await?;
    // The leaves are n·rounds, a product of powers of two; another count is a faulty device.
    let tree = MerkleTree::new(leaves)
        .map_err(|error| ProveError::Device { reason: error.to_string() })?;
    Ok(Committed { chain, tree })
}

/// Proves as [`prove_observed`] does; where the device is lost meanwhile, requests another, once, and goes
/// on from what was kept last, or begins anew where nothing was.
///
/// # Errors
/// As [`prove`]; [`ProveError::NotRecovered`] where no other device is to be had.
pub async fn prove_recovering(
    gpu: &mut Gpu,
    start: Start,
    options: &Options,
    observer: &mut impl Observer,
) -> Result<Committed, ProveError> {
    let challenge = start.challenge();
    let first = prove_observed(gpu.device(), gpu.queue(), start, options, observer).await;
    let Err(ProveError::DeviceLost { reason }) = first else { return first };
    observer.lost(&reason);
    *gpu = Gpu::request().await.map_err(ProveError::NotRecovered)?;
    let kept = observer.recall().await.filter(|kept| kept.challenge() == challenge);
    let start = kept.map_or(Start::Anew(challenge), Start::From);
    prove_observed(gpu.device(), gpu.queue(), start, options, observer).await
}

/// Between the phases: the chain is computed, its root can be committed.
///
/// Holds the device's memory until it is dropped.
#[derive(Debug)]
pub struct Committed {
    chain: Chain,
    tree: MerkleTree,
}

impl Committed {
    /// Gives the challenge that was worked on.
    #[must_use]
    pub const fn challenge(&self) -> Challenge {
        self.chain.challenge
    }

    /// Gives the root to commit to.
    #[must_use]
    pub const fn root(&self) -> B256 {
        self.tree.root()
    }

    /// Tells whether the states were kept; else opening computes the chain once more.
    #[must_use]
    pub const fn keeps_states(&self) -> bool {
        self.chain.plan.keep
    }

    /// Opens the `q` samples that the beacon draws: the second phase. May be called again.
    ///
    /// The response is checked before it is given, so that a faulty device costs no stake.
    ///
    /// # Errors
    /// [`ProveError`]: cancelled, or the device lost or at fault.
    pub async fn open(
        &mut self,
        beacon: B256,
        q: u32,
        mut on_progress: impl FnMut(Progress),
    ) -> Result<Response, ProveError> {
        let challenge = self.chain.challenge;
        let samples = draw(challenge.work, self.root(), beacon, q);
        let response = self.respond(&samples, &mut on_progress).await?;
        verify(&challenge, beacon, q, &response).map_err(ProveError::WrongResult)?;
        Ok(response)
    }

    /// Opens the one sample `s` that a beacon draws, as an accusation asks for it; checked too.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_sample(
        &mut self,
        beacon: B256,
        s: u32,
        mut on_progress: impl FnMut(Progress),
    ) -> Result<Opening, ProveError> {
        let challenge = self.chain.challenge;
        let sample = Sample::draw(challenge.work, self.root(), beacon, s);
        let response = self.respond(&[sample], &mut on_progress).await?;
        let lost = || ProveError::Device { reason: "nothing was opened".to_owned() };
        let opening = response.openings.into_iter().next().ok_or_else(lost)?;
        verify_sample(&challenge, self.root(), beacon, s, &opening)
            .map_err(ProveError::WrongResult)?;
        Ok(opening)
    }

    async fn respond(
        &mut self,
        samples: &[Sample],
        report: &mut dyn FnMut(Progress),
    ) -> Result<Response, ProveError> {
        let wanted = rows_to_open(samples);
        let rows = self.rows(&wanted, report).await?;
        respond(self.chain.challenge.work, &self.tree, samples, &rows)
            .map_err(|error| ProveError::Device { reason: error.to_string() })
    }

    /// Brings rows from the device.
    async fn rows(
        &mut self,
        wanted: &BTreeSet<RowId>,
        report: &mut dyn FnMut(Progress),
    ) -> Result<BTreeMap<RowId, Row>, ProveError> {
        let Some(last) = wanted.last().map(|id| id.state) else { return Ok(BTreeMap::new()) };
        let work = self.chain.challenge.work;
        let row_bytes = u64::from(work.n()) * 4;
        let device = self.chain.machine.device.clone();
        // Another proof may have taken the device's handlers over in between.
        self.chain.machine.watch = Watch::new(&device);
        let size = wanted.len() as u64 * row_bytes;
        let picked = readable(&device, size).await?;

        // The rows of a state lie in `wanted` one after the other, and so they do in `picked`.
        let pick = |encoder: &mut CommandEncoder, state: u32, buffer: &wgpu::Buffer, base: u64| {
            for (slot, id) in (0..).zip(wanted).filter(|(_, id)| id.state == state) {
                let from = base + u64::from(id.row) * row_bytes;
                encoder.copy_buffer_to_buffer(buffer, from, &picked, slot * row_bytes, row_bytes);
            }
        };
        let total = if self.chain.plan.keep { 0 } else { self.chain.operations_until(last) };
        let mut meter = Meter { progress: Progress { done: 0, total }, report };
        if self.chain.plan.keep {
            let mut encoder = device.create_command_encoder(&Default::default());
            for state in 1..=last {
                let index = state - 1;
                let chunk =
                    &self.chain.memory.chunks[(index / self.chain.plan.chunk_states) as usize];
                let base = u64::from(index % self.chain.plan.chunk_states) * work.state_bytes();
                pick(&mut encoder, state, chunk, base);
            }
            self.chain.machine.queue.submit([encoder.finish()]);
        } else {
            let take = |encoder: &mut CommandEncoder, state: u32, buffer: &wgpu::Buffer| {
                pick(encoder, state, buffer, 0);
            };
            self.chain.advance(0, last, &mut meter, take, || false, None).await?;
        }
        meter.add(0);

        let read = |bytes: &[u8]| {
            let words = words(bytes);
            let rows = words.chunks_exact(work.n() as usize).map(|row| Row(row.to_vec()));
            wanted.iter().copied().zip(rows).collect()
        };
        Ok(self.chain.machine.watch.read(&picked, size, read).await?)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use pinfi_core::pocps::{Fault, Which, Work};

    use super::*;

    #[test]
    fn open_reports_a_wrong_result_when_the_device_hashed_something_else() {
        pollster::block_on(async {
            let gpu = Gpu::request().await.unwrap();
            let challenge =
                Challenge { seed: B256::repeat_byte(1), work: Work::new(64, 1).unwrap() };
            let options = Options::default();
            let mut committed =
                prove(gpu.device(), gpu.queue(), challenge, &options, |_| {}).await.unwrap();
            committed.tree = MerkleTree::new(vec![B256::ZERO; 64]).unwrap();
            let result = committed.open(B256::ZERO, 32, |_| {}).await;
            let fault = Fault::NotCommitted { s: 0, which: Which::Next };
            assert_eq!(result, Err(ProveError::WrongResult(fault)));
        });
    }
}
