//! How a client sees that it got what it paid for, and what it shows others if not.
//!
//! A library job is checked by computing some of its units again, on the CPU: integers to the
//! bit, floats within the task's tolerance. A module is checked by running it on another device,
//! and comparing. A provider that errs in a share f of the units passes k drawn ones with the
//! chance (1 − f)ᵏ.

use alloy_primitives::{B256, keccak256};
use alloy_sol_types::Eip712Domain;
use serde::{Deserialize, Serialize};

use crate::chain::{Output, output_hash};
use crate::library::{Difference, OUTPUT_BINDING, Task, to_f32, to_u32};
use crate::receipt::{ReceiptError, SignedReceipt};
use crate::refusal::Refusal;
use crate::spec::{Element, Job, JobBytesError, Module, Role, Work};

/// Why a result does not pass.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CheckError {
    /// The job itself could not have run.
    #[error("the job is refused: {0}")]
    Refused(#[from] Refusal),
    /// The outputs are not those of the job.
    #[error("the outputs are not those of the job")]
    Outputs,
    /// A unit is not what it should be.
    #[error("unit {unit}: {difference}")]
    Differs {
        /// The unit.
        unit: u32,
        /// The first word of it that differs.
        difference: Difference,
    },
}

/// Draws units of an output, each at most once: as many as asked for, or all.
///
/// Warning: the seed is to be unknown to the provider until it has signed the output.
#[must_use]
pub fn draw_units(seed: B256, units: u32, count: u32) -> Vec<u32> {
    if count >= units {
        return (0..units).collect();
    }
    // Floyd's: each set of so many units is as likely.
    let mut drawn = std::collections::BTreeSet::new();
    for last in units - count..units {
        let hash = keccak256([&seed[..], &last.to_be_bytes()].concat());
        let [a, b, c, d, e, f, g, h, ..] = hash.0;
        let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) % (u64::from(last) + 1);
        let unit = u32::try_from(number).unwrap_or(last);
        drawn.insert(if drawn.contains(&unit) { last } else { unit });
    }
    drawn.into_iter().collect()
}

/// Computes some units of a library job again and compares them.
///
/// # Errors
/// [`CheckError`] with the first unit that differs.
pub fn check_units(task: &Task, outputs: &[Output], units: &[u32]) -> Result<(), CheckError> {
    units.iter().try_for_each(|unit| check_unit(task, outputs, *unit))
}

fn check_unit(task: &Task, outputs: &[Output], unit: u32) -> Result<(), CheckError> {
    let shape = task.shape()?;
    let twin = task.twin(unit)?;
    let [Output { binding: OUTPUT_BINDING, bytes }] = outputs else {
        return Err(CheckError::Outputs);
    };
    if bytes.len() as u64 != u64::from(shape.units) * shape.unit_bytes {
        return Err(CheckError::Outputs);
    }
    // What fits into memory has a length of it.
    let length = usize::try_from(shape.unit_bytes).unwrap_or(usize::MAX);
    let own = bytes.chunks_exact(length).nth(unit as usize).ok_or(CheckError::Outputs)?;
    twin.compare(own).map_err(|difference| CheckError::Differs { unit, difference })
}

/// How far floats of two devices may be apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tolerance {
    /// In relation to the greater of both.
    pub relative: f64,
    /// And beside that.
    pub absolute: f64,
}

/// Compares a module's outputs with those of another device. Floats may differ by the client's
/// tolerance, as only it knows what its module does; mixed words may not differ.
///
/// # Errors
/// [`CheckError::Outputs`] or [`CheckError::Differs`] with the output's binding as its unit.
pub fn compare_outputs(
    module: &Module,
    expected: &[Output],
    got: &[Output],
    tolerance: Tolerance,
) -> Result<(), CheckError> {
    let mut declared: Vec<_> =
        module.buffers.iter().filter(|buffer| buffer.role == Role::Output).collect();
    declared.sort_by_key(|buffer| buffer.binding);
    if declared.len() != got.len() || got.len() != expected.len() {
        return Err(CheckError::Outputs);
    }
    for ((buffer, expected), got) in declared.into_iter().zip(expected).zip(got) {
        let is_own = |output: &Output| {
            output.binding == buffer.binding && output.bytes.len() as u64 == buffer.bytes()
        };
        if !is_own(expected) || !is_own(got) {
            return Err(CheckError::Outputs);
        }
        let difference = match buffer.element {
            Element::F32 => floats_differ(&expected.bytes, &got.bytes, tolerance),
            Element::U32 | Element::I32 | Element::Mixed => {
                words_differ(&expected.bytes, &got.bytes)
            }
        };
        if let Some(difference) = difference {
            return Err(CheckError::Differs { unit: buffer.binding, difference });
        }
    }
    Ok(())
}

fn words_differ(expected: &[u8], got: &[u8]) -> Option<Difference> {
    let pairs = to_u32(expected).into_iter().zip(to_u32(got)).enumerate();
    let (word, (expected, got)) = { pairs }.find(|(_, (expected, got))| expected != got)?;
    Some(Difference { word, got: got.into(), expected: expected.into(), tolerance: 0.0 })
}

fn floats_differ(expected: &[u8], got: &[u8], tolerance: Tolerance) -> Option<Difference> {
    let pairs = to_f32(expected).into_iter().zip(to_f32(got)).enumerate();
    pairs.into_iter().find_map(|(word, (expected, got))| {
        let is_same = expected.to_bits() == got.to_bits();
        let (expected, got) = (f64::from(expected), f64::from(got));
        let greater = expected.abs().max(got.abs());
        let tolerance = tolerance.absolute + tolerance.relative * greater;
        // What is no number compares as false, and an infinite tolerance is none.
        let is_near = is_same || (greater.is_finite() && (expected - got).abs() <= tolerance);
        (!is_near).then_some(Difference { word, got, expected, tolerance })
    })
}

/// What shows to anybody that a provider signed a wrong result of a library job: with it goes a
/// `Complain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What the provider signed.
    pub receipt: SignedReceipt,
    /// The job's bytes.
    pub job: Vec<u8>,
    /// What the provider gave.
    pub outputs: Vec<Output>,
    /// A unit that is wrong.
    pub unit: u32,
}

/// Why evidence shows nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EvidenceError {
    /// The receipt is worth nothing.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// The job is not the receipt's.
    #[error("the receipt is about another job")]
    OtherJob,
    /// The job's bytes are none.
    #[error(transparent)]
    Job(#[from] JobBytesError),
    /// The outputs are not those that were signed.
    #[error("the receipt is about other outputs")]
    OtherOutputs,
    /// Only jobs of the library have a twin that all agree on.
    #[error("a module's result is nobody else's to judge")]
    Module,
    /// The job could not have run.
    #[error("the job is refused: {0}")]
    Refused(#[from] Refusal),
    /// The unit is right.
    #[error("unit {unit} is right")]
    Right {
        /// The unit.
        unit: u32,
    },
}

impl Evidence {
    /// Judges it, and gives what it shows: how the signed result is wrong.
    ///
    /// # Errors
    /// [`EvidenceError`] where it shows nothing.
    pub fn judge(&self, domain: &Eip712Domain) -> Result<CheckError, EvidenceError> {
        self.receipt.check(domain)?;
        let receipt = &self.receipt.receipt;
        if keccak256(&self.job) != receipt.input_hash {
            return Err(EvidenceError::OtherJob);
        }
        let job = Job::from_bytes(&self.job)?;
        if job.id != receipt.job {
            return Err(EvidenceError::OtherJob);
        }
        if output_hash(&self.outputs) != receipt.output_hash {
            return Err(EvidenceError::OtherOutputs);
        }
        let Work::Library(task) = &job.work else { return Err(EvidenceError::Module) };
        match check_unit(task, &self.outputs, self.unit) {
            Ok(()) => Err(EvidenceError::Right { unit: self.unit }),
            Err(CheckError::Refused(refusal)) => Err(EvidenceError::Refused(refusal)),
            Err(wrong) => Ok(wrong),
        }
    }
}
