//! A small market for the tests.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use alloy_primitives::{Address, B256, keccak256};
use pinfi_core::{
    Action, Context, Error, Event, Events, Ledger,
    ledger::Config,
    pocps::{ChainProver, Challenge, PocpsParams, Retain, Work},
    pool::PoolParams,
    rewards::RewardsConfig,
    units::{Bps, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei},
};

pub(crate) const ALICE: Address = Address::repeat_byte(0xa1);
pub(crate) const BOB: Address = Address::repeat_byte(0xb0);
pub(crate) const HOUR: u64 = 3_600;
pub(crate) const PIN: u128 = 1_000_000_000_000_000_000;
const START: Timestamp = Timestamp(1_000_000 * HOUR);

/// A ledger with one pool, and a clock that the tests set.
pub(crate) struct Market {
    pub(crate) ledger: Ledger,
    pub(crate) pool: PoolId,
    /// Alice's stake in the pool, where it is open: two days at 2 PIN an hour.
    pub(crate) lp: StakeId,
    pub(crate) now: Timestamp,
    counter: u64,
}

/// A ledger whose cap has room for its emission.
fn config() -> Config {
    let supply_cap = Wei(100_000_000 * PIN);
    let minter = Address::repeat_byte(1);
    Config { chain_id: 1, address: Address::repeat_byte(2), minter, supply_cap }
}

impl Market {
    /// A pool that nobody has joined; Alice and Bob have a million PIN each.
    pub(crate) fn dormant() -> Self {
        Self::on(Ledger::new(config()))
    }

    /// A pool that nobody has joined, on a ledger that is as yet empty.
    fn on(ledger: Ledger) -> Self {
        let minter = ledger.config().minter;
        let (pool, lp) = (PoolId(0), StakeId(0));
        let mut market = Self { ledger, pool, lp, now: START, counter: 0 };
        for to in [ALICE, BOB] {
            market.act(minter, Action::Mint { to, amount: Wei(1_000_000 * PIN) });
        }
        let params = PoolParams {
            kind: "test".to_owned(),
            bucket: Secs(HOUR),
            fee: Bps(30),
            burn_share: Bps(5_000),
            burn_per_gs: Wei(1),
            collateral: Bps(20_000),
            min_term: Secs(2 * HOUR),
            max_term: Secs(720 * HOUR),
            pocps: PocpsParams {
                n: 64,
                rounds: 2,
                samples: 32,
                window: Secs(300),
                dispute: Secs(300),
                epoch: Secs(HOUR),
                bond: Wei(PIN),
                accuser_bps: Bps(5_000),
            },
        };
        market.act(ALICE, Action::CreatePool { params: Box::new(params) });
        market
    }

    /// A pool with Alice's stake in it.
    pub(crate) fn open() -> Self {
        Self::dormant().joined()
    }

    /// As [`Self::open`], on a ledger with block rewards, whose pools' part is all the pool's.
    pub(crate) fn rewarded() -> Self {
        let governor = Address::repeat_byte(3);
        let rewards = RewardsConfig::with_defaults(START, governor, governor, governor);
        let ledger = Ledger::with_rewards(config(), rewards).unwrap();
        let mut market = Self::on(ledger);
        let pool = market.pool;
        market.act(governor, Action::QueueWeight { pool, weight: Bps(10_000) });
        market.now = market.hours_from_now(48);
        market.act(governor, Action::ExecuteWeight { pool });
        market.joined()
    }

    fn joined(mut self) -> Self {
        self.lp = self.stake(ALICE, 48);
        let tokens = Wei(96 * PIN);
        self.act(ALICE, Action::OpenLiquidity { stake: self.lp, tokens });
        self
    }

    /// Burns and stakes for whole hours from now.
    pub(crate) fn stake(&mut self, owner: Address, hours: u64) -> StakeId {
        let gs = GpuSeconds(hours * HOUR);
        let burned = self.act(owner, Action::Burn { pool: self.pool, gs });
        let [Event::Burned { certificate, .. }] = burned[..] else { panic!("{burned:?}") };
        let expiry = self.hours_from_now(hours);
        let max_fee = Wei(u128::MAX >> 1);
        let staked = self.act(owner, Action::Stake { certificate, expiry, max_fee });
        let [Event::Staked { stake, .. }] = staked[..] else { panic!("{staked:?}") };
        stake
    }

    pub(crate) fn hours_from_now(&self, hours: u64) -> Timestamp {
        Timestamp(self.now.0 + hours * HOUR)
    }

    pub(crate) fn act(&mut self, sender: Address, action: Action) -> Events {
        self.try_act(sender, &action).unwrap()
    }

    pub(crate) fn try_act(&mut self, sender: Address, action: &Action) -> Result<Events, Error> {
        self.counter += 1;
        let randomness: B256 = keccak256(self.counter.to_be_bytes());
        self.ledger.apply(action, &Context { sender, now: self.now, randomness })
    }

    /// Answers a challenge of Alice's.
    pub(crate) fn prove(&mut self, stake: StakeId) {
        let challenged = self.act(ALICE, Action::Challenge { stake });
        let [Event::Challenged { seed, .. }] = challenged[..] else { panic!("{challenged:?}") };
        let rules = self.ledger.pool(self.pool).unwrap().params().pocps;
        let challenge = Challenge { seed, work: Work::new(rules.n, rules.rounds).unwrap() };
        let mut committed = ChainProver::new(challenge, Retain::ALL).step(u32::MAX).unwrap();
        let root = committed.root();
        let events = self.act(ALICE, Action::Commit { stake, root });
        let [Event::Committed { beacon, .. }] = events[..] else { panic!("{events:?}") };
        let response = Box::new(committed.open(beacon, rules.samples));
        self.act(ALICE, Action::Respond { stake, response });
    }
}
