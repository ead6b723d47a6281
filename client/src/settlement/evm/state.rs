//! What is known of the chain so far.

use std::collections::VecDeque;
use std::rc::Rc;

use alloy_primitives::B256;
use pinfi_core::units::Timestamp;
use pinfi_evm::{BlockLogs, Cause, Happening, ReadModel};

use super::ChainLedger;
use super::error::ChainError;
use super::node::Header;
use crate::intent::LedgerAction;
use crate::settlement::{Activity, History, Receipt};

/// Transactions whose receipts are still at hand.
const RECENT: usize = 256;

/// The read model, its past, and the newest block.
pub(super) struct Follow {
    pub(super) model: ReadModel,
    pub(super) history: Rc<History>,
    /// The histories at the read model's points.
    kept: VecDeque<(B256, Rc<History>)>,
    recent: VecDeque<(B256, Receipt)>,
    /// What has happened since the last check.
    unchecked: Vec<Happening>,
    pub(super) head: Option<Header>,
    /// The wall clock when the newest block was first seen.
    head_wall_ms: u64,
}

impl Follow {
    pub(super) fn new(model: ReadModel) -> Self {
        Self {
            model,
            history: Rc::default(),
            kept: VecDeque::new(),
            recent: VecDeque::new(),
            unchecked: Vec::new(),
            head: None,
            head_wall_ms: 0,
        }
    }

    pub(super) fn resumed(model: ReadModel, history: History) -> Self {
        let mut follow = Self { history: Rc::new(history), ..Self::new(model) };
        // It was kept because it was checked.
        follow.keep();
        follow
    }

    /// Takes blocks; all or nothing.
    pub(super) fn take(
        &mut self,
        ledger: &ChainLedger,
        blocks: &[BlockLogs],
    ) -> Result<(), ChainError> {
        let mut history = Rc::clone(&self.history);
        let mut happened = Vec::new();
        self.model.take_each(blocks, |happening, state| {
            Rc::make_mut(&mut history).enter(activity(ledger, happening), false, state);
            happened.push(happening.clone());
        })?;
        self.history = history;
        for happening in &happened {
            self.note(happening);
        }
        self.unchecked.append(&mut happened);
        Ok(())
    }

    /// Returns what has happened since the last check.
    pub(super) fn unchecked(&self) -> &[Happening] {
        &self.unchecked
    }

    /// Tells whether the present state was checked.
    pub(super) fn is_checked(&self) -> bool {
        self.model.points().next() == self.model.state().block
    }

    /// Adds what happened to the receipt of its transaction.
    fn note(&mut self, happening: &Happening) {
        let Happening { seq, time, transaction, events, .. } = happening;
        if let Some((hash, receipt)) = self.recent.back_mut()
            && hash == transaction
        {
            receipt.events.extend(events.iter().cloned());
            return;
        }
        if self.recent.len() >= RECENT {
            self.recent.pop_front();
        }
        let receipt = Receipt { seq: *seq, time: *time, events: events.clone() };
        self.recent.push_back((*transaction, receipt));
    }

    /// Returns what a transaction did, if it was read lately.
    pub(super) fn receipt(&self, transaction: B256) -> Option<Receipt> {
        let found = self.recent.iter().rev().find(|(hash, _)| *hash == transaction);
        found.map(|(_, receipt)| receipt.clone())
    }

    /// Notes the present state, which was checked, as one to go back to. Returns what has happened
    /// since the one before.
    pub(super) fn keep(&mut self) -> Vec<Happening> {
        self.model.keep();
        if let Some(block) = self.model.state().block {
            self.kept.retain(|(hash, _)| *hash != block.hash);
            self.kept.push_back((block.hash, Rc::clone(&self.history)));
            let points = &self.model;
            self.kept.retain(|(hash, _)| points.points().any(|point| point.hash == *hash));
        }
        std::mem::take(&mut self.unchecked)
    }

    /// Goes back to a state that was kept.
    pub(super) fn step_back(&mut self, hash: B256) {
        if !self.model.step_back(hash) {
            return;
        }
        if let Some(place) = self.kept.iter().rposition(|(kept, _)| *kept == hash) {
            self.kept.truncate(place + 1);
            if let Some((_, history)) = self.kept.back() {
                self.history = Rc::clone(history);
            }
        }
        self.unchecked.clear();
        let next = self.model.state().next;
        self.recent.retain(|(_, receipt)| receipt.seq < next);
    }

    /// Notes the newest block.
    pub(super) fn see_head(&mut self, head: Header, wall_ms: u64) {
        if self.head.is_none_or(|before| before.block != head.block) {
            self.head = Some(head);
            self.head_wall_ms = wall_ms;
        }
    }

    /// Returns the chain's time: the newest block's, carried on by the wall clock.
    pub(super) fn now(&self, wall_ms: u64) -> Timestamp {
        match self.head {
            Some(head) => {
                let passed = wall_ms.saturating_sub(self.head_wall_ms) / 1_000;
                Timestamp(head.block.time.0.saturating_add(passed))
            }
            None => Timestamp(wall_ms / 1_000),
        }
    }
}

/// Tells of something that happened, for lists.
pub(super) fn activity(ledger: &ChainLedger, happening: &Happening) -> Activity {
    let (signer, action) = match &happening.cause {
        Cause::Act { sender, action } => (*sender, LedgerAction::name_of(action)),
        Cause::Proof { sender, .. } => (*sender, "Prove"),
        Cause::Verdict { .. } => (ledger.book().contracts.game, "Verdict"),
    };
    Activity {
        seq: happening.seq,
        time: happening.time,
        signer,
        action: action.to_owned(),
        events: happening.events.clone(),
    }
}
