//! Block rewards on the contracts; the core says at each step what must come of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolCall;
use pinfi_core::rewards::{DAY_SECS, TOTAL_EMISSION};
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::{Bps, Day, PoolId, StakeId, Wei};
use pinfi_core::{Action, Event};
use pinfi_differential::abi::{Pin, PinFi, Rewards};
use pinfi_differential::deployment::{ECOSYSTEM, GENESIS, GOVERNOR, MINTER, TEAM};
use pinfi_differential::life::Step;
use pinfi_differential::random::account;
use pinfi_differential::translate;
use pinfi_differential::twin::Twin;
use support::{ANY, BUCKET, PIN, POOL, act, boundary, market, provide};

fn later(twin: &mut Twin, secs: u64) {
    let now = twin.chain.now() + secs;
    twin.chain.set_time(now);
}

fn refused(twin: &mut Twin, sender: Address, action: Action) -> &'static str {
    twin.act(sender, action).unwrap().outcome.unwrap_err().code()
}

fn set_weight(twin: &mut Twin, weight: u32) {
    act(twin, GOVERNOR, Action::QueueWeight { pool: POOL, weight: Bps(weight) });
    later(twin, 600);
    act(twin, account(3), Action::ExecuteWeight { pool: POOL });
}

/// A proof that takes `secs` from challenge to commitment.
fn prove(twin: &mut Twin, stake: StakeId, provider: Address, secs: u64) {
    act(twin, account(3), Action::Challenge { stake });
    later(twin, secs);
    act(twin, provider, Action::Commit { stake, root: B256::repeat_byte(7) });
    let deed = Deed::Verdict { stake, passed: true };
    twin.step(&Step { wait: 5, sender: account(3), deed, by_token: false })
        .unwrap()
        .outcome
        .unwrap();
}

#[test]
fn weights_wait_for_the_timelock_and_sum_to_one_at_most() {
    let mut twin = market();
    let other = PoolId(1);
    let queue = |pool, weight| Action::QueueWeight { pool, weight: Bps(weight) };
    let execute = |pool| Action::ExecuteWeight { pool };
    assert_eq!(refused(&mut twin, GOVERNOR, queue(other, 1)), "UnknownPool");
    assert_eq!(refused(&mut twin, account(0), queue(POOL, 1)), "NotGovernor");
    assert_eq!(refused(&mut twin, GOVERNOR, queue(POOL, 10_001)), "BadParameter");
    assert_eq!(refused(&mut twin, GOVERNOR, execute(POOL)), "NoWeightQueued");
    let params = Box::new(support::params());
    act(&mut twin, account(0), Action::CreatePool { params });
    act(&mut twin, GOVERNOR, queue(POOL, 6_000));
    act(&mut twin, GOVERNOR, queue(other, 4_001));
    later(&mut twin, 599);
    assert_eq!(refused(&mut twin, GOVERNOR, execute(POOL)), "TimelockRunning");
    later(&mut twin, 1);
    act(&mut twin, account(0), execute(POOL));
    assert_eq!(refused(&mut twin, account(0), execute(POOL)), "NoWeightQueued");
    assert_eq!(refused(&mut twin, GOVERNOR, execute(other)), "WeightsExceeded");
    set_weight(&mut twin, 5_999);
    act(&mut twin, account(0), execute(other));
}

#[test]
fn a_provider_is_paid_for_verified_time_by_its_multipliers() {
    let mut twin = market();
    let (first, second) = (account(0), account(1));
    act(&mut twin, first, Action::Lock { amount: Wei(1_000_000 * PIN / 4) });
    let one = provide(&mut twin, first, 72);
    set_weight(&mut twin, 2_500);
    let two = provide(&mut twin, second, 48);
    for hour in 0..40 {
        prove(&mut twin, one, first, 20 + hour);
        if hour % 7 != 3 {
            prove(&mut twin, two, second, 55);
        }
        let next = (twin.chain.now() / BUCKET + 1) * BUCKET + 60;
        twin.chain.set_time(next);
    }
    later(&mut twin, 80 * BUCKET);
    let mut paid = Vec::new();
    for stake in [two, one] {
        let done = twin.act(account(3), Action::Settle { stake }).unwrap();
        match done.outcome.unwrap().as_slice() {
            [Event::Settled { .. }, Event::Rewarded { earned, amount, .. }] => {
                assert!(*amount > Wei(0) && amount < earned, "{amount} of {earned}");
                paid.push(*amount);
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(paid[0] < paid[1], "slower and with gaps: {paid:?}");
    let unlock = Action::Unlock { amount: Wei(1_000_000 * PIN / 4 + 1) };
    assert_eq!(refused(&mut twin, first, unlock), "InsufficientLock");
    act(&mut twin, first, Action::Unlock { amount: Wei(1_000_000 * PIN / 4) });
}

#[test]
fn a_slashed_stake_is_paid_nothing() {
    let mut twin = market();
    set_weight(&mut twin, 10_000);
    let device = provide(&mut twin, account(0), 48);
    prove(&mut twin, device, account(0), 20);
    let deed = Deed::Verdict { stake: device, passed: false };
    let step = Step { wait: 100, sender: account(3), deed, by_token: false };
    twin.step(&step).unwrap().outcome.unwrap();
    assert_eq!(twin.ledger.rewards().unwrap().minted(), Wei(0));
}

#[test]
fn a_client_is_paid_for_the_fees_of_a_day_that_is_over() {
    let mut twin = market();
    set_weight(&mut twin, 100);
    let device = provide(&mut twin, account(0), 300);
    // The day began without a weight: its fees don't count.
    let rent = |until| Action::Rent { pool: POOL, stakes: vec![device], until, max_cost: ANY };
    let until = boundary(&twin, 2);
    act(&mut twin, account(1), rent(until));
    let today =
        |twin: &Twin| Day(u32::try_from((twin.chain.now() - GENESIS.0) / DAY_SECS).unwrap());
    let day = today(&twin);
    let claim = |day| Action::ClaimRebate { pool: POOL, day };
    assert_eq!(refused(&mut twin, account(1), claim(day)), "DayNotOver");
    later(&mut twin, DAY_SECS);
    assert_eq!(refused(&mut twin, account(1), claim(day)), "NothingToClaim");

    let day = today(&twin);
    let until = boundary(&twin, 3);
    act(&mut twin, account(1), rent(until));
    let until = boundary(&twin, 9);
    act(&mut twin, account(1), Action::Extend { stake: device, until, max_cost: ANY });
    act(&mut twin, account(1), Action::EndRental { stake: device, min_out: Wei(0) });
    act(&mut twin, account(2), rent(until));
    later(&mut twin, DAY_SECS);
    assert_eq!(refused(&mut twin, account(3), claim(day)), "NothingToClaim");
    for client in [account(1), account(2)] {
        let Event::RebateClaimed { amount, .. } = act(&mut twin, client, claim(day)) else {
            panic!("no rebate")
        };
        assert!(amount > Wei(0));
        assert_eq!(refused(&mut twin, client, claim(day)), "NothingToClaim");
    }
}

#[test]
fn the_ecosystem_and_the_team_claim_their_parts() {
    let mut twin = market();
    assert_eq!(refused(&mut twin, account(0), Action::ClaimAllocation), "NothingToClaim");
    act(&mut twin, ECOSYSTEM, Action::ClaimAllocation);
    assert_eq!(refused(&mut twin, ECOSYSTEM, Action::ClaimAllocation), "NothingToClaim");
    assert_eq!(refused(&mut twin, TEAM, Action::ClaimAllocation), "NothingToClaim");
    // Across the ends of years, and past the team's lock.
    later(&mut twin, 6 * 365 * DAY_SECS);
    act(&mut twin, TEAM, Action::ClaimAllocation);
    act(&mut twin, ECOSYSTEM, Action::ClaimAllocation);
    later(&mut twin, 70 * 365 * DAY_SECS);
    act(&mut twin, TEAM, Action::ClaimAllocation);
}

/// So that every reward can be minted, whatever the minter does.
#[test]
fn the_minter_leaves_room_for_the_whole_emission() {
    let mut twin = market();
    let all = twin.ledger.mintable();
    let too_much = Action::Mint { to: account(0), amount: Wei(all.0 + 1) };
    assert_eq!(refused(&mut twin, MINTER, too_much), "SupplyCapExceeded");
    act(&mut twin, MINTER, Action::Mint { to: account(0), amount: all });
    act(&mut twin, ECOSYSTEM, Action::ClaimAllocation);
    let one = Action::Mint { to: account(0), amount: Wei(1) };
    assert_eq!(refused(&mut twin, MINTER, one), "SupplyCapExceeded");
    let small = pinfi_differential::deployment::code("Pin", &[]).unwrap();
    let arguments = (MINTER, MINTER, U256::from(TOTAL_EMISSION.0 - 1));
    let small = [small, alloy_sol_types::SolValue::abi_encode(&arguments)].concat();
    assert!(twin.chain.deploy(MINTER, small.into()).is_err(), "a cap below the emission");
}

/// Nobody but the parts themselves uses the seams between them.
#[test]
fn seams_are_closed_to_everybody_else() {
    let mut twin = market();
    let device = provide(&mut twin, account(0), 48).0;
    let at = twin.at;
    let client = account(0);
    let calls: [(Address, Vec<u8>, &str); 8] = [
        (at.market, PinFi::advanceCall { id: 0 }.abi_encode(), "NotGame"),
        (at.market, PinFi::noteCommitmentCall { id: device }.abi_encode(), "NotGame"),
        (
            at.market,
            PinFi::verdictCall {
                id: device,
                passed: true,
                epoch: 0,
                spent: 0,
                accuser: Address::ZERO,
            }
            .abi_encode(),
            "NotGame",
        ),
        (at.market, PinFi::setWeightCall { id: 0, weight: 1 }.abi_encode(), "NotRewards"),
        (at.market, PinFi::takeFeesCall { id: 0, day: 0, client }.abi_encode(), "NotRewards"),
        (
            at.pin,
            Pin::mintRewardCall { to: client, amount: U256::from(1) }.abi_encode(),
            "NotRewards",
        ),
        (
            at.rewards,
            Rewards::growCall { account: client, to: 9, counted: 9 }.abi_encode(),
            "NotMarket",
        ),
        (
            at.rewards,
            Rewards::payCall {
                stake: device,
                account: client,
                earned: U256::from(1),
                proofs: 1,
                spent: 1,
                window: 1,
            }
            .abi_encode(),
            "NotMarket",
        ),
    ];
    for sender in [client, GOVERNOR, MINTER] {
        for (to, data, name) in &calls {
            let failure = twin.chain.send(sender, *to, data.clone().into()).unwrap_err();
            assert_eq!(translate::refusal_name(&failure), Some(*name));
        }
    }
    twin.compare().unwrap();
}
