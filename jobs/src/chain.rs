//! What a job gives, step by step, and the hash chain over it.
//!
//! The chain binds each partial result to the job and to all before it, so that a provider can
//! neither change its mind about one that was sent, nor sign for another job's.
//!
//! ```text
//! head 0      = keccak256("pinfi job" ‖ hash of the job)
//! head k + 1  = keccak256(head k ‖ hash of step k's pieces)
//! head        = keccak256(head n ‖ hash of the output)
//! ```
//! Pieces are hashed as their number (8 bytes) and, for each, binding, offset and length
//! (8 bytes each) and the keccak256 of its bytes; an output as its buffers in the same form with
//! offset 0. Numbers have the greatest byte first.

use alloy_primitives::{B256, Keccak256, keccak256};
use serde::{Deserialize, Serialize};

/// What a step gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partial {
    /// The step's number, from 0.
    pub step: u64,
    /// The parts of outputs that are now what they say; none where the step shows nothing.
    pub pieces: Vec<Piece>,
}

/// Some bytes of an output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The output's binding.
    pub binding: u32,
    /// Where they begin.
    pub offset: u64,
    /// The bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// A whole output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Its binding.
    pub binding: u32,
    /// All its bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl Output {
    pub(crate) fn zeros(binding: u32, bytes: u64) -> Self {
        // The limits are far below what an address has.
        Self { binding, bytes: vec![0; usize::try_from(bytes).unwrap_or(usize::MAX)] }
    }
}

impl Piece {
    /// Puts the piece into its place, and tells whether there is one.
    #[must_use]
    pub fn put(&self, outputs: &mut [Output]) -> bool {
        let output = outputs.iter_mut().find(|output| output.binding == self.binding);
        let start = usize::try_from(self.offset).unwrap_or(usize::MAX);
        let end = start.saturating_add(self.bytes.len());
        let place = output.and_then(|output| output.bytes.get_mut(start..end));
        place.map(|place| place.copy_from_slice(&self.bytes)).is_some()
    }
}

/// The chain while it grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    head: B256,
    steps: u64,
}

/// A partial result does not follow those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Another step is due.
    #[error("step {got} came where step {due} is due")]
    OutOfOrder {
        /// The step that is due.
        due: u64,
        /// The step that came.
        got: u64,
    },
}

impl Chain {
    /// Begins the chain of a job, by the job's hash.
    #[must_use]
    pub fn new(job: B256) -> Self {
        Self { head: keccak256([b"pinfi job", job.as_slice()].concat()), steps: 0 }
    }

    /// Gives the head as it is.
    #[must_use]
    pub const fn head(&self) -> B256 {
        self.head
    }

    /// Gives the number of the step that is due.
    #[must_use]
    pub const fn due(&self) -> u64 {
        self.steps
    }

    /// Adds the next step.
    ///
    /// # Errors
    /// [`ChainError::OutOfOrder`], and nothing has changed.
    pub fn extend(&mut self, partial: &Partial) -> Result<(), ChainError> {
        if partial.step != self.steps {
            return Err(ChainError::OutOfOrder { due: self.steps, got: partial.step });
        }
        let pieces = partial.pieces.iter();
        let hash = hash(pieces.map(|piece| (piece.binding, piece.offset, &piece.bytes[..])));
        self.head = keccak256([self.head, hash].concat());
        self.steps += 1;
        Ok(())
    }

    /// Ends the chain with the outputs, and gives its head.
    #[must_use]
    pub fn finish(self, outputs: &[Output]) -> B256 {
        keccak256([self.head, output_hash(outputs)].concat())
    }
}

/// Gives the hash of a job's outputs, in the order of their bindings.
#[must_use]
pub fn output_hash(outputs: &[Output]) -> B256 {
    hash(outputs.iter().map(|output| (output.binding, 0, &output.bytes[..])))
}

fn hash<'a>(parts: impl ExactSizeIterator<Item = (u32, u64, &'a [u8])>) -> B256 {
    let mut hasher = Keccak256::new();
    hasher.update((parts.len() as u64).to_be_bytes());
    for (binding, offset, bytes) in parts {
        for number in [binding.into(), offset, bytes.len() as u64] {
            hasher.update(u64::to_be_bytes(number));
        }
        hasher.update(keccak256(bytes));
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn put_rejects_a_piece_that_has_no_place() {
        let mut outputs = [Output::zeros(1, 4)];
        for (binding, offset) in [(2, 0), (1, 3), (1, u64::MAX)] {
            assert!(!Piece { binding, offset, bytes: vec![7; 2] }.put(&mut outputs));
        }
        assert_eq!(outputs[0].bytes, [0; 4]);
        assert!(Piece { binding: 1, offset: 2, bytes: vec![7; 2] }.put(&mut outputs));
        assert_eq!(outputs[0].bytes, [0, 0, 7, 7]);
    }

    fn partial(step: u64, bytes: &[u8]) -> Partial {
        Partial { step, pieces: vec![Piece { binding: 1, offset: 0, bytes: bytes.to_vec() }] }
    }

    #[test]
    fn extend_rejects_a_step_that_is_not_due() {
        let mut chain = Chain::new(B256::ZERO);
        let before = chain;
        let error = chain.extend(&partial(1, b"")).unwrap_err();
        assert_eq!(error, ChainError::OutOfOrder { due: 0, got: 1 });
        assert_eq!(chain, before);
    }

    #[test]
    fn chain_binds_job_order_place_and_bytes() {
        let head = |job: u8, partials: &[Partial], output: &[u8]| {
            let mut chain = Chain::new(B256::repeat_byte(job));
            for partial in partials {
                chain.extend(partial).unwrap();
            }
            chain.finish(&[Output { binding: 1, bytes: output.to_vec() }])
        };
        let base = head(1, &[partial(0, b"a"), partial(1, b"b")], b"ab");
        let mut moved = partial(1, b"b");
        moved.pieces[0].offset = 4;
        let mut bound = partial(1, b"b");
        bound.pieces[0].binding = 2;
        let others = [
            head(2, &[partial(0, b"a"), partial(1, b"b")], b"ab"),
            head(1, &[partial(0, b"b"), partial(1, b"a")], b"ab"),
            head(1, &[partial(0, b"a"), moved], b"ab"),
            head(1, &[partial(0, b"a"), bound], b"ab"),
            head(1, &[partial(0, b"a"), Partial { step: 1, pieces: vec![] }], b"ab"),
            head(1, &[partial(0, b"a")], b"ab"),
            head(1, &[partial(0, b"a"), partial(1, b"b")], b"ba"),
        ];
        for (index, other) in others.iter().enumerate() {
            assert_ne!(base, *other, "{index}");
        }
        assert_eq!(base, head(1, &[partial(0, b"a"), partial(1, b"b")], b"ab"));
    }
}
