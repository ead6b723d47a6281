//! What the client keeps, in one file: several records together or none, also where the power goes.

use std::ops::RangeInclusive;
use std::path::Path;

use async_trait::async_trait;
use pinfi_client::storage::{Batch, Named, Numbered, Storage, StorageError, Write, check_number};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

type NamedTable = TableDefinition<'static, &'static str, &'static [u8]>;
type NumberedTable = TableDefinition<'static, u64, &'static [u8]>;

const META: NamedTable = TableDefinition::new("meta");
const KEYS: NamedTable = TableDefinition::new("keys");
const LOG: NumberedTable = TableDefinition::new("log");
const SNAPSHOTS: NumberedTable = TableDefinition::new("snapshots");

const fn named(store: Named) -> NamedTable {
    match store {
        Named::Meta => META,
        Named::Keys => KEYS,
    }
}

const fn numbered(store: Numbered) -> NumberedTable {
    match store {
        Numbered::Log => LOG,
        Numbered::Snapshots => SNAPSHOTS,
    }
}

/// Keeps everything in one file, which one process opens at a time.
pub struct FileStorage(Database);

impl FileStorage {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// [`StorageError::Failed`], also where another process has it open.
    pub fn open(file: &Path) -> Result<Self, StorageError> {
        let database = Database::create(file).map_err(failed)?;
        let write = database.begin_write().map_err(failed)?;
        for table in [META, KEYS] {
            write.open_table(table).map_err(failed)?;
        }
        for table in [LOG, SNAPSHOTS] {
            write.open_table(table).map_err(failed)?;
        }
        write.commit().map_err(failed)?;
        Ok(Self(database))
    }
}

/// The database's own words name files and bytes, never what is in them.
fn failed(error: impl Into<redb::Error>) -> StorageError {
    match error.into() {
        redb::Error::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            StorageError::Full
        }
        error => StorageError::Failed { name: error.to_string() },
    }
}

fn apply(to: &WriteTransaction, write: &Write) -> Result<(), StorageError> {
    match write {
        Write::Put { store, name, bytes } => {
            let mut table = to.open_table(named(*store)).map_err(failed)?;
            table.insert(name.as_str(), bytes.as_slice()).map_err(failed)?;
        }
        Write::Delete { store, name } => {
            let mut table = to.open_table(named(*store)).map_err(failed)?;
            table.remove(name.as_str()).map_err(failed)?;
        }
        Write::Append { store, number, bytes } => {
            check_number(*number)?;
            let mut table = to.open_table(numbered(*store)).map_err(failed)?;
            if table.insert(number, bytes.as_slice()).map_err(failed)?.is_some() {
                return Err(StorageError::AlreadyThere { number: *number });
            }
        }
        Write::DeleteRange { store, numbers } => delete_range(to, *store, numbers.clone())?,
    }
    Ok(())
}

fn delete_range(
    to: &WriteTransaction,
    store: Numbered,
    numbers: RangeInclusive<u64>,
) -> Result<(), StorageError> {
    let mut table = to.open_table(numbered(store)).map_err(failed)?;
    table.retain_in(numbers, |_, _| false).map_err(failed)
}

#[async_trait(?Send)]
impl Storage for FileStorage {
    async fn get(&self, store: Named, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let read = self.0.begin_read().map_err(failed)?;
        let table = read.open_table(named(store)).map_err(failed)?;
        let found = table.get(name).map_err(failed)?;
        Ok(found.map(|bytes| bytes.value().to_vec()))
    }

    async fn list(&self, store: Named) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        let read = self.0.begin_read().map_err(failed)?;
        let table = read.open_table(named(store)).map_err(failed)?;
        let all = table.iter().map_err(failed)?;
        all.map(|record| {
            let (name, bytes) = record.map_err(failed)?;
            Ok((name.value().to_owned(), bytes.value().to_vec()))
        })
        .collect()
    }

    async fn range(
        &self,
        store: Numbered,
        from: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Vec<u8>)>, StorageError> {
        check_number(from)?;
        let read = self.0.begin_read().map_err(failed)?;
        let table = read.open_table(numbered(store)).map_err(failed)?;
        let found = table.range(from..).map_err(failed)?;
        let some = found.take(usize::try_from(limit).unwrap_or(usize::MAX));
        some.map(|record| {
            let (number, bytes) = record.map_err(failed)?;
            Ok((number.value(), bytes.value().to_vec()))
        })
        .collect()
    }

    async fn last(&self, store: Numbered) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
        let read = self.0.begin_read().map_err(failed)?;
        let table = read.open_table(numbered(store)).map_err(failed)?;
        let last = table.last().map_err(failed)?;
        Ok(last.map(|(number, bytes)| (number.value(), bytes.value().to_vec())))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        // A transaction that is dropped has done nothing.
        let write = self.0.begin_write().map_err(failed)?;
        for one in batch.writes() {
            apply(&write, one)?;
        }
        write.commit().map_err(failed)
    }
}
