//! The size of the work and the challenge that binds it to a stake.

use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

/// The size of the work: `rounds` products of n × n matrices.
///
/// Binds the arithmetic only; what a pool may ask for is narrower, see `PocpsParams`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WorkFields", into = "WorkFields")]
pub struct Work {
    n: u32,
    rounds: u32,
}

/// The wire form of [`Work`], not yet checked.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename = "Work", deny_unknown_fields)]
struct WorkFields {
    n: u32,
    rounds: u32,
}

/// Why a size of work has no meaning in the arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkError {
    /// The matrix side is not a power of two in 1..=[`Work::MAX_N`].
    #[error("the matrix side {0} is not a power of two up to {max}", max = Work::MAX_N)]
    BadSide(u32),
    /// The number of rounds is not a power of two in 1..=[`Work::MAX_ROUNDS`].
    #[error("the number of rounds {0} is not a power of two up to {max}", max = Work::MAX_ROUNDS)]
    BadRounds(u32),
}

impl Work {
    /// The largest matrix side whose places r·n + c fit the 32 bits of the expansion.
    pub const MAX_N: u32 = 1 << 15;
    /// The most rounds for which the leaves of the largest matrices fit 32 bits.
    pub const MAX_ROUNDS: u32 = 1 << 15;

    /// Checks the size of the work: `n` matrix side, `rounds` products.
    ///
    /// # Errors
    /// [`WorkError`] where either is not a power of two or is too large.
    pub const fn new(n: u32, rounds: u32) -> Result<Self, WorkError> {
        if !n.is_power_of_two() || n > Self::MAX_N {
            return Err(WorkError::BadSide(n));
        }
        if !rounds.is_power_of_two() || rounds > Self::MAX_ROUNDS {
            return Err(WorkError::BadRounds(rounds));
        }
        Ok(Self { n, rounds })
    }

    /// Gives the matrix side, in entries.
    #[must_use]
    pub const fn n(self) -> u32 {
        self.n
    }

    /// Gives the number of products.
    #[must_use]
    pub const fn rounds(self) -> u32 {
        self.rounds
    }

    /// Counts the integer operations of the work: 2·n³·rounds.
    #[must_use]
    pub const fn operations(self) -> u64 {
        let n = self.n as u64;
        2 * n * n * n * self.rounds as u64
    }

    /// Counts the committed rows: n of each of the states X_1 to X_rounds.
    #[must_use]
    pub const fn leaves(self) -> u32 {
        self.n * self.rounds
    }

    /// Gives the length of a Merkle path, in nodes.
    #[must_use]
    pub const fn path_len(self) -> u32 {
        self.leaves().trailing_zeros()
    }

    /// Gives the size of one state, in bytes.
    #[must_use]
    pub const fn state_bytes(self) -> u64 {
        4 * (self.n as u64) * (self.n as u64)
    }

    /// Gives the matrix side as a length in memory.
    pub(crate) const fn side(self) -> usize {
        self.n as usize
    }
}

impl TryFrom<WorkFields> for Work {
    type Error = WorkError;

    fn try_from(fields: WorkFields) -> Result<Self, WorkError> {
        Self::new(fields.n, fields.rounds)
    }
}

impl From<Work> for WorkFields {
    fn from(work: Work) -> Self {
        Self { n: work.n, rounds: work.rounds }
    }
}

/// One challenge: a seed, from which both matrices follow, and the size of the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// Binds the work to one stake and one epoch, see [`SeedInputs`](super::SeedInputs).
    pub seed: B256,
    /// How much work it is.
    pub work: Work,
}
