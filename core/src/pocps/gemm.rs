//! Products of rows of wrapping 32-bit integers: the one hot loop of the CPU prover.
//!
//! X_{k+1}[r][c] is the product of column r of W and row c of X_k, so with W kept by columns
//! both operands are read along memory and nothing is ever transposed.

use super::expand::{mix, round_term};

/// Rows of the next state computed together: their columns of W stay in the first cache.
pub(crate) const BAND: usize = 8;
/// Columns of W held in registers.
const TILE_W: usize = 2;
/// Rows of X held in registers.
const TILE_X: usize = 4;
/// Partial sums of one product, a vector register wide.
const LANES: usize = 4;

/// Multiplies two rows (mod 2^32).
pub(crate) fn dot(a: &[u32], b: &[u32]) -> u32 {
    a.iter().zip(b).fold(0, |sum: u32, (x, y)| sum.wrapping_add(x.wrapping_mul(*y)))
}

/// Multiplies each of a few columns of W with each of a few rows of X.
///
/// Written so that the compiler keeps the sums in vector registers.
#[inline(always)]
fn tile(ws: [&[u32]; TILE_W], xs: [&[u32]; TILE_X]) -> [[u32; TILE_X]; TILE_W] {
    let mut sums = [[[0u32; LANES]; TILE_X]; TILE_W];
    let ws = ws.map(|row| row.as_chunks::<LANES>().0);
    let xs = xs.map(|row| row.as_chunks::<LANES>().0);
    let len = ws.iter().chain(&xs).map(|row| row.len()).min().unwrap_or(0);
    let (ws, xs) = (ws.map(|row| &row[..len]), xs.map(|row| &row[..len]));
    for l in 0..len {
        for (w, sums) in ws.iter().zip(&mut sums) {
            for (x, sums) in xs.iter().zip(sums) {
                for lane in 0..LANES {
                    sums[lane] = sums[lane].wrapping_add(w[l][lane].wrapping_mul(x[l][lane]));
                }
            }
        }
    }
    sums.map(|row| row.map(|lanes| lanes.iter().fold(0, |sum: u32, lane| sum.wrapping_add(*lane))))
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
