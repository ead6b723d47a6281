//! The Merkle tree over the rows of all states.

use alloc::vec::Vec;

use alloy_primitives::{B256, keccak256};

/// Hashes a row: its words little-endian, 4 bytes each.
#[must_use]
pub fn leaf(row: &[u32]) -> B256 {
    let mut bytes = Vec::with_capacity(row.len() * 4);
    for word in row {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    keccak256(bytes)
}

fn node(left: &B256, right: &B256) -> B256 {
    let mut preimage = [0; 64];
    preimage[..32].copy_from_slice(left.as_slice());
    preimage[32..].copy_from_slice(right.as_slice());
    keccak256(preimage)
}

/// Climbs from a leaf along its path and gives the root that it leads to.
#[must_use]
pub fn fold_path(leaf: B256, index: u32, path: &[B256]) -> B256 {
    let mut index = index;
    path.iter().fold(leaf, |hash, sibling| {
        let parent = if index & 1 == 0 { node(&hash, sibling) } else { node(sibling, &hash) };
        index >>= 1;
        parent
    })
}

/// A whole tree, every level kept: twice the leaves in memory.
#[derive(Clone, Debug)]
pub struct MerkleTree {
    root: B256,
    /// From the leaves up to the two children of the root.
    levels: Vec<Vec<B256>>,
}

/// The leaves do not make a tree: their number is not a power of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} leaves are not a power of two")]
pub struct TreeError(pub usize);

impl MerkleTree {
    /// Hashes leaves, in their order, into a tree.
    ///
    /// # Errors
    /// [`TreeError`] where their number is not a power of two.
    pub fn new(leaves: Vec<B256>) -> Result<Self, TreeError> {
        if !leaves.len().is_power_of_two() {
            return Err(TreeError(leaves.len()));
        }
        let mut levels = Vec::new();
        let mut level = leaves;
        loop {
            if let [root] = level[..] {
                return Ok(Self { root, levels });
            }
            let parents = level.as_chunks::<2>().0.iter().map(|[l, r]| node(l, r)).collect();
            levels.push(core::mem::replace(&mut level, parents));
        }
    }

    /// Gives the root.
    #[must_use]
    pub const fn root(&self) -> B256 {
        self.root
    }

    /// Gives the path of leaf `index`, from its sibling up; none beyond the last leaf.
    #[must_use]
    pub fn path(&self, index: u32) -> Option<Vec<B256>> {
        let mut index = index as usize;
        if index >> self.levels.len() != 0 {
            return None;
        }
        self.levels
            .iter()
            .map(|level| {
                let sibling = level.get(index ^ 1).copied();
                index >>= 1;
                sibling
            })
            .collect()
    }
}
