//! Verifiers: who challenges, who proves, who is found out.
//!
//! Every stake is challenged within six hours of its beginning and then once a week, or once an
//! epoch where the ledger pays for proved time, by the ledger's own challenge, commit, respond and
//! missed. Devices do the real work in its least size (n = 64, one round); a daily challenge of
//! each stake costs more than all the rest of the market together, and finds nobody who is not
//! found on the first day.

use std::collections::BTreeMap;

use alloy_primitives::Address;
use pinfi_core::pocps::{ChainProver, Challenge, Retain};
use pinfi_core::units::StakeId;
use pinfi_core::{Action, Event};

use crate::market::{Market, POOL};

/// In hours.
pub(crate) const WEEK: u32 = 168;

/// A stake whose device is to be looked at.
#[derive(Clone, Copy, Debug)]
struct Due {
    stake: StakeId,
    has_device: bool,
}

/// The verifiers and their diary.
#[derive(Clone, Debug)]
pub(crate) struct Verifiers {
    pub(crate) accounts: Vec<Address>,
    /// The hours from one look at a stake to the next.
    look_every: u32,
    due: BTreeMap<u32, Vec<Due>>,
    unanswered: Vec<StakeId>,
    pub(crate) passed: u64,
    pub(crate) slashed: u64,
}

impl Verifiers {
    pub(crate) fn new(look_every: u32) -> Self {
        let (accounts, unanswered, due) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { accounts, look_every, due, unanswered, passed: 0, slashed: 0 }
    }

    /// Enters a new stake.
    pub(crate) fn watch(&mut self, market: &mut Market, stake: StakeId, has_device: bool) {
        let hour = market.hour + 1 + market.dice.below(6);
        self.due.entry(hour).or_default().push(Due { stake, has_device });
    }

    /// Reports missed deadlines and makes this hour's challenges. Returns the stakes slashed.
    pub(crate) fn act(&mut self, market: &mut Market) -> Vec<StakeId> {
        if self.accounts.is_empty() {
            return Vec::new();
        }
        let mut slashed = Vec::new();
        for stake in core::mem::take(&mut self.unanswered) {
            let verifier = self.anyone(market);
            if market.act(verifier, &Action::Missed { stake }).is_ok() {
                market.withdraw(stake);
                slashed.push(stake);
                self.slashed += 1;
            }
        }
        while let Some(entry) = self.due.first_entry()
            && *entry.key() <= market.hour
        {
            for due in entry.remove() {
                self.look_at(market, due);
            }
        }
        slashed
    }

    fn look_at(&mut self, market: &mut Market, due: Due) {
        let Due { stake, has_device } = due;
        let Ok(record) = market.ledger.stake_of(stake).copied() else { return };
        if !record.is_active() || record.expiry <= market.now() {
            return;
        }
        let verifier = self.anyone(market);
        let Ok(events) = market.act(verifier, &Action::Challenge { stake }) else { return };
        let [Event::Challenged { seed, .. }] = events[..] else { return };
        if !has_device {
            self.unanswered.push(stake);
            return;
        }
        if prove(market, record.provider, stake, seed).is_some() {
            self.passed += 1;
            self.due.entry(market.hour + self.look_every).or_default().push(due);
        }
    }

    fn anyone(&self, market: &mut Market) -> Address {
        let count = u32::try_from(self.accounts.len()).unwrap_or(u32::MAX);
        let chosen = market.dice.below(count) as usize;
        self.accounts.get(chosen).copied().unwrap_or_default()
    }
}

/// Does the work and answers with it.
fn prove(
    market: &mut Market,
    provider: Address,
    stake: StakeId,
    seed: alloy_primitives::B256,
) -> Option<()> {
    let rules = market.ledger.pool(POOL).ok()?.params().pocps;
    let work = rules.validate().ok()?;
    let mut prover = ChainProver::new(Challenge { seed, work }, Retain::ALL);
    let mut committed = prover.step(u32::MAX)?;
    let root = committed.root();
    let events = market.act(provider, &Action::Commit { stake, root }).ok()?;
    let [Event::Committed { beacon, .. }] = events[..] else { return None };
    let response = Box::new(committed.open(beacon, rules.samples));
    market.act(provider, &Action::Respond { stake, response }).ok().map(drop)
}
