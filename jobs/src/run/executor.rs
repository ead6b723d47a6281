//! The steps of a job, one after another.

use alloy_primitives::B256;
use pinfi_compute::{Cancel, Watch};
use web_time::{Duration, Instant};
use wgpu::{CommandBuffer, Device, Queue};

use super::Prepared;
use super::done::Done;
use super::error::RunError;
use super::kernels::Kernels;
use super::memory::{FLAG_BYTES, Memory, PARAMETERS_APART};
use crate::chain::{Chain, Output, Partial, Piece};
use crate::program::Step;

/// A job's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// All outputs, in the order of their bindings.
    pub outputs: Vec<Output>,
    /// The head of the chain over all partial results and the outputs.
    pub chain: B256,
    /// How long the device was at work: the sum of the steps' times.
    pub busy: Duration,
}

/// Runs a job, telling of each step once it is done.
///
/// What a job computed is its own: buffers begin as zeros, and none outlives the call.
///
/// Warning: it takes over the device's handlers for errors and loss; one job at a time runs on
/// a device, and no proof beside it.
///
/// # Errors
/// [`RunError`]. After [`RunError::Stuck`] the device is still busy: drop it and ask for another.
pub async fn run(
    device: &Device,
    queue: &Queue,
    job: &Prepared<'_>,
    cancel: &Cancel,
    on_step: impl FnMut(&Done),
) -> Result<Outcome, RunError> {
    run_in_turn(device, queue, job, cancel, async || {}, on_step).await
}

/// As [`run`], but each step begins only when `turn` has come, as where something else has the
/// device first. That time is not the job's.
///
/// # Errors
/// As [`run`].
pub async fn run_in_turn(
    device: &Device,
    queue: &Queue,
    job: &Prepared<'_>,
    cancel: &Cancel,
    mut turn: impl AsyncFnMut(),
    mut on_step: impl FnMut(&Done),
) -> Result<Outcome, RunError> {
    let program = &job.program;
    let watch = Watch::new(device);
    let memory = Memory::new(device, queue, program).await;
    // The loss of a device is not a want of memory.
    watch.check()?;
    let memory = memory?;
    let kernels = Kernels::new(device, program, &memory).await;
    watch.check()?;
    let machine = Machine { device, queue, watch, memory, kernels: kernels?, job };

    let mut chain = Chain::new(job.hash());
    let mut outputs = job.outputs();
    let mut busy = Duration::ZERO;
    let (began, mut waited) = (Instant::now(), Duration::ZERO);
    for (number, step) in (0..).zip(&program.steps) {
        let asked = Instant::now();
        turn().await;
        waited += asked.elapsed();
        if cancel.is_cancelled() {
            return Err(RunError::Cancelled { step: number });
        }
        if began.elapsed().saturating_sub(waited) > job.limits.total_time() {
            return Err(RunError::OutOfTime { step: number, millis: job.limits.total_millis });
        }
        let submitted = Instant::now();
        let pieces = machine.step(number, step).await?;
        let took = submitted.elapsed();
        busy += took;
        for piece in &pieces {
            // The steps' pieces are parts of the outputs.
            let _fits = piece.put(&mut outputs);
        }
        let partial = Partial { step: number, pieces };
        // The steps are counted alike on both sides.
        chain.extend(&partial).map_err(|error| RunError::Device { reason: error.to_string() })?;
        on_step(&Done { partial, steps: job.steps(), took });
    }
    Ok(Outcome { chain: chain.finish(&outputs), outputs, busy })
}

/// A job on a device.
struct Machine<'a, 'job> {
    device: &'a Device,
    queue: &'a Queue,
    watch: Watch,
    memory: Memory,
    kernels: Kernels<'job>,
    job: &'a Prepared<'job>,
}

impl Machine<'_, '_> {
    /// Runs a step and reads what it gives.
    async fn step(&self, number: u64, step: &Step<'_>) -> Result<Vec<Piece>, RunError> {
        self.queue.submit([self.commands(step)]);
        let limits = &self.job.limits;
        let bytes = FLAG_BYTES + step.bytes();
        let readable = &self.memory.readable;
        let read = self.watch.read_within(readable, bytes, limits.step_time(), |bytes| {
            let (flag, rest) = bytes.split_at(length(FLAG_BYTES));
            (flag.iter().any(|byte| *byte != 0), split(step, rest))
        });
        let stuck = RunError::Stuck { step: number, millis: limits.step_millis };
        let (is_used_up, pieces) = read.await?.ok_or(stuck)?;
        match self.job.program.iterations {
            Some(iterations) if is_used_up => {
                Err(RunError::OutOfIterations { step: number, iterations })
            }
            _ => Ok(pieces),
        }
    }

    fn commands(&self, step: &Step<'_>) -> CommandBuffer {
        let mut encoder = self.device.create_command_encoder(&Default::default());
        if let Some(parameters) = &self.memory.parameters {
            let mut bytes = Vec::new();
            for launch in &step.launches {
                bytes.extend_from_slice(&launch.parameters);
                bytes.resize(bytes.len().next_multiple_of(PARAMETERS_APART as usize), 0);
            }
            self.queue.write_buffer(parameters, 0, &bytes);
        }
        for (launch, offset) in step.launches.iter().zip((0..).step_by(PARAMETERS_APART as usize)) {
            let Some(pipeline) = self.kernels.pipelines.get(launch.entry) else { continue };
            // Each in a pass of its own: the next sees what it wrote.
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(pipeline);
            let offsets = [offset];
            let told = if self.memory.parameters.is_some() { &offsets[..] } else { &[] };
            pass.set_bind_group(0, &self.kernels.bound, told);
            let [x, y, z] = launch.groups;
            pass.dispatch_workgroups(x, y, z);
        }
        let readable = &self.memory.readable;
        if let Some(flag) = &self.memory.flag {
            encoder.copy_buffer_to_buffer(flag, 0, readable, 0, FLAG_BYTES);
        }
        let mut place = FLAG_BYTES;
        for piece in &step.pieces {
            if let Some(from) = self.memory.slot(piece.binding) {
                encoder.copy_buffer_to_buffer(from, piece.offset, readable, place, piece.bytes);
            }
            place += piece.bytes;
        }
        encoder.finish()
    }
}

fn split(step: &Step<'_>, mut bytes: &[u8]) -> Vec<Piece> {
    let piece = |range: &crate::program::Range| {
        let (own, rest) = bytes.split_at(length(range.bytes).min(bytes.len()));
        bytes = rest;
        Piece { binding: range.binding, offset: range.offset, bytes: own.to_vec() }
    };
    step.pieces.iter().map(piece).collect()
}

/// A length in memory: the limits are far below what an address has.
fn length(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
