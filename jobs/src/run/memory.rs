//! The buffers of a job.

use pinfi_compute::{Held, allocate};
use wgpu::{Buffer, BufferUsages, Device, ErrorFilter, Queue};

use super::error::RunError;
use crate::program::{Access, Program};

/// The distance of two launches' parameters: the largest alignment that WebGPU may ask for.
pub(super) const PARAMETERS_APART: u32 = 256;
/// Bytes of the word that tells that iterations were used up.
pub(super) const FLAG_BYTES: u64 = 4;

/// All that a job holds on a device.
#[derive(Debug)]
pub(super) struct Memory {
    /// The program's buffers in its order, by their bindings.
    pub(super) slots: Vec<(u32, Held)>,
    /// What the launches of a step are told.
    pub(super) parameters: Option<Held>,
    /// Where a module tells that iterations were used up.
    pub(super) flag: Option<Held>,
    /// Where the host reads: the flag, then a step's pieces.
    pub(super) readable: Held,
}

impl Memory {
    /// Allocates and fills the buffers.
    pub(super) async fn new(
        device: &Device,
        queue: &Queue,
        program: &Program<'_>,
    ) -> Result<Self, RunError> {
        let launches = program.steps.iter().map(|step| step.launches.len() as u64).max();
        let told = launches.unwrap_or(0) * u64::from(PARAMETERS_APART);
        let read = FLAG_BYTES + program.readback_bytes();
        let scope = device.push_error_scope(ErrorFilter::OutOfMemory);
        let slots = program.slots.iter().map(|slot| {
            let kind = match slot.access {
                Access::Read => BufferUsages::STORAGE,
                Access::Write => BufferUsages::STORAGE | BufferUsages::COPY_SRC,
                Access::Uniform => BufferUsages::UNIFORM,
            };
            (slot.binding, allocate(device, slot.bytes, kind | BufferUsages::COPY_DST))
        });
        let memory = Self {
            slots: slots.collect(),
            parameters: program
                .has_parameters
                .then(|| allocate(device, told, BufferUsages::UNIFORM | BufferUsages::COPY_DST)),
            flag: program.iterations.map(|_| {
                allocate(device, FLAG_BYTES, BufferUsages::STORAGE | BufferUsages::COPY_SRC)
            }),
            readable: allocate(device, read, BufferUsages::COPY_DST | BufferUsages::MAP_READ),
        };
        if scope.pop().await.is_some() {
            let slots = program.slots.iter().map(|slot| slot.bytes).sum::<u64>();
            return Err(RunError::OutOfMemory { needed: slots + told + read });
        }
        for ((_, buffer), slot) in memory.slots.iter().zip(&program.slots) {
            if !slot.contents.is_empty() {
                queue.write_buffer(buffer, 0, &slot.contents);
            }
        }
        Ok(memory)
    }

    /// Finds a buffer of the program.
    pub(super) fn slot(&self, binding: u32) -> Option<&Buffer> {
        self.slots.iter().find(|(at, _)| *at == binding).map(|(_, buffer)| &**buffer)
    }
}
