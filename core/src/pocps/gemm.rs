//! Products of rows of wrapping 32-bit integers: the one hot loop of the CPU prover.
//!
//! X_{k+1}[r][c] is the product of column r of W and row c of X_k, so with W kept by columns
//! both operands are read along memory and nothing is ever transposed.

use super::expand::{mix, round_term};
use super::vector::{LANES, add_product, load, total, zero};

/// Rows of the next state computed together: their columns of W stay in the first cache.
pub(crate) const BAND_ROWS: u32 = 8;
/// The same as a length in memory.
pub(crate) const BAND: usize = BAND_ROWS as usize;
/// Columns of W held in registers.
const TILE_W: usize = 2;
/// Rows of X held in registers.
const TILE_X: usize = 4;

/// Multiplies two rows (mod 2^32).
pub(crate) fn dot(a: &[u32], b: &[u32]) -> u32 {
    a.iter().zip(b).fold(0, |sum: u32, (x, y)| sum.wrapping_add(x.wrapping_mul(*y)))
}

/// Multiplies each of two columns of W with each of four rows of X.
///
/// Written out, so that the sums are in vector registers even where the compiler was asked for
/// small code: it unrolls no loop then, and this one is all of the prover's time.
#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn tile(ws: [&[u32]; TILE_W], xs: [&[u32]; TILE_X]) -> [[u32; TILE_X]; TILE_W] {
    let [w0, w1] = ws.map(|row| row.as_chunks::<LANES>().0);
    let [x0, x1, x2, x3] = xs.map(|row| row.as_chunks::<LANES>().0);
    let (mut s00, mut s01, mut s02, mut s03) = (zero(), zero(), zero(), zero());
    let (mut s10, mut s11, mut s12, mut s13) = (zero(), zero(), zero(), zero());
    let words = w0.iter().zip(w1).zip(x0.iter().zip(x1).zip(x2.iter().zip(x3)));
    for ((a0, a1), ((b0, b1), (b2, b3))) in words {
        let (a0, a1) = (load(a0), load(a1));
        let (b0, b1, b2, b3) = (load(b0), load(b1), load(b2), load(b3));
        s00 = add_product(s00, a0, b0);
        s01 = add_product(s01, a0, b1);
        s02 = add_product(s02, a0, b2);
        s03 = add_product(s03, a0, b3);
        s10 = add_product(s10, a1, b0);
        s11 = add_product(s11, a1, b1);
        s12 = add_product(s12, a1, b2);
        s13 = add_product(s13, a1, b3);
    }
    [
        [total(s00), total(s01), total(s02), total(s03)],
        [total(s10), total(s11), total(s12), total(s13)],
    ]
}

/// Computes whole rows of X_{k+1}.
///
/// `w` holds as many columns of W as `next` holds rows, `x0` the same rows of X_0; `x` is all of
/// X_k. All rows have `n` words.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub(crate) fn next_rows(n: usize, k: u32, w: &[u32], x: &[u32], x0: &[u32], next: &mut [u32]) {
    if n < BAND {
        for (w, next) in w.chunks_exact(n).zip(next.chunks_exact_mut(n)) {
            for (x, next) in x.chunks_exact(n).zip(next) {
                *next = dot(w, x);
            }
        }
    } else {
        for (tile_index, x) in x.chunks_exact(TILE_X * n).enumerate() {
            let (x0, rest) = x.split_at(n);
            let (x1, rest) = rest.split_at(n);
            let (x2, x3) = rest.split_at(n);
            let column = tile_index * TILE_X;
            let pairs = w.chunks_exact(TILE_W * n).zip(next.chunks_exact_mut(TILE_W * n));
            for (w, next) in pairs {
                let (w0, w1) = w.split_at(n);
                let sums = tile([w0, w1], [x0, x1, x2, x3]);
                for (next, sums) in next.chunks_exact_mut(n).zip(sums) {
                    next[column..column + TILE_X].copy_from_slice(&sums);
                }
            }
        }
    }
    for (next, x0) in next.iter_mut().zip(x0) {
        *next = mix(next.wrapping_add(round_term(*x0, k)));
    }
}
