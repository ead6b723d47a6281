//! A search for hashes that begin with zeros.

use alloy_primitives::keccak256;
use serde::{Deserialize, Serialize};

use super::words::to_u32;
use super::{Kernel, Shape, Twin, launch, within};
use crate::limits::Parameter;
use crate::program::{Launch, Slot};
use crate::refusal::Refusal;

const SHADER: &str = concat!(
    // The prover's permutation: there is one in this repository.
    include_str!("../../../compute/src/shaders/keccak.wgsl"),
    include_str!("../shaders/hashing.wgsl"),
);
/// Nonces that a workgroup tries, and that a check tries again for one segment.
pub const NONCES_PER_SEGMENT: u64 = SEGMENT as u64;
const SEGMENT: usize = 1 << 12;
/// Operations of one hash, about.
const HASH_OPERATIONS: u64 = 1 << 12;
/// What keccak256 takes in at once.
const BLOCK_BYTES: usize = 136;
const MOST_TEXT: u64 = 120;
const MOST_SEGMENTS: u64 = 1 << 20;
const NONE: u32 = u32::MAX;

/// Tries `segments · 4096` nonces for one at which `keccak256(nonce ‖ text)` begins with zeros;
/// the nonce is eight bytes, the greatest first. Equal to the bit.
///
/// A segment is a unit of two words: the least first word of its hashes, which shows that they
/// were computed, and how far into it the first nonce that fits is, or 2³² − 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HashSearch {
    /// What follows the nonce, 120 bytes at most.
    #[serde(with = "serde_bytes")]
    pub text: Vec<u8>,
    /// The first nonce.
    pub start: u64,
    /// How many times 4096 nonces are tried, 1 to 2²⁰; the last is below 2⁶⁴.
    pub segments: u32,
    /// How many bits of the hash must be zero, 1 to 64.
    pub zero_bits: u32,
}

/// A segment's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The least first word of the segment's hashes.
    pub least: u32,
    /// The first nonce of the segment that fits.
    pub nonce: Option<u64>,
}

impl HashSearch {
    /// Reads the segments' results from the output.
    pub fn findings(&self, output: &[u8]) -> Vec<Finding> {
        let words = to_u32(output);
        let starts = (0..).map(|segment| self.first_nonce(segment));
        let found = |(words, start): (&[u32; 2], u64)| Finding {
            least: words[0],
            nonce: (words[1] != NONE).then(|| start.wrapping_add(words[1].into())),
        };
        words.as_chunks::<2>().0.iter().zip(starts).map(found).collect()
    }

    fn first_nonce(&self, segment: u32) -> u64 {
        // Below 2⁶⁴, as the check has seen.
        self.start.wrapping_add(u64::from(segment) * NONCES_PER_SEGMENT)
    }

    /// Gives the bits of the hash's first two words that must be zero.
    const fn masks(&self) -> [u32; 2] {
        let mask = if self.zero_bits == 0 { 0 } else { u64::MAX << (64 - self.zero_bits) };
        let [a, b, c, d, e, f, g, h] = mask.to_be_bytes();
        [u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])]
    }

    /// Gives the padded block that is hashed, with zeros for the nonce.
    fn block(&self) -> [u8; BLOCK_BYTES] {
        let mut block = [0; BLOCK_BYTES];
        let end = 8 + self.text.len();
        block[8..end].copy_from_slice(&self.text);
        block[end] ^= 0x01;
        block[BLOCK_BYTES - 1] ^= 0x80;
        block
    }
}

impl Kernel for HashSearch {
    fn check(&self) -> Result<(), Refusal> {
        within(Parameter::PrefixBytes, self.text.len() as u64, 0..=MOST_TEXT)?;
        within(Parameter::ZeroBits, self.zero_bits, 1..=64)?;
        let room = (u64::MAX - self.start) / NONCES_PER_SEGMENT;
        within(Parameter::Segments, self.segments, 1..=room.min(MOST_SEGMENTS))?;
        Ok(())
    }

    fn shape(&self) -> Shape {
        let operations = NONCES_PER_SEGMENT * HASH_OPERATIONS;
        Shape { units: self.segments, unit_bytes: 8, operations }
    }

    fn units_at_once(&self) -> u32 {
        // Workgroups along a dimension, on every device.
        65_535
    }

    fn source(&self) -> String {
        SHADER.into()
    }

    fn slots(&self, _units: u32) -> Vec<Slot<'_>> {
        vec![Slot::filled(1, self.block().to_vec())]
    }

    fn launches(&self, first: u32, count: u32) -> Vec<Launch<'static>> {
        let nonce = self.first_nonce(first);
        let [a, b, c, d, e, f, g, h] = nonce.to_be_bytes();
        let (high, low) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
        let [mask, next] = self.masks();
        launch([count, 1, 1], &[low, high, mask, next, first])
    }

    fn twin(&self, unit: u32) -> Twin {
        let [mask, next] = self.masks();
        let mut least = u32::MAX;
        let mut found = NONE;
        for (place, nonce) in (0_u32..).zip(self.first_nonce(unit)..).take(SEGMENT) {
            let hash = keccak256([&nonce.to_be_bytes()[..], &self.text].concat());
            let word = |at: usize| {
                u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]])
            };
            least = least.min(word(0));
            if found == NONE && word(0) & mask == 0 && word(4) & next == 0 {
                found = place;
            }
        }
        Twin::Exact(vec![least, found])
    }
}
