//! The product of two matrices.

use serde::{Deserialize, Serialize};

use super::twin::{LEAST, ROUNDING};
use super::words::{f32_at, u32_at};
use super::{Kernel, Near, Shape, Twin, launch, sent, within};
use crate::limits::Parameter;
use crate::program::{Launch, Slot};
use crate::refusal::Refusal;

const SHADER: &str = include_str!("../shaders/matrix.wgsl");
/// Rows and columns that a workgroup computes.
const TILE: u32 = 16;
const MOST: u64 = 1 << 15;

/// `A · B`, row by row. Each row of the product is a unit.
///
/// Integers are multiplied modulo 2³² and equal to the bit. Floats are summed in any order: an
/// entry is within `(inner + 2) · 2⁻²³ · Σ |a·b|` of the exact one, or as many times the least
/// normal float, as a device may take smaller ones for zero. Where `Σ |a·b|` is beyond the range
/// of floats nothing is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixProduct {
    /// What the entries are.
    pub scalar: Scalar,
    /// Rows of A, 1 to 2¹⁵.
    pub rows: u32,
    /// Columns of A and rows of B, 1 to 2¹⁵.
    pub inner: u32,
    /// Columns of B, 1 to 2¹⁵.
    pub columns: u32,
    /// A, row by row, little-endian.
    #[serde(with = "serde_bytes")]
    pub a: Vec<u8>,
    /// B, row by row, little-endian.
    #[serde(with = "serde_bytes")]
    pub b: Vec<u8>,
}

/// What the entries of a matrix are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scalar {
    /// Integers modulo 2³².
    U32,
    /// Floats of four bytes.
    F32,
}

impl Kernel for MatrixProduct {
    fn check(&self) -> Result<(), Refusal> {
        within(Parameter::Rows, self.rows, 1..=MOST)?;
        within(Parameter::Inner, self.inner, 1..=MOST)?;
        within(Parameter::Columns, self.columns, 1..=MOST)?;
        let (rows, inner) = (u64::from(self.rows), u64::from(self.inner));
        sent(1, &self.a, rows * inner * 4)?;
        sent(2, &self.b, inner * u64::from(self.columns) * 4)
    }

    fn shape(&self) -> Shape {
        let columns = u64::from(self.columns);
        Shape {
            units: self.rows,
            unit_bytes: columns * 4,
            operations: columns * u64::from(self.inner) * 2,
        }
    }

    fn units_at_once(&self) -> u32 {
        self.rows
    }

    fn source(&self) -> String {
        let scalar = match self.scalar {
            Scalar::U32 => "u32",
            Scalar::F32 => "f32",
        };
        format!("alias T = {scalar};\n{SHADER}")
    }

    fn slots(&self, _units: u32) -> Vec<Slot<'_>> {
        vec![Slot::filled(1, &self.a[..]), Slot::filled(2, &self.b[..])]
    }

    fn launches(&self, first: u32, count: u32) -> Vec<Launch<'static>> {
        let groups = [self.columns.div_ceil(TILE), count.div_ceil(TILE), 1];
        launch(groups, &[first, first + count, self.inner, self.columns])
    }

    fn twin(&self, unit: u32) -> Twin {
        let (inner, columns) = (self.inner as usize, self.columns as usize);
        let row = unit as usize * inner;
        match self.scalar {
            Scalar::U32 => {
                let entry = |column: usize| {
                    (0..inner).fold(0_u32, |sum, k| {
                        let a = u32_at(&self.a, row + k);
                        sum.wrapping_add(a.wrapping_mul(u32_at(&self.b, k * columns + column)))
                    })
                };
                Twin::Exact((0..columns).map(entry).collect())
            }
            Scalar::F32 => {
                let entry = |column: usize| {
                    let term = |k| f32_at(&self.a, row + k) * f32_at(&self.b, k * columns + column);
                    let (value, size) = (0..inner)
                        .map(term)
                        .fold((0.0, 0.0), |(sum, size), term| (sum + term, size + term.abs()));
                    let roundings = f64::from(self.inner) + 2.0;
                    let tolerance = roundings * (2.0 * ROUNDING * size + LEAST);
                    Near { value, tolerance }.sized(size)
                };
                Twin::Near((0..columns).map(entry).collect())
            }
        }
    }
}
