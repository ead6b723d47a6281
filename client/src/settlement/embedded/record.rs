//! A line of the log, and the chain of hashes that ties the lines together.

use alloy_primitives::{B256, Keccak256};
use pinfi_core::units::Timestamp;
use serde::{Deserialize, Serialize};

use crate::intent::SignedAction;

const HASH_LEN: usize = 32;

/// A signed action as it was accepted: its place, its time and what was drawn for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its place, from 0.
    pub seq: u64,
    /// The ledger's time at which it was accepted.
    pub time: Timestamp,
    /// Drawn after it had arrived: its author could not know this.
    pub randomness: B256,
    /// What was signed.
    pub signed: SignedAction,
}

/// A record and its link: the hash of the link before and of its own bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Linked {
    pub(super) record: Record,
    pub(super) hash: B256,
}

/// Why stored bytes are not the next record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BrokenLink;

impl Record {
    /// Writes the record to follow the link `previous`: its bytes, then its own link.
    pub(super) fn link(&self, previous: B256) -> Option<(Vec<u8>, B256)> {
        let mut bytes = postcard::to_allocvec(self).ok()?;
        let hash = link_hash(previous, &bytes);
        bytes.extend_from_slice(hash.as_slice());
        Some((bytes, hash))
    }
}

/// Checks that stored bytes follow the link `previous`, and returns theirs. Every byte counts:
/// the link is over the bytes as they are stored, not over what they mean.
pub(super) fn check_link(previous: B256, bytes: &[u8]) -> Result<B256, BrokenLink> {
    let (body, link) = split(bytes)?;
    let hash = link_hash(previous, body);
    if hash == link { Ok(hash) } else { Err(BrokenLink) }
}

/// Reads a record that follows the link `previous`.
pub(super) fn read_linked(previous: B256, bytes: &[u8]) -> Result<Linked, BrokenLink> {
    let hash = check_link(previous, bytes)?;
    read_unlinked(bytes).map(|record| Linked { record, hash })
}

/// Reads a record whose place nobody vouches for.
pub(super) fn read_unlinked(bytes: &[u8]) -> Result<Record, BrokenLink> {
    let (body, _) = split(bytes)?;
    match postcard::take_from_bytes(body) {
        Ok((record, [])) => Ok(record),
        _ => Err(BrokenLink),
    }
}

fn split(bytes: &[u8]) -> Result<(&[u8], B256), BrokenLink> {
    let at = bytes.len().checked_sub(HASH_LEN).ok_or(BrokenLink)?;
    let (body, link) = bytes.split_at(at);
    Ok((body, B256::from_slice(link)))
}

fn link_hash(previous: B256, body: &[u8]) -> B256 {
    let mut hasher = Keccak256::new();
    hasher.update(previous);
    hasher.update(body);
    hasher.finalize()
}
