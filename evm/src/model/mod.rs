//! The core's ledger from the contracts' logs alone, block by block.
//!
//! Each log tells what somebody did; the core does the same and must say the same. PIN's own
//! transfers tell of payments: those that belong to a deed of the market are matched with it, the
//! others are payments of their own.
//!
//! | file | what lives there |
//! |---|---|
//! | `cause` | who did what, so that this was logged |
//! | `transaction` | the logs of one transaction, in order |

mod cause;
mod transaction;

use std::collections::VecDeque;
use std::rc::Rc;

use alloy_primitives::{Address, B256, Log};
use pinfi_core::rewards::Rewards;
use pinfi_core::units::{Timestamp, Wei};
use pinfi_core::{Error, Events, Ledger};
use serde::{Deserialize, Serialize};

use crate::AddressBook;

pub use cause::Cause;

/// How many points to go back to are kept; no chain that people settle on goes back further.
const POINTS: usize = 64;

/// A block of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its height.
    pub number: u64,
    /// Its hash, which commits to all blocks before.
    pub hash: B256,
    /// Its time.
    pub time: Timestamp,
}

/// A log with the transaction that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedLog {
    /// The transaction's hash.
    pub transaction: B256,
    /// The log.
    pub log: Log,
}

/// A block with its logs of PIN, the market, the rewards and the game, in order. Others are passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockLogs {
    /// The block.
    pub block: Block,
    /// Its logs.
    pub logs: Vec<PlacedLog>,
}

/// Something that happened on the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// Its place among all that ever happened here, from 0.
    pub seq: u64,
    /// The block's height.
    pub block: u64,
    /// The block's time.
    pub time: Timestamp,
    /// The transaction's hash.
    pub transaction: B256,
    /// Who did what.
    pub cause: Cause,
    /// What came of it.
    pub events: Events,
}

/// Why logs do not make a history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gap {
    /// The core refuses what a log tells.
    #[error("the core refuses what a log tells: {0}")]
    Refused(#[from] Error),
    /// The core says that something else happened.
    #[error("logged: {logged:?}, the core: {core:?}")]
    Unlike {
        /// What the logs say.
        logged: Events,
        /// What the core says.
        core: Events,
    },
    /// A deed paid `amount`, and PIN has no log of it.
    #[error("PIN has no log of {amount} wei from {from} to {to}")]
    NoPayment {
        /// Who paid.
        from: Address,
        /// Who received.
        to: Address,
        /// How much.
        amount: Wei,
    },
    /// A log is none that its contract writes.
    #[error("a log cannot be read: {0}")]
    Unreadable(String),
    /// A block does not come after the one before.
    #[error("block {number} does not come after block {last}")]
    Order {
        /// The block.
        number: u64,
        /// The last block taken.
        last: u64,
    },
}

/// The state after some block, to be kept and gone on from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The last block that is in it; none before the first.
    pub block: Option<Block>,
    /// The ledger.
    #[serde(with = "shared")]
    pub ledger: Rc<Ledger>,
    /// How much has happened.
    pub next: u64,
    /// PIN that its holders burned by themselves, which the core has no action for: in its ledger
    /// it is the PIN contract's.
    pub burned_by_hand: Wei,
}

/// A shared ledger, as its own bytes.
mod shared {
    use std::rc::Rc;

    use pinfi_core::Ledger;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(ledger: &Rc<Ledger>, to: S) -> Result<S::Ok, S::Error> {
        Ledger::serialize(ledger, to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Rc<Ledger>, D::Error> {
        Ledger::deserialize(from).map(Rc::new)
    }
}

/// A ledger that follows a chain's logs.
#[derive(Clone, Debug)]
pub struct ReadModel {
    book: Rc<AddressBook>,
    state: Snapshot,
    /// Earlier states, the oldest first.
    points: VecDeque<Snapshot>,
}

impl ReadModel {
    /// Begins with nothing.
    ///
    /// # Errors
    /// [`Error::BadParameter`] if the book's configuration is none that contracts can have.
    pub fn new(book: Rc<AddressBook>) -> Result<Self, Error> {
        let ledger = Rc::new(Ledger::with_rewards(book.config(), book.rewards)?);
        let state = Snapshot { block: None, ledger, next: 0, burned_by_hand: Wei::ZERO };
        Ok(Self { book, state, points: VecDeque::new() })
    }

    /// Goes on from a snapshot; none if it is of another ledger.
    #[must_use]
    pub fn resume(book: Rc<AddressBook>, state: Snapshot) -> Option<Self> {
        let rewards = state.ledger.rewards().map(Rewards::config);
        let fits = *state.ledger.config() == book.config() && rewards == Some(&book.rewards);
        fits.then(|| Self { book, state, points: VecDeque::new() })
    }

    /// Returns the state after the last block taken.
    #[must_use]
    pub const fn state(&self) -> &Snapshot {
        &self.state
    }

    /// Takes blocks that follow those before. Blocks without logs may be left out, but the last
    /// one tells how far this is. Returns what happened in them.
    ///
    /// # Errors
    /// A [`Gap`]; nothing of these blocks is then taken.
    pub fn take(&mut self, blocks: &[BlockLogs]) -> Result<Vec<Happening>, Gap> {
        let mut happened = Vec::new();
        self.take_each(blocks, |happening, _| happened.push(happening.clone()))?;
        Ok(happened)
    }

    /// Takes blocks as [`Self::take`] does, and shows each happening with the ledger as it was
    /// right after. What was shown before an error has not been taken.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub fn take_each(
        &mut self,
        blocks: &[BlockLogs],
        mut see: impl FnMut(&Happening, &Ledger),
    ) -> Result<(), Gap> {
        let mut next = self.state.clone();
        for BlockLogs { block, logs } in blocks {
            if let Some(last) = next.block.filter(|last| last.number >= block.number) {
                return Err(Gap::Order { number: block.number, last: last.number });
            }
            for logs in logs.chunk_by(|one, other| one.transaction == other.transaction) {
                transaction::take(&self.book, &mut next, block, logs, &mut see)?;
            }
            next.block = Some(*block);
        }
        self.state = next;
        Ok(())
    }

    /// Notes the present state as one to go back to.
    pub fn keep(&mut self) {
        if self.points.back().is_some_and(|point| point.block == self.state.block) {
            return;
        }
        if self.points.len() >= POINTS {
            self.points.pop_front();
        }
        self.points.push_back(self.state.clone());
    }

    /// Returns the blocks of the states to go back to, the latest first.
    pub fn points(&self) -> impl Iterator<Item = Block> + '_ {
        self.points.iter().rev().filter_map(|point| point.block)
    }

    /// Goes back to the state that was kept after the block with this hash, and forgets what came
    /// later. Returns whether there was one.
    pub fn step_back(&mut self, hash: B256) -> bool {
        let is_it = |point: &Snapshot| point.block.is_some_and(|block| block.hash == hash);
        let Some(place) = self.points.iter().rposition(is_it) else { return false };
        self.points.truncate(place + 1);
        if let Some(point) = self.points.back() {
            self.state = point.clone();
        }
        true
    }
}
