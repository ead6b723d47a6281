//! The properties that the protocol names, as laws over random markets.

use crate::market::{BUCKET, Market, PIN, POOL, START, account, params};
use crate::random::steps;
use alloy_primitives::U256;
use pinfi_core::ledger::Accounts;
use pinfi_core::pool::{Fees, Reserves, pending_between};
use pinfi_core::stake::StakeState;
use pinfi_core::units::{
    Bps, ComputeWad, DecayWad, GpuSeconds, SharesWad, StakeId, Timestamp, Wei,
};
use pinfi_core::{Action, Event};
use proptest::prelude::*;

fn wide(x: u128) -> U256 {
    U256::from(x)
}

fn reserves(market: &Market) -> Reserves {
    *market.ledger.pool(POOL).unwrap().reserves()
}

/// A pool with three LPs of different terms.
fn pool_with_lps(terms: [u64; 3]) -> Market {
    let mut market = Market::new(params(), 4);
    for (n, term) in (0..).zip(terms) {
        let expiry = market.boundary(term);
        market.provide(account(n), expiry).unwrap();
    }
    market
}

fn any_reserves() -> impl Strategy<Value = Reserves> {
    (1u128..1 << 90, 1u128..1 << 100, 0u32..80).prop_map(|(pin, compute, shift)| {
        let mut reserves = Reserves::new(Timestamp(START));
        reserves.pin = Wei((pin >> shift).max(1));
        reserves.compute = ComputeWad(compute);
        reserves.shares = SharesWad(compute);
        reserves.decay = DecayWad(1);
        reserves
    })
}

fn any_fees() -> impl Strategy<Value = Fees> {
    (0u32..=1_000, 0u32..=10_000)
        .prop_map(|(rate, share)| Fees { rate: Bps(rate), burn_share: Bps(share) })
}

fn held_outside_reserves(accounts: &Accounts) -> u128 {
    accounts.balances().map(|(_, balance)| balance.0).sum()
}

fn assert_pin_conserved(market: &Market) {
    let accounts = market.ledger.accounts();
    let reserves = reserves(market);
    let deposits: u128 = market.ledger.stakes().map(|(_, stake)| stake.maintenance_fee.0).sum();
    let locked = market.ledger.rewards().map_or(0, |rewards| rewards.locked().0);
    assert_eq!(
        held_outside_reserves(accounts) + reserves.pin.0 + reserves.escrow.0 + deposits + locked,
        accounts.minted().0 - accounts.burned().0,
        "balances, locks, reserve, escrow and deposits against what was minted and not burned"
    );
}

fn assert_pending_within_escrow(market: &Market) {
    let pool = market.ledger.pool(POOL).unwrap();
    let reserves = pool.reserves();
    let pending: u128 = market
        .ledger
        .stakes()
        .filter_map(|(_, stake)| Some((stake, stake.position()?)))
        .map(|(stake, position)| {
            let acc = pool.acc_at_q96(stake.expiry).unwrap_or(reserves.acc_q96);
            pending_between(position.decay, position.acc_noted_q96, acc).0
        })
        .sum();
    assert!(pending <= reserves.escrow.0, "pending {pending} over escrow {}", reserves.escrow);
}

fn assert_shares_are_live_sum(market: &Market) {
    let reserves = reserves(market);
    let (mut shares, mut decay) = (0, 0);
    for (_, stake) in market.ledger.stakes() {
        if let (Some(position), true) = (stake.position(), stake.expiry > reserves.last) {
            shares += position.decay.0 * u128::from(stake.expiry.since(reserves.last).0);
            decay += position.decay.0;
        }
    }
    assert_eq!(reserves.shares.0, shares, "Z against the sum of κ·(expiry − last)");
    assert_eq!(reserves.decay.0, decay, "K against the sum of κ");
    if shares == 0 {
        assert_eq!((reserves.pin.0, reserves.compute.0), (0, 0), "a pool without shares is empty");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn law_price_constant_under_dissipation(
        terms in [3u64..700, 3..700, 3..700],
        wait in 0u64..600 * BUCKET,
    ) {
        let market = pool_with_lps(terms);
        let before = reserves(&market);
        let later = Timestamp(market.now.0 + wait);
        let advanced = market.ledger.pool(POOL).unwrap().at(later).unwrap();
        let after = advanced.reserves;
        // Each step rounds T and R down by less than one unit: T'·R − T·R' stays within that.
        let steps = wide(advanced.passed.len() as u128 + 1);
        let (left, right) = (
            wide(after.pin.0) * wide(before.compute.0),
            wide(before.pin.0) * wide(after.compute.0),
        );
        let tolerance = steps * (wide(before.pin.0) + wide(before.compute.0));
        prop_assert!(left.abs_diff(right) <= tolerance);
    }

    #[test]
    fn law_khat_never_falls_through_a_trade(
        reserves in any_reserves(),
        fees in any_fees(),
        hours in 1u64..1 << 40,
    ) {
        let product = |pin: u128, compute: u128| wide(pin) * wide(compute);
        let (pin, compute) = (reserves.pin.0, reserves.compute.0);
        let hours = GpuSeconds(hours);
        if let Ok(quote) = reserves.quote_buy(fees, hours)
            && quote.gross.0 < 1 << 127
        {
            let after = product(pin + quote.gross.0 - quote.burned.0, compute - hours.to_wad().0);
            prop_assert!(after >= product(pin, compute), "a purchase");
        }
        let quote = reserves.quote_sell(fees, hours).unwrap();
        let after = product(pin - quote.net.0 - quote.burned.0, compute + hours.to_wad().0);
        prop_assert!(after >= product(pin, compute), "a sale");
    }

    #[test]
    fn law_khat_unchanged_by_dissipation(terms in [3u64..700, 3..700, 3..700], wait in 1u64..2 * BUCKET) {
        let market = pool_with_lps(terms);
        let before = reserves(&market);
        let after = market.ledger.pool(POOL).unwrap().at(Timestamp(market.now.0 + wait)).unwrap();
        prop_assert!(after.passed.is_empty(), "no LP expires in the window");
        let after = after.reserves;
        for (name, old, new) in [
            ("T/Z", before.pin.0, after.pin.0),
            ("R/Z", before.compute.0, after.compute.0),
        ] {
            let (kept, fair) = (wide(new) * wide(before.shares.0), wide(old) * wide(after.shares.0));
            prop_assert!(kept <= fair && fair - kept < wide(before.shares.0), "{name} by one unit");
        }
    }

    #[test]
    fn law_pin_is_conserved(steps in steps(60)) {
        let mut market = Market::weighted(params(), 4);
        for step in steps {
            let _refused = step.run(&mut market).err();
            assert_pin_conserved(&market);
        }
    }

    #[test]
    fn law_pending_never_exceeds_escrow(steps in steps(60)) {
        let mut market = Market::weighted(params(), 4);
        for step in steps {
            let _refused = step.run(&mut market).err();
            assert_pending_within_escrow(&market);
        }
    }

    #[test]
    fn law_shares_are_the_sum_of_the_live(steps in steps(60)) {
        let mut market = Market::weighted(params(), 4);
        for step in steps {
            let _refused = step.run(&mut market).err();
            assert_shares_are_live_sum(&market);
        }
    }

    #[test]
    fn law_errors_are_atomic(steps in steps(60)) {
        let mut market = Market::weighted(params(), 4);
        for step in steps {
            let before = postcard::to_allocvec(&market.ledger).unwrap();
            if step.run(&mut market).is_err() && step.is_single() {
                prop_assert_eq!(&postcard::to_allocvec(&market.ledger).unwrap(), &before);
            }
        }
    }

    #[test]
    fn law_no_free_round_trip_by_trades(
        reserves in any_reserves(),
        fees in any_fees(),
        hours in 1u64..1 << 30,
    ) {
        let hours = GpuSeconds(hours);
        let sold = reserves.quote_sell(fees, hours).unwrap();
        let mut after = reserves;
        after.pin.0 -= sold.net.0 + sold.burned.0;
        after.compute.0 += hours.to_wad().0;
        if after.pin.0 > 0 {
            let bought = after.quote_buy(fees, hours).unwrap();
            prop_assert!(bought.gross >= sold.net, "sold, then bought back");
        }
        if let Ok(bought) = reserves.quote_buy(fees, hours)
            && bought.gross.0 < 1 << 127
        {
            let mut after = reserves;
            after.pin.0 += bought.gross.0 - bought.burned.0;
            after.compute.0 -= hours.to_wad().0;
            let sold = after.quote_sell(fees, hours).unwrap();
            prop_assert!(sold.net <= bought.gross, "bought, then sold back");
        }
    }

    #[test]
    fn law_no_free_round_trip_by_liquidity(
        terms in [3u64..700, 3..700, 3..700],
        rented in 0u64..48,
        wait in 0u64..2 * BUCKET,
    ) {
        let mut market = pool_with_lps(terms);
        if rented > 0 {
            let until = market.boundary(1 + rented);
            let rent = Action::Rent {
                pool: POOL,
                stakes: vec![StakeId(0)],
                until,
                max_cost: Wei(u128::MAX),
            };
            let _refused = market.act(account(3), rent).err();
        }
        market.wait(wait);
        let expiry = market.boundary(24);
        let before = market.ledger.accounts().balance(account(3));
        let stake = market.provide(account(3), expiry).unwrap();
        let remove = Action::RemoveLiquidity { stake, min_tokens: i128::MIN, max_fee: Wei(u128::MAX) };
        let removed = market.act(account(3), remove).is_ok();
        // A pool bought dry may refuse; one that nobody rented from lets everybody go.
        prop_assert!(removed || rented > 0);
        if removed {
            let deposit = market.ledger.stake_of(stake).unwrap().maintenance_fee;
            let after = market.ledger.accounts().balance(account(3)).0 + deposit.0;
            prop_assert!(after <= before.0, "joined and left with {} more", after - before.0);
        }
    }

    #[test]
    fn law_lone_lp_without_trades_is_whole(
        buckets in 2u64..720,
        offset in 0u64..BUCKET,
        visits in prop::collection::vec(1u64..400_000, 0..40),
    ) {
        let mut market = Market::new(params(), 1);
        market.wait(offset);
        let expiry = market.boundary(buckets + 1);
        let before = market.ledger.accounts().balance(account(0)).0;
        let stake = market.provide(account(0), expiry).unwrap();
        let tokens = reserves(&market).pin.0;
        let staked = market.ledger.accounts().balance(account(0)).0;
        let mut steps = 1;
        for visit in visits {
            if market.now.0 + visit >= expiry.0 {
                break;
            }
            market.wait(visit);
            market.act(account(0), Action::Collect { stake }).unwrap();
            steps += 1;
            let left = u128::from(expiry.since(market.now).0) * PIN;
            let compute = reserves(&market).compute.0;
            prop_assert!(compute <= left && left - compute <= steps, "R is the linear decay");
        }
        market.now = expiry;
        market.act(account(0), Action::Settle { stake }).unwrap();
        let back = market.ledger.accounts().balance(account(0)).0 - staked;
        prop_assert!(back <= tokens && tokens - back <= steps, "{tokens} in, {back} back in {steps} steps");
        prop_assert!(before > staked, "the burn and the deposit cost something");
    }

    #[test]
    fn law_many_pokes_equal_one_advance(terms in [3u64..700, 3..700, 3..700], limit in 1u32..4) {
        let mut market = pool_with_lps(terms);
        market.wait(10 * 365 * 86_400);
        let whole = market.ledger.pool(POOL).unwrap().at(market.now).unwrap();
        for _ in 0..3 {
            market.act(account(0), Action::Poke { pool: POOL, limit }).unwrap();
        }
        let pool = market.ledger.pool(POOL).unwrap();
        prop_assert_eq!(pool.at(market.now).unwrap().reserves, whole.reserves);
        for (expiry, acc) in whole.passed {
            prop_assert_eq!(pool.acc_at_q96(expiry), Some(acc));
        }
    }
}

#[test]
fn law_advance_takes_a_step_for_each_expiry_not_for_time() {
    let mut market = Market::new(params(), 4);
    for n in 0..300 {
        let expiry = market.boundary(2 + n % 30);
        market.provide(account(0), expiry).unwrap();
    }
    let ten_years = Timestamp(market.now.0 + 10 * 365 * 86_400);
    let advanced = market.ledger.pool(POOL).unwrap().at(ten_years).unwrap();
    assert_eq!(advanced.passed.len(), 30, "300 stakes, 30 expiries, ten years");
    assert_eq!(advanced.reserves.last, ten_years);
    assert_eq!(advanced.reserves.shares, SharesWad::ZERO);

    market.now = ten_years;
    let settled = market.act(account(1), Action::Settle { stake: StakeId(0) }).unwrap();
    assert!(matches!(settled[..], [Event::Settled { .. }]));
    assert_eq!(market.ledger.stake_of(StakeId(0)).unwrap().state, StakeState::Settled);
}

/// The laws above are worth what their random lives reach: every kind of event, and refusals.
#[test]
fn random_lives_reach_every_event() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    let mut refused = 0;
    for _ in 0..600 {
        let mut market = Market::weighted(params(), 4);
        for step in steps(60).new_tree(&mut runner).unwrap().current() {
            match step.run(&mut market) {
                Ok(events) => seen.extend(events.iter().map(name_of)),
                Err(_) => refused += 1,
            }
        }
    }
    let expected = [
        "AllocationClaimed",
        "Bought",
        "Burned",
        "Challenged",
        "Collected",
        "Committed",
        "Extended",
        "HoursTransferred",
        "LiquidityAdded",
        "LiquidityRemoved",
        "Locked",
        "Passed",
        "Poked",
        "RebateClaimed",
        "RentalEnded",
        "RentalTransferred",
        "Rented",
        "Rewarded",
        "Settled",
        "Slashed",
        "Sold",
        "Staked",
        "Transferred",
        "Unlocked",
        "WeightQueued",
        "WeightSet",
    ];
    let missing: Vec<_> = expected.iter().filter(|name| !seen.contains(**name)).collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
    assert!(refused > 1_000, "only {refused} refusals");
}

fn name_of(event: &Event) -> String {
    let debug = format!("{event:?}");
    debug.split([' ', '(']).next().unwrap_or_default().to_owned()
}
