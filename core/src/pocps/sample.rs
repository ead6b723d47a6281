//! Which places of the chain a beacon asks for.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use alloy_primitives::{B256, keccak256};
use serde::{Deserialize, Serialize};

use super::expand::digest_words;
use super::work::Work;

/// One place to be checked: entry (i, j) of X_{k+1}, from row j of X_k and column i of W.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The round, 0 to rounds − 1.
    pub k: u32,
    /// The row of the next state, and the column of W.
    pub i: u32,
    /// The column of the next state, and the row of this one.
    pub j: u32,
}

impl Sample {
    /// Draws sample `s` of a commitment.
    #[must_use]
    pub fn draw(work: Work, root: B256, beacon: B256, s: u32) -> Self {
        let [a, b, c, ..] = draw_words(root, beacon, s);
        Self { k: a % work.rounds(), i: b % work.n(), j: c % work.n() }
    }

    /// Names the row of X_k that is opened; none where k = 0, as X_0 follows from the seed.
    #[must_use]
    pub fn state_row(self) -> Option<RowId> {
        (self.k > 0).then_some(RowId { state: self.k, row: self.j })
    }

    /// Names the row of X_{k+1} that is opened.
    #[must_use]
    pub fn next_row(self) -> RowId {
        RowId { state: self.k + 1, row: self.i }
    }
}

/// Tells whether the beacon asks for a proof unprompted: of one commitment in 64, by the fourth word
/// of the draw of sample `q`, the one after those that are published. That is the sample it asks for.
#[must_use]
pub fn is_proof_due(root: B256, beacon: B256, q: u32) -> bool {
    let [_, _, _, d, ..] = draw_words(root, beacon, q);
    d.is_multiple_of(64)
}

fn draw_words(root: B256, beacon: B256, s: u32) -> [u32; 8] {
    let mut preimage = [0; 68];
    preimage[..32].copy_from_slice(root.as_slice());
    preimage[32..64].copy_from_slice(beacon.as_slice());
    preimage[64..].copy_from_slice(&s.to_be_bytes());
    digest_words(&keccak256(preimage))
}

/// A committed row: row `row` of X_`state`, states counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowId {
    /// Which state, 1 to rounds.
    pub state: u32,
    /// Which row, 0 to n − 1.
    pub row: u32,
}

impl RowId {
    /// Gives the place of the row among the leaves: (state − 1)·n + row.
    #[must_use]
    pub const fn leaf_index(self, work: Work) -> u32 {
        self.state.saturating_sub(1) * work.n() + self.row
    }
}

/// Draws the `q` samples of a commitment.
#[must_use]
pub fn draw(work: Work, root: B256, beacon: B256, q: u32) -> Vec<Sample> {
    (0..q).map(|s| Sample::draw(work, root, beacon, s)).collect()
}

/// Lists the rows that the openings of `samples` need, each once, in the order of the chain.
#[must_use]
pub fn rows_to_open(samples: &[Sample]) -> BTreeSet<RowId> {
    samples
        .iter()
        .flat_map(|sample| sample.state_row().into_iter().chain([sample.next_row()]))
        .collect()
}
