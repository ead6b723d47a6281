//! What is kept between visits: where the reading got to, and transactions on their way.

use std::rc::Rc;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use pinfi_core::units::Timestamp;
use pinfi_evm::{AddressBook, ReadModel, Snapshot};
use serde::{Deserialize, Serialize};

use super::ChainLedger;
use super::node::Found;
use super::state::Follow;
use crate::settlement::History;
use crate::storage::{Batch, Named, Storage, StorageError};

/// Changes whenever what is kept does.
const FORMAT: u32 = 2;

/// A transaction that was signed and is not known to have ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) hash: B256,
    pub(super) from: Address,
    /// Its number among the account's; a guess where a wallet has numbered it and our node has not seen
    /// it yet.
    pub(super) nonce: u64,
    pub(super) is_numbered: bool,
    /// Until when it may be sent again.
    pub(super) deadline: Timestamp,
    /// The signed bytes, to be sent again; none where a wallet has sent them itself.
    pub(super) raw: Option<Bytes>,
    /// Who was called, and with what: to ask why it was refused.
    pub(super) to: Address,
    pub(super) data: Bytes,
    /// The chain's own money that goes with it, in wei.
    pub(super) value: U256,
    /// The names of its actions.
    pub(super) actions: Vec<String>,
}

impl Pending {
    /// Tells whether a transaction of the account does the same, whatever it pays for it.
    pub(super) fn is_same_deed(&self, found: &Found) -> bool {
        found.to == Some(self.to) && found.data == self.data && found.value == self.value
    }

    /// Tells whether it does nothing: it was sent to take another one's place.
    pub(super) fn is_void(&self) -> bool {
        self.to == self.from && self.data.is_empty()
    }

    /// Tells whether only one of the two can ever be in a block.
    pub(super) fn rivals(&self, other: &Self) -> bool {
        self.is_numbered
            && other.is_numbered
            && (self.from, self.nonce) == (other.from, other.nonce)
    }
}

fn name(book: &AddressBook, what: &str) -> String {
    format!("evm/{}/{}/{what}", book.chain_id, book.contracts.market)
}

/// Reads what was kept of the reading; none where there is nothing of use.
pub(super) async fn snapshot(storage: &dyn Storage, book: &Rc<AddressBook>) -> Option<Follow> {
    // What cannot be read is read from the chain anew.
    let bytes = storage.get(Named::Meta, &name(book, "snapshot")).await.ok()??;
    let (body, digest) = bytes.split_at(bytes.len().checked_sub(32)?);
    if keccak256(body).as_slice() != digest {
        return None;
    }
    let (format, state, history): (u32, Snapshot, History) = postcard::from_bytes(body).ok()?;
    let model = ReadModel::resume(Rc::clone(book), state)?;
    (format == FORMAT).then(|| Follow::resumed(model, history))
}

/// Keeps where the reading got to. It is of use, not needed: the chain has it all.
pub(super) async fn keep_snapshot(ledger: &ChainLedger) {
    let bytes = ledger.follow(|follow| {
        postcard::to_allocvec(&(FORMAT, follow.model.state(), follow.history.as_ref())).ok()
    });
    let Some(mut bytes) = bytes else { return };
    let digest = keccak256(&bytes);
    bytes.extend_from_slice(digest.as_slice());
    let batch = Batch::new().put(Named::Meta, name(ledger.book(), "snapshot"), bytes);
    let _without_it_the_next_visit_reads_more = ledger.storage().commit(batch).await;
}

/// The name of what is kept of a transaction: one record each, for several tabs write them.
fn pending_name(book: &AddressBook, hash: B256) -> String {
    name(book, &format!("pending/{hash}"))
}

/// Reads the transactions on their way, in the order in which each account sent them.
pub(super) async fn pending(
    storage: &dyn Storage,
    book: &AddressBook,
) -> Result<Vec<Pending>, StorageError> {
    let begin = name(book, "pending/");
    let all = storage.list(Named::Meta).await?.into_iter();
    let ours = all.filter(|(name, _)| name.starts_with(&begin));
    let mut found: Vec<Pending> =
        ours.filter_map(|(_, bytes)| postcard::from_bytes(&bytes).ok()).collect();
    // What was wished for stands before what cancels it: it is the one whose end is told.
    found.sort_by_key(|pending| (pending.from, pending.nonce, pending.is_void()));
    Ok(found)
}

/// Adds a transaction, before it is sent.
pub(super) async fn add(ledger: &ChainLedger, pending: &Pending) -> Result<(), StorageError> {
    let unwritable = || StorageError::Failed { name: "unwritable".to_owned() };
    let bytes = postcard::to_allocvec(pending).map_err(|_| unwritable())?;
    let name = pending_name(ledger.book(), pending.hash);
    ledger.storage().commit(Batch::new().put(Named::Meta, name, bytes)).await
}

/// Takes out a transaction that has ended.
pub(super) async fn remove(ledger: &ChainLedger, hash: B256) -> Result<(), StorageError> {
    let name = pending_name(ledger.book(), hash);
    ledger.storage().commit(Batch::new().delete(Named::Meta, name)).await
}
