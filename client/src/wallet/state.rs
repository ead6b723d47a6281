//! The wallet's state: what is stored, what is in memory, and who may sign.

use core::time::Duration;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use alloy_primitives::{Address, B256, Signature, U256};

use crate::storage::{Batch, Named, Storage, StorageError};

use super::{
    Account, AutoLock, Entropy, Keystore, Origin, Password, PrivateKey, Secret, Vault, VaultError,
    VaultReply, VaultRequest, WalletError, book::Book, idle::Idle,
};

const BOOK: &str = "wallet";

/// Keeps accounts, and signs for them while unlocked.
///
/// Methods take `&self`, so that a page can share it; one change runs at a time, a second is
/// [`WalletError::Busy`]. Moments (`now`) are durations since any fixed one, such as the Unix epoch.
pub struct Wallet {
    pub(super) storage: Rc<dyn Storage>,
    vault: Rc<dyn Vault>,
    pub(super) book: RefCell<Book>,
    pub(super) open: RefCell<Option<Open>>,
    /// Counts the locks, so that an unlock in flight doesn't undo one.
    locks: Cell<u64>,
    busy: Rc<Cell<bool>>,
}

/// Holds the secrets of an unlocked wallet; dropping it wipes them.
pub(super) struct Open {
    pub(super) keys: BTreeMap<Address, PrivateKey>,
    pub(super) phrases: BTreeMap<u32, Entropy>,
    idle: Idle,
}

/// Says what a wallet can do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletStatus {
    /// It has no account yet.
    Empty,
    /// Its keys are encrypted; it can't sign.
    Locked,
    /// Its keys are in memory.
    Unlocked,
}

impl core::fmt::Debug for Wallet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Wallet").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl Wallet {
    /// Opens the wallet that `storage` holds, locked; an empty one where there is none.
    ///
    /// # Errors
    /// [`WalletError::Damaged`] where the record can't be read, [`WalletError::Storage`].
    pub async fn open(storage: Rc<dyn Storage>, vault: Rc<dyn Vault>) -> Result<Self, WalletError> {
        let wallet = Self {
            storage,
            vault,
            book: RefCell::default(),
            open: RefCell::default(),
            locks: Cell::new(0),
            busy: Rc::default(),
        };
        let book = wallet.stored_book().await?;
        wallet.book.replace(book);
        Ok(wallet)
    }

    /// Tells whether `storage` holds a wallet.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn is_stored(storage: &dyn Storage) -> Result<bool, StorageError> {
        storage.get(Named::Meta, BOOK).await.map(|book| book.is_some())
    }

    /// Tells whether there are accounts and whether they can sign.
    #[must_use]
    pub fn status(&self) -> WalletStatus {
        if self.open.borrow().is_some() {
            WalletStatus::Unlocked
        } else if self.book.borrow().accounts.is_empty() {
            WalletStatus::Empty
        } else {
            WalletStatus::Locked
        }
    }

    /// Lists the accounts in the order in which they were added; a locked wallet tells them too.
    #[must_use]
    pub fn accounts(&self) -> Vec<Account> {
        self.book.borrow().accounts.clone()
    }

    /// Decrypts the keys into memory, from `now` on until it is locked.
    ///
    /// # Errors
    /// [`WalletError::WrongPassword`]; [`WalletError::Damaged`] where a key is not its account's;
    /// [`WalletError::Locked`] where it was locked meanwhile; [`WalletError::Busy`],
    /// [`WalletError::Vault`] or [`WalletError::Storage`].
    pub async fn unlock(&self, password: &Password, now: Duration) -> Result<(), WalletError> {
        let _turn = self.turn()?;
        let locks = self.locks.get();
        let book = self.stored_book().await?;
        let records = book.records();
        let secrets = self.reveal(&records, password).await?;
        let mut open = Open::new(now);
        for (record, secret) in records.into_iter().zip(secrets) {
            let of_record = || book.accounts.iter().filter(|account| account.record() == record);
            match of_record().next().map(|account| account.origin) {
                Some(Origin::Phrase { phrase, .. }) => {
                    let indexes = of_record().filter_map(|account| match account.origin {
                        Origin::Phrase { index, .. } => Some(index),
                        Origin::Imported => None,
                    });
                    let entropy = secret.into_entropy();
                    let keys = self.derive(&entropy, indexes.collect()).await?;
                    for (account, key) in of_record().zip(keys) {
                        open.insert(account.address, key)?;
                    }
                    open.phrases.insert(phrase, entropy);
                }
                Some(Origin::Imported) => {
                    for account in of_record() {
                        open.insert(account.address, secret.clone().into_key()?)?;
                    }
                }
                None => {}
            }
        }
        self.book.replace(book);
        if self.locks.get() != locks {
            return Err(WalletError::Locked);
        }
        self.open.replace(Some(open));
        Ok(())
    }

    /// Wipes the keys from memory.
    pub fn lock(&self) {
        self.locks.set(self.locks.get().wrapping_add(1));
        self.open.replace(None);
    }

    /// Notes that the user is active.
    pub fn touch(&self, now: Duration) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.idle.touch(now);
        }
    }

    /// Locks if the user has been idle for too long, and tells whether it did so; to be called by
    /// a timer and whenever the page comes back to the front.
    pub fn tick(&self, now: Duration) -> bool {
        let limit = self.auto_lock();
        let over = self.open.borrow().as_ref().is_some_and(|open| open.idle.is_over(limit, now));
        if over {
            self.lock();
        }
        over
    }

    /// Returns when the wallet locks itself.
    #[must_use]
    pub fn auto_lock(&self) -> AutoLock {
        self.book.borrow().auto_lock
    }

    /// Sets when the wallet locks itself, and keeps that.
    ///
    /// # Errors
    /// [`WalletError::Busy`], [`WalletError::Damaged`] or [`WalletError::Storage`].
    pub async fn set_auto_lock(&self, auto_lock: AutoLock) -> Result<(), WalletError> {
        let _turn = self.turn()?;
        let mut book = self.stored_book().await?;
        book.auto_lock = auto_lock;
        self.keep(book, Batch::new()).await
    }

    /// Signs a 32-byte digest with an account's key: deterministic (RFC 6979), with a low s.
    ///
    /// # Errors
    /// [`WalletError::Locked`], also for an account that another tab has added since the last
    /// unlock, or [`WalletError::UnknownAccount`].
    ///
    /// Warning: a digest tells the user nothing. Callers show what it stands for first.
    pub fn sign_digest(&self, address: Address, digest: B256) -> Result<Signature, WalletError> {
        let open = self.open.borrow();
        let open = open.as_ref().ok_or(WalletError::Locked)?;
        let Some(key) = open.keys.get(&address) else {
            return Err(self
                .book
                .borrow()
                .find(address)
                .map_or_else(|e| e, |_| WalletError::Locked));
        };
        let signed = key.signing_key()?.sign_prehash_recoverable(digest.as_slice());
        let (signature, recovery) = signed.map_err(|_| WalletError::InvalidKey)?;
        let (r, s) = signature.split_bytes();
        let (r, s) = (U256::from_be_slice(&r), U256::from_be_slice(&s));
        Ok(Signature::new(r, s, recovery.is_y_odd()))
    }

    /// Reads the stored book: another tab may have changed it since.
    pub(super) async fn stored_book(&self) -> Result<Book, WalletError> {
        match self.storage.get(Named::Meta, BOOK).await? {
            Some(bytes) => Book::decode(&bytes),
            None => Ok(Book::default()),
        }
    }

    /// Stores a book together with the changes that belong to it.
    pub(super) async fn keep(&self, book: Book, batch: Batch) -> Result<(), WalletError> {
        self.storage.commit(batch.put(Named::Meta, BOOK, book.encode()?)).await?;
        self.book.replace(book);
        Ok(())
    }

    /// Takes the turn for a change; it ends when the result is dropped.
    pub(super) fn turn(&self) -> Result<Turn, WalletError> {
        if self.busy.replace(true) {
            return Err(WalletError::Busy);
        }
        Ok(Turn(Rc::clone(&self.busy)))
    }

    pub(super) async fn ask(&self, request: VaultRequest) -> Result<VaultReply, WalletError> {
        Ok(self.vault.perform(request).await?)
    }

    pub(super) async fn derive(
        &self,
        entropy: &Entropy,
        indexes: Vec<u32>,
    ) -> Result<Vec<PrivateKey>, WalletError> {
        let count = indexes.len();
        let entropy = entropy.clone();
        match self.ask(VaultRequest::Derive { entropy, indexes }).await? {
            VaultReply::Keys(keys) if keys.len() == count => Ok(keys),
            _ => Err(VaultError::Interrupted.into()),
        }
    }

    pub(super) async fn keystore(&self, record: &str) -> Result<Keystore, WalletError> {
        let bytes = self.storage.get(Named::Keys, record).await?.ok_or(WalletError::Damaged)?;
        String::from_utf8(bytes).map(Keystore::new).map_err(|_| WalletError::Damaged)
    }

    /// Decrypts stored secrets, in the order of `records`.
    pub(super) async fn reveal(
        &self,
        records: &[String],
        password: &Password,
    ) -> Result<Vec<Secret>, WalletError> {
        let mut keystores = Vec::with_capacity(records.len());
        for record in records {
            keystores.push(self.keystore(record).await?);
        }
        let password = password.clone();
        match self.ask(VaultRequest::Open { keystores, password }).await? {
            VaultReply::Secrets(secrets) if secrets.len() == records.len() => Ok(secrets),
            _ => Err(VaultError::Interrupted.into()),
        }
    }

    pub(super) fn locks(&self) -> u64 {
        self.locks.get()
    }
}

impl Open {
    pub(super) fn new(now: Duration) -> Self {
        Self { keys: BTreeMap::new(), phrases: BTreeMap::new(), idle: Idle::new(now) }
    }

    /// Adds a key that must be the account's.
    fn insert(&mut self, address: Address, key: PrivateKey) -> Result<(), WalletError> {
        if key.address()? != address {
            return Err(WalletError::Damaged);
        }
        self.keys.insert(address, key);
        Ok(())
    }
}

/// Marks the wallet busy while it lives.
pub(super) struct Turn(Rc<Cell<bool>>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
