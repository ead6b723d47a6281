//! Running a job on a device: step by step, within its time, and with an error for every end
//! that is not its result.
//!
//! | file | what lives there |
//! |---|---|
//! | `done` | what a caller hears of it |
//! | `error` | why a job ended without a result |
//! | `memory` | a job's buffers, given back when it ends |
//! | `kernels` | its pipelines |
//! | `executor` | the steps |
//!
//! The device is waited for and its loss noticed by compute's [`Watch`](pinfi_compute::Watch).

mod done;
mod error;
mod executor;
mod kernels;
mod memory;

pub use done::Done;
pub use error::RunError;
pub use executor::{Outcome, run, run_in_turn};
pub use pinfi_compute::Cancel;

use alloy_primitives::B256;

use crate::chain::Output;
use crate::limits::Limits;
use crate::program::{Program, Step};
use crate::refusal::Refusal;
use crate::spec::{Job, Work};
use crate::validate;

/// A job that may run within some limits.
#[derive(Clone, Debug)]
pub struct Prepared<'job> {
    pub(crate) program: Program<'job>,
    pub(crate) limits: Limits,
    hash: B256,
}

impl<'job> Prepared<'job> {
    /// Judges a job. Nothing of it has come near a device before.
    ///
    /// # Errors
    /// [`Refusal`] with the first thing that is wrong.
    pub fn new(job: &'job Job, limits: &Limits) -> Result<Self, Refusal> {
        let program = match &job.work {
            Work::Module(module) => validate::program(module, limits)?,
            Work::Library(task) => task.program(job.grain, limits)?,
        };
        Ok(Self { program, limits: *limits, hash: job.hash() })
    }

    /// Gives the job's hash.
    #[must_use]
    pub const fn hash(&self) -> B256 {
        self.hash
    }

    /// Gives its outputs before it has run: in the order of their bindings, all zeros.
    #[must_use]
    pub fn outputs(&self) -> Vec<Output> {
        let slots = self.program.slots.iter().filter(|slot| slot.is_output);
        let mut outputs: Vec<_> =
            slots.map(|slot| Output::zeros(slot.binding, slot.bytes)).collect();
        outputs.sort_by_key(|output| output.binding);
        outputs
    }

    /// Gives the bytes that it sends, each time that an output is sent counted.
    #[must_use]
    pub fn output_bytes(&self) -> u64 {
        self.program.steps.iter().map(Step::bytes).sum()
    }

    /// Gives the number of its steps.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.program.steps.len() as u64
    }
}
