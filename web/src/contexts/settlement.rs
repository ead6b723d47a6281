//! The ledger that the pages show and act on.

use std::rc::Rc;

use leptos::prelude::*;
use pinfi_client::{
    sandbox::{self, Market},
    settlement::{
        Settlement as _, Subscription, Update as News,
        embedded::{EmbeddedLedger, Ground, Recovery},
    },
};
use pinfi_core::Ledger;

/// The settlement in use, once it is open.
#[derive(Clone, Copy)]
pub(crate) struct Settlement {
    ledger: StoredValue<Option<EmbeddedLedger>, LocalStorage>,
    market: StoredValue<Option<Market>, LocalStorage>,
    news: StoredValue<Option<Subscription>, LocalStorage>,
    /// Counts the changes, for whoever shows the ledger.
    version: RwSignal<u64>,
    recovery: RwSignal<Option<Recovery>>,
    failure: RwSignal<Option<&'static str>>,
}

impl Settlement {
    /// Provides the context; [`Settlement::open`] fills it.
    pub(crate) fn provide() -> Self {
        let settlement = Self {
            ledger: StoredValue::new_local(None),
            market: StoredValue::new_local(None),
            news: StoredValue::new_local(None),
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

    /// Opens the ledger that `ground` holds, or makes a sandbox, and starts its market.
    pub(crate) async fn open(self, ground: Ground) {
        let seed = ground.host.wall_ms();
        let (ledger, recovery) = match EmbeddedLedger::open(ground, sandbox::new_ledger).await {
            Ok(opened) => opened,
            Err(error) => return self.fail(error.code()),
        };
        self.recovery.set(recovery);
        let listener = move |news: &News| {
            if let News::Damaged(recovery) = news {
                self.recovery.set(Some(recovery.clone()));
            }
            self.changed();
        };
        self.news.set_value(Some(ledger.subscribe(Rc::new(listener))));
        self.ledger.set_value(Some(ledger.clone()));
        self.changed();
        if ledger.descriptor().is_sandbox {
            match Market::open(ledger, seed).await {
                Ok(market) => {
                    #[cfg(target_arch = "wasm32")]
                    market.run();
                    self.market.set_value(Some(market));
                    self.changed();
                }
                Err(error) => self.fail(error.code()),
            }
        }
    }

    /// Notes that no ledger could be opened, and the error's code.
    pub(crate) fn fail(self, code: &'static str) {
        self.failure.set(Some(code));
    }

    /// Gives the ledger's handle; `None` until it is open. Does not follow changes.
    pub(crate) fn get(self) -> Option<EmbeddedLedger> {
        self.ledger.get_value()
    }

    /// Makes the caller run again at each change of the ledger.
    pub(crate) fn track(self) {
        self.version.track();
    }

    /// Gives the state of the ledger, and follows it; `None` until it is open.
    pub(crate) fn ledger(self) -> Option<Rc<Ledger>> {
        self.track();
        self.get().map(|ledger| ledger.ledger())
    }

    /// Gives the simulated market of a sandbox, and follows whether there is one.
    pub(crate) fn market(self) -> Option<Market> {
        self.track();
        self.market.get_value()
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
}
