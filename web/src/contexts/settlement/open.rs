//! Opens the ledger in this tab; a part that is loaded separately (see `parts`).

use std::rc::Rc;

use leptos::prelude::*;
use pinfi_client::{
    sandbox::{Market, Opening, Preview, new_ledger},
    settlement::{
        Settlement as Port, Subscription, Update as News,
        embedded::{EmbeddedLedger, Ground, Host},
    },
};

use super::{Settlement, chain::is_chosen};
use crate::{
    browser,
    contexts::{Wallet, Worker},
    parts,
};

/// The preference that says that this browser keeps a ledger.
const KEPT: &str = "pinfi.ledger";

/// The ledger in this tab.
pub(crate) struct Local {
    /// Its handle.
    pub(crate) ledger: EmbeddedLedger,
    /// The simulated market of a sandbox.
    pub(crate) market: Option<Market>,
    /// What tells the pages of changes.
    _news: Subscription,
}

/// Drafts a sandbox for a first visit; `None` for who has been here before.
pub(super) fn preview() -> Option<(Rc<Opening>, Rc<dyn Port>)> {
    if browser::read(KEPT).is_some() {
        return None;
    }
    let host: Rc<dyn Host> = browser::host();
    // What keeps a draft from being made is met again, and told, when the ledger is opened.
    let opening = Rc::new(Opening::draft(host.as_ref()).ok()?);
    let preview = Rc::new(Preview::new(Rc::clone(&opening), host));
    Some((opening, preview))
}

impl Settlement {
    /// Opens this browser's storage, the wallet in it, and the ledger: the one on the chain that the
    /// user has chosen, or else the one in this tab; where there is none, makes the sandbox that
    /// `opening` has drafted, and starts its market.
    pub(crate) async fn open_here(
        self,
        opening: Option<Rc<Opening>>,
        wallet: Wallet,
        worker: Worker,
    ) {
        let ground = match browser::ground().await {
            Ok(ground) => ground,
            Err(error) => return self.fail(error.code()),
        };
        self.storage.set_value(Some(Rc::clone(&ground.storage)));
        wallet.open(Rc::clone(&ground.storage), worker).await;
        if !is_chosen() {
            self.open_local(ground, opening).await;
        } else if parts::open_chain(self, wallet).await.is_err() {
            self.fail(parts::PART_LOST);
        }
    }

    /// Opens the ledger in this tab, after one on a chain.
    pub(crate) async fn return_here(self) {
        // The one before has left the other tabs.
        match browser::ground().await {
            Ok(ground) => self.open_local(ground, None).await,
            Err(error) => self.fail(error.code()),
        }
    }

    async fn open_local(self, ground: Ground, opening: Option<Rc<Opening>>) {
        let choice = self.choices.get_value();
        let seed = ground.host.wall_ms();
        let new = |host: &dyn Host| match opening {
            Some(opening) => opening.sign(),
            None => new_ledger(host),
        };
        let (ledger, recovery) = match EmbeddedLedger::open(ground, new).await {
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
        let news = ledger.subscribe(Rc::new(listener));
        let market = if ledger.descriptor().is_sandbox {
            Market::open(ledger.clone(), seed).await.map(Some)
        } else {
            Ok(None)
        };
        let (market, trouble) = match market {
            Ok(market) => (market, None),
            Err(error) => (None, Some(error.code())),
        };
        if self.choices.get_value() != choice {
            return;
        }
        #[cfg(target_arch = "wasm32")]
        if let Some(market) = &market {
            market.run();
        }
        browser::write(KEPT, "1");
        let local = Local { ledger: ledger.clone(), market, _news: news };
        self.local.set_value(Some(Rc::new(local)));
        self.show(Rc::new(ledger));
        self.wake();
        if let Some(code) = trouble {
            self.fail(code);
        }
    }
}
