//! What proofs that are cut off go on from: in the storage of the scope, opened when it is needed.

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_client::{
    miner::{Checkpoints, Cuts, Note, StoredCheckpoints},
    storage::StorageError,
};
use pinfi_compute::{Observer, Progress};
use pinfi_core::pocps::Checkpoint;

use super::{Reporter, Scope};

/// The scope's storage as a place for checkpoints.
pub(super) struct OfScope<'a>(pub(super) &'a dyn Scope);

impl OfScope<'_> {
    async fn open(&self) -> Result<StoredCheckpoints, StorageError> {
        Ok(StoredCheckpoints::new(self.0.proofs().await?))
    }
}

#[async_trait(?Send)]
impl Checkpoints for OfScope<'_> {
    async fn read(&self, seed: B256) -> Result<Option<Vec<u8>>, StorageError> {
        self.open().await?.read(seed).await
    }

    async fn write(&self, seed: B256, bytes: Vec<u8>) -> Result<(), StorageError> {
        self.open().await?.write(seed, bytes).await
    }

    async fn retain(&self, stays: &dyn Fn(B256) -> bool) -> Result<(), StorageError> {
        self.open().await?.retain(stays).await
    }
}

/// Reports a proof's progress, and keeps what it can go on from.
pub(super) struct Watch<'a, 'b> {
    pub(super) reporter: &'a mut Reporter<'b>,
    pub(super) cuts: &'a mut Cuts<'b>,
}

impl Observer for Watch<'_, '_> {
    fn progress(&mut self, progress: Progress) {
        self.reporter.tell(progress.done, progress.total);
    }

    fn resumes(&mut self, state: u32) {
        self.cuts.resumes(state);
    }

    async fn keep(&mut self, checkpoint: &Checkpoint) {
        self.cuts.keep(checkpoint).await;
    }

    async fn recall(&mut self) -> Option<Checkpoint> {
        self.cuts.find().await
    }

    fn lost(&mut self, reason: &str) {
        self.cuts.note(Note::DeviceLost { reason: reason.to_owned() });
    }
}
