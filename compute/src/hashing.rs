//! The leaves: rows that are hashed beside the products of the states after them, or alone.

use std::ops::Range;

use alloy_primitives::B256;

use crate::chain::{Chain, Meter, Spent};
use crate::error::ProveError;
use crate::kernels::Params;
use crate::machine::Batch;
use crate::memory::Memory;
use crate::plan::{HASH_GROUP, LEAF_BYTES};
use crate::watch::{Signal, Watch};

/// States of a chunk whose rows are to be hashed.
#[derive(Debug)]
pub(crate) struct Hashing {
    chunk: usize,
    states: Range<u32>,
    n: u32,
    /// The next workgroup.
    next: u32,
    /// Tells once the leaves can be read.
    mapped: Option<Signal>,
}

impl Hashing {
    /// Takes states of a chunk by their places in it; a side is a multiple of a workgroup's rows.
    pub(crate) const fn new(chunk: usize, states: Range<u32>, n: u32) -> Self {
        let next = states.start * n / HASH_GROUP;
        Self { chunk, states, n, next, mapped: None }
    }

    /// Counts the rows of the chunk up to the last one to be hashed.
    const fn rows(&self) -> u32 {
        self.states.end * self.n
    }

    const fn left(&self) -> u32 {
        self.rows() / HASH_GROUP - self.next
    }

    /// Gives the first byte of its leaves, and how many there are.
    fn bytes(&self) -> (u64, u64) {
        let bytes = |states: u32| u64::from(states) * u64::from(self.n) * LEAF_BYTES;
        (bytes(self.states.start), bytes(self.states.end - self.states.start))
    }

    /// Has the leaves mapped where the last of them were submitted.
    pub(crate) fn sent(&mut self, watch: &Watch, memory: &Memory) {
        if self.left() == 0 && self.mapped.is_none() {
            let (_, bytes) = self.bytes();
            self.mapped = Some(watch.map(&memory.leaves_out, bytes));
        }
    }
}

impl Chain {
    /// Records as much hashing as is left and as fits half a submission; gives its workgroups.
    pub(crate) fn dispatch_hashes(&self, of: &mut Hashing, batch: &mut Batch<'_>) -> u32 {
        let most = (self.machine.leaf.groups() / 2).max(1);
        self.dispatch_at_most(most, of, batch)
    }

    fn dispatch_at_most(&self, most: u32, of: &mut Hashing, batch: &mut Batch<'_>) -> u32 {
        let groups = most.min(of.left());
        if groups == 0 {
            return 0;
        }
        let params = Params { rows: of.rows(), ..self.params(of.next) };
        let buffers = &self.memory.hash[of.chunk];
        batch.dispatch(&self.machine.kernels.leaf, buffers, params, groups);
        of.next += groups;
        if of.left() == 0 {
            let (from, bytes) = of.bytes();
            let Memory { leaves, leaves_out, .. } = &self.memory;
            batch.copies().copy_buffer_to_buffer(leaves, from, leaves_out, 0, bytes);
        }
        groups
    }

    /// Hashes what is left, with nothing beside, and reads all of its leaves.
    pub(crate) async fn hash(
        &mut self,
        mut of: Hashing,
        meter: &mut Meter<'_>,
    ) -> Result<(Vec<B256>, Spent), ProveError> {
        let group = u64::from(HASH_GROUP) * self.leaf_operations();
        let mut spent = Spent::default();
        while of.left() > 0 {
            self.machine.check()?;
            let mut batch = self.machine.batch();
            let groups = self.dispatch_at_most(self.machine.leaf.groups(), &mut of, &mut batch);
            let took = batch.submit().await?;
            self.machine.leaf.record(groups, took);
            spent.add(u64::from(groups) * group, took);
            meter.add(u64::from(groups) * group);
        }
        of.sent(&self.machine.watch, &self.memory);
        let Some(signal) = of.mapped.take() else { return Ok((Vec::new(), spent)) };
        let (_, bytes) = of.bytes();
        let read = |bytes: &[u8]| bytes.as_chunks::<32>().0.iter().map(B256::from).collect();
        let out = &self.memory.leaves_out;
        let leaves = self.machine.watch.mapped(signal, out, bytes, read).await?;
        Ok((leaves, spent))
    }
}
