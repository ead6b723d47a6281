//! The first phase: all products, and the leaves of all rows.

use alloy_primitives::B256;
use pinfi_core::pocps::{Checkpoint, Rhythm};
use web_time::{Duration, Instant};
use wgpu::{Buffer, CommandEncoder};

use crate::chain::{Chain, Meter, Spent};
use crate::control::{Observer, Progress};
use crate::error::ProveError;
use crate::hashing::Hashing;

/// Where the time of a commitment went.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shares {
    pub(crate) expansion: Spent,
    /// Products, and the hashing of their rows beside them.
    pub(crate) rounds: Spent,
}

impl Chain {
    /// Computes the chain, from a checkpoint where there is one, and gives the hashes of all rows. States
    /// are kept where the plan says so: it must not where there is a checkpoint.
    ///
    /// Some states are computed, and hashed while the next ones are.
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
            self.expand(&mut Meter { progress, report: &mut report }).await?
        };
        let (mut done, mut leaves) = match from {
            Some(checkpoint) => self.restore(checkpoint),
            None => (0, Vec::with_capacity(work.leaves() as usize)),
        };
        progress.done = self.committed_until(done);
        let begun = Instant::now();
        let mut rhythm = Rhythm::new(self.machine.checkpoint_after, Duration::ZERO);
        let mut unhashed: Option<Hashing> = None;
        loop {
            let mut report = |progress| observer.progress(progress);
            let mut meter = Meter { progress, report: &mut report };
            let ends = || rhythm.is_due(begun.elapsed());
            let is_due = ends();
            if done < work.rounds() && !(is_due && unhashed.is_some()) {
                let beside = unhashed.take();
                let (reached, hashing, hashes) =
                    self.stretch(done, beside, &mut meter, &mut shares.rounds, ends).await?;
                leaves.extend(hashes);
                (done, unhashed) = (reached, Some(hashing));
            } else if let Some(hashing) = unhashed.take() {
                let (hashes, spent) = self.hash(hashing, &mut meter).await?;
                shares.rounds.add(spent.operations, spent.time);
                leaves.extend(hashes);
            }
            progress = meter.progress;
            if unhashed.is_some() {
                continue;
            }
            if done == work.rounds() {
                return Ok((leaves, shares));
            }
            let at = begun.elapsed();
            observer.keep(&self.checkpoint(done, &leaves).await?).await;
            rhythm.kept(at, begun.elapsed());
        }
    }

    /// Computes the states after X_`from` that share its chunk, or fewer where it `ends` before, and hashes
    /// others beside; gives the last one's number, what is to be hashed of them, and the others' leaves.
    async fn stretch(
        &mut self,
        from: u32,
        mut beside: Option<Hashing>,
        meter: &mut Meter<'_>,
        spent: &mut Spent,
        ends: impl Fn() -> bool,
    ) -> Result<(u32, Hashing, Vec<B256>), ProveError> {
        let (work, states) = (self.plan.work, self.plan.chunk_states);
        let index = from / states;
        let first = index * states;
        let chunk = self.plan.place(index);
        let store = Buffer::clone(&self.memory.chunks[chunk]);
        let keep = |encoder: &mut CommandEncoder, state: u32, buffer: &Buffer| {
            let at = u64::from(state - 1 - first) * work.state_bytes();
            encoder.copy_buffer_to_buffer(buffer, 0, &store, at, work.state_bytes());
        };
        let until = (first + states).min(work.rounds());
        let (reached, passed) =
            self.advance(from, until, meter, keep, ends, beside.as_mut()).await?;
        spent.add(passed.operations, passed.time);
        let mut leaves = Vec::new();
        if let Some(rest) = beside {
            let (hashes, passed) = self.hash(rest, meter).await?;
            spent.add(passed.operations, passed.time);
            leaves = hashes;
        }
        let hashing = Hashing::new(chunk, from - first..reached - first, work.n());
        Ok((reached, hashing, leaves))
    }
}
