//! A chain on its way: what a prover that was cut off goes on from.

use alloc::vec::Vec;

use alloy_primitives::{B256, keccak256};

use super::work::{Challenge, Work};

/// What the bytes begin with.
const MAGIC: [u8; 8] = *b"pinfi-cp";
/// The only version so far.
const VERSION: u32 = 1;
/// Magic, version, seed, side, rounds and state.
const HEAD: usize = 8 + 4 + 32 + 3 * 4;
/// The checksum after all else.
const SUM: usize = 32;

/// A challenge's chain after some of its rounds: the last state, and the leaves of all rows so far.
///
/// It is made for the device that reads it again: its checksum tells what was damaged, not what was made
/// up. A prover that goes on from it trusts it with no more than time: what it opens in the end is checked
/// as always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    challenge: Challenge,
    state: u32,
    x: Vec<u32>,
    leaves: Vec<B256>,
}

/// Why something is no checkpoint of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The bytes are something else.
    #[error("this is no checkpoint")]
    Unknown,
    /// It was written by a program that writes them in another way.
    #[error("the checkpoint has version {found}, not {expected}")]
    OtherVersion {
        /// The version that is read.
        expected: u32,
        /// The version found.
        found: u32,
    },
    /// It is cut, or longer than it says.
    #[error("the checkpoint has {found} bytes, not {expected}")]
    BadLength {
        /// The bytes that it should have.
        expected: u64,
        /// The bytes that there are.
        found: u64,
    },
    /// It is not what was written.
    #[error("the checkpoint is damaged")]
    Damaged,
    /// It is of another challenge.
    #[error("the checkpoint is of another challenge")]
    OtherChallenge,
    /// Nothing was computed yet, or everything was: the state is not between X_0 and the last.
    #[error("state {state} of {rounds} is none to go on from")]
    BadState {
        /// The state's number.
        state: u32,
        /// The number of rounds.
        rounds: u32,
    },
}

impl CheckpointError {
    /// Names the cause for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "CheckpointUnknown",
            Self::OtherVersion { .. } => "CheckpointVersion",
            Self::BadLength { .. } => "CheckpointLength",
            Self::Damaged => "CheckpointDamaged",
            Self::OtherChallenge => "CheckpointForeign",
            Self::BadState { .. } => "CheckpointState",
        }
    }
}

impl Checkpoint {
    /// Takes X_`state`, n·n words, and the leaves of X_1 to X_`state`, n each.
    ///
    /// # Errors
    /// [`CheckpointError::BadState`] for the first state and the last, and
    /// [`CheckpointError::BadLength`] where words or leaves are not as many.
    pub fn new(
        challenge: Challenge,
        state: u32,
        x: Vec<u32>,
        leaves: Vec<B256>,
    ) -> Result<Self, CheckpointError> {
        let rounds = challenge.work.rounds();
        if state == 0 || state >= rounds {
            return Err(CheckpointError::BadState { state, rounds });
        }
        let expected = Self::bytes_at(challenge.work, state);
        let found = (HEAD + SUM + x.len() * 4 + leaves.len() * 32) as u64;
        if x.len() as u64 * 4 != challenge.work.state_bytes() || found != expected {
            return Err(CheckpointError::BadLength { expected, found });
        }
        Ok(Self { challenge, state, x, leaves })
    }

    /// Counts the bytes of a checkpoint after some rounds.
    #[must_use]
    pub const fn bytes_at(work: Work, state: u32) -> u64 {
        let leaves = work.n() as u64 * state as u64;
        (HEAD + SUM) as u64 + work.state_bytes() + 32 * leaves
    }

    /// Gives the challenge.
    #[must_use]
    pub const fn challenge(&self) -> Challenge {
        self.challenge
    }

    /// Gives the number of the state: how many rounds are done.
    #[must_use]
    pub const fn state(&self) -> u32 {
        self.state
    }

    /// Takes it apart: X_`state`, and the leaves so far.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u32>, Vec<B256>) {
        (self.x, self.leaves)
    }

    /// Writes it, with a checksum of all.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let work = self.challenge.work;
        // It is in memory, so its length fits.
        let size = usize::try_from(Self::bytes_at(work, self.state)).unwrap_or_default();
        let mut bytes = Vec::with_capacity(size);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(self.challenge.seed.as_slice());
        for word in [work.n(), work.rounds(), self.state].iter().chain(&self.x) {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        for leaf in &self.leaves {
            bytes.extend_from_slice(leaf.as_slice());
        }
        let sum = keccak256(&bytes);
        bytes.extend_from_slice(sum.as_slice());
        bytes
    }

    /// Reads one of a challenge.
    ///
    /// # Errors
    /// [`CheckpointError`]: what was cut, damaged, or is another challenge's or version's.
    pub fn from_bytes(bytes: &[u8], challenge: Challenge) -> Result<Self, CheckpointError> {
        let mut rest = bytes;
        if take::<8>(&mut rest)? != MAGIC {
            return Err(CheckpointError::Unknown);
        }
        let found = number(&mut rest)?;
        if found != VERSION {
            return Err(CheckpointError::OtherVersion { expected: VERSION, found });
        }
        let seed = B256::from(take::<32>(&mut rest)?);
        let (n, rounds, state) = (number(&mut rest)?, number(&mut rest)?, number(&mut rest)?);
        let work = Work::new(n, rounds).map_err(|_| CheckpointError::Damaged)?;
        let (expected, found) = (Self::bytes_at(work, state), bytes.len() as u64);
        if found != expected {
            return Err(CheckpointError::BadLength { expected, found });
        }
        let (summed, sum) = bytes.split_at(bytes.len() - SUM);
        if keccak256(summed).as_slice() != sum {
            return Err(CheckpointError::Damaged);
        }
        if (Challenge { seed, work }) != challenge {
            return Err(CheckpointError::OtherChallenge);
        }
        // As long as the whole is, so are its parts.
        let (x, leaves) = summed[HEAD..].split_at(work.side() * work.side() * 4);
        let x = x.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect();
        let leaves = leaves.as_chunks::<32>().0.iter().map(B256::from).collect();
        Self::new(challenge, state, x, leaves)
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], CheckpointError> {
    let (first, after) = rest.split_first_chunk().ok_or(CheckpointError::Unknown)?;
    *rest = after;
    Ok(*first)
}

fn number(rest: &mut &[u8]) -> Result<u32, CheckpointError> {
    take(rest).map(u32::from_le_bytes)
}
