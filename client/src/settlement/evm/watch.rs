//! A transaction on its way, to its end or that of the one that takes its place.
//!
//! A wallet numbers and prices by itself, and its owner may offer more for a transaction or cancel it
//! there, as ours may here (`outbid`). Of all that have one nonce only one gets into a block, and what it
//! does, not its hash, says what has become of the wish.

use alloy_primitives::{B256, Bytes};
use pinfi_evm::{Call, Refusal};

use super::error::{ChainError, TransactionError};
use super::journal::{self, Pending};
use super::node::{Found, Included};
use super::send::unreached;
use super::{ChainLedger, Progress, Stage};
use crate::settlement::{Receipt, SubmitError, Update};

/// How often a transaction that the chain took back is waited for again.
const TAKEBACKS: u32 = 3;
/// How often reading is tried until it has reached the block of a transaction.
const READS: u32 = 20;
/// How often the nonce must be found used, and not by whom, until the place counts as taken: behind one
/// URL may be several nodes, and one that answers late.
const PASSES: u32 = 5;

/// What is known of a transaction by now.
enum Seen {
    /// The node has it.
    Waiting,
    /// It, or one of ours in its place, is in a block.
    Included(Box<Pending>, Included),
    /// A transaction of its number is in a block.
    Passed,
    /// The node does not know it.
    Unknown,
}

/// Whose the place is.
enum Place {
    Ours,
    Cancelled,
    Replaced,
    Unclear,
}

/// A good end.
pub(super) struct Good {
    /// The transaction that is in the block.
    pub(super) hash: B256,
    pub(super) block: u64,
}

impl ChainLedger {
    /// Sees to the transactions that an earlier visit has left on their way, or that were waited for in
    /// vain. Returns the block of each that succeeded: what it did may have been read already.
    ///
    /// # Errors
    /// [`SubmitError::Storage`].
    pub async fn resume(&self) -> Result<Vec<Result<u64, SubmitError>>, SubmitError> {
        let mut firsts: Vec<Pending> = Vec::new();
        for pending in journal::pending(self.storage(), self.book()).await? {
            let mut rivals = self.0.rivals.borrow_mut();
            let is_seen_to = self.0.watched.borrow().contains(&pending.hash)
                || rivals.iter().any(|rival| rival.hash == pending.hash);
            if is_seen_to {
                continue;
            }
            if firsts.iter().any(|first| first.rivals(&pending)) {
                rivals.push(pending);
            } else {
                firsts.push(pending);
            }
        }
        let mut ends = Vec::new();
        for mut pending in firsts {
            self.tell(&pending, Stage::Pending);
            let end = self.conclude(&mut pending).await;
            if let Ok(good) = &end {
                self.confirm(&pending, good.block).await;
            }
            ends.push(end.map(|good| good.block));
        }
        // What they did is seen now or, where the node is away, later.
        let _ = self.sync().await;
        Ok(ends)
    }

    /// Follows a transaction to its end, tells of it, and returns what it did.
    pub(super) async fn see_through(&self, pending: &mut Pending) -> Result<Receipt, SubmitError> {
        let mut takebacks = 0;
        loop {
            let Good { hash, block } = self.conclude(pending).await?;
            match self.read_to(block, hash).await {
                // The chain took it back: it may come again, and is waited for again.
                Ok(None) if takebacks < TAKEBACKS => takebacks += 1,
                Ok(None) => {
                    let dropped = TransactionError::Dropped { hash: pending.hash };
                    return Err(self.fail(pending, dropped).await);
                }
                Ok(Some(receipt)) => {
                    self.confirm(pending, block).await;
                    return Ok(receipt);
                }
                Err(error) => {
                    self.confirm(pending, block).await;
                    return Err(unreached(error));
                }
            }
        }
    }

    /// Follows a transaction to its end, tells of a bad one, and returns a good one.
    pub(super) async fn conclude(&self, pending: &mut Pending) -> Result<Good, SubmitError> {
        self.0.watched.borrow_mut().insert(pending.hash);
        let watch = Watch { ledger: self, hash: pending.hash };
        let outcome = self.watch(pending).await;
        drop(watch);
        match outcome {
            Ok(good) => Ok(good),
            Err(error) => Err(self.fail(pending, error).await),
        }
    }

    /// Tells of a good end.
    pub(super) async fn confirm(&self, pending: &Pending, block: u64) {
        self.forget(pending).await;
        self.tell(pending, Stage::Confirmed { block });
    }

    /// Tells of a bad end, and returns it.
    async fn fail(&self, pending: &Pending, error: TransactionError) -> SubmitError {
        let stage = match &error {
            TransactionError::Replaced { .. } => Stage::Replaced,
            TransactionError::Cancelled { .. } => Stage::Cancelled,
            TransactionError::Dropped { .. } => Stage::Dropped,
            TransactionError::TimedOut { .. } => Stage::TimedOut,
            TransactionError::Reverted { refusal, .. } => {
                Stage::Reverted { refusal: refusal.clone() }
            }
        };
        // What may still come stays in the journal.
        if stage != Stage::TimedOut {
            self.forget(pending).await;
            // What was in the way is worth seeing; if it can't be read now, it is later.
            let _ = self.sync().await;
        }
        self.tell(pending, stage);
        SubmitError::Transaction(Box::new(error))
    }

    /// Takes a transaction that has ended out of what is kept, and all that were sent in its place.
    async fn forget(&self, pending: &Pending) {
        let mut ended = self.rivals_of(pending);
        ended.push(pending.clone());
        self.0.rivals.borrow_mut().retain(|rival| !rival.rivals(pending));
        for one in ended {
            let _seen_again_by_the_next_visit = journal::remove(self, one.hash).await;
        }
    }

    fn rivals_of(&self, pending: &Pending) -> Vec<Pending> {
        let rivals = self.0.rivals.borrow();
        rivals.iter().filter(|rival| rival.rivals(pending)).cloned().collect()
    }

    /// Waits until a transaction has ended or patience has.
    async fn watch(&self, own: &mut Pending) -> Result<Good, TransactionError> {
        let hash = own.hash;
        let begun = self.wall_ms();
        let (mut lost_at, mut passes) = (None, 0);
        loop {
            let seen = self.look(own).await;
            if matches!(seen, Ok(Seen::Waiting | Seen::Passed)) {
                lost_at = None;
            }
            match seen {
                Ok(Seen::Included(by, Included { block, succeeded: false })) => {
                    let refusal = self.why_reverted(&by, block).await;
                    return Err(TransactionError::Reverted { hash, refusal });
                }
                Ok(Seen::Included(by, _)) if by.is_void() && !own.is_void() => {
                    return Err(TransactionError::Cancelled { hash });
                }
                Ok(Seen::Included(by, Included { block, .. })) => {
                    return Ok(Good { hash: by.hash, block });
                }
                Ok(Seen::Passed) => match self.place_of(own).await {
                    Place::Ours => passes = 0,
                    Place::Cancelled => return Err(TransactionError::Cancelled { hash }),
                    Place::Replaced => return Err(TransactionError::Replaced { hash }),
                    Place::Unclear => {
                        passes += 1;
                        if own.is_numbered && passes >= PASSES {
                            return Err(TransactionError::Replaced { hash });
                        }
                    }
                },
                Ok(Seen::Unknown) => {
                    let now = self.wall_ms();
                    let lost_ms = now.saturating_sub(*lost_at.get_or_insert(now));
                    let newest = self.rivals_of(own).pop().unwrap_or_else(|| own.clone());
                    // Who has no bytes had a wallet send it elsewhere: our node may not have heard of it yet.
                    let newest_is_void = newest.is_void();
                    if let Some(raw) = newest.raw.or_else(|| own.raw.clone()) {
                        if lost_ms > self.0.pace.lost_ms {
                            return Err(TransactionError::Dropped { hash });
                        }
                        // What the account agreed to is not begun anew after its deadline; what cancels is.
                        if newest_is_void || self.time() <= own.deadline {
                            // Whether it arrived is seen when we look again.
                            let _ = self.node().send(&raw).await;
                        }
                    }
                }
                // While the node is away nothing is known; the transaction may be well.
                Ok(Seen::Waiting) | Err(_) => {}
            }
            if self.wall_ms().saturating_sub(begun) > self.0.pace.patience_ms {
                return Err(TransactionError::TimedOut { hash });
            }
            self.timer().sleep(self.0.pace.poll_ms).await;
        }
    }

    async fn look(&self, own: &mut Pending) -> Result<Seen, ChainError> {
        let node = self.node();
        if !own.is_numbered
            && let Some(found) = node.transaction(own.hash).await?
        {
            self.number(own, &found).await;
        }
        let mut ours = self.rivals_of(own);
        ours.push(own.clone());
        for one in &ours {
            if let Some(included) = node.receipt(one.hash).await? {
                return Ok(Seen::Included(Box::new(one.clone()), included));
            }
        }
        if node.nonce(own.from, false).await? > own.nonce {
            return Ok(Seen::Passed);
        }
        for one in &ours {
            if node.transaction(one.hash).await?.is_some() {
                return Ok(Seen::Waiting);
            }
        }
        Ok(Seen::Unknown)
    }

    /// Finds out whose transaction is in the place of one of ours.
    async fn place_of(&self, own: &mut Pending) -> Place {
        let taker = self.node().taker(own.from, own.nonce).await;
        let Ok(Some(found)) = taker else { return Place::Unclear };
        let is_ours = |one: &Pending| one.hash == found.hash;
        // Its receipt has come since we asked, or comes yet.
        if is_ours(own) || self.rivals_of(own).iter().any(is_ours) {
            return Place::Ours;
        }
        if own.is_same_deed(&found) {
            self.number(own, &found).await;
            let rival = Pending { hash: found.hash, raw: None, ..own.clone() };
            let _unkept_it_is_found_again = journal::add(self, &rival).await;
            self.0.rivals.borrow_mut().push(rival);
            return Place::Ours;
        }
        // The guess was wrong, or it was replaced before our node saw it: we can't tell.
        if !own.is_numbered {
            return Place::Unclear;
        }
        if found.to == Some(own.from) && found.data.is_empty() {
            Place::Cancelled
        } else {
            Place::Replaced
        }
    }

    /// Notes the number that a wallet has given.
    async fn number(&self, own: &mut Pending, found: &Found) {
        if !own.is_numbered {
            (own.nonce, own.is_numbered) = (found.nonce, true);
            let _numbered_again_by_the_next_visit = journal::add(self, own).await;
        }
    }

    /// Tells whether the node surely knows nothing of a transaction, and its place is free.
    pub(super) async fn is_unheard_of(&self, pending: &Pending) -> bool {
        let node = self.node();
        let found = node.transaction(pending.hash).await;
        let next = node.nonce(pending.from, false).await;
        matches!(found, Ok(None)) && next.is_ok_and(|next| next <= pending.nonce)
    }

    /// Asks the chain as it was why a transaction was refused.
    async fn why_reverted(&self, pending: &Pending, block: u64) -> Refusal {
        let call = Call { to: pending.to, data: pending.data.clone() };
        for at in [block.saturating_sub(1), block] {
            let found = self.node().view(pending.from, &call, Some(at)).await;
            if let Some(refusal) = found.err().and_then(|error| error.refusal()) {
                return refusal;
            }
        }
        Refusal::Unknown(Bytes::new())
    }

    /// Reads on until what a transaction did is known; none where the chain took it back.
    async fn read_to(&self, block: u64, hash: B256) -> Result<Option<Receipt>, ChainError> {
        let mut last = None;
        for _ in 0..READS {
            last = self.sync().await.err();
            if let Some(receipt) = self.follow(|follow| follow.receipt(hash)) {
                return Ok(Some(receipt));
            }
            let read = self.follow(|follow| follow.model.state().block);
            // Whatever succeeds leaves a log of one of our contracts.
            if last.is_none() && read.is_some_and(|read| read.number >= block) {
                return Ok(None);
            }
            self.timer().sleep(self.0.pace.poll_ms).await;
        }
        last.map_or(Ok(None), Err)
    }

    pub(super) fn tell(&self, pending: &Pending, stage: Stage) {
        let Pending { hash, actions, raw, .. } = pending.clone();
        let progress = Progress { hash, actions, is_ours: raw.is_some(), stage };
        self.0.listeners.tell(&Update::Transaction(progress));
    }
}

/// Marks a transaction as waited for while it lives.
struct Watch<'a> {
    ledger: &'a ChainLedger,
    hash: B256,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.ledger.0.watched.borrow_mut().remove(&self.hash);
    }
}
