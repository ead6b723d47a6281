//! How accounts come, change and go.

use core::time::Duration;

use alloy_primitives::Address;

use crate::storage::{Batch, Named};

use super::{
    Entropy, Keystore, Origin, Password, Phrase, PrivateKey, Sealable, Secret, VaultError,
    VaultReply, VaultRequest, Wallet, WalletError, WalletStatus, WordCount,
    book::{Book, clean_label, phrase_record},
    state::Open,
};

impl Wallet {
    /// Makes a new phrase, to be shown and written down. It is not kept: [`Wallet::add_phrase`]
    /// does that.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub async fn new_phrase(&self, words: WordCount) -> Result<Phrase, WalletError> {
        match self.ask(VaultRequest::NewPhrase { words }).await? {
            VaultReply::Phrase(phrase) => Ok(phrase),
            _ => Err(VaultError::Interrupted.into()),
        }
    }

    /// Adds a phrase and its first account, and returns that account. The first account of all
    /// sets the wallet's password and leaves it unlocked.
    ///
    /// # Errors
    /// [`WalletError::Locked`] where there are accounts and they are locked;
    /// [`WalletError::WeakPassword`] for the first, [`WalletError::WrongPassword`] for another;
    /// [`WalletError::AccountExists`]; [`WalletError::Vault`] names a phrase's fault;
    /// [`WalletError::Busy`], [`WalletError::Damaged`] or [`WalletError::Storage`].
    pub async fn add_phrase(
        &self,
        phrase: &Phrase,
        label: &str,
        password: &Password,
        now: Duration,
    ) -> Result<Address, WalletError> {
        let _turn = self.turn()?;
        let book = self.book_to_extend(password).await?;
        let phrase = phrase.clone();
        let VaultReply::Entropy(entropy) = self.ask(VaultRequest::ReadPhrase { phrase }).await?
        else {
            return Err(VaultError::Interrupted.into());
        };
        let keys = self.derive(&entropy, vec![0]).await?;
        let key = keys.into_iter().next().ok_or(VaultError::Interrupted)?;
        let number = book.free_phrase();
        let origin = Origin::Phrase { phrase: number, index: 0 };
        let new = New { key, label, origin, phrase: Some((number, entropy)) };
        self.add(book, new, password, now).await
    }

    /// Adds one key and returns its account; otherwise as [`Wallet::add_phrase`].
    ///
    /// # Errors
    /// As [`Wallet::add_phrase`].
    pub async fn import_key(
        &self,
        key: PrivateKey,
        label: &str,
        password: &Password,
        now: Duration,
    ) -> Result<Address, WalletError> {
        let _turn = self.turn()?;
        let book = self.book_to_extend(password).await?;
        let new = New { key, label, origin: Origin::Imported, phrase: None };
        self.add(book, new, password, now).await
    }

    /// Opens another program's keystore file with its own password and adds its key; otherwise as
    /// [`Wallet::add_phrase`].
    ///
    /// # Errors
    /// As [`Wallet::add_phrase`], and [`WalletError::WrongFilePassword`] where `file_password`
    /// does not open the file; [`WalletError::Vault`] names a file's fault.
    pub async fn import_keystore(
        &self,
        file: Keystore,
        file_password: &Password,
        label: &str,
        password: &Password,
        now: Duration,
    ) -> Result<Address, WalletError> {
        let _turn = self.turn()?;
        let book = self.book_to_extend(password).await?;
        let request = VaultRequest::Open { keystores: vec![file], password: file_password.clone() };
        let reply = self.ask(request).await.map_err(|error| match error {
            WalletError::WrongPassword => WalletError::WrongFilePassword,
            error => error,
        })?;
        let VaultReply::Secrets(secrets) = reply else {
            return Err(VaultError::Interrupted.into());
        };
        let secret = secrets.into_iter().next().ok_or(VaultError::Interrupted)?;
        let key = secret.into_key()?;
        let new = New { key, label, origin: Origin::Imported, phrase: None };
        self.add(book, new, password, now).await
    }

    /// Derives the next account of the phrase that `sibling` comes from, and returns it.
    ///
    /// # Errors
    /// [`WalletError::Locked`], [`WalletError::UnknownAccount`] or [`WalletError::NoPhrase`] of
    /// `sibling`; [`WalletError::AccountExists`], [`WalletError::Busy`], [`WalletError::Damaged`],
    /// [`WalletError::Vault`] or [`WalletError::Storage`].
    pub async fn derive_next(&self, sibling: Address, label: &str) -> Result<Address, WalletError> {
        let _turn = self.turn()?;
        let mut book = self.stored_book().await?;
        let Origin::Phrase { phrase, .. } = book.find(sibling)?.origin else {
            return Err(WalletError::NoPhrase { address: sibling });
        };
        let entropy =
            self.open.borrow().as_ref().and_then(|open| open.phrases.get(&phrase).cloned());
        let entropy = entropy.ok_or(WalletError::Locked)?;
        let index = book.free_index(phrase);
        let keys = self.derive(&entropy, vec![index]).await?;
        let key = keys.into_iter().next().ok_or(VaultError::Interrupted)?;
        let address = key.address()?;
        book.add(address, label, Origin::Phrase { phrase, index })?;
        self.keep(book, Batch::new()).await?;
        self.admit(key, None)?;
        Ok(address)
    }

    /// Gives an account another label.
    ///
    /// # Errors
    /// [`WalletError::UnknownAccount`], [`WalletError::Busy`], [`WalletError::Damaged`] or
    /// [`WalletError::Storage`].
    pub async fn rename(&self, address: Address, label: &str) -> Result<(), WalletError> {
        let _turn = self.turn()?;
        let mut book = self.stored_book().await?;
        book.find(address)?;
        for account in book.accounts.iter_mut().filter(|account| account.address == address) {
            account.label = clean_label(label);
        }
        self.keep(book, Batch::new()).await
    }

    /// Removes an account, and with the last of its phrase the phrase.
    ///
    /// # Errors
    /// [`WalletError::UnknownAccount`], [`WalletError::Busy`], [`WalletError::Damaged`] or
    /// [`WalletError::Storage`].
    ///
    /// Warning: who has neither an export nor the phrase can't get the account back.
    pub async fn remove(&self, address: Address) -> Result<(), WalletError> {
        let _turn = self.turn()?;
        let mut book = self.stored_book().await?;
        let gone = book.find(address)?.clone();
        book.accounts.retain(|account| account.address != address);
        let mut batch = Batch::new();
        let last = !book.records().contains(&gone.record());
        if last {
            batch = batch.delete(Named::Keys, gone.record());
        }
        self.keep(book, batch).await?;
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.keys.remove(&address);
            if let (true, Origin::Phrase { phrase, .. }) = (last, gone.origin) {
                open.phrases.remove(&phrase);
            }
        }
        if self.book.borrow().accounts.is_empty() {
            self.lock();
        }
        Ok(())
    }

    /// Seals all secrets anew under another password.
    ///
    /// # Errors
    /// [`WalletError::WeakPassword`] of the new, [`WalletError::WrongPassword`] of the old;
    /// [`WalletError::Busy`], [`WalletError::Damaged`], [`WalletError::Vault`] or
    /// [`WalletError::Storage`].
    pub async fn change_password(&self, old: &Password, new: &Password) -> Result<(), WalletError> {
        let _turn = self.turn()?;
        new.check_strength()?;
        let book = self.stored_book().await?;
        let records = book.records();
        let secrets = self.reveal(&records, old).await?;
        let address = |record: &String| {
            let account = book.accounts.iter().find(|account| account.record() == *record);
            account.filter(|account| account.origin == Origin::Imported).map(|one| one.address)
        };
        let secrets = records.iter().zip(secrets);
        let secrets =
            secrets.map(|(record, secret)| Sealable { secret, address: address(record) }).collect();
        let keystores = self.seal(secrets, new, None).await?;
        let mut batch = Batch::new();
        for (record, keystore) in records.into_iter().zip(keystores) {
            batch = batch.put(Named::Keys, record, keystore.as_json().into());
        }
        self.keep(book, batch).await
    }

    /// Reads the book, if an account may be added to it now under `password`.
    async fn book_to_extend(&self, password: &Password) -> Result<Book, WalletError> {
        let book = self.stored_book().await?;
        if book.accounts.is_empty() {
            password.check_strength()?;
        } else if self.status() != WalletStatus::Unlocked {
            return Err(WalletError::Locked);
        }
        Ok(book)
    }

    async fn add(
        &self,
        mut book: Book,
        new: New<'_>,
        password: &Password,
        now: Duration,
    ) -> Result<Address, WalletError> {
        let locks = self.locks();
        let address = new.key.address()?;
        let beside = match book.records().first() {
            Some(record) => Some(self.keystore(record).await?),
            None => None,
        };
        let first = beside.is_none();
        book.add(address, new.label, new.origin)?;
        let (record, sealable) = match &new.phrase {
            Some((number, entropy)) => {
                let secret = Secret::from(entropy.clone());
                (phrase_record(*number), Sealable { secret, address: None })
            }
            None => {
                let secret = Secret::from(new.key.clone());
                (format!("{address:#x}"), Sealable { secret, address: Some(address) })
            }
        };
        let keystores = self.seal(vec![sealable], password, beside).await?;
        let keystore = keystores.into_iter().next().ok_or(VaultError::Interrupted)?;
        let batch = Batch::new().put(Named::Keys, record, keystore.as_json().into());
        self.keep(book, batch).await?;
        if first && self.locks() == locks {
            self.open.replace(Some(Open::new(now)));
        }
        self.admit(new.key, new.phrase)?;
        Ok(address)
    }

    pub(super) async fn seal(
        &self,
        secrets: Vec<Sealable>,
        password: &Password,
        beside: Option<Keystore>,
    ) -> Result<Vec<Keystore>, WalletError> {
        let count = secrets.len();
        let request = VaultRequest::Seal { secrets, password: password.clone(), beside };
        match self.ask(request).await? {
            VaultReply::Keystores(keystores) if keystores.len() == count => Ok(keystores),
            _ => Err(VaultError::Interrupted.into()),
        }
    }

    /// Puts a key into an unlocked wallet's memory.
    fn admit(&self, key: PrivateKey, phrase: Option<(u32, Entropy)>) -> Result<(), WalletError> {
        let address = key.address()?;
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.keys.insert(address, key);
            open.phrases.extend(phrase);
        }
        Ok(())
    }
}

/// Describes an account to be added.
struct New<'a> {
    key: PrivateKey,
    label: &'a str,
    origin: Origin,
    phrase: Option<(u32, Entropy)>,
}
