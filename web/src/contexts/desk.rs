//! The ledger, the time and the account together: what a page looks at.

use std::rc::Rc;

use alloy_primitives::Address;
use leptos::prelude::*;
use pinfi_client::intent::{Domain, Speed};
use pinfi_core::{
    Ledger,
    units::{Secs, Timestamp, Wei},
};

use super::{Clock, Settlement, Wallet};

/// How long a person may take from a question to its last signature, in seconds of the wall.
const READING: u64 = 60;

/// Where pages look at the ledger from.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    settlement: Settlement,
    clock: Clock,
    wallet: Wallet,
}

/// What is seen at one moment.
pub(crate) struct Seen {
    /// The ledger.
    pub(crate) ledger: Rc<Ledger>,
    /// Its time.
    pub(crate) now: Timestamp,
    /// How fast that runs.
    pub(crate) speed: Speed,
    /// Whether it is a sandbox.
    pub(crate) is_sandbox: bool,
    /// The account in use.
    pub(crate) account: Option<Address>,
}

impl Desk {
    /// Takes the contexts that it looks through.
    pub(crate) fn use_it() -> Self {
        Self { settlement: Settlement::use_it(), clock: Clock::use_it(), wallet: Wallet::use_it() }
    }

    /// Looks, and follows all of it; `None` until the ledger is open.
    pub(crate) fn see(self) -> Option<Seen> {
        self.clock.now();
        self.follow()
    }

    /// Gives which ledger it is, without following it.
    pub(crate) fn domain(self) -> Option<Domain> {
        untrack(|| self.settlement.get()).map(|it| it.descriptor().domain)
    }

    /// Looks without following anything.
    pub(crate) fn peek(self) -> Option<Seen> {
        untrack(|| self.follow())
    }

    /// Looks, and follows the ledger and the account but not the time.
    pub(crate) fn follow(self) -> Option<Seen> {
        self.settlement.track();
        let account = self.wallet.account();
        let settlement = self.settlement.get()?;
        let descriptor = settlement.descriptor();
        Some(Seen {
            ledger: settlement.ledger(),
            now: settlement.now(),
            speed: settlement.speed(),
            is_sandbox: descriptor.is_sandbox,
            account,
        })
    }
}

impl Seen {
    /// Returns the ledger seconds that may pass until the last signature of a question.
    pub(crate) fn slack(&self) -> Secs {
        Secs(READING * u64::from(self.speed.factor()))
    }

    /// Returns the PIN of the account in use.
    pub(crate) fn balance(&self) -> Option<Wei> {
        self.account.map(|account| self.ledger.accounts().balance(account))
    }
}
