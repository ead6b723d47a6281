//! What a settlement tells of: receipts, activities, and who wants to hear of them.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use alloy_primitives::Address;
use pinfi_core::pool::Reserves;
use pinfi_core::units::Timestamp;
use pinfi_core::{Event, Events};
use serde::{Deserialize, Serialize};

use super::embedded::Recovery;
use super::evm::{ChainError, Progress};

/// Confirms that an action was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its place in the ledger's order.
    pub seq: u64,
    /// The ledger's time at which it happened.
    pub time: Timestamp,
    /// What it did, in order.
    pub events: Events,
}

/// An action that was settled, for lists of what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its place in the ledger's order.
    pub seq: u64,
    /// The ledger's time at which it happened.
    pub time: Timestamp,
    /// Who signed it.
    pub signer: Address,
    /// The name of its typed message.
    pub action: String,
    /// What it did, in order.
    pub events: Vec<Event>,
}

/// A pool's reserves right after an action touched them. Between two samples time alone
/// changes them, and [`Pool::at`](pinfi_core::pool::Pool::at) says how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolSample {
    /// The action's place in the ledger's order.
    pub seq: u64,
    /// The reserves; their time is in them.
    pub reserves: Reserves,
}

/// News for whoever shows the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Update {
    /// An action was settled, here or by another tab.
    Applied(Activity),
    /// The clock was set.
    Clock,
    /// The ledger was replaced by another one: everything is to be read anew.
    Replaced,
    /// The stored log turned out to be damaged while it was open.
    Damaged(Recovery),
    /// A transaction got somewhere.
    Transaction(Progress),
    /// The chain went out of reach, for this reason; or came back.
    Reach(Option<ChainError>),
}

type Listener = Rc<dyn Fn(&Update)>;

/// Those who listen, in the order in which they came.
#[derive(Clone, Default)]
pub struct Listeners(Rc<Registry>);

#[derive(Default)]
struct Registry {
    next: Cell<u64>,
    listeners: RefCell<Vec<(u64, Listener)>>,
}

impl Listeners {
    /// Calls `listener` at each update until the subscription is dropped.
    pub fn subscribe(&self, listener: Listener) -> Subscription {
        let number = self.0.next.get();
        self.0.next.set(number + 1);
        self.0.listeners.borrow_mut().push((number, listener));
        Subscription { registry: Rc::downgrade(&self.0), number }
    }

    /// Tells all. A listener may subscribe or unsubscribe meanwhile.
    pub fn tell(&self, update: &Update) {
        let listeners = self.0.listeners.borrow().clone();
        for (_, listener) in listeners {
            listener(update);
        }
    }
}

/// Keeps a listener subscribed as long as it lives.
#[must_use = "dropping it ends the subscription"]
pub struct Subscription {
    registry: Weak<Registry>,
    number: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(registry) = self.registry.upgrade() {
            // Dropped after the borrow: a listener may own subscriptions itself.
            let mut listeners = registry.listeners.borrow_mut();
            let place = listeners.iter().position(|(number, _)| *number == self.number);
            let listener = place.map(|place| listeners.remove(place));
            drop(listeners);
            drop(listener);
        }
    }
}
