//! The ledger in this tab: an append-only log of signed actions in the browser's storage.
//!
//! Each record is tied to the one before by a hash, and the log's end is noted in the same
//! transaction. Opening checks every link, takes the newest snapshot that fits, and re-verifies
//! every signature since. What does not hold is cut, kept aside and told: see [`Recovery`].
//!
//! Any tab may write, one at a time: it takes a lock, catches up with what others have appended,
//! applies, appends. The others hear of it and catch up.
//!
//! | file | what lives there |
//! |---|---|
//! | `genesis` | what a ledger begins with |
//! | `record` | a line of the log and its link |
//! | `state` | what the log leads to; the one function that changes it |
//! | `load` | opening, checking, recovering |
//! | `write` | submitting and catching up |
//! | `parts` | what may be loaded separately |
//! | `transfer` | export, import, audit |
//! | `clock` | the ledger's time |
//! | `host`, `peers` | the machine and the other tabs, with their memory doubles |
//! | `browser` | the other tabs in a browser |

#[cfg(target_arch = "wasm32")]
mod browser;
mod clock;
mod genesis;
mod host;
mod load;
mod parts;
mod peers;
mod record;
mod state;
mod transfer;
mod write;

#[cfg(target_arch = "wasm32")]
pub use browser::BrowserPeers;
pub use genesis::{Genesis, NewLedger, SandboxRules};
#[cfg(target_arch = "wasm32")]
pub use host::BrowserHost;
pub use host::{Host, ManualHost, Task};
pub use load::Damage;
pub use peers::{Hold, MemoryPeers, Mode, News, Peers};
pub use record::Record;
pub use transfer::{Audit, ImportError};

use std::cell::RefCell;
use std::rc::Rc;

use alloy_primitives::Address;
use async_trait::async_trait;
use pinfi_core::Ledger;
use pinfi_core::units::{PoolId, Timestamp};

use self::clock::Anchor;
use self::load::Stored;
use self::state::State;
use super::{
    Activity, Descriptor, Listeners, PoolSample, Receipt, Rejection, Settlement, Signer,
    SubmitError, Subscription, Update,
};
use crate::intent::{Intent, SignedAction, Speed};
use crate::storage::{Storage, StorageError};

/// Held by whoever appends to the log.
const WRITER: &str = "pinfi/ledger/writer";
/// Held shared by every tab that has the ledger open.
const OPEN: &str = "pinfi/ledger/open";

/// What was wrong with a stored log, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The records that hold, and were kept.
    pub kept: u64,
    /// The records that were cut from the log, and are kept aside.
    pub cut: u64,
    /// The records that are known to have been there and are gone.
    pub lost: u64,
    /// What was found, in order.
    pub damages: Vec<Damage>,
    /// The name of what was cut, for [`EmbeddedLedger::export_aside`].
    pub aside: Option<String>,
}

/// Why no ledger could be opened or made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Nothing can be read or kept.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The new ledger's opening breaks a rule.
    #[error("the opening of the new ledger is refused: {0}")]
    Opening(#[from] Rejection),
    /// The system gave no randomness, or no lock among tabs.
    #[error("the system refused {what}")]
    Unavailable {
        /// What was asked for.
        what: &'static str,
    },
}

impl OpenError {
    /// Names the error for screens and logs; stable between versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Storage(error) => error.code(),
            Self::Opening(rejection) => rejection.code(),
            Self::Unavailable { .. } => "Unavailable",
        }
    }
}

/// The outside things that a ledger lives on.
#[derive(Clone)]
pub struct Ground {
    /// Where the log is kept.
    pub storage: Rc<dyn Storage>,
    /// The other tabs.
    pub peers: Rc<dyn Peers>,
    /// The machine.
    pub host: Rc<dyn Host>,
}

impl Ground {
    /// Returns what a ledger that lasts as long as this page lives on: for a browser that offers
    /// no storage.
    #[cfg(target_arch = "wasm32")]
    #[must_use]
    pub fn passing() -> Self {
        Self {
            storage: Rc::new(crate::storage::MemoryStorage::new()),
            peers: Rc::new(MemoryPeers::default()),
            host: Rc::new(BrowserHost),
        }
    }

    /// Returns what a ledger in the open database `name` lives on, shared with the other tabs.
    #[cfg(target_arch = "wasm32")]
    #[must_use]
    pub fn browser(name: &str, storage: Rc<dyn Storage>) -> Self {
        Self { storage, peers: Rc::new(BrowserPeers::join(name)), host: Rc::new(BrowserHost) }
    }
}

/// A ledger that is settled in this tab. Clones are the same ledger.
#[derive(Clone)]
pub struct EmbeddedLedger(Rc<Inner>);

struct Inner {
    ground: Ground,
    open: RefCell<Open>,
    listeners: Listeners,
    /// What is held as long as the ledger is open: the presence among tabs, the ear for news.
    holds: RefCell<Vec<Hold>>,
}

struct Open {
    genesis: Rc<Genesis>,
    state: State,
    anchor: Anchor,
}

impl EmbeddedLedger {
    /// Opens the stored ledger, or makes the one that `new` gives where there is none. Returns
    /// with it what was wrong with the stored one, if anything was; tell the user.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(
        ground: Ground,
        new: impl FnOnce(&dyn Host) -> Result<NewLedger, OpenError>,
    ) -> Result<(Self, Option<Recovery>), OpenError> {
        let Ground { storage, peers, host } = &ground;
        let lock = "a lock among tabs";
        let writer = peers.hold(WRITER, Mode::Exclusive).await;
        let writer = writer.ok_or(OpenError::Unavailable { what: lock })?;
        // Time while no tab looked passes at the wall's pace.
        let alone = peers.try_hold(OPEN).await;

        let wall_ms = host.wall_ms();
        let (open, recovery) = match load::load(storage.as_ref(), wall_ms).await? {
            Stored::Ledger(loaded) => {
                let (open, recovery) = Open::of(*loaded, wall_ms);
                let open = if alone.is_some() { open.resumed(wall_ms) } else { open };
                (open, recovery)
            }
            stored => {
                let new = new(host.as_ref())?;
                let open = write::create(&ground, new, wall_ms).await?;
                let recovery = match stored {
                    Stored::Unreadable(recovery) => Some(recovery),
                    _ => None,
                };
                (open, recovery)
            }
        };
        write::keep_anchor(storage.as_ref(), &open.anchor).await?;
        drop(alone);
        let present = peers.hold(OPEN, Mode::Shared).await;
        let present = present.ok_or(OpenError::Unavailable { what: lock })?;
        drop(writer);

        let inner = Rc::new(Inner {
            ground: ground.clone(),
            open: RefCell::new(open),
            listeners: Listeners::default(),
            holds: RefCell::new(vec![present]),
        });
        let ledger = Self(inner);
        ledger.listen();
        Ok((ledger, recovery))
    }

    /// Follows the news of other tabs.
    fn listen(&self) {
        let weak = Rc::downgrade(&self.0);
        let ear = self.0.ground.peers.listen(Box::new(move |news| {
            let Some(inner) = weak.upgrade() else { return };
            let ledger = Self(Rc::clone(&inner));
            inner.ground.host.spawn(Box::pin(async move { ledger.follow(news).await }));
        }));
        self.0.holds.borrow_mut().push(ear);
    }

    /// Settles an action that is signed already.
    ///
    /// # Errors
    /// As [`Settlement::submit`].
    pub async fn submit_signed(&self, signed: SignedAction) -> Result<Receipt, SubmitError> {
        self.append(signed).await
    }

    /// Returns what the ledger began with.
    #[must_use]
    pub fn genesis(&self) -> Rc<Genesis> {
        Rc::clone(&self.0.open.borrow().genesis)
    }

    /// Returns the number of records in the log.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.open.borrow().state.next
    }

    /// Tells whether nothing was settled yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the outside things that the ledger lives on.
    #[must_use]
    pub fn ground(&self) -> &Ground {
        &self.0.ground
    }
}

impl Open {
    fn of(loaded: load::Loaded, wall_ms: u64) -> (Self, Option<Recovery>) {
        let load::Loaded { genesis, state, anchor, recovery } = loaded;
        let from_log = Anchor::new(state.last, wall_ms, state.speed);
        // The log has the last word on the speed; the note of the clock may be damaged.
        let anchor = anchor.map_or(from_log, |anchor| Anchor { speed: state.speed, ..anchor });
        (Self { genesis: Rc::new(genesis), state, anchor }, recovery)
    }

    fn resumed(self, wall_ms: u64) -> Self {
        let anchor = self.anchor.resumed(wall_ms).mended(self.state.last, wall_ms);
        Self { anchor, ..self }
    }

    /// Returns the ledger's time, never before its last record.
    fn now(&self, wall_ms: u64) -> Timestamp {
        self.anchor.now(wall_ms).max(self.state.last)
    }
}

#[async_trait(?Send)]
impl Settlement for EmbeddedLedger {
    fn descriptor(&self) -> Descriptor {
        self.genesis().descriptor()
    }

    fn now(&self) -> Timestamp {
        self.0.open.borrow().now(self.0.ground.host.wall_ms())
    }

    fn speed(&self) -> Speed {
        self.0.open.borrow().state.speed
    }

    fn ledger(&self) -> Rc<Ledger> {
        Rc::clone(&self.0.open.borrow().state.ledger)
    }

    async fn nonce(&self, account: Address) -> Result<u64, SubmitError> {
        Ok(self.0.open.borrow().state.nonce(account))
    }

    async fn submit(&self, intent: Intent, signer: &dyn Signer) -> Result<Receipt, SubmitError> {
        let hash = intent.signing_hash().map_err(Rejection::from)?;
        let signature = signer.sign_digest(hash).await?;
        self.append(intent.into_signed(signer.address(), signature.as_bytes())).await
    }

    fn subscribe(&self, listener: Rc<dyn Fn(&Update)>) -> Subscription {
        self.0.listeners.subscribe(listener)
    }

    fn activities(&self, account: Option<Address>) -> Vec<Activity> {
        self.0.open.borrow().state.history.activities(account)
    }

    fn samples(&self, pool: PoolId) -> Vec<PoolSample> {
        self.0.open.borrow().state.history.samples(pool)
    }

    fn is_simulated(&self, account: Address) -> bool {
        self.0.open.borrow().genesis.is_simulated(account)
    }
}
