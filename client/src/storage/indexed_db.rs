//! The browser's database.
//!
//! Each operation is one transaction. Its handlers live in a task of their own until the
//! transaction has ended, so that dropping a caller's future neither undoes a write halfway nor
//! leaves the browser calling a handler that is gone.

use std::{cell::Cell, ops::RangeInclusive, rc::Rc};

use async_trait::async_trait;
use futures_channel::oneshot;
use idb::{
    CursorDirection, Database, DatabaseEvent as _, Error, Event as _, Factory, KeyRange,
    ObjectStore, ObjectStoreParams, Request, Transaction, TransactionMode,
};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DomException, IdbCursorWithValue};

use super::{Batch, MAX_NUMBER, Named, Numbered, Storage, StorageError, Write, check_number};

const VERSION: u32 = 1;
const META: &str = "meta";
const KEYS: &str = "keys";
const LOG: &str = "log";
const SNAPSHOTS: &str = "snapshots";

/// Keeps everything in a database of this page's origin.
#[derive(Debug)]
pub struct IndexedDb {
    database: Database,
}

impl IndexedDb {
    /// Opens the database `name`, and makes it where it is not there yet.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] where the browser offers none, [`StorageError::Failed`] where
    /// it cannot be opened.
    pub async fn open(name: &str) -> Result<Self, StorageError> {
        let factory = Factory::new().map_err(|_| StorageError::Unavailable)?;
        let mut request = factory.open(name, Some(VERSION)).map_err(failed)?;
        let (verdict, opened) = Verdict::new();
        let refused = verdict.clone();
        request.on_upgrade_needed(|event| {
            let Ok(database) = event.database() else { return };
            for store in [META, KEYS, LOG, SNAPSHOTS] {
                // A refusal aborts the upgrade, and the open request reports that.
                let _ = database.create_object_store(store, ObjectStoreParams::new());
            }
        });
        request.on_success(move |event| verdict.give(event.database().map_err(failed)));
        request.on_error(move |event| {
            let reason = event.target().and_then(|request| request.error());
            refused.give(Err(reason.map_or_else(failed, exception)));
        });
        let mut database = detached(opened, request).await?;
        database.on_version_change(|event| {
            // Another tab deletes or upgrades the database: holding on would block it for ever.
            if let Ok(database) = event.database() {
                database.close();
            }
        });
        Ok(Self { database })
    }

    fn begin(&self, stores: &[&str], mode: TransactionMode) -> Result<Transaction, StorageError> {
        self.database.transaction(stores, mode).map_err(failed)
    }

    /// Reads keys and values in one transaction, in the keys' order.
    async fn pairs(
        &self,
        name: &str,
        range: Option<KeyRange>,
        limit: Option<u32>,
    ) -> Result<(Array, Array), StorageError> {
        let transaction = self.begin(&[name], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(name).map_err(failed)?;
        let keys = store.get_all_keys(range.clone().map(Into::into), limit).map_err(failed)?;
        let values = store.get_all(range.map(Into::into), limit).map_err(failed)?;
        settle(transaction).await?;
        Ok((result(&keys)?.unchecked_into(), result(&values)?.unchecked_into()))
    }
}

#[async_trait(?Send)]
impl Storage for IndexedDb {
    async fn get(&self, store: Named, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        let transaction = self.begin(&[named(store)], TransactionMode::ReadOnly)?;
        let objects = transaction.object_store(named(store)).map_err(failed)?;
        let request = objects.get(JsValue::from_str(name)).map_err(failed)?;
        settle(transaction).await?;
        Ok(result(&request)?.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
    }

    async fn list(&self, store: Named) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        let (keys, values) = self.pairs(named(store), None, None).await?;
        let pairs = keys.iter().zip(values.iter());
        Ok(pairs.filter_map(|(key, value)| Some((key.as_string()?, bytes(&value)?))).collect())
    }

    async fn range(
        &self,
        store: Numbered,
        from: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Vec<u8>)>, StorageError> {
        check_number(from)?;
        if limit == 0 {
            // The database reads a limit of zero as none.
            return Ok(Vec::new());
        }
        let range = KeyRange::lower_bound(&key(from), None).map_err(failed)?;
        let (keys, values) = self.pairs(numbered(store), Some(range), Some(limit)).await?;
        let pairs = keys.iter().zip(values.iter());
        Ok(pairs.filter_map(|(key, value)| Some((number(&key)?, bytes(&value)?))).collect())
    }

    async fn last(&self, store: Numbered) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
        let transaction = self.begin(&[numbered(store)], TransactionMode::ReadOnly)?;
        let objects = transaction.object_store(numbered(store)).map_err(failed)?;
        let request = objects.open_cursor(None, Some(CursorDirection::Prev)).map_err(failed)?;
        settle(transaction).await?;
        let result = result(&request)?;
        let Some(cursor) = result.dyn_ref::<IdbCursorWithValue>() else { return Ok(None) };
        let (Ok(key), Ok(value)) = (cursor.key(), cursor.value()) else { return Ok(None) };
        Ok(number(&key).zip(bytes(&value)))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        batch.check()?;
        let written = |store: &&str| batch.writes().iter().any(|write| store_of(write) == *store);
        let stores: Vec<&str> = [META, KEYS, LOG, SNAPSHOTS].into_iter().filter(written).collect();
        if stores.is_empty() {
            return Ok(());
        }
        let transaction = self.begin(&stores, TransactionMode::ReadWrite)?;
        let mut appends = Vec::new();
        for write in batch.writes() {
            let objects = transaction.object_store(store_of(write)).map_err(failed)?;
            if let Err(error) = apply(&objects, write, &mut appends) {
                let _ = transaction.abort();
                return Err(failed(error));
            }
        }
        settle(transaction).await.map_err(|error| {
            let taken = |(number, request): &(u64, idb::request::AddStoreRequest)| {
                let reason = request.error().ok().flatten()?;
                (reason.name() == "ConstraintError").then_some(*number)
            };
            match appends.iter().find_map(taken) {
                Some(number) => StorageError::AlreadyThere { number },
                None => error,
            }
        })
    }
}

fn apply(
    objects: &ObjectStore,
    write: &Write,
    appends: &mut Vec<(u64, idb::request::AddStoreRequest)>,
) -> Result<(), Error> {
    match write {
        Write::Put { name, bytes, .. } => {
            objects.put(&Uint8Array::from(bytes.as_slice()), Some(&JsValue::from_str(name)))?;
        }
        Write::Delete { name, .. } => {
            objects.delete(JsValue::from_str(name))?;
        }
        Write::Append { number, bytes, .. } => {
            let request = objects.add(&Uint8Array::from(bytes.as_slice()), Some(&key(*number)))?;
            appends.push((*number, request));
        }
        Write::DeleteRange { numbers, .. } => {
            if let Some(range) = key_range(numbers)? {
                objects.delete(range)?;
            }
        }
    }
    Ok(())
}

/// Waits until a transaction has committed or aborted.
async fn settle(mut transaction: Transaction) -> Result<(), StorageError> {
    let (verdict, settled) = Verdict::new();
    let aborted = verdict.clone();
    transaction.on_complete(move |_| verdict.give(Ok(())));
    transaction.on_abort(move |event| {
        let reason = event.target().and_then(|target| target.dyn_into().ok());
        let reason = reason.and_then(|transaction: web_sys::IdbTransaction| transaction.error());
        aborted.give(Err(exception(reason)));
    });
    detached(settled, transaction).await
}

/// Waits for `outcome` in a task that keeps the handlers of `owner` alive until it is there.
async fn detached<T: 'static>(
    outcome: oneshot::Receiver<Result<T, StorageError>>,
    owner: impl Sized + 'static,
) -> Result<T, StorageError> {
    let (done, finished) = oneshot::channel();
    spawn_local(async move {
        let outcome = outcome.await;
        drop(owner);
        // Nobody waits any more where the caller's future was dropped.
        let _ = done.send(outcome);
    });
    finished.await.and_then(|outcome| outcome).unwrap_or(Err(StorageError::Unavailable))
}

/// Lets whichever of several handlers comes first decide.
struct Verdict<T>(Rc<Cell<Option<Sender<T>>>>);

type Sender<T> = oneshot::Sender<Result<T, StorageError>>;

impl<T> Clone for Verdict<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> Verdict<T> {
    fn new() -> (Self, oneshot::Receiver<Result<T, StorageError>>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Rc::new(Cell::new(Some(sender)))), receiver)
    }

    fn give(&self, verdict: Result<T, StorageError>) {
        if let Some(sender) = self.0.take() {
            let _ = sender.send(verdict);
        }
    }
}

const fn named(store: Named) -> &'static str {
    match store {
        Named::Meta => META,
        Named::Keys => KEYS,
    }
}

const fn numbered(store: Numbered) -> &'static str {
    match store {
        Numbered::Log => LOG,
        Numbered::Snapshots => SNAPSHOTS,
    }
}

const fn store_of(write: &Write) -> &'static str {
    match write {
        Write::Put { store, .. } | Write::Delete { store, .. } => named(*store),
        Write::Append { store, .. } | Write::DeleteRange { store, .. } => numbered(*store),
    }
}

// The numbers are at most `MAX_NUMBER`, where a double is still exact.
#[allow(clippy::cast_precision_loss)]
fn key(number: u64) -> JsValue {
    JsValue::from_f64(number as f64)
}

// Only `key` makes keys: whole numbers from 0 to `MAX_NUMBER`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn number(key: &JsValue) -> Option<u64> {
    key.as_f64().map(|number| number as u64)
}

fn key_range(numbers: &RangeInclusive<u64>) -> Result<Option<KeyRange>, Error> {
    let (first, last) = (*numbers.start(), (*numbers.end()).min(MAX_NUMBER));
    if first > last {
        return Ok(None);
    }
    KeyRange::bound(&key(first), &key(last), None, None).map(Some)
}

fn bytes(value: &JsValue) -> Option<Vec<u8>> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

fn result(request: &impl Request) -> Result<JsValue, StorageError> {
    request.result().map_err(failed)
}

/// Reduces an error to the name of its exception: its message could quote what was stored.
fn failed(error: Error) -> StorageError {
    let value = match error {
        Error::DomException(value) => value.into(),
        Error::AddFailed(value)
        | Error::UpdateFailed(value)
        | Error::DeleteFailed(value)
        | Error::GetFailed(value)
        | Error::GetAllFailed(value)
        | Error::GetAllKeysFailed(value)
        | Error::OpenCursorFailed(value)
        | Error::IndexedDbOpenFailed(value)
        | Error::ObjectStoreNotFound(value)
        | Error::RequestResultNotFound(value)
        | Error::TransactionOpenFailed(value)
        | Error::KeyRangeCreateFailed(value) => value,
        _ => JsValue::UNDEFINED,
    };
    exception(value.dyn_into().ok())
}

fn exception(exception: Option<DomException>) -> StorageError {
    match exception.map(|exception| exception.name()) {
        Some(name) if name == "QuotaExceededError" => StorageError::Full,
        Some(name) if name == "SecurityError" => StorageError::Unavailable,
        Some(name) => StorageError::Failed { name },
        None => StorageError::Failed { name: "UnknownError".to_owned() },
    }
}
