//! A transaction, from the wish until it is on its way.

use std::rc::Rc;

use alloy_primitives::{B256, U256, keccak256};
use pinfi_core::Action;
use pinfi_core::units::Timestamp;
use pinfi_evm::call::{call, game_multicall, market_call, multicall};
use pinfi_evm::game::game_call;
use pinfi_evm::{Call, Refusal};

use super::allowance::{self, PermitError};
use super::error::ChainError;
use super::journal::{self, Pending};
use super::{ChainLedger, Stage};
use crate::intent::{Intent, IntentError, LedgerAction};
use crate::settlement::signer::{Signer, TransactionRequest};
use crate::settlement::{Receipt, Rejection, SubmitError};

/// The name of a transaction that only allows another one.
const APPROVE: &str = "Approve";

impl ChainLedger {
    /// Settles several actions in one transaction: all or nothing.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub(super) async fn send_together(
        &self,
        intents: Vec<Intent>,
        signer: &dyn Signer,
    ) -> Result<Receipt, SubmitError> {
        let (first, actions) = self.accept(intents, signer).await?;
        // Nothing is signed where it can't be sent.
        signer.check_chain(self.0.book.chain_id).await.map_err(SubmitError::Signer)?;
        let names: Vec<String> =
            actions.iter().map(|action| LedgerAction::name_of(action).to_owned()).collect();
        let (nonce, spent) = self.approve(&actions, &first, signer).await?;
        let call = self.compose(&actions, signer, first.deadline).await?;
        let (deadline, sum) = (first.deadline, Sum::Exactly(U256::ZERO));
        let wish = Wish { nonce, call, sum, deadline, actions: names, spent };
        let (mut pending, _) = self.sign_and_send(wish, signer).await?;
        self.tell(&pending, Stage::Pending);
        self.see_through(&mut pending).await
    }

    /// Checks what can be checked without the chain's rules. Returns the first intent and the
    /// actions.
    async fn accept(
        &self,
        intents: Vec<Intent>,
        signer: &dyn Signer,
    ) -> Result<(Intent, Vec<Action>), SubmitError> {
        let unsupported = |action| SubmitError::Unsupported { action };
        let Some(first) = intents.first().cloned() else { return Err(unsupported("nothing")) };
        let rejected = |error: IntentError| SubmitError::Rejected(error.into());
        let expected = self.domain();
        let mut actions = Vec::with_capacity(intents.len());
        for intent in intents {
            if intent.domain != expected {
                let signed = intent.domain;
                return Err(rejected(IntentError::WrongDomain { signed, expected }));
            }
            let now = self.time();
            if intent.deadline < now {
                let deadline = intent.deadline;
                return Err(rejected(IntentError::DeadlineExpired { deadline, now }));
            }
            match intent.action {
                LedgerAction::Protocol(action) => actions.push(action),
                _ => return Err(SubmitError::Rejected(Rejection::SandboxOnly)),
            }
        }
        let next = self.node().nonce(signer.address(), true).await.map_err(unreached)?;
        let nonce = first.nonce;
        match nonce.cmp(&next) {
            core::cmp::Ordering::Less => Err(rejected(IntentError::NonceUsed { nonce, next })),
            core::cmp::Ordering::Greater => Err(rejected(IntentError::NonceGap { nonce, next })),
            core::cmp::Ordering::Equal => Ok((first, actions)),
        }
    }

    /// Makes the calls of the market that do it all; none where PIN's or the rewards' own call does.
    pub(super) fn market_calls(&self, actions: &[Action]) -> Option<Vec<Vec<u8>>> {
        actions.iter().map(market_call).collect()
    }

    /// Makes one call of the market's.
    pub(super) fn market_call_of(&self, calls: Vec<Vec<u8>>) -> Call {
        let contracts = &self.0.book.contracts;
        match calls.as_slice() {
            [only] => Call { to: contracts.market, data: only.clone().into() },
            _ => multicall(contracts, calls),
        }
    }

    /// Makes the call of an action that is not the market's, or of several moves of the game: they go
    /// together; no calls of several contracts do.
    pub(super) fn other_call(&self, actions: &[Action]) -> Result<Call, SubmitError> {
        let contracts = &self.0.book.contracts;
        let found = match actions {
            [only] => call(contracts, only),
            moves => {
                let calls: Option<Vec<_>> = moves.iter().map(game_move).collect();
                calls.map(|calls| game_multicall(contracts, calls))
            }
        };
        found.ok_or_else(|| {
            let strange = actions.iter().find(|action| market_call(action).is_none());
            SubmitError::Unsupported {
                action: strange.map_or("nothing", |action| LedgerAction::name_of(action)),
            }
        })
    }

    /// Makes the one call that does it all, with a permit for the PIN that it takes.
    async fn compose(
        &self,
        actions: &[Action],
        signer: &dyn Signer,
        deadline: Timestamp,
    ) -> Result<Call, SubmitError> {
        let Some(mut calls) = self.market_calls(actions) else { return self.other_call(actions) };
        let ledger = self.follow(|follow| Rc::clone(&follow.model.state().ledger));
        let amount = allowance::needed(&ledger, signer.address(), self.time(), actions).most;
        let permit = allowance::permit(self.node(), &self.0.book, signer, amount, deadline).await;
        let permit = permit.map_err(|error| match error {
            PermitError::Chain(error) => unreached(error),
            PermitError::Sign(error) => SubmitError::Signer(error),
        })?;
        if let Some(permit) = permit {
            calls.insert(0, permit);
        }
        Ok(self.market_call_of(calls))
    }

    /// Signs a transaction, keeps it, and only then sends it; what a wallet sends itself is kept after.
    /// Returns with it the most that it costs in fees, where we have set the price.
    pub(super) async fn sign_and_send(
        &self,
        wish: Wish,
        signer: &dyn Signer,
    ) -> Result<(Pending, U256), SubmitError> {
        let Wish { nonce, call, sum, deadline, actions, spent } = wish;
        let from = signer.address();
        let gas = self.node().gas(from, &call).await.map_err(refused)?;
        let (value, price) = match sum {
            Sum::Exactly(value) => (value, None),
            Sum::Rest => {
                let price = self.node().price().await.map_err(unreached)?;
                (self.rest(from, price.most(gas)).await?, Some(price))
            }
        };
        let Call { to, data } = call;
        let chain_id = self.0.book.chain_id;
        let request = TransactionRequest { chain_id, from, to, value, data: data.clone(), gas };
        let (hash, raw, is_numbered) = (B256::ZERO, None, false);
        let pending =
            Pending { hash, from, nonce, is_numbered, deadline, raw, to, data, value, actions };
        if let Some(hash) = signer.send(&request).await.map_err(SubmitError::Signer)? {
            let pending = Pending { hash, ..pending };
            // It is on its way, kept or not.
            let _forgotten_by_the_next_visit = journal::add(self, &pending).await;
            return Ok((pending, U256::ZERO));
        }
        let price = match price {
            Some(price) => price,
            None => self.node().price().await.map_err(unreached)?,
        };
        let limit = signer.fee_limit().map(|limit| limit.saturating_sub(spent));
        let price = price.within(gas, limit)?;
        let raw = self.node().sign_at(&request, nonce, price, signer).await?;
        let pending =
            Pending { hash: keccak256(&raw), is_numbered: true, raw: Some(raw), ..pending };
        self.send_kept(&pending).await?;
        Ok((pending, price.most(gas)))
    }

    /// Keeps a transaction that we have signed, and sends it.
    pub(super) async fn send_kept(&self, pending: &Pending) -> Result<(), SubmitError> {
        let Some(raw) = &pending.raw else { return Ok(()) };
        journal::add(self, pending).await?;
        // The node refuses what nobody has; whatever else went wrong, it may have arrived.
        if let Err(error @ ChainError::Node { .. }) = self.node().send(raw).await
            && self.is_unheard_of(pending).await
        {
            journal::remove(self, pending.hash).await?;
            return Err(refused(error));
        }
        Ok(())
    }

    /// Lets the rewards take what is to be locked, or the game a bond, where they may not yet: they know
    /// no permits, so an exact approval goes before. Returns the nonce that comes next, and the most that
    /// it has cost in fees.
    async fn approve(
        &self,
        actions: &[Action],
        intent: &Intent,
        signer: &dyn Signer,
    ) -> Result<(u64, U256), SubmitError> {
        let (nonce, deadline) = (intent.nonce, intent.deadline);
        let contracts = &self.0.book.contracts;
        let ledger = self.follow(|follow| Rc::clone(&follow.model.state().ledger));
        let paid = allowance::paid_elsewhere(&ledger, contracts, actions);
        let Some(paid) = paid else { return Ok((nonce, U256::ZERO)) };
        let approve = allowance::approval(self.node(), contracts, signer.address(), paid).await;
        let Some(call) = approve.map_err(unreached)? else { return Ok((nonce, U256::ZERO)) };
        let actions = vec![APPROVE.to_owned()];
        let sum = Sum::Exactly(U256::ZERO);
        let wish = Wish { nonce, call, sum, deadline, actions, spent: U256::ZERO };
        let (mut pending, cost) = self.sign_and_send(wish, signer).await?;
        self.tell(&pending, Stage::Pending);
        let good = self.conclude(&mut pending).await?;
        self.confirm(&pending, good.block).await;
        Ok((nonce + 1, cost))
    }
}

/// What is to be sent.
pub(super) struct Wish {
    pub(super) nonce: u64,
    pub(super) call: Call,
    pub(super) sum: Sum,
    pub(super) deadline: Timestamp,
    pub(super) actions: Vec<String>,
    /// What the account has spent already, of what it has agreed to spend on fees.
    pub(super) spent: U256,
}

/// How much of the chain's own money goes with a transaction.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sum {
    /// So much, in wei.
    Exactly(U256),
    /// What the account has, without the most that the transaction costs.
    Rest,
}

fn game_move(action: &Action) -> Option<Vec<u8>> {
    match action {
        Action::Game(action) => Some(game_call(action)),
        _ => None,
    }
}

/// What a node's refusal of a call means.
pub(super) fn refused(error: ChainError) -> SubmitError {
    match error.refusal() {
        Some(Refusal::Protocol(error)) => SubmitError::Rejected(error.into()),
        Some(refusal) => SubmitError::Rejected(Rejection::Contract(Box::new(refusal))),
        None => unreached(error),
    }
}

pub(super) fn unreached(error: ChainError) -> SubmitError {
    SubmitError::Chain(Box::new(error))
}
