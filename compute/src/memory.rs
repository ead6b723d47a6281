//! The buffers of one proof.

use wgpu::{BindGroup, Buffer, BufferUsages, Device};

use crate::held::{Held, allocate};
use crate::kernels::Kernels;
use crate::plan::{Plan, Refusal};

/// All that a proof holds on the device, bound to its kernels.
#[derive(Debug)]
pub(crate) struct Memory {
    /// W and X_0: the kernels have them bound.
    inputs: [Held; 2],
    /// The states in turn: X_{k+1} is in `turns[k % 2]`.
    pub(crate) turns: [Held; 2],
    /// Where states wait to be hashed, and to be opened where all are kept.
    pub(crate) chunks: Vec<Held>,
    pub(crate) leaves: Held,
    /// The leaves once more, where the host can read them.
    pub(crate) leaves_out: Held,
    pub(crate) expand_x0: BindGroup,
    pub(crate) expand_w: BindGroup,
    /// Round 0 reads X_0, and later ones the turn before.
    pub(crate) first_round: BindGroup,
    pub(crate) rounds: [BindGroup; 2],
    pub(crate) hash: Vec<BindGroup>,
}

impl Memory {
    /// Allocates what a plan needs.
    pub(crate) async fn new(
        device: &Device,
        kernels: &Kernels,
        plan: &Plan,
    ) -> Result<Self, Refusal> {
        let scope = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let stored = BufferUsages::STORAGE | BufferUsages::COPY_SRC;
        let state = || allocate(device, plan.work.state_bytes(), stored);
        // A proof that goes on is given the state that it goes on from.
        let turn = || allocate(device, plan.work.state_bytes(), stored | BufferUsages::COPY_DST);
        let (w, x0, turns) = (state(), state(), [turn(), turn()]);
        let chunks: Vec<_> = (0..plan.chunks())
            .map(|_| allocate(device, plan.chunk_bytes(), stored | BufferUsages::COPY_DST))
            .collect();
        let leaves = allocate(device, plan.leaves_bytes(), stored);
        let read = BufferUsages::COPY_DST | BufferUsages::MAP_READ;
        let leaves_out = allocate(device, plan.leaves_bytes(), read);
        if scope.pop().await.is_some() {
            return Err(Refusal::OutOfMemory { needed: plan.total_bytes() });
        }
        let round =
            |x: &Buffer, next: &Buffer| kernels.bind(device, &kernels.gemm, &[&w, x, &x0, next]);
        let [even, odd] = &turns;
        Ok(Self {
            expand_x0: kernels.bind(device, &kernels.expand, &[&x0]),
            expand_w: kernels.bind(device, &kernels.expand, &[&w]),
            first_round: round(&x0, even),
            rounds: [round(odd, even), round(even, odd)],
            hash: chunks
                .iter()
                .map(|chunk| kernels.bind(device, &kernels.leaf, &[chunk, &leaves]))
                .collect(),
            inputs: [w, x0],
            turns,
            chunks,
            leaves,
            leaves_out,
        })
    }

    /// Gives W and X_0.
    pub(crate) fn inputs(&self) -> [&Buffer; 2] {
        self.inputs.each_ref().map(|held| &**held)
    }

    /// Gives where X_`state` is until X_{state+2} is computed; X_0 is an input.
    pub(crate) fn turn(&self, state: u32) -> &Buffer {
        &self.turns[(state.wrapping_sub(1) % 2) as usize]
    }

    /// Gives the buffers of round `k`, bound for the product.
    pub(crate) fn round(&self, k: u32) -> &BindGroup {
        if k == 0 { &self.first_round } else { &self.rounds[(k % 2) as usize] }
    }
}

/// Allocates a buffer that rows are copied into and that the host reads.
pub(crate) async fn readable(device: &Device, size: u64) -> Result<Held, Refusal> {
    let scope = device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
    let buffer = allocate(device, size, BufferUsages::COPY_DST | BufferUsages::MAP_READ);
    match scope.pop().await {
        None => Ok(buffer),
        Some(_) => Err(Refusal::OutOfMemory { needed: size }),
    }
}
