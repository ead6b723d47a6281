//! What a miner keeps between visits: for which stakes it answers, and its diary.

use pinfi_core::Ledger;
use pinfi_core::stake::StakeState;
use pinfi_core::units::{StakeId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Diary, Order, SignedStatement};
use crate::intent::Domain;
use crate::storage::{Batch, Named, Storage, StorageError};

/// How many statements are kept.
const SAID: usize = 200;

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// For which stakes it answers.
    pub stakes: Vec<StakeId>,
    /// What was done.
    pub diary: Diary,
    /// What is to follow the stakes once they end, as they were seen last.
    pub orders: Vec<Order>,
    /// What was said of pauses, the oldest first.
    pub statements: Vec<SignedStatement>,
    /// How long the device has computed, in milliseconds.
    pub computed_ms: u64,
    /// How long it was on, in milliseconds.
    pub on_ms: u64,
}

impl Keep {
    /// Reads what is kept for a ledger; nothing where that cannot be read.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn of(storage: &dyn Storage, domain: Domain) -> Result<Self, StorageError> {
        let kept = storage.get(Named::Meta, &name(domain)).await?;
        Ok(kept.and_then(|bytes| postcard::from_bytes(&bytes).ok()).unwrap_or_default())
    }

    /// Keeps it.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn write(&self, storage: &dyn Storage, domain: Domain) -> Result<(), StorageError> {
        let bytes = postcard::to_allocvec(self)
            .map_err(|_| StorageError::Failed { name: "DataCloneError".to_owned() })?;
        storage.commit(Batch::new().put(Named::Meta, name(domain), bytes)).await
    }

    /// Notes what its stakes are, for when they have ended. Those that were slashed are not followed.
    pub fn remember(&mut self, ledger: &Ledger, now: Timestamp) {
        let is_slashed =
            |id: StakeId| ledger.stake_of(id).is_ok_and(|stake| stake.state == StakeState::Slashed);
        let stakes = &self.stakes;
        self.orders.retain(|order| stakes.contains(&order.stake) && !is_slashed(order.stake));
        for order in self.stakes.iter().filter_map(|id| Order::of(ledger, *id, now)) {
            self.orders.retain(|before| before.stake != order.stake);
            self.orders.push(order);
        }
    }

    /// Puts a stake into the place of the one that it follows.
    pub fn follow(&mut self, ended: StakeId, new: StakeId) {
        self.orders.retain(|order| order.stake != ended);
        self.stakes.retain(|stake| *stake != ended && *stake != new);
        self.stakes.push(new);
    }

    /// Adds a statement; the oldest make room.
    pub fn say(&mut self, statement: SignedStatement) {
        self.statements.push(statement);
        let over = self.statements.len().saturating_sub(SAID);
        self.statements.drain(..over);
    }

    /// Returns the part of the time that was spent on challenges, in parts of ten thousand, rounded
    /// down; `None` before it was on.
    #[must_use]
    pub fn duty_bps(&self) -> Option<u64> {
        self.computed_ms.saturating_mul(10_000).checked_div(self.on_ms)
    }
}

fn name(domain: Domain) -> String {
    format!("miner/{}/{}", domain.chain_id, domain.ledger)
}
