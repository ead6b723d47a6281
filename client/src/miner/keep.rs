//! What a miner keeps between visits: for which stakes it answers, and its diary.

use pinfi_core::units::StakeId;
use serde::{Deserialize, Serialize};

use super::Diary;
use crate::intent::Domain;
use crate::storage::{Batch, Named, Storage, StorageError};

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// For which stakes it answers.
    pub stakes: Vec<StakeId>,
    /// What was done.
    pub diary: Diary,
    /// How long the device has computed, in milliseconds.
    pub computed_ms: u64,
    /// How long it was on, in milliseconds.
    pub on_ms: u64,
}

impl Keep {
    /// Reads what is kept for a ledger; nothing where that cannot be read.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn of(storage: &dyn Storage, domain: Domain) -> Result<Self, StorageError> {
        let kept = storage.get(Named::Meta, &name(domain)).await?;
        Ok(kept.and_then(|bytes| postcard::from_bytes(&bytes).ok()).unwrap_or_default())
    }

    /// Keeps it.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn write(&self, storage: &dyn Storage, domain: Domain) -> Result<(), StorageError> {
        let bytes = postcard::to_allocvec(self)
            .map_err(|_| StorageError::Failed { name: "DataCloneError".to_owned() })?;
        storage.commit(Batch::new().put(Named::Meta, name(domain), bytes)).await
    }

    /// Returns the part of the time that was spent on challenges, in parts of ten thousand, rounded
    /// down; `None` before it was on.
    #[must_use]
    pub fn duty_bps(&self) -> Option<u64> {
        self.computed_ms.saturating_mul(10_000).checked_div(self.on_ms)
    }
}

fn name(domain: Domain) -> String {
    format!("miner/{}/{}", domain.chain_id, domain.ledger)
}
