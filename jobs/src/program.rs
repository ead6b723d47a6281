//! What every job comes down to: WGSL, buffers, and steps of dispatches.

use std::borrow::Cow;

use crate::limits::{Limits, OutOfBounds, Quantity, bound};

/// Bytes of the parameters that a launch of a library job is told.
pub(crate) const PARAMETER_BYTES: usize = 64;

/// A job made ready for a device.
#[derive(Clone, Debug)]
pub(crate) struct Program<'job> {
    pub(crate) source: Cow<'job, str>,
    pub(crate) slots: Vec<Slot<'job>>,
    /// Whether each launch is told something, at binding 0.
    pub(crate) has_parameters: bool,
    /// How many iterations an invocation's loops have together, where they are counted.
    pub(crate) iterations: Option<u32>,
    pub(crate) steps: Vec<Step<'job>>,
}

/// A buffer.
#[derive(Clone, Debug)]
pub(crate) struct Slot<'job> {
    pub(crate) binding: u32,
    pub(crate) access: Access,
    pub(crate) bytes: u64,
    /// All of its bytes, or none where it begins as zeros.
    pub(crate) contents: Cow<'job, [u8]>,
    pub(crate) is_output: bool,
}

/// How a kernel uses a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
    Uniform,
}

/// What is submitted at once, and what it gives.
#[derive(Clone, Debug)]
pub(crate) struct Step<'job> {
    pub(crate) launches: Vec<Launch<'job>>,
    pub(crate) pieces: Vec<Range>,
}

/// One dispatch.
#[derive(Clone, Debug)]
pub(crate) struct Launch<'job> {
    pub(crate) entry: &'job str,
    pub(crate) groups: [u32; 3],
    pub(crate) parameters: [u8; PARAMETER_BYTES],
}

/// A part of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) binding: u32,
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
}

impl<'job> Slot<'job> {
    pub(crate) fn filled(binding: u32, contents: impl Into<Cow<'job, [u8]>>) -> Self {
        let contents = contents.into();
        let bytes = contents.len() as u64;
        Self { binding, access: Access::Read, bytes, contents, is_output: false }
    }

    pub(crate) const fn empty(binding: u32, bytes: u64, is_output: bool) -> Self {
        let contents = Cow::Borrowed(&[] as &[u8]);
        Self { binding, access: Access::Write, bytes, contents, is_output }
    }
}

impl Step<'_> {
    /// Gives the bytes that are read back after it.
    pub(crate) fn bytes(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.bytes).sum()
    }
}

impl Program<'_> {
    /// Gives the bytes that the largest step reads back.
    pub(crate) fn readback_bytes(&self) -> u64 {
        self.steps.iter().map(Step::bytes).max().unwrap_or(0)
    }

    /// Sees that sizes and steps are within the limits.
    pub(crate) fn bound(&self, limits: &Limits) -> Result<(), OutOfBounds> {
        for slot in &self.slots {
            bound(Quantity::BufferBytes, slot.bytes, 4..=limits.buffer_bytes)?;
        }
        bound(Quantity::Steps, self.steps.len() as u64, 1..=limits.steps)?;
        let output = self.steps.iter().map(Step::bytes).fold(0, u64::saturating_add);
        bound(Quantity::OutputBytes, output, 1..=limits.output_bytes)?;
        let held = self.slots.iter().map(|slot| slot.bytes).fold(0, u64::saturating_add);
        bound(Quantity::TotalBytes, held + self.readback_bytes(), 4..=limits.total_bytes)?;
        let groups = self.steps.iter().flat_map(|step| &step.launches).flat_map(|it| it.groups);
        for count in groups {
            bound(Quantity::Groups, count, 1..=u64::from(limits.groups))?;
        }
        Ok(())
    }
}
