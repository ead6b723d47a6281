//! The ledger that the pages show and act on.
//!
//! | file | what lives there |
//! |---|---|
//! | `open` | the ledger in this tab |
//! | `chain` | the ledger on a chain |
//! | `outside` | wallets outside that sign there |
//! | `moving` | transactions on their way |
//! | `outbid` | others in their place |
//! | `upkeep` | what a key that answers by itself pays with |

mod chain;
mod moving;
mod open;
mod outbid;
mod outside;
mod upkeep;

use std::{any::Any, rc::Rc};

use futures_channel::oneshot;
use leptos::prelude::*;
use pinfi_client::{
    sandbox::Opening,
    settlement::{Settlement as Port, embedded::Recovery},
    storage::Storage,
};
use pinfi_core::Ledger;

pub(crate) use chain::Chain;
pub(crate) use moving::{Moving, Stand};
pub(crate) use open::Local;
pub(crate) use outside::Found;
pub(crate) use upkeep::Gift;

use super::Toasts;
use crate::words::Trouble;

/// The settlement in use, once it is open.
#[derive(Clone, Copy)]
pub(crate) struct Settlement {
    shown: StoredValue<Option<Rc<dyn Port>>, LocalStorage>,
    /// A [`Local`], behind a type that does not bring its code into what a first visit loads.
    local: StoredValue<Option<Rc<dyn Any>>, LocalStorage>,
    /// A [`Chain`], likewise.
    chain: StoredValue<Option<Rc<dyn Any>>, LocalStorage>,
    /// Where the choice of a chain, and what is read of it, are kept.
    storage: StoredValue<Option<Rc<dyn Storage>>, LocalStorage>,
    /// Counts the choices of a settlement: what was begun for one before comes too late.
    choices: StoredValue<u32>,
    /// Wallets outside that have announced themselves.
    found: RwSignal<Vec<Found>, LocalStorage>,
    /// What listens for them, and to the one in use.
    ears: StoredValue<Vec<Box<dyn Any>>, LocalStorage>,
    /// Who waits until there is a ledger that settles.
    waiting: StoredValue<Vec<oneshot::Sender<()>>, LocalStorage>,
    /// Counts the changes, for whoever shows the ledger.
    version: RwSignal<u64>,
    recovery: RwSignal<Option<Recovery>>,
    failure: RwSignal<Option<&'static str>>,
    /// Why the chain is not to be read.
    reach: RwSignal<Option<Trouble>>,
    /// Transactions that the user should know of, the oldest first.
    moving: RwSignal<Vec<Moving>>,
    toasts: Toasts,
}

impl Settlement {
    /// Provides the context; the messages are there already.
    pub(crate) fn provide() -> Self {
        let settlement = Self {
            shown: StoredValue::new_local(None),
            local: StoredValue::new_local(None),
            chain: StoredValue::new_local(None),
            storage: StoredValue::new_local(None),
            choices: StoredValue::new(0),
            found: RwSignal::new_local(Vec::new()),
            ears: StoredValue::new_local(Vec::new()),
            waiting: StoredValue::new_local(Vec::new()),
            version: RwSignal::new(0),
            recovery: RwSignal::new(None),
            failure: RwSignal::new(None),
            reach: RwSignal::new(None),
            moving: RwSignal::new(Vec::new()),
            toasts: Toasts::use_it(),
        };
        provide_context(settlement);
        settlement
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Shows the first day of a new sandbox to who comes for the first time, while what keeps and
    /// signs it is still being loaded. Give the result to [`Settlement::open_here`].
    pub(crate) fn preview(self) -> Option<Rc<Opening>> {
        let (opening, preview) = open::preview()?;
        self.show(preview);
        Some(opening)
    }

    /// Shows another settlement.
    fn show(self, settlement: Rc<dyn Port>) {
        self.shown.set_value(Some(settlement));
        self.changed();
    }

    /// Notes that no ledger could be opened, and the error's code.
    pub(crate) fn fail(self, code: &'static str) {
        self.failure.set(Some(code));
        self.wake();
    }

    /// Gives what is shown; `None` until there is something. Does not follow changes.
    pub(crate) fn get(self) -> Option<Rc<dyn Port>> {
        self.shown.get_value()
    }

    /// Gives what settles, and waits for it while it is being opened; `None` where that failed.
    pub(crate) async fn ready(self) -> Option<Rc<dyn Port>> {
        let is_unwell = self.failure.with_untracked(Option::is_some)
            || self.reach.with_untracked(Option::is_some);
        if !self.settles() && !is_unwell {
            let (sender, receiver) = oneshot::channel();
            self.waiting.update_value(|waiting| waiting.push(sender));
            let _given_up_is_open_too = receiver.await;
        }
        if self.settles() { self.get() } else { None }
    }

    /// Gives where this browser keeps things; `None` until a ledger was opened.
    pub(crate) fn storage(self) -> Option<Rc<dyn Storage>> {
        self.storage.get_value()
    }

    /// Tells whether what is shown settles, too.
    fn settles(self) -> bool {
        self.local.with_value(Option::is_some) || self.chain.with_value(Option::is_some)
    }

    /// Makes the caller run again at each change of the ledger.
    pub(crate) fn track(self) {
        self.version.track();
    }

    /// Gives the state of the ledger, and follows it; `None` until there is one.
    pub(crate) fn ledger(self) -> Option<Rc<Ledger>> {
        self.track();
        self.get().map(|ledger| ledger.ledger())
    }

    /// Gives the ledger in this tab and its market, and follows whether there is one.
    pub(crate) fn local(self) -> Option<Rc<Local>> {
        self.track();
        self.local.get_value()?.downcast().ok()
    }

    /// Gives the ledger on a chain, and follows whether there is one.
    pub(crate) fn chain(self) -> Option<Rc<Chain>> {
        self.track();
        self.chain.get_value()?.downcast().ok()
    }

    /// Tells everybody who shows the ledger that something about it has changed.
    pub(crate) fn changed(self) {
        self.version.update(|version| *version = version.wrapping_add(1));
    }

    /// Gives what was wrong with the stored log, until the user has seen it; follows it.
    pub(crate) fn recovery(self) -> Option<Recovery> {
        self.recovery.get()
    }

    /// Notes that the user has seen what was wrong with the stored log.
    pub(crate) fn forget_recovery(self) {
        self.recovery.set(None);
    }

    /// Gives the code of the error that kept the ledger from opening, and follows it.
    pub(crate) fn failure(self) -> Option<&'static str> {
        self.failure.get()
    }

    /// Tells whether there is something to say of either, and follows it.
    pub(crate) fn is_unwell(self) -> bool {
        self.failure.with(Option::is_some)
            || self.recovery.with(Option::is_some)
            || self.reach.with(Option::is_some)
    }

    /// Gives why the chain is not to be read at present, and follows it.
    pub(crate) fn reach(self) -> Option<Trouble> {
        self.reach.get()
    }

    /// Tells whether the user has chosen a chain, open or not, and follows it.
    pub(crate) fn is_chosen(self) -> bool {
        self.track();
        chain::is_chosen()
    }

    /// Gives the chain's name where a chain's ledger is shown, and follows it.
    pub(crate) fn chain_name(self) -> Option<String> {
        self.track();
        let is_chain = self.chain.with_value(Option::is_some);
        self.get().filter(|_| is_chain).map(|ledger| ledger.descriptor().name)
    }

    /// Tells whether the ledger itself judges proofs, and follows it.
    pub(crate) fn judges(self) -> bool {
        self.track();
        self.get().is_none_or(|ledger| ledger.descriptor().judges)
    }

    /// Gives the transactions that the user should know of, and follows them.
    pub(crate) fn moving(self) -> RwSignal<Vec<Moving>> {
        self.moving
    }

    /// Gives the wallets outside that have announced themselves, and follows them.
    pub(crate) fn found(self) -> Vec<Found> {
        self.found.get()
    }

    fn wake(self) {
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        for sender in waiting {
            let _asker_may_be_gone = sender.send(());
        }
    }
}
