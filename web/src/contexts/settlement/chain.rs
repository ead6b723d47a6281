//! Opens the ledger on a chain; a part that is loaded separately (see `parts`).

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};
use pinfi_client::{
    settlement::{
        Settlement as _, Subscription, Update as News,
        evm::{ChainError, ChainLedger, Choice, ChosenWallet, Pace, Stage},
    },
    storage::{MemoryStorage, Storage, StorageError},
};

use super::Settlement;
use crate::{browser, contexts::Wallet, parts, words::Trouble};

/// The preference that says that this browser settles on a chain.
const CHOSEN: &str = "pinfi.chain";
/// How long it takes until a node that could not be reached is asked again, in milliseconds.
const AGAIN_MS: u64 = 3_000;

/// Tells whether the user has chosen a chain.
pub(super) fn is_chosen() -> bool {
    browser::read(CHOSEN).is_some()
}

/// The ledger on a chain.
pub(crate) struct Chain {
    /// Its handle.
    pub(crate) ledger: ChainLedger,
    /// Which it is, and through which node.
    pub(crate) choice: Choice,
    /// What tells the pages of changes.
    _news: Subscription,
}

impl Settlement {
    /// Settles on the chain behind `rpc` from now on, where `book` says that the contracts are, once
    /// it could be read.
    ///
    /// # Errors
    /// Why it can't; nothing has changed then.
    pub(crate) async fn choose_chain_here(
        self,
        rpc: &str,
        book: &str,
        wallet: Wallet,
    ) -> Result<(), Trouble> {
        let choice = Choice::read(rpc, book).map_err(|error| Trouble::from(&error))?;
        let ledger = self.open(&choice).await.map_err(|error| Trouble::from(&error))?;
        self.keep(&choice).await.map_err(|error| Trouble::from(&error))?;
        self.leave(wallet);
        self.settle_on(ledger, choice, wallet);
        Ok(())
    }

    /// Opens the chain that an earlier visit has chosen. A node that is away is waited for.
    pub(crate) async fn open_chain_here(self, wallet: Wallet) {
        let Some(storage) = self.storage.get_value() else { return };
        let turn = self.choices.get_value();
        let choice = match Choice::kept(storage.as_ref()).await {
            Ok(Some(choice)) => choice,
            // The preference outlived it.
            Ok(None) => {
                browser::forget(CHOSEN);
                if parts::return_to_ledger(self).await.is_err() {
                    self.fail(parts::PART_LOST);
                }
                return;
            }
            Err(error) => return self.fail(error.code()),
        };
        loop {
            let opened = self.open(&choice).await;
            if self.choices.get_value() != turn {
                return;
            }
            match opened {
                Ok(ledger) => return self.settle_on(ledger, choice, wallet),
                Err(error) => self.reach.set(Some(Trouble::from(&error))),
            }
            self.wake();
            browser::timer().sleep(AGAIN_MS).await;
            if self.choices.get_value() != turn {
                return;
            }
        }
    }

    /// Keeps which wallet outside signs on the chain; none: the keys in this browser.
    ///
    /// # Errors
    /// [`StorageError`].
    pub(super) async fn keep_wallet(
        self,
        outside: Option<ChosenWallet>,
    ) -> Result<(), StorageError> {
        let Some(chain) = untrack(|| self.chain()) else { return Ok(()) };
        self.keep(&Choice { outside, ..chain.choice.clone() }).await
    }

    async fn keep(self, choice: &Choice) -> Result<(), StorageError> {
        let storage = self.storage.get_value().ok_or(StorageError::Unavailable)?;
        choice.keep(storage.as_ref()).await?;
        browser::write(CHOSEN, "1");
        Ok(())
    }

    async fn open(self, choice: &Choice) -> Result<ChainLedger, ChainError> {
        // Where the browser keeps nothing, every visit reads the chain from its beginning.
        let nowhere = || Rc::new(MemoryStorage::new()) as Rc<dyn Storage>;
        let storage = self.storage.get_value().unwrap_or_else(nowhere);
        let (node, timer) = (browser::node(&choice.rpc), browser::timer());
        ChainLedger::open(choice.book.clone(), node, timer, storage, Pace::default()).await
    }

    /// Shows the chain's ledger, follows it, and sees to the transactions of earlier visits.
    fn settle_on(self, ledger: ChainLedger, choice: Choice, wallet: Wallet) {
        let listener = move |news: &News| match news {
            News::Transaction(progress) => {
                self.note(progress);
                if progress.stage == Stage::TimedOut {
                    // It may still come: it is not let out of sight.
                    self.resume();
                }
            }
            News::Reach(error) => {
                self.reach.set(error.as_ref().map(Trouble::from));
                self.changed();
            }
            _ => self.changed(),
        };
        let news = ledger.subscribe(Rc::new(listener));
        self.reach.set(None);
        self.failure.set(None);
        let shown = Rc::new(ledger.clone());
        let chain = Chain { ledger: ledger.clone(), choice, _news: news };
        self.chain.set_value(Some(Rc::new(chain)));
        self.show(shown);
        self.wake();
        spawn_local(ledger.run());
        self.resume();
        self.find_wallets(wallet);
    }

    /// Sees to the transactions on their way that nobody waits for.
    fn resume(self) {
        let Some(chain) = untrack(|| self.chain()) else { return };
        let ledger = chain.ledger.clone();
        spawn_local(async move {
            let _told_stage_by_stage = ledger.resume().await;
        });
    }

    /// Lets go of what is shown now.
    fn leave(self, wallet: Wallet) {
        self.choices.update_value(|choices| *choices = choices.wrapping_add(1));
        wallet.sign_outside(None);
        self.ears.set_value(Vec::new());
        self.found.set(Vec::new());
        self.local.set_value(None);
        self.chain.set_value(None);
        self.shown.set_value(None);
        self.moving.set(Vec::new());
        self.failure.set(None);
        self.recovery.set(None);
        self.reach.set(None);
        self.changed();
    }

    /// Forgets the chain, and lets go of its ledger. What was read of it is kept.
    ///
    /// # Errors
    /// [`StorageError`], in words.
    pub(crate) async fn leave_chain_here(self, wallet: Wallet) -> Result<(), Trouble> {
        if let Some(storage) = self.storage.get_value() {
            let forgotten = Choice::forget(storage.as_ref()).await;
            forgotten.map_err(|error| Trouble::from(&error))?;
        }
        browser::forget(CHOSEN);
        self.leave(wallet);
        Ok(())
    }
}
