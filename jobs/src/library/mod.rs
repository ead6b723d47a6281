//! The jobs that need no WGSL of the client: each has a shader, and a twin on the CPU.
//!
//! A task's output is a row of *units* of equal length: rows of a matrix, lines of an image,
//! lanes of a simulation. A step computes some of them, and a check computes one again.

mod hashing;
mod image;
mod matrix;
mod perceptron;
mod pricing;
mod twin;
mod words;

use serde::{Deserialize, Serialize};

pub use self::hashing::{Finding, HashSearch, NONCES_PER_SEGMENT};
pub use self::image::{Filter, ImageFilter};
pub use self::matrix::{MatrixProduct, Scalar};
pub use self::perceptron::{Activation, Layer, Perceptron};
pub use self::pricing::{Averaging, Estimate, MonteCarlo, Payoff};
pub use self::twin::{Difference, Near, Twin};
pub use self::words::{from_f32, from_u32, to_f32, to_u32};
use crate::limits::{Limits, OutOfBounds, Quantity, bound};
use crate::program::{Launch, PARAMETER_BYTES, Program, Range, Slot, Step};
use crate::refusal::Refusal;
use crate::spec::Grain;

/// The buffer that every task's output is in.
pub const OUTPUT_BINDING: u32 = 7;

/// A task of the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// A product of two matrices.
    MatrixProduct(MatrixProduct),
    /// A filter over an image.
    ImageFilter(ImageFilter),
    /// The price of an option by simulation.
    MonteCarlo(MonteCarlo),
    /// The answers of a small neural network.
    Perceptron(Perceptron),
    /// A search for hashes that begin with zeros.
    HashSearch(HashSearch),
}

/// How a task's output is made of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How many there are.
    pub units: u32,
    /// Bytes of each.
    pub unit_bytes: u64,
    /// Operations of each, about.
    pub operations: u64,
}

/// What a task's file says of it.
trait Kernel {
    /// Sees that the parameters are within their bounds and what is sent has the length they say.
    fn check(&self) -> Result<(), Refusal>;
    /// Gives the output's form. The parameters are checked.
    fn shape(&self) -> Shape;
    /// Gives the most units that one step can launch.
    fn units_at_once(&self) -> u32;
    /// Gives the WGSL.
    fn source(&self) -> String;
    /// Gives the buffers but the output, for steps of so many units.
    fn slots(&self, units: u32) -> Vec<Slot<'_>>;
    /// Gives the dispatches for some units.
    fn launches(&self, first: u32, count: u32) -> Vec<Launch<'static>>;
    /// Computes one unit on the CPU.
    fn twin(&self, unit: u32) -> Twin;
}

impl Task {
    fn kernel(&self) -> &dyn Kernel {
        match self {
            Self::MatrixProduct(task) => task,
            Self::ImageFilter(task) => task,
            Self::MonteCarlo(task) => task,
            Self::Perceptron(task) => task,
            Self::HashSearch(task) => task,
        }
    }

    /// Sees that the parameters are within their bounds, and tells how the output is made.
    ///
    /// # Errors
    /// [`Refusal::OutOfBounds`] and [`Refusal::Contents`].
    pub fn shape(&self) -> Result<Shape, Refusal> {
        self.kernel().check()?;
        Ok(self.kernel().shape())
    }

    /// Computes a unit of the output on the CPU.
    ///
    /// # Errors
    /// As [`Self::shape`]; [`Refusal::NoUnit`] where there is none of that number.
    pub fn twin(&self, unit: u32) -> Result<Twin, Refusal> {
        let units = self.shape()?.units;
        if unit >= units {
            return Err(Refusal::NoUnit { unit, units });
        }
        Ok(self.kernel().twin(unit))
    }

    /// Gives the WGSL that is run, for whoever wants to read it.
    #[must_use]
    pub fn source(&self) -> String {
        self.kernel().source()
    }

    pub(crate) fn program(&self, grain: Grain, limits: &Limits) -> Result<Program<'_>, Refusal> {
        bound(Quantity::Grain, grain.0, 0..=u64::from(Grain::MAX.0))?;
        let Shape { units, unit_bytes, operations } = self.shape()?;
        let kernel = self.kernel();
        let fitting = grain.operations() / operations.max(1);
        let most = kernel.units_at_once().min(units);
        let at_once = u32::try_from(fitting).unwrap_or(u32::MAX).clamp(1, most);
        bound(Quantity::Steps, units.div_ceil(at_once), 1..=limits.steps)?;
        let step = |first: u32| {
            let count = at_once.min(units - first);
            let offset = u64::from(first) * unit_bytes;
            let piece =
                Range { binding: OUTPUT_BINDING, offset, bytes: u64::from(count) * unit_bytes };
            Step { launches: kernel.launches(first, count), pieces: vec![piece] }
        };
        let mut slots = kernel.slots(at_once);
        slots.push(Slot::empty(OUTPUT_BINDING, u64::from(units) * unit_bytes, true));
        let program = Program {
            source: kernel.source().into(),
            slots,
            has_parameters: true,
            iterations: None,
            steps: (0..units).step_by(at_once as usize).map(step).collect(),
        };
        program.bound(limits)?;
        Ok(program)
    }
}

/// Puts the words that a launch is told side by side.
fn parameters(words: &[u32]) -> [u8; PARAMETER_BYTES] {
    let mut bytes = [0; PARAMETER_BYTES];
    for (place, word) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(words) {
        *place = word.to_le_bytes();
    }
    bytes
}

/// Gives the one dispatch of a kernel that has only one.
fn launch(groups: [u32; 3], words: &[u32]) -> Vec<Launch<'static>> {
    vec![Launch { entry: "main", groups, parameters: parameters(words) }]
}

/// Sees that what was sent has the length that the parameters say.
fn sent(binding: u32, contents: &[u8], needed: u64) -> Result<(), Refusal> {
    let bytes = contents.len() as u64;
    if bytes == needed { Ok(()) } else { Err(Refusal::Contents { binding, bytes, needed }) }
}

/// Sees that a parameter is within its bounds.
fn within(
    parameter: crate::limits::Parameter,
    value: impl Into<u64>,
    bounds: core::ops::RangeInclusive<u64>,
) -> Result<(), OutOfBounds> {
    bound(Quantity::Parameter(parameter), value, bounds)
}
