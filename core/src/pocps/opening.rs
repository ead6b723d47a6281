//! What a prover opens: rows of the states with their paths.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Deref;

use alloy_primitives::{B256, Bytes};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::merkle::MerkleTree;
use super::sample::{RowId, Sample};
use super::work::Work;

/// The words of one row.
///
/// On the wire: 4 bytes a word, little-endian, as it is hashed; hexadecimal where people read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row(pub Vec<u32>);

impl Deref for Row {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.0
    }
}

impl From<Vec<u32>> for Row {
    fn from(words: Vec<u32>) -> Self {
        Self(words)
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|word| word.to_le_bytes()).collect();
        Bytes::from(bytes).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Bytes::deserialize(deserializer)?;
        let (words, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(de::Error::invalid_length(bytes.len(), &"whole words of 4 bytes"));
        }
        Ok(Self(words.iter().map(|word| u32::from_le_bytes(*word)).collect()))
    }
}

/// A row and the path from its leaf to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedRow {
    /// The row, n words.
    pub row: Row,
    /// The siblings from the leaf up, log2(n·rounds) of them.
    pub path: Vec<B256>,
}

/// The opening of one sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The place that is opened, as the prover drew it.
    pub sample: Sample,
    /// Row j of X_k; none where k = 0, as X_0 follows from the seed.
    pub state: Option<OpenedRow>,
    /// Row i of X_{k+1}.
    pub next: OpenedRow,
}

/// A prover's answer: the root it committed to and the openings of all samples, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The Merkle root over all rows.
    pub root: B256,
    /// One opening a sample.
    pub openings: Vec<Opening>,
}

/// A row that an opening needs was not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row} of state {state} is missing", row = .0.row, state = .0.state)]
pub struct MissingRow(pub RowId);

/// Puts a response together from the tree and the rows that
/// [`rows_to_open`](super::rows_to_open) names.
///
/// # Errors
/// [`MissingRow`] where `rows` or the tree lacks one of them.
pub fn respond(
    work: Work,
    tree: &MerkleTree,
    samples: &[Sample],
    rows: &BTreeMap<RowId, Row>,
) -> Result<Response, MissingRow> {
    let open = |id: RowId| {
        let row = rows.get(&id).cloned().ok_or(MissingRow(id))?;
        let path = tree.path(id.leaf_index(work)).ok_or(MissingRow(id))?;
        Ok(OpenedRow { row, path })
    };
    let openings = samples
        .iter()
        .map(|&sample| {
            let state = sample.state_row().map(open).transpose()?;
            Ok(Opening { sample, state, next: open(sample.next_row())? })
        })
        .collect::<Result<_, MissingRow>>()?;
    Ok(Response { root: tree.root(), openings })
}
