//! Storage that lasts as long as its handle.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use async_trait::async_trait;

use super::{Batch, Named, Numbered, Storage, StorageError, Write, check_number};

/// Keeps everything in memory. Clones share one store, as two tabs share one database.
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage(Rc<RefCell<Stores>>);

#[derive(Clone, Debug, Default)]
struct Stores {
    named: BTreeMap<(Named, String), Vec<u8>>,
    numbered: BTreeMap<(Numbered, u64), Vec<u8>>,
}

impl MemoryStorage {
    /// Makes an empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait(?Send)]
impl Storage for MemoryStorage {
    async fn get(&self, store: Named, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.0.borrow().named.get(&(store, name.to_owned())).cloned())
    }

    async fn list(&self, store: Named) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        let stores = self.0.borrow();
        let of_store = stores.named.iter().filter(|((of, _), _)| *of == store);
        Ok(of_store.map(|((_, name), bytes)| (name.clone(), bytes.clone())).collect())
    }

    async fn range(
        &self,
        store: Numbered,
        from: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Vec<u8>)>, StorageError> {
        check_number(from)?;
        let stores = self.0.borrow();
        let range = stores.numbered.range((store, from)..=(store, u64::MAX));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(range.take(limit).map(|((_, number), bytes)| (*number, bytes.clone())).collect())
    }

    async fn last(&self, store: Numbered) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
        let stores = self.0.borrow();
        let last = stores.numbered.range((store, 0)..=(store, u64::MAX)).next_back();
        Ok(last.map(|((_, number), bytes)| (*number, bytes.clone())))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        batch.check()?;
        let mut stores = self.0.borrow_mut();
        let mut journal = Vec::new();
        for write in batch.writes() {
            if let Err(error) = stores.apply(write, &mut journal) {
                stores.roll_back(journal);
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Remembers what a record was before a write, to put it back.
enum Before {
    Named((Named, String), Option<Vec<u8>>),
    Numbered((Numbered, u64), Option<Vec<u8>>),
}

impl Stores {
    fn apply(&mut self, write: &Write, journal: &mut Vec<Before>) -> Result<(), StorageError> {
        match write {
            Write::Put { store, name, bytes } => {
                let key = (*store, name.clone());
                let before = self.named.insert(key.clone(), bytes.clone());
                journal.push(Before::Named(key, before));
            }
            Write::Delete { store, name } => {
                let key = (*store, name.clone());
                let before = self.named.remove(&key);
                journal.push(Before::Named(key, before));
            }
            Write::Append { store, number, bytes } => {
                let key = (*store, *number);
                if self.numbered.contains_key(&key) {
                    return Err(StorageError::AlreadyThere { number: *number });
                }
                self.numbered.insert(key, bytes.clone());
                journal.push(Before::Numbered(key, None));
            }
            Write::DeleteRange { numbers, .. } if numbers.is_empty() => {}
            Write::DeleteRange { store, numbers } => {
                let range = (*store, *numbers.start())..=(*store, *numbers.end());
                let keys: Vec<_> = self.numbered.range(range).map(|(key, _)| *key).collect();
                for key in keys {
                    let before = self.numbered.remove(&key);
                    journal.push(Before::Numbered(key, before));
                }
            }
        }
        Ok(())
    }

    fn roll_back(&mut self, journal: Vec<Before>) {
        for before in journal.into_iter().rev() {
            match before {
                Before::Named(key, Some(bytes)) => drop(self.named.insert(key, bytes)),
                Before::Named(key, None) => drop(self.named.remove(&key)),
                Before::Numbered(key, Some(bytes)) => drop(self.numbered.insert(key, bytes)),
                Before::Numbered(key, None) => drop(self.numbered.remove(&key)),
            }
        }
    }
}
