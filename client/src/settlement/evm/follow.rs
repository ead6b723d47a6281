//! Following the chain: logs in chunks, checked against hashes and against the chain's own state.

use std::collections::BTreeSet;
use std::rc::Rc;

use alloy_primitives::{Address, U256};
use alloy_sol_types::SolCall;
use pinfi_core::game::GameEvent;
use pinfi_core::units::StakeId;
use pinfi_core::{Event, Ledger};
use pinfi_evm::abi::{Pin, PinFi};
use pinfi_evm::call::{game_multicall, multicall};
use pinfi_evm::views::{View, game_views, views};
use pinfi_evm::{BlockLogs, Call, Contracts, Gap, Happening, ReadModel};

use super::error::ChainError;
use super::node::{FoundLog, Header};
use super::state::Follow;
use super::{ChainLedger, journal};
use crate::settlement::Update;

/// Blocks asked for at once; a quarter where a node finds that too much.
const CHUNK: u64 = 2_000;
/// How often a read is begun again because the chain was reorganised meanwhile.
const RESTARTS: u32 = 8;
/// Balances compared in one request.
const ACCOUNTS_A_CHECK: usize = 32;
/// Stakes compared in one request.
const STAKES_A_CHECK: usize = 100;

impl ChainLedger {
    /// Reads on to the newest block. What was read before and is no longer part of the chain is
    /// taken back.
    ///
    /// # Errors
    /// [`ChainError`]; what was read before then stays, unless it is not so, and the next time goes on
    /// from there.
    pub async fn sync(&self) -> Result<(), ChainError> {
        let _turn = self.turn().await;
        let outcome = self.sync_now().await;
        self.tell_reach(outcome.as_ref().err());
        outcome
    }

    async fn sync_now(&self) -> Result<(), ChainError> {
        let mut restarts = 0;
        loop {
            match self.read_on().await {
                Err(ChainError::Reorganised) if restarts < RESTARTS => {
                    self.step_back().await?;
                    restarts += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn read_on(&self) -> Result<(), ChainError> {
        let head = self.node().head().await?;
        let mut chunk = CHUNK;
        let (begun, is_first, is_checked) = self.follow(|follow| {
            (
                follow.model.state().block,
                follow.model.points().next().is_none(),
                follow.is_checked(),
            )
        });
        let mut from = match begun {
            Some(block) if block == head.block && is_checked => {
                self.follow(|follow| follow.see_head(head, self.wall_ms()));
                return Ok(());
            }
            // Another block of the same height, or none any more.
            Some(block) if block.number >= head.block.number && block != head.block => {
                return Err(ChainError::Reorganised);
            }
            Some(block) => block.number + 1,
            None => self.0.book.from_block,
        };
        while from <= head.block.number {
            let to = head.block.number.min(from.saturating_add(chunk - 1));
            match self.read_chunk(from, to).await {
                Ok(()) => from = to + 1,
                // Nodes limit how much they give at once, each in its own words.
                Err(ChainError::Node { .. }) if chunk > 1 && to > from => chunk = chunk.div_ceil(4),
                Err(error) => return Err(error),
            }
        }
        let touched = self.follow(|follow| follow.unchecked().iter().flat_map(stakes_of).collect());
        if let Err(error) = self.check(head, touched).await {
            if matches!(error, ChainError::Diverged { .. }) {
                // What the logs since the last check say is not so: it is read anew the next time.
                self.step_back().await?;
            }
            return Err(error);
        }
        let news = self.follow(|follow| {
            follow.see_head(head, self.wall_ms());
            follow.keep()
        });
        if is_first || !news.is_empty() {
            journal::keep_snapshot(self).await;
        }
        if is_first {
            self.0.listeners.tell(&Update::Replaced);
        } else {
            for happening in news {
                self.0.listeners.tell(&Update::Applied(super::state::activity(self, &happening)));
            }
        }
        Ok(())
    }

    /// Reads a range of blocks and takes what happened in them.
    async fn read_chunk(&self, from: u64, to: u64) -> Result<(), ChainError> {
        let contracts = &self.0.book.contracts;
        let ours = [contracts.pin, contracts.market, contracts.rewards, contracts.game];
        let logs = self.node().logs(&ours, from, to).await?;
        let last = self.follow(|follow| follow.model.state().block);
        let mut numbers: Vec<u64> = logs.iter().map(|log| log.number).collect();
        numbers.push(to);
        numbers.dedup();
        // The block before is asked for again: the new ones must stand on it.
        numbers.extend(last.map(|block| block.number));
        let headers = self.node().headers(&numbers).await?;
        let headers: Vec<Header> =
            headers.into_iter().collect::<Option<_>>().ok_or(ChainError::Reorganised)?;
        if let Some(last) = last
            && headers.last().is_none_or(|header| header.block != last)
        {
            return Err(ChainError::Reorganised);
        }
        let blocks = headers.iter().take(numbers.len() - usize::from(last.is_some()));
        let blocks =
            blocks.map(|header| with_logs(header, &logs)).collect::<Result<Vec<_>, _>>()?;
        self.follow(|follow| follow.take(self, &blocks))
    }

    /// Compares what the logs led to with what the contracts say at the same block.
    async fn check(&self, head: Header, touched: BTreeSet<StakeId>) -> Result<(), ChainError> {
        let ledger = self.follow(|follow| Rc::clone(&follow.model.state().ledger));
        let touched: Vec<StakeId> = touched.into_iter().collect();
        let mut rest = touched.as_slice();
        loop {
            let (these, later) = rest.split_at(rest.len().min(STAKES_A_CHECK));
            let contracts = &self.0.book.contracts;
            for (expected, join) in [
                (views(&ledger, these.iter().copied()), multicall as Join),
                (game_views(&ledger, these.iter().copied()), game_multicall),
            ] {
                let calls = expected.iter().map(|view| view.call.to_vec()).collect();
                self.check_views(head.block.number, &expected, &join(contracts, calls)).await?;
            }
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        self.check_pin(head.block.number, &ledger).await
    }

    /// Compares the answers to views that were joined into one call.
    async fn check_views(&self, at: u64, expected: &[View], call: &Call) -> Result<(), ChainError> {
        let output = self.node().view(Address::ZERO, call, Some(at)).await?;
        let answers = PinFi::multicallCall::abi_decode_returns(&output)
            .map_err(|_| ChainError::Garbage { method: "eth_call" })?;
        let differs = expected.iter().zip(&answers).find(|(view, answer)| !view.fits(answer));
        match differs {
            Some((view, _)) => Err(ChainError::Diverged { what: view.what.clone() }),
            None if answers.len() == expected.len() => Ok(()),
            None => Err(ChainError::Garbage { method: "eth_call" }),
        }
    }

    /// Compares all PIN there is, what the contracts hold of it, and the balances of some accounts: each
    /// time of others, so that all have their turn.
    async fn check_pin(&self, at: u64, ledger: &Ledger) -> Result<(), ChainError> {
        let contracts = &self.0.book.contracts;
        let by_hand = self.follow(|follow| follow.model.state().burned_by_hand).0;
        let accounts = ledger.accounts();
        let held = ledger.pools().map(|(_, pool)| pool.reserves().pin.0 + pool.reserves().escrow.0);
        let fees = ledger.stakes().map(|(_, stake)| stake.maintenance_fee.0);
        let held = held.chain(fees).sum::<u128>() + accounts.balance(contracts.market).0;
        let supply = accounts.minted().0 - accounts.burned().0 - by_hand;
        let pin = |data: Vec<u8>| Call { to: contracts.pin, data: data.into() };
        // The rewards hold what is locked, and what somebody sent them by hand.
        let locked = ledger.rewards().map_or(0, |rewards| rewards.locked().0);
        let locked = locked + accounts.balance(contracts.rewards).0;
        let bonds = ledger.game().bonds().0 + accounts.balance(contracts.game).0;
        let special = [contracts.market, contracts.rewards, contracts.game];
        let others: Vec<_> =
            accounts.balances().filter(|(account, _)| !special.contains(account)).collect();
        let turn = usize::try_from(at).unwrap_or_default() % others.len().max(1);
        let mut owners =
            vec![(contracts.market, held), (contracts.rewards, locked), (contracts.game, bonds)];
        let some = others.iter().cycle().skip(turn).take(others.len().min(ACCOUNTS_A_CHECK));
        // What was burned by hand is in the ledger as the PIN contract's.
        owners.extend(some.map(|(account, balance)| match *account == contracts.pin {
            true => (*account, balance.0.saturating_sub(by_hand)),
            false => (*account, balance.0),
        }));
        let mut calls = vec![pin(Pin::totalSupplyCall {}.abi_encode())];
        let balance_of = |owner| pin(Pin::balanceOfCall { owner }.abi_encode());
        calls.extend(owners.iter().map(|(owner, _)| balance_of(*owner)));
        let found = self.node().views(&calls, at).await?;
        let expected = [(None, supply)].into_iter();
        let expected = expected.chain(owners.into_iter().map(|(owner, pin)| (Some(owner), pin)));
        for ((owner, expected), found) in expected.zip(found) {
            if found[..] != U256::from(expected).to_be_bytes::<32>() {
                let what =
                    owner.map_or_else(|| "supply".to_owned(), |owner| format!("PIN of {owner}"));
                return Err(ChainError::Diverged { what });
            }
        }
        Ok(())
    }

    /// Goes back to the newest state that was checked and is still part of the chain; to the
    /// beginning where there is none.
    async fn step_back(&self) -> Result<(), ChainError> {
        let points: Vec<_> = self.follow(|follow| follow.model.points().collect());
        for point in points {
            let found = self.node().headers(&[point.number]).await?;
            if found.first().copied().flatten().is_some_and(|header| header.block == point) {
                self.follow(|follow| follow.step_back(point.hash));
                self.0.listeners.tell(&Update::Replaced);
                return Ok(());
            }
        }
        let model = ReadModel::new(Rc::clone(&self.0.book)).map_err(Gap::from)?;
        self.follow(|follow| *follow = Follow::new(model));
        Ok(())
    }
}

/// Joins calls of one contract.
type Join = fn(&Contracts, Vec<Vec<u8>>) -> Call;

/// Joins a block with its logs; all that claim its height must be in it.
fn with_logs(header: &Header, logs: &[FoundLog]) -> Result<BlockLogs, ChainError> {
    let block = header.block;
    let these = logs.iter().filter(|log| log.number == block.number);
    let logs = these
        .map(|log| {
            if log.hash == block.hash {
                Ok(log.placed.clone())
            } else {
                Err(ChainError::Reorganised)
            }
        })
        .collect::<Result<_, _>>()?;
    Ok(BlockLogs { block, logs })
}

/// The stakes that something changed.
fn stakes_of(happening: &Happening) -> impl Iterator<Item = StakeId> + '_ {
    happening.events.iter().filter_map(|event| match *event {
        Event::Staked { stake, .. }
        | Event::LiquidityAdded { stake, .. }
        | Event::Collected { stake, .. }
        | Event::Sold { stake, .. }
        | Event::LiquidityRemoved { stake, .. }
        | Event::Rented { stake, .. }
        | Event::Extended { stake, .. }
        | Event::RentalEnded { stake, .. }
        | Event::HoursTransferred { stake, .. }
        | Event::RentalTransferred { stake, .. }
        | Event::Passed { stake, .. }
        | Event::Slashed { stake, .. }
        | Event::Settled { stake, .. }
        | Event::Game(
            GameEvent::Complained { stake, .. }
            | GameEvent::Appointed { stake, .. }
            | GameEvent::Announced { stake, .. }
            | GameEvent::EpochCommitted { stake, .. }
            | GameEvent::BeaconRecorded { stake, .. }
            | GameEvent::Accused { stake, .. }
            | GameEvent::Proved { stake, .. }
            | GameEvent::Convicted { stake, .. }
            | GameEvent::Concluded { stake, .. },
        ) => Some(stake),
        _ => None,
    })
}
