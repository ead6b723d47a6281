//! Where it is kept what a proof that is cut off can go on from.

use std::rc::Rc;

use alloy_primitives::B256;
use async_trait::async_trait;

use crate::storage::{Batch, Named, Storage, StorageError};

/// The record of what there is.
const INDEX: &str = "checkpoints";
/// How many are kept at most: what nobody has asked for the longest makes room.
const MOST: usize = 4;

/// Keeps bytes for challenges, by their seeds.
///
/// One at a time writes: a prover has one proof under way.
#[async_trait(?Send)]
pub trait Checkpoints {
    /// Reads what is kept for a seed.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn read(&self, seed: B256) -> Result<Option<Vec<u8>>, StorageError>;

    /// Keeps bytes in the place of what was kept for the seed before, or leaves that.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn write(&self, seed: B256, bytes: Vec<u8>) -> Result<(), StorageError>;

    /// Removes what is kept for all seeds that do not `stay`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn retain(&self, stays: &dyn Fn(B256) -> bool) -> Result<(), StorageError>;
}

/// Keeps nothing: a proof that is cut off begins anew.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCheckpoints;

#[async_trait(?Send)]
impl Checkpoints for NoCheckpoints {
    async fn read(&self, _: B256) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(None)
    }

    async fn write(&self, _: B256, _: Vec<u8>) -> Result<(), StorageError> {
        Ok(())
    }

    async fn retain(&self, _: &dyn Fn(B256) -> bool) -> Result<(), StorageError> {
        Ok(())
    }
}

/// Keeps them in a client's storage, 4 at most; in one of its own, as they are large.
#[derive(Clone)]
pub struct StoredCheckpoints(Rc<dyn Storage>);

impl StoredCheckpoints {
    /// Takes the storage.
    #[must_use]
    pub fn new(storage: Rc<dyn Storage>) -> Self {
        Self(storage)
    }

    /// Gives the seeds of what is kept, the latest last. An index that cannot be read is none.
    async fn index(&self) -> Result<Vec<B256>, StorageError> {
        let bytes = self.0.get(Named::Meta, INDEX).await?;
        Ok(bytes.and_then(|bytes| postcard::from_bytes(&bytes).ok()).unwrap_or_default())
    }

    /// Writes what there is from now on, and deletes `gone`.
    async fn commit(&self, batch: Batch, stay: &[B256], gone: &[B256]) -> Result<(), StorageError> {
        let index = postcard::to_allocvec(stay)
            .map_err(|_| StorageError::Failed { name: "DataCloneError".to_owned() })?;
        let batch = batch.put(Named::Meta, INDEX, index);
        let delete = |batch: Batch, seed: &B256| batch.delete(Named::Meta, name(*seed));
        self.0.commit(gone.iter().fold(batch, delete)).await
    }
}

#[async_trait(?Send)]
impl Checkpoints for StoredCheckpoints {
    async fn read(&self, seed: B256) -> Result<Option<Vec<u8>>, StorageError> {
        self.0.get(Named::Meta, &name(seed)).await
    }

    async fn write(&self, seed: B256, bytes: Vec<u8>) -> Result<(), StorageError> {
        let mut stay = self.index().await?;
        stay.retain(|kept| *kept != seed);
        stay.push(seed);
        let gone: Vec<B256> = stay.drain(..stay.len().saturating_sub(MOST)).collect();
        let batch = Batch::new().put(Named::Meta, name(seed), bytes);
        self.commit(batch, &stay, &gone).await
    }

    async fn retain(&self, stays: &dyn Fn(B256) -> bool) -> Result<(), StorageError> {
        let (stay, gone): (Vec<B256>, Vec<B256>) =
            self.index().await?.into_iter().partition(|seed| stays(*seed));
        if gone.is_empty() { Ok(()) } else { self.commit(Batch::new(), &stay, &gone).await }
    }
}

fn name(seed: B256) -> String {
    format!("checkpoint/{seed}")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use futures_executor::block_on;

    use super::*;
    use crate::storage::MemoryStorage;

    fn seed(number: u8) -> B256 {
        B256::repeat_byte(number)
    }

    fn kept(of: &StoredCheckpoints) -> Result<Vec<u8>, StorageError> {
        let read = |number: u8| block_on(of.read(seed(number)));
        (0..9)
            .filter_map(|number| read(number).map(|found| found.map(|_| number)).transpose())
            .collect()
    }

    #[test]
    fn write_lets_go_of_what_was_written_the_longest_ago() -> Result<(), StorageError> {
        let storage = MemoryStorage::new();
        let checkpoints = StoredCheckpoints::new(Rc::new(storage.clone()));
        for number in [0, 1, 2, 3, 0, 4] {
            block_on(checkpoints.write(seed(number), vec![number]))?;
        }
        assert_eq!(kept(&checkpoints)?, [0, 2, 3, 4]);
        block_on(checkpoints.write(seed(2), vec![7]))?;
        assert_eq!(block_on(checkpoints.read(seed(2)))?, Some(vec![7]));
        // Nothing is left but these and the index.
        assert_eq!(block_on(storage.list(Named::Meta))?.len(), 5);
        Ok(())
    }

    #[test]
    fn retain_removes_all_that_do_not_stay() -> Result<(), StorageError> {
        let checkpoints = StoredCheckpoints::new(Rc::new(MemoryStorage::new()));
        block_on(checkpoints.retain(&|_| false))?;
        for number in 1..4 {
            block_on(checkpoints.write(seed(number), vec![number]))?;
        }
        block_on(checkpoints.retain(&|kept| kept == seed(2)))?;
        assert_eq!(kept(&checkpoints)?, [2]);
        block_on(checkpoints.retain(&|_| false))?;
        assert_eq!(kept(&checkpoints)?, [0; 0]);
        Ok(())
    }
}
