//! The wallet as the page sees it: who acts, whether it can sign, and the dialog that unlocks it.

use std::{rc::Rc, time::Duration};

use alloy_primitives::{Address, B256, Signature, U256};
use async_trait::async_trait;
use futures_channel::oneshot;
use leptos::prelude::*;
use pinfi_client::{
    settlement::{SignError, Signer},
    storage::Storage,
    wallet::{Account, Password, Wallet as Keys, WalletError, WalletStatus},
};
use pinfi_worker::host::WorkerVault;

use super::{Worker, tr};
use crate::{browser, parts, words::Trouble};

/// The preference that names the account in use; an address is no secret.
const ACTIVE: &str = "pinfi.account";
/// How often it is looked at whether the wallet has been idle for too long.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Where the keys are kept, and what does the slow work on them.
type Place = (Rc<dyn Storage>, Worker);

/// A wallet outside that signs in place of the keys here.
#[derive(Clone)]
pub(crate) struct Outside {
    /// Its name for people.
    pub(crate) name: String,
    /// Its number in this visit: others may have its name.
    pub(crate) uuid: String,
    /// Its account in use.
    pub(crate) account: Address,
    /// What signs through it.
    pub(crate) signer: Rc<dyn Signer>,
}

/// The wallet, its account in use, and the question for its password.
#[derive(Clone, Copy)]
pub(crate) struct Wallet {
    keys: StoredValue<Option<Rc<Keys>>, LocalStorage>,
    /// Whether somebody waits for the wallet to be opened.
    wanted: StoredValue<bool>,
    /// What to open the wallet with, until it is opened.
    place: StoredValue<Option<Place>, LocalStorage>,
    /// Counts the changes, for whoever shows the wallet.
    version: RwSignal<u32>,
    active: RwSignal<Option<Address>>,
    outside: RwSignal<Option<Outside>, LocalStorage>,
    trouble: RwSignal<Option<Trouble>>,
    progress: RwSignal<Option<u32>>,
    asking: RwSignal<bool>,
    answer: StoredValue<Option<oneshot::Sender<bool>>>,
}

impl Wallet {
    /// Provides the context; [`Wallet::open`] fills it.
    pub(crate) fn provide() -> Self {
        let wallet = Self {
            keys: StoredValue::new_local(None),
            wanted: StoredValue::new(false),
            place: StoredValue::new_local(None),
            version: RwSignal::new(0),
            active: RwSignal::new(browser::read(ACTIVE).and_then(|text| text.parse().ok())),
            outside: RwSignal::new_local(None),
            trouble: RwSignal::new(None),
            progress: RwSignal::new(None),
            asking: RwSignal::new(false),
            answer: StoredValue::new(None),
        };
        provide_context(wallet);
        wallet
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Opens the wallet that `storage` holds. Its part is loaded at once where there is one, and
    /// with the first page that asks for it where there is none: see [`Wallet::load`].
    pub(crate) async fn open(self, storage: Rc<dyn Storage>, worker: Worker) {
        self.place.set_value(Some((Rc::clone(&storage), worker)));
        let is_empty = matches!(Keys::is_stored(storage.as_ref()).await, Ok(false));
        if self.wanted.get_value() || !is_empty {
            self.load().await;
        }
    }

    /// Loads the key store and opens the wallet in it, unless that was done.
    pub(crate) async fn load(self) {
        self.wanted.set_value(true);
        let Some((storage, worker)) = self.place.try_update_value(Option::take).flatten() else {
            return;
        };
        if parts::open_wallet(self, Rc::clone(&storage), worker).await.is_err() {
            self.place.set_value(Some((storage, worker)));
            self.trouble.set(Some(Trouble::new(parts::PART_LOST, tr!(shell.part_lost))));
        }
    }

    /// Opens the wallet that `storage` holds, and begins to watch for idleness. The slow key work
    /// is the worker's.
    pub(crate) async fn open_here(self, storage: Rc<dyn Storage>, worker: Worker) {
        let vault = WorkerVault::new(worker.host(), move |progress| {
            // At most 1 000, so nothing is cut.
            let per_mille = progress.done.saturating_mul(1_000) / progress.total.max(1);
            self.progress.set(u32::try_from(per_mille).ok());
        });
        match Keys::open(storage, Rc::new(vault)).await {
            Ok(keys) => {
                self.keys.set_value(Some(Rc::new(keys)));
                self.watch();
            }
            Err(error) => self.trouble.set(Some(Trouble::from(&error))),
        }
        self.changed();
    }

    /// Gives the key store for what only the wallet's own page does; `None` until it is open. Call
    /// [`Wallet::changed`] after a change.
    pub(crate) fn keys(self) -> Option<Rc<Keys>> {
        self.keys.get_value()
    }

    /// Tells everybody who shows the wallet that it has changed.
    pub(crate) fn changed(self) {
        self.version.update(|version| *version = version.wrapping_add(1));
    }

    /// Gives what is wrong with the stored wallet, and follows it.
    pub(crate) fn trouble(self) -> Option<Trouble> {
        self.trouble.get()
    }

    /// Gives what the wallet can do, and follows it; `None` until it is open.
    pub(crate) fn status(self) -> Option<WalletStatus> {
        self.version.track();
        self.keys().map(|keys| keys.status())
    }

    /// Gives the accounts in their order, and follows them.
    pub(crate) fn accounts(self) -> Vec<Account> {
        self.version.track();
        self.keys().map(|keys| keys.accounts()).unwrap_or_default()
    }

    /// Gives the account in use, also while locked, and follows it: that of the wallet outside, the
    /// chosen one, or the first.
    pub(crate) fn account(self) -> Option<Address> {
        if let Some(account) = self.outside.with(|outside| Some(outside.as_ref()?.account)) {
            return Some(account);
        }
        let chosen = self.active.get();
        let accounts = self.accounts();
        let known = |address: &Address| accounts.iter().any(|account| account.address == *address);
        chosen.filter(known).or_else(|| accounts.first().map(|account| account.address))
    }

    /// Chooses the account in use, here and in later visits.
    pub(crate) fn choose(self, address: Address) {
        browser::write(ACTIVE, &address.to_string());
        self.active.set(Some(address));
    }

    /// Lets a wallet outside sign from now on; `None`: the keys here.
    pub(crate) fn sign_outside(self, outside: Option<Outside>) {
        self.outside.set(outside);
    }

    /// Gives the name of the wallet outside that signs, and follows it.
    pub(crate) fn outside(self) -> Option<String> {
        self.outside.with(|outside| Some(outside.as_ref()?.name.clone()))
    }

    /// Gives the number of the wallet outside that signs, and follows it.
    pub(crate) fn outside_uuid(self) -> Option<String> {
        self.outside.with(|outside| Some(outside.as_ref()?.uuid.clone()))
    }

    /// Gives how far a key derivation is, in per mille, while one runs; follows it.
    pub(crate) fn progress(self) -> Option<u32> {
        self.progress.get()
    }

    /// Notes that no key derivation runs any more.
    pub(crate) fn derived(self) {
        self.progress.set(None);
    }

    /// Wipes the keys from memory.
    pub(crate) fn lock(self) {
        if let Some(keys) = self.keys() {
            keys.lock();
            self.changed();
        }
    }

    /// Decrypts the keys.
    ///
    /// # Errors
    /// As [`Keys::unlock`], in words.
    pub(crate) async fn unlock(self, password: Password) -> Result<(), Trouble> {
        let keys = self.keys().ok_or_else(|| Trouble::from(&WalletError::Locked))?;
        let outcome = keys.unlock(&password, now()).await;
        self.derived();
        self.changed();
        outcome.map_err(|error| Trouble::from(&error))
    }

    /// Gives what signs for an account whose user has agreed to pay at most `fee_limit` in fees, in wei
    /// of a chain's own money.
    pub(crate) fn signer(self, account: Address, fee_limit: Option<U256>) -> Rc<dyn Signer> {
        let outside = self.outside.get_untracked().filter(|outside| outside.account == account);
        match outside {
            Some(outside) => outside.signer,
            None => Rc::new(WalletSigner { wallet: self, account, fee_limit }),
        }
    }

    /// Gives the account in use once it can sign, and asks for the password if it can't; `None`
    /// where the user turns away.
    pub(crate) async fn ready(self) -> Option<Address> {
        let signs_outside = self.outside.with_untracked(Option::is_some);
        if !signs_outside && untrack(|| self.status()) != Some(WalletStatus::Unlocked) {
            let (sender, receiver) = oneshot::channel();
            self.answer.set_value(Some(sender));
            self.asking.set(true);
            if !receiver.await.unwrap_or(false) {
                return None;
            }
        }
        untrack(|| self.account())
    }

    /// Tells whether the user is being asked for the password, and follows it.
    pub(crate) fn is_asking(self) -> bool {
        self.asking.get()
    }

    /// Ends the question for the password.
    pub(crate) fn answer(self, unlocked: bool) {
        self.asking.set(false);
        let sender = self.answer.try_update_value(Option::take).flatten();
        if let Some(sender) = sender {
            let _asker_may_be_gone = sender.send(unlocked);
        }
    }

    /// Locks the wallet when the user has been away for too long.
    fn watch(self) {
        let look = move || {
            if self.keys().is_some_and(|keys| keys.tick(now())) {
                self.changed();
            }
        };
        // A page that slept learns only now how long it was away: look first, then touch.
        let touch = move || {
            look();
            if let Some(keys) = self.keys() {
                keys.touch(now());
            }
        };
        let _for_good = window_event_listener_untyped("pointerdown", move |_| touch());
        let _for_good = window_event_listener_untyped("keydown", move |_| touch());
        let _for_good = window_event_listener_untyped("visibilitychange", move |_| look());
        set_interval(look, LOOK_EVERY);
    }
}

/// Signs for one account what was shown to the user in words.
struct WalletSigner {
    wallet: Wallet,
    account: Address,
    fee_limit: Option<U256>,
}

#[async_trait(?Send)]
impl Signer for WalletSigner {
    fn address(&self) -> Address {
        self.account
    }

    fn fee_limit(&self) -> Option<U256> {
        self.fee_limit
    }

    async fn sign_digest(&self, digest: B256) -> Result<Signature, SignError> {
        let locked = SignError::Locked { account: self.account };
        let keys = self.wallet.keys().ok_or(locked.clone())?;
        keys.touch(now());
        keys.sign_digest(self.account, digest).map_err(|_| locked)
    }
}

/// Gives the wall's time since 1970.
pub(crate) fn now() -> Duration {
    Duration::try_from_secs_f64(js_sys::Date::now() / 1_000.0).unwrap_or_default()
}
