//! The product one number at a time, on one core: what the CPU's vectors and workers are compared
//! with.

use pinfi_core::pocps::mix;

/// Rows of X that a row of W is multiplied with at once: more sums than registers are slower.
const TILE: usize = 4;

/// A product in the making, over and over.
pub(super) struct Scalar {
    n: usize,
    w: Vec<u32>,
    x: Vec<u32>,
    next: Vec<u32>,
    row: usize,
}

impl Scalar {
    /// Makes two matrices of side `n`, a multiple of four, of some numbers.
    pub(super) fn new(n: u32) -> Self {
        let words = n * n;
        let n = n as usize;
        let filled = |tag: u32| (0..words).map(|at| mix(at ^ tag)).collect::<Vec<_>>();
        Self { n, w: filled(0x5bd1), x: filled(0x9e37), next: vec![0; n], row: 0 }
    }

    /// Computes a row of the next state.
    pub(super) fn step(&mut self) {
        let Self { n, w, x, next, row } = self;
        let w = &w[*row * *n..][..*n];
        let rows = x.chunks_exact(TILE * *n).zip(next.as_chunks_mut::<TILE>().0);
        for (x, next) in rows {
            let (x0, rest) = x.split_at(*n);
            let (x1, rest) = rest.split_at(*n);
            let (x2, x3) = rest.split_at(*n);
            let [mut y0, mut y1, mut y2, mut y3] = [0_u32; TILE];
            for (((a, b0), b1), (b2, b3)) in w.iter().zip(x0).zip(x1).zip(x2.iter().zip(x3)) {
                y0 = y0.wrapping_add(a.wrapping_mul(*b0));
                y1 = y1.wrapping_add(a.wrapping_mul(*b1));
                y2 = y2.wrapping_add(a.wrapping_mul(*b2));
                y3 = y3.wrapping_add(a.wrapping_mul(*b3));
            }
            *next = [y0, y1, y2, y3].map(mix);
        }
        *row = (*row + 1) % *n;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_multiplies_a_row_with_all() {
        let mut scalar = Scalar::new(8);
        scalar.step();
        let dot = |x: &[u32]| {
            let products = scalar.w[..8].iter().zip(x).map(|(a, b)| a.wrapping_mul(*b));
            mix(products.fold(0, u32::wrapping_add))
        };
        let expected: Vec<u32> = scalar.x.chunks_exact(8).map(dot).collect();
        assert_eq!(scalar.next, expected);
        let first = scalar.next.clone();
        scalar.step();
        assert_ne!(scalar.next, first, "the next row");
        (2..9).for_each(|_| scalar.step());
        assert_eq!(scalar.next, first, "and again from the first");
    }
}
