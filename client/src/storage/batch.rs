//! Several writes that belong together.

use core::ops::RangeInclusive;

use super::{MAX_NUMBER, Named, Numbered, StorageError};

/// States one change to a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Puts a named record, in place of what was there.
    Put {
        /// The store.
        store: Named,
        /// The record's name.
        name: String,
        /// The record.
        bytes: Vec<u8>,
    },
    /// Deletes a named record; none there is no error.
    Delete {
        /// The store.
        store: Named,
        /// The record's name.
        name: String,
    },
    /// Adds a numbered record where there is none yet.
    Append {
        /// The store.
        store: Numbered,
        /// The record's number.
        number: u64,
        /// The record.
        bytes: Vec<u8>,
    },
    /// Deletes the numbered records in a range; both ends are included.
    DeleteRange {
        /// The store.
        store: Numbered,
        /// The numbers to delete.
        numbers: RangeInclusive<u64>,
    },
}

/// Collects writes for one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch(Vec<Write>);

impl Batch {
    /// Makes an empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a named record.
    #[must_use]
    pub fn put(mut self, store: Named, name: impl Into<String>, bytes: Vec<u8>) -> Self {
        self.0.push(Write::Put { store, name: name.into(), bytes });
        self
    }

    /// Deletes a named record.
    #[must_use]
    pub fn delete(mut self, store: Named, name: impl Into<String>) -> Self {
        self.0.push(Write::Delete { store, name: name.into() });
        self
    }

    /// Appends a numbered record.
    #[must_use]
    pub fn append(mut self, store: Numbered, number: u64, bytes: Vec<u8>) -> Self {
        self.0.push(Write::Append { store, number, bytes });
        self
    }

    /// Deletes the numbered records in a range; both ends are included, an empty range deletes none.
    #[must_use]
    pub fn delete_range(mut self, store: Numbered, numbers: RangeInclusive<u64>) -> Self {
        self.0.push(Write::DeleteRange { store, numbers });
        self
    }

    /// Looks at the writes in their order.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.0
    }

    /// Checks what both adapters refuse before they touch a store.
    pub(super) fn check(&self) -> Result<(), StorageError> {
        for write in &self.0 {
            if let Write::Append { number, .. } = write {
                check_number(*number)?;
            }
        }
        Ok(())
    }
}

/// Refuses a number that an IndexedDB key cannot hold exactly.
///
/// # Errors
/// [`StorageError::NumberTooLarge`] above [`MAX_NUMBER`].
pub fn check_number(number: u64) -> Result<(), StorageError> {
    if number > MAX_NUMBER { Err(StorageError::NumberTooLarge { number }) } else { Ok(()) }
}
