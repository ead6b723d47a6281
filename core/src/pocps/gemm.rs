//! Products of rows of wrapping 32-bit integers: the one hot loop of the CPU prover.
//!
//! X_{k+1}[r][c] is the product of column r of W and row c of X_k, so with W kept by columns
//! both operands are read along memory and nothing is ever transposed.

use super::expand::{mix, round_term};

/// Rows of the next state computed together: their columns of W stay in the first cache.
pub(crate) const BAND_ROWS: u32 = 8;
/// The same as a length in memory.
pub(crate) const BAND: usize = BAND_ROWS as usize;
/// Columns of W held in registers.
const TILE_W: usize = 2;
/// Rows of X held in registers.
const TILE_X: usize = 4;
/// Partial sums of one product, a vector register wide.
const LANES: usize = 4;

/// What one vector register holds.
type Vector = [u32; LANES];

/// Multiplies two rows (mod 2^32).
pub(crate) fn dot(a: &[u32], b: &[u32]) -> u32 {
    a.iter().zip(b).fold(0, |sum: u32, (x, y)| sum.wrapping_add(x.wrapping_mul(*y)))
}

/// Adds the products of four words to four sums.
#[inline(always)]
fn add_products(sums: &mut Vector, a: Vector, b: Vector) {
    *sums = [
        sums[0].wrapping_add(a[0].wrapping_mul(b[0])),
        sums[1].wrapping_add(a[1].wrapping_mul(b[1])),
        sums[2].wrapping_add(a[2].wrapping_mul(b[2])),
        sums[3].wrapping_add(a[3].wrapping_mul(b[3])),
    ];
}

/// Multiplies each of two columns of W with each of four rows of X.
///
/// Written out, so that the sums are in vector registers even where the compiler was asked for
/// small code: it unrolls no loop then, and this one is all of the prover's time.
#[inline(always)]
fn tile(ws: [&[u32]; TILE_W], xs: [&[u32]; TILE_X]) -> [[u32; TILE_X]; TILE_W] {
    let [w0, w1] = ws.map(|row| row.as_chunks::<LANES>().0);
    let [x0, x1, x2, x3] = xs.map(|row| row.as_chunks::<LANES>().0);
    let mut sums = [[Vector::default(); TILE_X]; TILE_W];
    let [[s00, s01, s02, s03], [s10, s11, s12, s13]] = &mut sums;
    let words = w0.iter().zip(w1).zip(x0.iter().zip(x1).zip(x2.iter().zip(x3)));
    for ((a0, a1), ((b0, b1), (b2, b3))) in words {
        add_products(s00, *a0, *b0);
        add_products(s01, *a0, *b1);
        add_products(s02, *a0, *b2);
        add_products(s03, *a0, *b3);
        add_products(s10, *a1, *b0);
        add_products(s11, *a1, *b1);
        add_products(s12, *a1, *b2);
        add_products(s13, *a1, *b3);
    }
    sums.map(|row| row.map(|sum| sum.iter().fold(0, |all: u32, part| all.wrapping_add(*part))))
}

/// Computes whole rows of X_{k+1}.
///
/// `w` holds as many columns of W as `next` holds rows, `x0` the same rows of X_0; `x` is all of
/// X_k. All rows have `n` words.
// Every engine that runs WebAssembly at all has had 128-bit vectors since 2023, and without
// them this loop is four times slower; native targets keep their baseline.
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
