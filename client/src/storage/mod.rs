//! Where the client keeps things between visits: a small port with two adapters.
//!
//! [`Storage`] is what the wallet and the embedded ledger ask for. [`MemoryStorage`] is its double
//! for tests and for private windows that deny a database; `IndexedDb` is the browser's.

mod batch;
mod memory;

#[cfg(target_arch = "wasm32")]
mod indexed_db;

use async_trait::async_trait;

pub use batch::{Batch, Write, check_number};
#[cfg(target_arch = "wasm32")]
pub use indexed_db::IndexedDb;
pub use memory::MemoryStorage;

/// Bounds a record's number: above it an IndexedDB key, a JavaScript number, is no longer exact.
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

/// Names a store whose records are found by a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// Settings and the ledger's head.
    Meta,
    /// Encrypted keystores, by address.
    Keys,
}

/// Names a store whose records are found by a number and read in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Numbered {
    /// The ledger's signed actions, by sequence number.
    Log,
    /// The ledger's snapshots, by the sequence number that they include.
    Snapshots,
}

/// Keeps bytes by name or number, and writes several of them together or not at all.
///
/// Futures are not `Send`: a browser's handles belong to their thread.
#[async_trait(?Send)]
pub trait Storage {
    /// Reads the record `name`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] or [`StorageError::Failed`].
    async fn get(&self, store: Named, name: &str) -> Result<Option<Vec<u8>>, StorageError>;

    /// Reads all records of a store, ordered by name.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] or [`StorageError::Failed`].
    async fn list(&self, store: Named) -> Result<Vec<(String, Vec<u8>)>, StorageError>;

    /// Reads at most `limit` records whose number is at least `from`, in rising order.
    ///
    /// # Errors
    /// [`StorageError::NumberTooLarge`], [`StorageError::Unavailable`] or [`StorageError::Failed`].
    async fn range(
        &self,
        store: Numbered,
        from: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Vec<u8>)>, StorageError>;

    /// Reads the record with the largest number, or `None` where the store is empty.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] or [`StorageError::Failed`].
    async fn last(&self, store: Numbered) -> Result<Option<(u64, Vec<u8>)>, StorageError>;

    /// Writes all of `batch` in its order, in one transaction: after an error nothing of it is kept.
    ///
    /// # Errors
    /// [`StorageError::AlreadyThere`] where an [`Write::Append`] meets a record,
    /// [`StorageError::NumberTooLarge`], [`StorageError::Full`], [`StorageError::Unavailable`] or
    /// [`StorageError::Failed`].
    async fn commit(&self, batch: Batch) -> Result<(), StorageError>;
}

/// Says why something could not be kept or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The browser offers no database here (a private window, or storage is switched off).
    #[error("this browser offers no storage here")]
    Unavailable,
    /// Another record has this number already: somebody else has appended.
    #[error("record {number} is there already")]
    AlreadyThere {
        /// The number that was to be appended.
        number: u64,
    },
    /// A number above [`MAX_NUMBER`] cannot be a key.
    #[error("record number {number} is too large")]
    NumberTooLarge {
        /// The number that was asked for.
        number: u64,
    },
    /// The browser's quota is used up.
    #[error("the browser's storage is full")]
    Full,
    /// The database reported an error of its own; `name` is the name of its exception.
    #[error("storage failed: {name}")]
    Failed {
        /// The exception's name as the platform defines it, such as `InvalidStateError`.
        name: String,
    },
}

impl StorageError {
    /// Names the error for screens and logs; stable between versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable => "storage_unavailable",
            Self::AlreadyThere { .. } => "storage_already_there",
            Self::NumberTooLarge { .. } => "storage_number_too_large",
            Self::Full => "storage_full",
            Self::Failed { .. } => "storage_failed",
        }
    }
}
