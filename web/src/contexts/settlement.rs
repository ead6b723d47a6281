//! The ledger that the pages show and act on.

mod open;

use std::{any::Any, rc::Rc};

use futures_channel::oneshot;
use leptos::prelude::*;
use pinfi_client::{
    sandbox::Opening,
    settlement::{Settlement as Port, embedded::Recovery},
};
use pinfi_core::Ledger;

pub(crate) use open::Local;

/// The settlement in use, once it is open.
#[derive(Clone, Copy)]
pub(crate) struct Settlement {
    shown: StoredValue<Option<Rc<dyn Port>>, LocalStorage>,
    /// A [`Local`], behind a type that does not bring its code into what a first visit loads.
    local: StoredValue<Option<Rc<dyn Any>>, LocalStorage>,
    /// Who waits until there is a ledger that settles.
    waiting: StoredValue<Vec<oneshot::Sender<()>>, LocalStorage>,
    /// Counts the changes, for whoever shows the ledger.
    version: RwSignal<u64>,
    recovery: RwSignal<Option<Recovery>>,
    failure: RwSignal<Option<&'static str>>,
}

impl Settlement {
    /// Provides the context.
    pub(crate) fn provide() -> Self {
        let settlement = Self {
            shown: StoredValue::new_local(None),
            local: StoredValue::new_local(None),
            waiting: StoredValue::new_local(Vec::new()),
            version: RwSignal::new(0),
            recovery: RwSignal::new(None),
            failure: RwSignal::new(None),
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
        if self.local.with_value(Option::is_none) && self.failure.get_untracked().is_none() {
            let (sender, receiver) = oneshot::channel();
            self.waiting.update_value(|waiting| waiting.push(sender));
            let _given_up_is_open_too = receiver.await;
        }
        if self.local.with_value(Option::is_some) { self.get() } else { None }
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
        self.failure.with(Option::is_some) || self.recovery.with(Option::is_some)
    }

    fn wake(self) {
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        for sender in waiting {
            let _asker_may_be_gone = sender.send(());
        }
    }
}
