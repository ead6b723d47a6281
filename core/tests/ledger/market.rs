//! A market to test and measure on: pools of ready parameters, funded accounts, live stakes.

#[path = "../../../tests/support/params.rs"]
mod params;

use alloy_primitives::{Address, B256};
use pinfi_core::ledger::{Config, MAX_SUPPLY};
use pinfi_core::pocps::{ChainProver, Challenge, Retain};
use pinfi_core::pool::PoolParams;
use pinfi_core::rewards::RewardsConfig;
use pinfi_core::units::{Bps, CertificateId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Error, Event, Events, Ledger};

pub(crate) use params::{BUCKET, PIN, params};

pub(crate) const MINTER: Address = Address::repeat_byte(0xee);
pub(crate) const GOVERNOR: Address = Address::repeat_byte(0xe0);
pub(crate) const ECOSYSTEM: Address = Address::repeat_byte(0xe1);
pub(crate) const TEAM: Address = Address::repeat_byte(0xe2);
pub(crate) const POOL: PoolId = PoolId(0);
/// A midnight, so that it lies on every bucket.
pub(crate) const START: u64 = 1_800_000_000 / 86_400 * 86_400;

/// The account number `n`.
pub(crate) fn account(n: u8) -> Address {
    Address::repeat_byte(n + 1)
}

pub(crate) fn config() -> Config {
    Config {
        chain_id: 1,
        address: Address::repeat_byte(0xcc),
        minter: MINTER,
        supply_cap: MAX_SUPPLY,
    }
}

pub(crate) fn rewards_config() -> RewardsConfig {
    let defaults = RewardsConfig::with_defaults(Timestamp(START), GOVERNOR, ECOSYSTEM, TEAM);
    RewardsConfig { timelock: Secs(BUCKET), ..defaults }
}

/// A ledger with a clock.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Market {
    pub(crate) ledger: Ledger,
    pub(crate) now: Timestamp,
}

impl Market {
    /// One empty pool, and `accounts` accounts with a million PIN each.
    pub(crate) fn new(params: PoolParams, accounts: u8) -> Self {
        Self::of(Ledger::new(config()), params, accounts)
    }

    /// The same, with block rewards from [`START`] on and a timelock of an hour.
    pub(crate) fn rewarded(params: PoolParams, accounts: u8) -> Self {
        let ledger = Ledger::with_rewards(config(), rewards_config()).unwrap();
        Self::of(ledger, params, accounts)
    }

    /// The same, an hour later, with a weight of 70 %.
    pub(crate) fn weighted(params: PoolParams, accounts: u8) -> Self {
        let mut market = Self::rewarded(params, accounts);
        market.set_weight(POOL, 7_000);
        market
    }

    fn of(ledger: Ledger, params: PoolParams, accounts: u8) -> Self {
        let mut market = Self::funded(ledger, accounts);
        market.act(MINTER, Action::CreatePool { params: Box::new(params) }).unwrap();
        market
    }

    /// Accounts with a million PIN each, and no pool yet.
    pub(crate) fn funded(ledger: Ledger, accounts: u8) -> Self {
        let mut market = Self { ledger, now: Timestamp(START) };
        for n in 0..accounts {
            let amount = Wei(1_000_000 * PIN);
            market.act(MINTER, Action::Mint { to: account(n), amount }).unwrap();
        }
        market
    }

    pub(crate) fn act(&mut self, sender: Address, action: Action) -> Result<Events, Error> {
        // Different in every second: enough to tell a seed from the next.
        let mut randomness = B256::repeat_byte(0x5a);
        randomness[24..].copy_from_slice(&self.now.0.to_be_bytes());
        self.ledger.apply(&action, &Context { sender, now: self.now, randomness })
    }

    pub(crate) fn wait(&mut self, secs: u64) {
        self.now.0 += secs;
    }

    /// Burns and stakes until `expiry`.
    pub(crate) fn stake(&mut self, provider: Address, expiry: Timestamp) -> Result<StakeId, Error> {
        let gs = GpuSeconds(expiry.0.saturating_sub(self.now.0).max(1));
        let certificate = self.burn(provider, gs)?;
        let max_fee = Wei(u128::MAX);
        let events = self.act(provider, Action::Stake { certificate, expiry, max_fee })?;
        match events[..] {
            [Event::Staked { stake, .. }] => Ok(stake),
            _ => panic!("stake gave {events:?}"),
        }
    }

    pub(crate) fn burn(&mut self, owner: Address, gs: GpuSeconds) -> Result<CertificateId, Error> {
        let events = self.act(owner, Action::Burn { pool: POOL, gs })?;
        match events[..] {
            [Event::Burned { certificate, .. }] => Ok(certificate),
            _ => panic!("burn gave {events:?}"),
        }
    }

    /// Stakes and joins the pool, or opens it at 2 PIN an hour.
    pub(crate) fn provide(
        &mut self,
        provider: Address,
        expiry: Timestamp,
    ) -> Result<StakeId, Error> {
        let stake = self.stake(provider, expiry)?;
        self.join(provider, stake, 2 * PIN / 3_600)?;
        Ok(stake)
    }

    /// Joins the pool, or opens it at `price` wei per GPU-second.
    pub(crate) fn join(
        &mut self,
        provider: Address,
        stake: StakeId,
        price: u128,
    ) -> Result<Events, Error> {
        let open = self.ledger.pool(POOL)?.at(self.now)?.reserves.is_open();
        let hours = self.ledger.stake_of(stake)?.remaining(self.now);
        let action = if open {
            Action::AddLiquidity { stake, min_tokens: Wei(0), max_tokens: Wei(u128::MAX) }
        } else {
            Action::OpenLiquidity { stake, tokens: Wei(u128::from(hours.0).saturating_mul(price)) }
        };
        self.act(provider, action)
    }

    /// Gives a pool a weight, for which the timelock passes.
    pub(crate) fn set_weight(&mut self, pool: PoolId, weight: u32) {
        self.act(GOVERNOR, Action::QueueWeight { pool, weight: Bps(weight) }).unwrap();
        self.wait(rewards_config().timelock.0);
        self.act(GOVERNOR, Action::ExecuteWeight { pool }).unwrap();
    }

    /// Challenges a stake and proves its device, with the commitment `after` the challenge.
    pub(crate) fn prove(&mut self, stake: StakeId, after: u64) -> Result<Events, Error> {
        self.prove_with(stake, after, |_| {})
    }

    /// The same, with something else done between the commitment and its openings.
    pub(crate) fn prove_with(
        &mut self,
        stake: StakeId,
        after: u64,
        between: impl FnOnce(&mut Self),
    ) -> Result<Events, Error> {
        self.act(MINTER, Action::Challenge { stake })?;
        let (pool, provider) = {
            let stake = self.ledger.stake_of(stake)?;
            (self.ledger.pool(stake.pool)?, stake.provider)
        };
        let work = pool.params().pocps.validate().unwrap();
        let samples = pool.params().pocps.samples;
        let seed = self.ledger.verification_of(stake).unwrap().seed;
        let mut prover = ChainProver::new(Challenge { seed, work }, Retain::ALL);
        let mut proof = loop {
            if let Some(proof) = prover.step(u32::MAX) {
                break proof;
            }
        };
        self.wait(after);
        let committed = self.act(provider, Action::Commit { stake, root: proof.root() })?;
        let [Event::Committed { beacon, .. }] = committed[..] else { panic!("{committed:?}") };
        let response = Box::new(proof.open(beacon, samples));
        between(self);
        self.act(provider, Action::Respond { stake, response })
    }

    /// The boundary `buckets` after the present one.
    pub(crate) fn boundary(&self, buckets: u64) -> Timestamp {
        Timestamp((self.now.0 / BUCKET + buckets) * BUCKET)
    }
}
