//! Block rewards: every refusal, each from the situation that causes it.

use alloy_primitives::Address;
use pinfi_core::ledger::{Config, MAX_SUPPLY};
use pinfi_core::rewards::{DAY_SECS, RewardsConfig, TOTAL_EMISSION, YEAR_SECS};
use pinfi_core::units::{Bps, Day, GpuSeconds, PoolId, Secs, Timestamp, Wei};
use pinfi_core::{Action, Error, Event, Ledger};

use crate::market::{
    BUCKET, ECOSYSTEM, GOVERNOR, MINTER, Market, PIN, POOL, START, TEAM, account, params,
    rewards_config,
};
use crate::rewards::{rent, weighted};

#[track_caller]
fn refused(market: &mut Market, sender: Address, action: Action, code: &str) {
    let before = market.clone();
    match market.act(sender, action.clone()) {
        Err(error) => assert_eq!(error.code(), code, "{action:?}: {error}"),
        Ok(events) => panic!("{action:?} was accepted: {events:?}"),
    }
    assert_eq!(*market, before, "{action:?} left a trace");
}

#[test]
fn with_rewards_out_of_bounds() {
    type Change = fn(&mut RewardsConfig);
    let config =
        |supply_cap| Config { chain_id: 1, address: Address::ZERO, minter: MINTER, supply_cap };
    let changes: [(&str, Change); 4] = [
        ("timelock", |r| r.timelock = Secs(0)),
        ("ecosystem_bps", |r| r.ecosystem.share = Bps(10_001)),
        ("team_bps", |r| r.team.share = Bps(8_001)),
        ("providers_bps", |r| r.providers = Bps(10_001)),
    ];
    for (name, change) in changes {
        let mut rewards = rewards_config();
        change(&mut rewards);
        let error = Ledger::with_rewards(config(MAX_SUPPLY), rewards).unwrap_err();
        assert_eq!(error, Error::BadParameter { name });
    }
    let too_low = Wei(TOTAL_EMISSION.0 - 1);
    let error = Ledger::with_rewards(config(too_low), rewards_config()).unwrap_err();
    assert_eq!(error, Error::BadParameter { name: "supply_cap" });
    let mut all_to_the_team = rewards_config();
    all_to_the_team.team.share = Bps(8_000);
    assert_eq!(all_to_the_team.pools(), Bps(0));
    assert!(Ledger::with_rewards(config(TOTAL_EMISSION), all_to_the_team).is_ok());
}

#[test]
fn apply_reward_actions_without_rewards() {
    let mut market = Market::new(params(), 1);
    for action in [
        Action::QueueWeight { pool: POOL, weight: Bps(1) },
        Action::ExecuteWeight { pool: POOL },
        Action::Lock { amount: Wei(1) },
        Action::Unlock { amount: Wei(1) },
        Action::ClaimRebate { pool: POOL, day: Day(0) },
        Action::ClaimAllocation,
    ] {
        refused(&mut market, account(0), action, "RewardsOff");
    }
}

#[test]
fn weight_refusals() {
    let mut market = Market::rewarded(params(), 1);
    let queue = |pool, weight| Action::QueueWeight { pool, weight: Bps(weight) };
    let execute = |pool| Action::ExecuteWeight { pool };
    let other = PoolId(1);
    refused(&mut market, GOVERNOR, queue(other, 1), "UnknownPool");
    refused(&mut market, GOVERNOR, execute(other), "UnknownPool");
    market.act(account(0), Action::CreatePool { params: Box::new(params()) }).unwrap();
    market.now.0 -= 1;
    refused(&mut market, account(0), queue(POOL, 10_001), "TimeReversed");
    refused(&mut market, account(0), execute(POOL), "TimeReversed");
    market.now.0 += 1;
    refused(&mut market, account(0), queue(POOL, 10_001), "NotGovernor");
    refused(&mut market, GOVERNOR, queue(POOL, 10_001), "BadParameter");
    refused(&mut market, GOVERNOR, execute(POOL), "NoWeightQueued");
    market.act(GOVERNOR, queue(POOL, 6_000)).unwrap();
    market.act(GOVERNOR, queue(other, 4_001)).unwrap();
    market.wait(BUCKET - 1);
    refused(&mut market, GOVERNOR, execute(POOL), "TimelockRunning");
    market.wait(1);
    let set = market.act(account(0), execute(POOL)).unwrap();
    assert_eq!(set, [Event::WeightSet { pool: POOL, weight: Bps(6_000) }], "anyone may");
    refused(&mut market, GOVERNOR, execute(POOL), "NoWeightQueued");
    refused(&mut market, GOVERNOR, execute(other), "WeightsExceeded");
    // Queued anew, it waits anew.
    market.act(GOVERNOR, queue(other, 4_000)).unwrap();
    refused(&mut market, GOVERNOR, execute(other), "TimelockRunning");
    market.wait(BUCKET);
    market.act(GOVERNOR, execute(other)).unwrap();
    let weights = market.ledger.rewards().unwrap().weights();
    assert_eq!((weights.of(POOL).now, weights.of(other).now), (Bps(6_000), Bps(4_000)));
    assert_eq!(weights.left_for(PoolId(2)), Bps(0));
}

#[test]
fn lock_refusals() {
    let mut market = Market::rewarded(params(), 1);
    let (lock, unlock) = (
        |amount| Action::Lock { amount: Wei(amount) },
        |amount| Action::Unlock { amount: Wei(amount) },
    );
    refused(&mut market, account(0), lock(0), "ZeroAmount");
    refused(&mut market, account(0), unlock(0), "ZeroAmount");
    refused(&mut market, account(0), lock(1_000_000 * PIN + 1), "InsufficientBalance");
    refused(&mut market, account(0), unlock(1), "InsufficientLock");
    market.act(account(0), lock(5)).unwrap();
    refused(&mut market, account(0), unlock(6), "InsufficientLock");
    assert_eq!(market.ledger.accounts().balance(account(0)), Wei(1_000_000 * PIN - 5));
    market.act(account(0), unlock(5)).unwrap();
    assert_eq!(market.ledger.accounts().balance(account(0)), Wei(1_000_000 * PIN));
}

#[test]
fn claim_allocation_refusals_and_what_is_locked_for_the_team() {
    let mut market = Market::rewarded(params(), 1);
    refused(&mut market, ECOSYSTEM, Action::ClaimAllocation, "NothingToClaim");
    market.wait(YEAR_SECS);
    refused(&mut market, account(0), Action::ClaimAllocation, "NothingToClaim");
    refused(&mut market, TEAM, Action::ClaimAllocation, "NothingToClaim");
    let year = |n: u32| 1_157_407_407_407_407_407 / 2_u128.pow(n) * u128::from(YEAR_SECS);
    let claim = |market: &mut Market, who| match market.act(who, Action::ClaimAllocation).unwrap()[..]
    {
        [Event::AllocationClaimed { amount, .. }] => amount.0,
        ref events => panic!("{events:?}"),
    };
    assert_eq!(claim(&mut market, ECOSYSTEM), year(0) / 5);
    refused(&mut market, ECOSYSTEM, Action::ClaimAllocation, "NothingToClaim");
    market.now = Timestamp(START + 5 * YEAR_SECS);
    refused(&mut market, TEAM, Action::ClaimAllocation, "NothingToClaim");
    // Each second's emission is locked for five years of its own.
    market.wait(1);
    assert_eq!(claim(&mut market, TEAM), 1_157_407_407_407_407_407 / 10);
    market.wait(YEAR_SECS - 1);
    assert_eq!(claim(&mut market, TEAM) + 1_157_407_407_407_407_407 / 10, year(0) / 10);
    market.wait(200 * YEAR_SECS);
    claim(&mut market, ECOSYSTEM);
    claim(&mut market, TEAM);
    let parts = TOTAL_EMISSION.0 / 5 + TOTAL_EMISSION.0 / 10;
    assert_eq!(market.ledger.rewards().unwrap().minted().0, parts);
}

#[test]
fn claim_rebate_refusals() {
    let (mut market, stake) = weighted(200);
    let claim = |day| Action::ClaimRebate { pool: POOL, day: Day(day) };
    let unknown = Action::ClaimRebate { pool: PoolId(9), day: Day(0) };
    refused(&mut market, account(1), unknown, "UnknownPool");
    refused(&mut market, account(1), claim(0), "DayNotOver");
    refused(&mut market, account(1), claim(u32::MAX), "DayNotOver");
    rent(&mut market, account(1), stake, 2);
    market.now = Timestamp(START + DAY_SECS - 1);
    refused(&mut market, account(1), claim(0), "DayNotOver");
    market.wait(1);
    // The pool began that day without a weight.
    refused(&mut market, account(1), claim(0), "NothingToClaim");
    rent(&mut market, account(1), stake, 2);
    market.wait(DAY_SECS);
    refused(&mut market, account(2), claim(1), "NothingToClaim");
    market.act(account(1), claim(1)).unwrap();
    refused(&mut market, account(1), claim(1), "NothingToClaim");
    market.now.0 -= 2 * DAY_SECS;
    refused(&mut market, account(1), claim(9), "TimeReversed");
}

#[test]
fn mint_leaves_room_for_the_whole_emission() {
    let config = Config {
        chain_id: 1,
        address: Address::ZERO,
        minter: MINTER,
        supply_cap: Wei(TOTAL_EMISSION.0 + 100),
    };
    let ledger = Ledger::with_rewards(config, rewards_config()).unwrap();
    let mut market = Market { ledger, now: Timestamp(START) };
    let mint = |amount| Action::Mint { to: account(0), amount: Wei(amount) };
    refused(&mut market, MINTER, mint(101), "SupplyCapExceeded");
    market.act(MINTER, mint(100)).unwrap();
    market.wait(YEAR_SECS);
    market.act(ECOSYSTEM, Action::ClaimAllocation).unwrap();
    // What was emitted makes no room for others: the cap holds for both together.
    refused(&mut market, MINTER, mint(1), "SupplyCapExceeded");
    market.act(account(0), Action::CreatePool { params: Box::new(params()) }).unwrap();
    assert_eq!(market.burn(account(0), GpuSeconds(1)).unwrap_err().code(), "InsufficientBalance");
}
