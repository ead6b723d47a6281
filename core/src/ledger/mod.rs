//! Accounts, pools and stakes, changed by one function.
//!
//! Every operation keeps one rhythm: checks, advance, compute, write, event. All that can
//! fail happens on copies before the first write, so a refused action leaves no trace.
//!
//! | file | operations |
//! |---|---|
//! | `accounts` | balances and the supply of PIN |
//! | `stakes` | burn, stake, transfer of hours, settle |
//! | `liquidity` | open, add, collect, sell, remove |
//! | `rentals` | rent, extend, end, transfer of rentals |
//! | `verification` | challenge, commit, respond, missed: one verifier |
//! | `game` | epochs, commitments, accusations, proofs: many verifiers |
//! | `verdict` | what passing and failing do to a stake |
//! | `rewards` | weights, locks, claims, and what the operations above tell the block rewards |

mod accounts;
mod game;
mod liquidity;
mod rentals;
mod rewards;
mod stakes;
mod verdict;
mod verification;

pub use accounts::{Accounts, MAX_SUPPLY};
pub use liquidity::LeaveQuote;

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use crate::action::{Action, Context};
use crate::error::Error;
use crate::event::{Event, Events};
use crate::game::Game;
use crate::pool::{Advanced, Pool, PoolParams};
use crate::rewards::Rewards;
use crate::stake::{Certificate, Stake, StakeState, Verification};
use crate::units::{CertificateId, PoolId, StakeId, Timestamp, Wei};

/// What identifies a ledger, and who may create PIN on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// The chain id that seeds and signatures are bound to.
    pub chain_id: u64,
    /// The contract address that seeds and signatures are bound to.
    pub address: Address,
    /// The only account that may create PIN.
    pub minter: Address,
    /// The most PIN there may ever be; at most [`MAX_SUPPLY`].
    pub supply_cap: Wei,
}

/// The whole state of the protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    config: Config,
    accounts: Accounts,
    pools: Vec<Pool>,
    certificates: Vec<Certificate>,
    stakes: Vec<Stake>,
    /// The challenges that await an answer. Apart from the stakes, which every rental touches
    /// and which must stay small for the caches.
    verifications: BTreeMap<StakeId, Box<Verification>>,
    game: Game,
    next_rental: u64,
    /// None: this ledger emits nothing.
    rewards: Option<Rewards>,
}

impl Ledger {
    /// Creates an empty ledger without block rewards; see [`Self::with_rewards`].
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config,
            accounts: Accounts::default(),
            pools: Vec::new(),
            certificates: Vec::new(),
            stakes: Vec::new(),
            verifications: BTreeMap::new(),
            game: Game::default(),
            next_rental: 0,
            rewards: None,
        }
    }

    /// Applies one action: the only way in which a ledger changes.
    ///
    /// Returns what happened, in order.
    ///
    /// # Errors
    /// The first rule that the action breaks, in the order that PROTOCOL gives; the ledger is
    /// then as it was, to the byte.
    pub fn apply(&mut self, action: &Action, context: &Context) -> Result<Events, Error> {
        let cx = context;
        match *action {
            Action::Mint { .. }
            | Action::CreatePool { .. }
            | Action::Burn { .. }
            | Action::Stake { .. }
            | Action::OpenLiquidity { .. }
            | Action::AddLiquidity { .. }
            | Action::Collect { .. }
            | Action::Sell { .. }
            | Action::Settle { .. }
            | Action::Rent { .. }
            | Action::EndRental { .. }
            | Action::QueueWeight { .. }
            | Action::ExecuteWeight { .. }
            | Action::ClaimRebate { .. } => self.apply_trade(action, cx),
            Action::Transfer { to, amount } => self.transfer(cx, to, amount),
            Action::Poke { pool, limit } => self.poke(cx, pool, limit),
            Action::RemoveLiquidity { stake, min_tokens, max_fee } => {
                self.remove_liquidity(cx, stake, min_tokens, max_fee)
            }
            Action::TransferHours { stake, to } => self.transfer_hours(cx, stake, to),
            Action::Extend { stake, until, max_cost } => self.extend(cx, stake, until, max_cost),
            Action::TransferRental { stake, to } => self.transfer_rental(cx, stake, to),
            Action::Challenge { stake } => self.challenge(cx, stake),
            Action::Commit { stake, root } => self.commit(cx, stake, root),
            Action::Respond { stake, ref response } => self.respond(cx, stake, response),
            Action::Missed { stake } => self.missed(cx, stake),
            Action::Lock { amount } => self.lock(cx, amount),
            Action::Unlock { amount } => self.unlock(cx, amount),
            Action::ClaimAllocation => self.claim_allocation(cx),
            Action::Game(ref action) => self.play(cx, action),
        }
    }

    /// Applies an action of those that a market is founded with and lives on, as [`Self::apply`]
    /// does. Who only founds one, as a sandbox's first day does, needs no code for the rest: the
    /// checks of proofs above all.
    ///
    /// # Errors
    /// Those of [`Self::apply`]; [`Error::BadParameter`] for any other action.
    pub fn apply_trade(&mut self, action: &Action, context: &Context) -> Result<Events, Error> {
        let cx = context;
        match *action {
            Action::Mint { to, amount } => self.mint(cx, to, amount),
            Action::CreatePool { ref params } => self.create_pool(cx, params),
            Action::Burn { pool, gs } => self.burn(cx, pool, gs),
            Action::Stake { certificate, expiry, max_fee } => {
                self.stake(cx, certificate, expiry, max_fee)
            }
            Action::OpenLiquidity { stake, tokens } => self.open_liquidity(cx, stake, tokens),
            Action::AddLiquidity { stake, min_tokens, max_tokens } => {
                self.add_liquidity(cx, stake, min_tokens, max_tokens)
            }
            Action::Collect { stake } => self.collect(cx, stake),
            Action::Sell { stake, min_out } => self.sell(cx, stake, min_out),
            Action::Settle { stake } => self.settle(cx, stake),
            Action::Rent { pool, ref stakes, until, max_cost } => {
                self.rent(cx, pool, stakes, until, max_cost)
            }
            Action::EndRental { stake, min_out } => self.end_rental(cx, stake, min_out),
            Action::QueueWeight { pool, weight } => self.queue_weight(cx, pool, weight),
            Action::ExecuteWeight { pool } => self.execute_weight(cx, pool),
            Action::ClaimRebate { pool, day } => self.claim_rebate(cx, pool, day),
            _ => Err(Error::BadParameter { name: "action" }),
        }
    }

    /// Returns the ledger's identity.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Returns balances and supply.
    #[must_use]
    pub const fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Returns all pools in order of creation.
    pub fn pools(&self) -> impl Iterator<Item = (PoolId, &Pool)> {
        (0..).map(PoolId).zip(&self.pools)
    }

    /// Returns all certificates in order of creation.
    pub fn certificates(&self) -> impl Iterator<Item = (CertificateId, &Certificate)> {
        (0..).map(CertificateId).zip(&self.certificates)
    }

    /// Returns all stakes, ended ones too, in order of creation.
    pub fn stakes(&self) -> impl Iterator<Item = (StakeId, &Stake)> {
        (0..).map(StakeId).zip(&self.stakes)
    }

    /// Returns how many rentals were ever sold.
    #[must_use]
    pub const fn rentals(&self) -> u64 {
        self.next_rental
    }

    /// Returns a pool.
    ///
    /// # Errors
    /// [`Error::UnknownPool`].
    pub fn pool(&self, id: PoolId) -> Result<&Pool, Error> {
        self.pools.get(id.index()).ok_or(Error::UnknownPool(id))
    }

    /// Returns a certificate.
    ///
    /// # Errors
    /// [`Error::UnknownCertificate`].
    pub fn certificate(&self, id: CertificateId) -> Result<&Certificate, Error> {
        self.certificates.get(id.index()).ok_or(Error::UnknownCertificate(id))
    }

    /// Returns a stake.
    ///
    /// # Errors
    /// [`Error::UnknownStake`].
    pub fn stake_of(&self, id: StakeId) -> Result<&Stake, Error> {
        self.stakes.get(id.index()).ok_or(Error::UnknownStake(id))
    }

    /// Returns the challenge of a stake that awaits an answer.
    #[must_use]
    pub fn verification_of(&self, id: StakeId) -> Option<&Verification> {
        self.verifications.get(&id).map(Box::as_ref)
    }

    /// Returns the epochs and trials of the verification game.
    #[must_use]
    pub const fn game(&self) -> &Game {
        &self.game
    }

    fn create_pool(&mut self, cx: &Context, params: &PoolParams) -> Result<Events, Error> {
        params.validate()?;
        let pool = self.insert_pool(params.clone(), cx.now);
        Ok(vec![Event::PoolCreated { pool, creator: cx.sender, params: Box::new(params.clone()) }])
    }

    /// Adds a pool whose parameters are not looked at: scenario files have pools outside the
    /// bounds of `create_pool`.
    ///
    /// Warning: no settlement may offer it to accounts. It is public only for those who replay such
    /// files beside core, and so no part of its manual.
    #[doc(hidden)]
    pub fn insert_pool(&mut self, params: PoolParams, created: Timestamp) -> PoolId {
        let id = PoolId(u32::try_from(self.pools.len()).unwrap_or(u32::MAX));
        self.pools.push(Pool::new(params, created));
        id
    }

    fn poke(&mut self, cx: &Context, id: PoolId, limit: u32) -> Result<Events, Error> {
        let advanced =
            self.pool(id)?.at_boundary(cx.now, usize::try_from(limit).unwrap_or(usize::MAX))?;
        let visited = u32::try_from(advanced.passed.len()).unwrap_or(u32::MAX);
        let last = advanced.reserves.last;
        self.write_pool(id, advanced);
        Ok(vec![Event::Poked { pool: id, visited, last }])
    }

    fn write_pool(&mut self, id: PoolId, advanced: Advanced) {
        if let Some(pool) = self.pools.get_mut(id.index()) {
            pool.commit(advanced);
        }
    }

    fn write_stake(&mut self, id: StakeId, stake: Stake) {
        if let Some(record) = self.stakes.get_mut(id.index()) {
            *record = stake;
        }
    }

    /// Opens a stake for an operation of its owner: the checks that PROTOCOL 3.3 to 3.5 share,
    /// in their order.
    fn open_stake(
        &self,
        cx: &Context,
        id: StakeId,
        needs: Needs,
    ) -> Result<(Stake, &Pool, Advanced), Error> {
        let stake = *self.stake_of(id)?;
        let pool = self.pool(stake.pool)?;
        let advanced = pool.at(cx.now)?;
        let owner = match needs {
            Needs::HoursToken => stake.hours_holder,
            Needs::StakeTokenAsLp => stake.provider,
            Needs::BothTokens if stake.hours_holder == cx.sender => stake.provider,
            Needs::BothTokens => stake.hours_holder,
        };
        if owner != cx.sender {
            return Err(Error::NotOwner { owner });
        }
        if !stake.is_active() {
            return Err(Error::StakeClosed);
        }
        let fits = match needs {
            Needs::StakeTokenAsLp => matches!(stake.state, StakeState::Liquidity(_)),
            Needs::HoursToken | Needs::BothTokens => matches!(stake.state, StakeState::Held),
        };
        if !fits {
            return Err(Error::WrongMode { state: stake.state.name() });
        }
        if cx.now >= stake.expiry {
            return Err(Error::Expired { expiry: stake.expiry });
        }
        Ok((stake, pool, advanced))
    }
}

/// Which tokens an operation asks for, and with them which state of the stake.
#[derive(Clone, Copy)]
enum Needs {
    /// The hours token of a held stake.
    HoursToken,
    /// Both tokens of a held stake.
    BothTokens,
    /// The st-token of an LP.
    StakeTokenAsLp,
}

fn check_at_most(amount: Wei, limit: Wei) -> Result<(), Error> {
    if amount > limit { Err(slippage(amount, limit)) } else { Ok(()) }
}

fn check_at_least(amount: Wei, limit: Wei) -> Result<(), Error> {
    if amount < limit { Err(slippage(amount, limit)) } else { Ok(()) }
}

fn slippage(amount: Wei, limit: Wei) -> Error {
    let signed = |x: Wei| i128::try_from(x.0).unwrap_or(i128::MAX);
    Error::Slippage { amount: signed(amount), limit: signed(limit) }
}
