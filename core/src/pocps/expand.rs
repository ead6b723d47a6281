//! The expansion of a seed into the two matrices, and the mixing function.

use alloc::vec;
use alloc::vec::Vec;

use alloy_primitives::{B256, keccak256};

use super::work::Challenge;

/// Words in one digest.
const DIGEST_WORDS: u32 = 8;
/// The tag of the initial state.
const TAG_X0: u32 = 0;
/// The tag of the matrix that multiplies it.
const TAG_W: u32 = 1;

/// Scrambles a word so that equal sums leave no linear trace (a bijection of 32 bits).
#[must_use]
pub const fn mix(z: u32) -> u32 {
    let z = (z ^ (z >> 16)).wrapping_mul(0x7feb_352d);
    let z = (z ^ (z >> 15)).wrapping_mul(0x846c_a68b);
    z ^ (z >> 16)
}

/// Gives what round `k` adds to an entry before mixing: `mix(x0 + k·0x9e3779b9)`.
#[must_use]
pub const fn round_term(x0: u32, k: u32) -> u32 {
    mix(x0.wrapping_add(k.wrapping_mul(0x9e37_79b9)))
}

/// Computes the eight words of one block of the expansion.
fn block(seed: &B256, tag: u32, index: u32) -> [u32; 8] {
    let mut preimage = [0; 40];
    preimage[..32].copy_from_slice(seed.as_slice());
    preimage[32..36].copy_from_slice(&tag.to_be_bytes());
    preimage[36..].copy_from_slice(&index.to_be_bytes());
    digest_words(&keccak256(preimage))
}

/// Reads a digest as little-endian words.
pub(crate) fn digest_words(digest: &B256) -> [u32; 8] {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(digest.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    words
}

/// Fills `out` with the words from place `start` on.
fn fill(seed: &B256, tag: u32, start: u32, out: &mut [u32]) {
    // A row shorter than a block may begin inside one; longer ones begin at a block.
    let mut skip = (start % DIGEST_WORDS) as usize;
    let mut index = start / DIGEST_WORDS;
    let mut rest = out;
    while !rest.is_empty() {
        let words = block(seed, tag, index);
        let available = &words[skip..];
        let (now, later) = rest.split_at_mut(available.len().min(rest.len()));
        now.copy_from_slice(&available[..now.len()]);
        rest = later;
        skip = 0;
        index += 1;
    }
}

impl Challenge {
    /// Derives one entry of X_0; places count modulo the side.
    #[must_use]
    pub fn x0_entry(&self, row: u32, column: u32) -> u32 {
        let n = self.work.n();
        let place = (row % n) * n + column % n;
        block(&self.seed, TAG_X0, place / DIGEST_WORDS)[(place % DIGEST_WORDS) as usize]
    }

    /// Derives row `row` of X_0, n words.
    #[must_use]
    pub fn x0_row(&self, row: u32) -> Vec<u32> {
        let mut words = vec![0; self.work.side()];
        self.fill_x0_row(row, &mut words);
        words
    }

    /// Derives column `column` of W, n words.
    #[must_use]
    pub fn w_column(&self, column: u32) -> Vec<u32> {
        let mut words = vec![0; self.work.side()];
        self.fill_w_column(column, &mut words);
        words
    }

    pub(crate) fn fill_x0_row(&self, row: u32, out: &mut [u32]) {
        let n = self.work.n();
        fill(&self.seed, TAG_X0, (row % n) * n, out);
    }

    pub(crate) fn fill_w_column(&self, column: u32, out: &mut [u32]) {
        let n = self.work.n();
        fill(&self.seed, TAG_W, (column % n) * n, out);
    }
}
