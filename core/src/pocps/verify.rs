//! The sampled check: cheap, exact, and local to one entry.

use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

use super::expand::{mix, round_term};
use super::gemm::dot;
use super::merkle::{fold_path, leaf};
use super::opening::{OpenedRow, Opening, Response};
use super::sample::{RowId, Sample};
use super::work::Challenge;

/// Which of the two rows of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// Row j of X_k.
    State,
    /// Row i of X_{k+1}.
    Next,
}

impl core::fmt::Display for Which {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::State => "state",
            Self::Next => "next",
        })
    }
}

/// Why a response does not pass: the first thing found wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// The root is not the one that was committed to.
    #[error("the root is {found}, but {expected} was committed")]
    WrongRoot {
        /// The root of the commitment.
        expected: B256,
        /// The root of the response.
        found: B256,
    },
    /// Not every sample is opened, or more are.
    #[error("{found} openings where {expected} are asked")]
    WrongCount {
        /// The number of samples.
        expected: u32,
        /// The number of openings.
        found: u64,
    },
    /// The opening is of another place than the beacon asks.
    #[error("opening {s} is of {found:?} where the beacon asks {expected:?}")]
    WrongSample {
        /// The number of the sample.
        s: u32,
        /// The place that the beacon asks.
        expected: Sample,
        /// The place that was opened.
        found: Sample,
    },
    /// The row of X_k is not there though k > 0.
    #[error("opening {s} lacks its state row")]
    MissingState {
        /// The number of the sample.
        s: u32,
    },
    /// A row of X_0 is carried: it follows from the seed, and nothing else may stand for it.
    #[error("opening {s} carries a state row for round 0")]
    UnexpectedState {
        /// The number of the sample.
        s: u32,
    },
    /// A row has not n words.
    #[error("the {which} row of opening {s} has {found} words, not {expected}")]
    RowLength {
        /// The number of the sample.
        s: u32,
        /// Which row.
        which: Which,
        /// The matrix side.
        expected: u32,
        /// The length found.
        found: u64,
    },
    /// A path has not the height of the tree.
    #[error("the {which} path of opening {s} has {found} nodes, not {expected}")]
    PathLength {
        /// The number of the sample.
        s: u32,
        /// Which row's path.
        which: Which,
        /// The height of the tree.
        expected: u32,
        /// The length found.
        found: u64,
    },
    /// A row with its path does not lead to the root: it was not committed at this place.
    #[error("the {which} row of opening {s} is not under the root")]
    NotCommitted {
        /// The number of the sample.
        s: u32,
        /// Which row.
        which: Which,
    },
    /// The committed entry is not what the work gives.
    #[error("the entry of opening {s} is {found:#010x}, not {expected:#010x}")]
    WrongEntry {
        /// The number of the sample.
        s: u32,
        /// What the work gives.
        expected: u32,
        /// What was committed.
        found: u32,
    },
}

/// Checks a response to a challenge: all `q` samples that its own root and the beacon draw.
///
/// Warning: the root is taken from the response. A caller that holds a commitment uses
/// [`verify_against`], or a prover could choose its root after seeing the beacon.
///
/// # Errors
/// The first [`Fault`], in the order of the samples.
pub fn verify(
    challenge: &Challenge,
    beacon: B256,
    q: u32,
    response: &Response,
) -> Result<(), Fault> {
    let found = response.openings.len() as u64;
    if found != u64::from(q) {
        return Err(Fault::WrongCount { expected: q, found });
    }
    (0..q)
        .zip(&response.openings)
        .try_for_each(|(s, opening)| verify_sample(challenge, response.root, beacon, s, opening))
}

/// Checks a response against the root that was committed before the beacon was drawn.
///
/// # Errors
/// [`Fault::WrongRoot`], else as [`verify`].
pub fn verify_against(
    challenge: &Challenge,
    root: B256,
    beacon: B256,
    q: u32,
    response: &Response,
) -> Result<(), Fault> {
    if response.root != root {
        return Err(Fault::WrongRoot { expected: root, found: response.root });
    }
    verify(challenge, beacon, q, response)
}

/// Checks the opening of sample `s`: its place, both rows' paths, and the one entry.
///
/// Costs n/8 hashes for the column of W, the hashes of two rows and two paths.
///
/// # Errors
/// The first [`Fault`] of this opening; never `WrongRoot` or `WrongCount`.
pub fn verify_sample(
    challenge: &Challenge,
    root: B256,
    beacon: B256,
    s: u32,
    opening: &Opening,
) -> Result<(), Fault> {
    let work = challenge.work;
    let sample = Sample::draw(work, root, beacon, s);
    if opening.sample != sample {
        return Err(Fault::WrongSample { s, expected: sample, found: opening.sample });
    }
    let committed = |which, id: RowId, opened: &OpenedRow| {
        let found = opened.row.len() as u64;
        if found != u64::from(work.n()) {
            return Err(Fault::RowLength { s, which, expected: work.n(), found });
        }
        let found = opened.path.len() as u64;
        if found != u64::from(work.path_len()) {
            return Err(Fault::PathLength { s, which, expected: work.path_len(), found });
        }
        if fold_path(leaf(&opened.row), id.leaf_index(work), &opened.path) != root {
            return Err(Fault::NotCommitted { s, which });
        }
        Ok(())
    };
    let derived;
    let state: &[u32] = match (sample.state_row(), &opening.state) {
        (None, None) => {
            derived = challenge.x0_row(sample.j);
            &derived
        }
        (None, Some(_)) => return Err(Fault::UnexpectedState { s }),
        (Some(_), None) => return Err(Fault::MissingState { s }),
        (Some(id), Some(opened)) => {
            committed(Which::State, id, opened)?;
            &opened.row
        }
    };
    committed(Which::Next, sample.next_row(), &opening.next)?;

    let product = dot(state, &challenge.w_column(sample.i));
    let term = round_term(challenge.x0_entry(sample.i, sample.j), sample.k);
    let expected = mix(product.wrapping_add(term));
    let found = opening.next.row[sample.j as usize];
    if found != expected {
        return Err(Fault::WrongEntry { s, expected, found });
    }
    Ok(())
}
