//! Settling on an EVM chain.
//!
//! The chain's logs are all that is read to show the ledger: core repeats what they tell, and what
//! it comes to is compared with what the contracts answer at the same block. Writing is one
//! transaction a submission, kept in the browser's storage before it is sent, and followed to its
//! end. Whatever is lost on our side is read from the chain again.
//!
//! | file | what lives there |
//! |---|---|
//! | `transport`, `timer` | the node and the wall clock, with their doubles |
//! | `rpc` | JSON-RPC: batches, patience |
//! | `node` | what we ask a node for, with types |
//! | `state` | what is known of the chain so far |
//! | `follow` | reading on: chunks, hashes, the check against the contracts |
//! | `allowance` | a permit for what an action takes, and no more |
//! | `terms` | what a submission costs and allows, before it is signed |
//! | `send` | a transaction from the wish until it is on its way |
//! | `watch` | from there to its end, or that of the one in its place |
//! | `pay` | the chain's own money, from one account to another |
//! | `outbid` | another one in its place, that pays more |
//! | `transaction` | its price and its signature |
//! | `journal` | what is kept between visits |
//! | `injected` | wallets that the page finds: EIP-1193 |
//! | `discovery` | how it finds them: EIP-6963 |
//! | `choice` | which chain was chosen, kept between visits |
//! | `error` | what goes wrong |

mod allowance;
#[cfg(target_arch = "wasm32")]
mod browser;
mod choice;
#[cfg(target_arch = "wasm32")]
mod discovery;
mod error;
mod follow;
mod injected;
mod journal;
mod node;
mod outbid;
mod pay;
mod rpc;
mod send;
mod state;
mod terms;
mod timer;
mod transaction;
mod transport;
mod watch;

#[cfg(target_arch = "wasm32")]
pub use browser::FetchTransport;
pub(crate) use choice::check_url;
pub use choice::{Choice, ChoiceError, ChosenWallet};
#[cfg(target_arch = "wasm32")]
pub use discovery::{Announced, Discovery};
pub use error::{ChainError, TransactionError};
pub use injected::{
    InjectedSigner, Listening, MemoryProvider, Provider, ProviderError, connect, first_account,
    reconnect,
};
pub use node::{Included, Node};
pub use outbid::{Bid, Offer};
pub use pay::Payment;
#[cfg(target_arch = "wasm32")]
pub use timer::BrowserTimer;
pub use timer::{ManualTimer, Timer};
pub use transport::{FaultyTransport, Reply, Transport, TransportError};

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use alloy_primitives::{Address, B256, U256, keccak256};
use async_trait::async_trait;
use pinfi_core::Ledger;
use pinfi_core::units::{PoolId, Timestamp};
use pinfi_evm::{AddressBook, Block, Contracts, Gap, ReadModel, Refusal};

use self::journal::Pending;
use self::send::unreached;
use self::state::Follow;
use super::signer::Signer;
use super::{
    Activity, Descriptor, Listeners, PoolSample, Receipt, Settlement, SubmitError, Subscription,
    Terms, Update,
};
use crate::intent::{Domain, Intent, Speed};
use crate::storage::Storage;

/// How patient we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How often the chain is looked at, in milliseconds.
    pub poll_ms: u64,
    /// How long a transaction is waited for, in milliseconds.
    pub patience_ms: u64,
    /// For how long the node must have denied a transaction until it counts as dropped, in
    /// milliseconds; meanwhile it is sent again at each look.
    pub lost_ms: u64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { poll_ms: 2_000, patience_ms: 180_000, lost_ms: 60_000 }
    }
}

/// Where a transaction has got to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// It waits for a block.
    Pending,
    /// It is in a block and did what it was to do.
    Confirmed {
        /// The block.
        block: u64,
    },
    /// It is in a block and did nothing.
    Reverted {
        /// Why.
        refusal: Refusal,
    },
    /// Another transaction took its place.
    Replaced,
    /// An empty transaction took its place, as its account wanted.
    Cancelled,
    /// The chain does not know it any more.
    Dropped,
    /// Nobody waits for it any more; it may still come.
    TimedOut,
}

/// News of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Its hash.
    pub hash: B256,
    /// The names of its actions.
    pub actions: Vec<String>,
    /// Whether a key of ours has signed it, so that [`ChainLedger::offer`] can outbid it.
    pub is_ours: bool,
    /// Where it has got to: it, or the one in its place that does the same.
    pub stage: Stage,
}

/// A ledger that contracts keep on a chain. Clones are the same ledger.
#[derive(Clone)]
pub struct ChainLedger(Rc<Inner>);

struct Inner {
    book: Rc<AddressBook>,
    node: Node,
    storage: Rc<dyn Storage>,
    pace: Pace,
    follow: RefCell<Follow>,
    listeners: Listeners,
    /// Whether somebody is reading: one at a time.
    reading: Cell<bool>,
    /// The transactions that somebody waits for.
    watched: RefCell<BTreeSet<B256>>,
    /// What was sent in place of those.
    rivals: RefCell<Vec<Pending>>,
    /// The code of what keeps us from the chain, as it was told last.
    trouble: Cell<Option<&'static str>>,
}

impl ChainLedger {
    /// Connects to a deployment through a node, and reads on from where the last visit got to.
    ///
    /// # Errors
    /// [`ChainError::WrongChain`], [`ChainError::NoContract`] or [`ChainError::OtherCode`] where the
    /// node is not of the address book's chain; else those of [`Self::sync`].
    pub async fn open(
        book: AddressBook,
        transport: Rc<dyn Transport>,
        timer: Rc<dyn Timer>,
        storage: Rc<dyn Storage>,
        pace: Pace,
    ) -> Result<Self, ChainError> {
        let book = Rc::new(book);
        let node = Node::new(transport, timer);
        let (expected, found) = (book.chain_id, node.chain_id().await?);
        if expected != found {
            return Err(ChainError::WrongChain { expected, found });
        }
        check_codes(&node, &book).await?;
        let follow = journal::snapshot(storage.as_ref(), &book).await;
        let follow = match follow {
            Some(follow) => follow,
            None => Follow::new(ReadModel::new(Rc::clone(&book)).map_err(Gap::from)?),
        };
        let ledger = Self(Rc::new(Inner {
            book,
            node,
            storage,
            pace,
            follow: RefCell::new(follow),
            listeners: Listeners::default(),
            reading: Cell::new(false),
            watched: RefCell::default(),
            rivals: RefCell::default(),
            trouble: Cell::new(None),
        }));
        ledger.sync().await?;
        Ok(ledger)
    }

    /// Follows the chain until every other handle of the ledger is dropped.
    pub async fn run(self) {
        let weak = Rc::downgrade(&self.0);
        let timer = Rc::clone(self.timer());
        let poll_ms = self.0.pace.poll_ms;
        drop(self);
        loop {
            timer.sleep(poll_ms).await;
            let Some(inner) = weak.upgrade() else { return };
            // What keeps us from the chain is told to the listeners, and tried again.
            let _ = Self(inner).sync().await;
        }
    }

    /// Returns where the contracts are.
    #[must_use]
    pub fn book(&self) -> &AddressBook {
        &self.0.book
    }

    /// Returns the code of what keeps us from the chain at present.
    #[must_use]
    pub fn trouble(&self) -> Option<&'static str> {
        self.0.trouble.get()
    }

    /// Returns the newest block that was seen.
    #[must_use]
    pub fn head(&self) -> Option<Block> {
        self.follow(|follow| follow.head.map(|head| head.block))
    }

    /// Returns what an account has of the chain's own money, in wei: transactions are paid with it.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn money(&self, account: Address) -> Result<U256, ChainError> {
        self.node().balance(account).await
    }

    fn node(&self) -> &Node {
        &self.0.node
    }

    fn storage(&self) -> &dyn Storage {
        self.0.storage.as_ref()
    }

    fn timer(&self) -> &Rc<dyn Timer> {
        self.0.node.rpc.timer()
    }

    fn wall_ms(&self) -> u64 {
        self.timer().wall_ms()
    }

    fn domain(&self) -> Domain {
        Domain { chain_id: self.0.book.chain_id, ledger: self.0.book.contracts.market }
    }

    fn time(&self) -> Timestamp {
        let wall_ms = self.wall_ms();
        self.follow(|follow| follow.now(wall_ms))
    }

    /// Looks at what is known of the chain, or changes it; never across a wait.
    fn follow<T>(&self, look: impl FnOnce(&mut Follow) -> T) -> T {
        look(&mut self.0.follow.borrow_mut())
    }

    /// Waits until nobody else reads.
    async fn turn(&self) -> Turn<'_> {
        while self.0.reading.replace(true) {
            self.timer().sleep(TURN_MS).await;
        }
        Turn(&self.0.reading)
    }

    /// Tells the listeners when the chain goes out of reach, and when it comes back.
    fn tell_reach(&self, error: Option<&ChainError>) {
        let code = error.map(ChainError::code);
        if self.0.trouble.replace(code) != code {
            self.0.listeners.tell(&Update::Reach(error.cloned()));
        }
    }
}

/// Checks that what is read from is there, and is what the address book says.
async fn check_codes(node: &Node, book: &AddressBook) -> Result<(), ChainError> {
    let hashes = book.code_hashes;
    let Contracts { market, pin, rewards, game, .. } = book.contracts;
    let expected = [
        (market, hashes.map(|of| of.market)),
        (pin, hashes.map(|of| of.pin)),
        (rewards, hashes.map(|of| of.rewards)),
        (game, hashes.map(|of| of.game)),
    ];
    for (address, hash) in expected {
        let code = node.code(address).await?;
        if code.is_empty() {
            return Err(ChainError::NoContract { address });
        }
        if hash.is_some_and(|hash| hash != keccak256(&code)) {
            return Err(ChainError::OtherCode { address });
        }
    }
    Ok(())
}

/// How long a reader waits for another one.
const TURN_MS: u64 = 50;

/// Keeps others from reading while it lives.
struct Turn<'a>(&'a Cell<bool>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

#[async_trait(?Send)]
impl Settlement for ChainLedger {
    fn descriptor(&self) -> Descriptor {
        let name = self.0.book.name.clone();
        let domain = self.domain();
        Descriptor { name, domain, is_sandbox: false, judges: false, joins: true }
    }

    fn now(&self) -> Timestamp {
        self.time()
    }

    fn speed(&self) -> Speed {
        Speed::Real
    }

    fn ledger(&self) -> Rc<Ledger> {
        self.follow(|follow| Rc::clone(&follow.model.state().ledger))
    }

    async fn nonce(&self, account: Address) -> Result<u64, SubmitError> {
        self.node().nonce(account, true).await.map_err(unreached)
    }

    async fn terms(&self, account: Address, intents: &[Intent]) -> Result<Terms, SubmitError> {
        self.terms_of(account, intents).await
    }

    async fn submit(&self, intent: Intent, signer: &dyn Signer) -> Result<Receipt, SubmitError> {
        self.submit_together(vec![intent], signer).await
    }

    async fn submit_together(
        &self,
        intents: Vec<Intent>,
        signer: &dyn Signer,
    ) -> Result<Receipt, SubmitError> {
        self.send_together(intents, signer).await
    }

    fn subscribe(&self, listener: Rc<dyn Fn(&Update)>) -> Subscription {
        self.0.listeners.subscribe(listener)
    }

    fn activities(&self, account: Option<Address>) -> Vec<Activity> {
        self.follow(|follow| follow.history.activities(account))
    }

    fn samples(&self, pool: PoolId) -> Vec<PoolSample> {
        self.follow(|follow| follow.history.samples(pool))
    }

    fn is_simulated(&self, _: Address) -> bool {
        false
    }
}
