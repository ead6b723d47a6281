//! Block rewards: who is paid what.

use alloy_primitives::Address;
use pinfi_core::math::{WAD, mul_div_ceil, mul_div_floor};
use pinfi_core::rewards::{DAY_SECS, YEAR_SECS, emitted_between, exp_neg_wad};
use pinfi_core::units::{Day, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Event};

use crate::market::{BUCKET, Market, POOL, START, account, params};

const ANY: Wei = Wei(u128::MAX);

/// A pool with the whole weight, whose first LP is account 0's until `buckets` from now.
pub(crate) fn weighted(buckets: u64) -> (Market, StakeId) {
    let mut market = Market::rewarded(params(), 4);
    market.set_weight(POOL, 10_000);
    let expiry = market.boundary(buckets);
    let stake = market.provide(account(0), expiry).unwrap();
    (market, stake)
}

/// The providers' part of what is emitted between two times, in a pool with the whole weight.
fn to_providers(from: u64, to: u64) -> u128 {
    emitted_between(Timestamp(START), Timestamp(from), Timestamp(to)).0 * 63 / 100
}

fn earned(market: &Market, stake: StakeId) -> u128 {
    market.ledger.rewards().unwrap().earning(stake).unwrap().earned.to_wei_floor().0
}

fn settle(market: &mut Market, stake: StakeId) -> Vec<Event> {
    market.now = market.now.max(market.ledger.stake_of(stake).unwrap().expiry);
    market.act(account(3), Action::Settle { stake }).unwrap()
}

pub(crate) fn rent(
    market: &mut Market,
    client: Address,
    stake: StakeId,
    buckets: u64,
) -> (Wei, Wei) {
    let until = market.boundary(buckets);
    let action = Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost: ANY };
    match market.act(client, action).unwrap()[0] {
        Event::Bought { fee, burned, .. } => (fee, burned),
        ref event => panic!("{event:?}"),
    }
}

#[test]
fn lock_is_held_from_the_next_reward_day_on() {
    let mut market = Market::rewarded(params(), 1);
    let held = |market: &Market, day| {
        market.ledger.rewards().unwrap().provider(account(0)).held_on(Day(day)).0
    };
    market.act(account(0), Action::Lock { amount: Wei(10) }).unwrap();
    assert_eq!((held(&market, 0), held(&market, 1)), (0, 10));
    market.wait(DAY_SECS);
    market.act(account(0), Action::Lock { amount: Wei(5) }).unwrap();
    assert_eq!((held(&market, 1), held(&market, 2)), (10, 15));
    // What came today goes first.
    market.act(account(0), Action::Unlock { amount: Wei(4) }).unwrap();
    assert_eq!((held(&market, 1), held(&market, 2)), (10, 11));
    market.act(account(0), Action::Unlock { amount: Wei(8) }).unwrap();
    assert_eq!((held(&market, 1), held(&market, 2)), (3, 3));
    // Locked again the same day: not held since it began.
    market.act(account(0), Action::Lock { amount: Wei(8) }).unwrap();
    assert_eq!((held(&market, 1), held(&market, 2)), (3, 11));
    assert_eq!(market.ledger.rewards().unwrap().locked(), Wei(11));
}

#[test]
fn rebate_is_by_fees_and_at_most_half_of_what_was_burned() {
    let (mut market, stake) = weighted(200);
    let second = market.provide(account(0), market.boundary(200)).unwrap();
    market.now = Timestamp(START + DAY_SECS);
    let mut fees = [(0, 0); 2];
    for (client, device, buckets) in [(0, stake, 3), (1, second, 20)] {
        let (fee, burned) = rent(&mut market, account(1 + client), device, buckets);
        fees[usize::from(client)] = (fee.0, burned.0);
    }
    // Giving the hours back costs a fee too.
    let ended = market.act(account(2), Action::EndRental { stake: second, min_out: Wei(0) });
    let [Event::RentalEnded { fee, burned, .. }] = ended.unwrap()[..] else { panic!() };
    fees[1] = (fees[1].0 + fee.0, fees[1].1 + burned.0);
    let due = |market: &Market| {
        let rewards = market.ledger.rewards().unwrap();
        rewards.due_rebates(account(1), market.now).collect::<Vec<_>>()
    };
    assert_eq!(due(&market), [], "the day is not over");
    market.wait(DAY_SECS);
    assert_eq!(due(&market), [(POOL, Day(1), Wei(fees[0].1 / 2))]);
    for client in 0..2 {
        let before = market.ledger.accounts().balance(account(1 + client)).0;
        let claimed = market
            .act(account(1 + client), Action::ClaimRebate { pool: POOL, day: Day(1) })
            .unwrap();
        let [Event::RebateClaimed { amount, .. }] = claimed[..] else { panic!("{claimed:?}") };
        // A day of first-year emission is far more than such fees: the burned half binds.
        assert_eq!(amount.0, fees[usize::from(client)].1 / 2, "client {client}");
        assert_eq!(market.ledger.accounts().balance(account(1 + client)).0 - before, amount.0);
    }
    assert_eq!(due(&market), [], "claimed");
}

#[test]
fn rebate_of_a_late_year_is_the_clients_part_of_the_fees() {
    let mut market = Market::rewarded(params(), 3);
    market.set_weight(POOL, 5_000);
    // Year 50: about a millionth of a millionth of a PIN a second.
    market.now = Timestamp(START + 50 * YEAR_SECS);
    let expiry = market.boundary(200);
    let stakes: Vec<_> = (0..2).map(|_| market.provide(account(0), expiry).unwrap()).collect();
    let (first, _) = rent(&mut market, account(1), stakes[0], 3);
    let (second, _) = rent(&mut market, account(2), stakes[1], 9);
    market.wait(DAY_SECS);
    let day = Day(50 * 365);
    let all = (1_157_407_407_407_407_407_u128 >> 50) * u128::from(DAY_SECS) * 35 / 1_000;
    for (client, fee) in [(1, first), (2, second)] {
        let claimed = market.act(account(client), Action::ClaimRebate { pool: POOL, day }).unwrap();
        let [Event::RebateClaimed { amount, .. }] = claimed[..] else { panic!("{claimed:?}") };
        assert_eq!(amount.0, all * fee.0 / (first.0 + second.0), "client {client}");
    }
}

#[test]
fn provider_is_paid_for_verified_time_times_the_multipliers() {
    let (mut market, stake) = weighted(4);
    let joined = market.now.0;
    market.wait(BUCKET);
    // Half of the window of 60 s: as fast as the reference device.
    market.prove(stake, 30).unwrap();
    let proved = market.now.0;
    assert_eq!(earned(&market, stake), to_providers(joined, proved));
    let age = market.ledger.rewards().unwrap().provider(account(0)).age;
    assert_eq!(age, Secs(proved - joined));

    let expected = market.ledger.reward_of(stake, market.now).unwrap();
    assert_eq!((expected.loyalty_wad, expected.work_wad), (WAD, WAD), "nothing minted before");
    let missing = u128::from(30 * DAY_SECS - age.0);
    let exponent = (2_303 * WAD / 1_000 * missing).div_ceil(u128::from(30 * DAY_SECS));
    assert_eq!(expected.time_wad, exp_neg_wad(exponent));
    let amount = to_providers(joined, proved) * expected.time_wad / WAD;
    let minted = market.ledger.accounts().minted().0;
    let events = settle(&mut market, stake);
    let [Event::Settled { .. }, Event::Rewarded { provider, earned, amount: paid, .. }] =
        events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(provider, account(0));
    assert_eq!(earned.0, to_providers(joined, proved), "the tail after the last proof is lost");
    assert_eq!(paid.0, amount);
    assert_eq!(market.ledger.accounts().minted().0 - minted, amount);
    assert_eq!(market.ledger.rewards().unwrap().provider(account(0)).minted, paid);
    assert_eq!(market.ledger.rewards().unwrap().minted(), paid);
    assert_eq!(market.ledger.rewards().unwrap().earning(stake), None);
}

#[test]
fn slow_proofs_and_unlocked_rewards_cost_their_multipliers() {
    let (mut market, stake) = weighted(3);
    market.wait(BUCKET);
    market.prove(stake, 30).unwrap();
    settle(&mut market, stake);
    let minted = market.ledger.rewards().unwrap().provider(account(0)).minted.0;
    market.act(account(0), Action::Lock { amount: Wei(minted / 2) }).unwrap();
    let expiry = market.boundary(60);
    let second = market.provide(account(0), expiry).unwrap();
    market.wait(BUCKET);
    market.prove(second, 60).unwrap();
    let steep = 7_324 * WAD / 1_000;
    let now = market.now;
    let payout = market.ledger.reward_of(second, now).unwrap();
    assert_eq!(payout.loyalty_wad, exp_neg_wad(steep), "locked today is not held yet");
    assert_eq!(payout.work_wad, exp_neg_wad(steep / 2), "twice the reference's time");
    let tomorrow = Timestamp(now.0 + DAY_SECS);
    let payout = market.ledger.reward_of(second, tomorrow).unwrap();
    let missing = minted - minted / 2;
    assert_eq!(payout.loyalty_wad, exp_neg_wad(mul_div_ceil(steep, missing, minted).unwrap()));
    let times = |amount, factor| mul_div_floor(amount, factor, WAD).unwrap();
    let product = times(times(payout.earned.0, payout.time_wad), payout.loyalty_wad);
    assert_eq!(payout.amount.0, times(product, payout.work_wad));
}

#[test]
fn an_epoch_without_a_proof_is_not_earned() {
    let (mut market, stake) = weighted(30);
    let joined = market.now.0;
    market.wait(BUCKET);
    market.prove(stake, 30).unwrap();
    let first = earned(&market, stake);
    assert_eq!(first, to_providers(joined, market.now.0), "epoch after epoch: all of it");
    let from = market.now.0;
    market.wait(10 * BUCKET);
    market.prove(stake, 30).unwrap();
    let span = market.now.0 - from;
    let part = to_providers(from, market.now.0) * u128::from(BUCKET) / u128::from(span);
    let found = earned(&market, stake) - first;
    assert!(found.abs_diff(part) <= 1, "one epoch of eleven: {found}, {part}");
}

#[test]
fn removed_early_is_paid_for_what_was_verified_once_it_settles() {
    let (mut market, stake) = weighted(10);
    let other = market.provide(account(1), market.boundary(10)).unwrap();
    let joined = market.now.0;
    market.wait(BUCKET);
    market.prove(stake, 30).unwrap();
    let verified = market.now.0;
    market.wait(BUCKET);
    let remove = Action::RemoveLiquidity { stake, min_tokens: i128::MIN, max_fee: ANY };
    market.act(account(0), remove).unwrap();
    let half = to_providers(joined, verified) / 2;
    assert!(earned(&market, stake).abs_diff(half) <= 1, "two devices share");
    // Held, it can be challenged and earns nothing by it.
    market.prove(stake, 30).unwrap();
    assert!(earned(&market, stake).abs_diff(half) <= 1);
    let events = settle(&mut market, stake);
    assert!(
        matches!(events[..], [_, Event::Rewarded { earned, .. }] if earned.0.abs_diff(half) <= 1)
    );
    let accrual = market.ledger.pool(POOL).unwrap().accrual();
    assert_eq!(accrual.live, 0, "both have left, one at its expiry");
    let events = settle(&mut market, other);
    assert!(matches!(events[..], [Event::Settled { .. }]), "never verified: {events:?}");
}

#[test]
fn a_proof_committed_before_rejoining_verifies_nothing() {
    let (mut market, stake) = weighted(20);
    market.provide(account(1), market.boundary(20)).unwrap();
    market.wait(BUCKET);
    market
        .prove_with(stake, 10, |market| {
            let remove = Action::RemoveLiquidity { stake, min_tokens: i128::MIN, max_fee: ANY };
            market.act(account(0), remove).unwrap();
            market.wait(10);
            market.join(account(0), stake, 1).unwrap();
        })
        .unwrap();
    assert_eq!(market.ledger.stake_of(stake).unwrap().passed, 1);
    assert_eq!(earned(&market, stake), 0);
    let rejoined = market.now;
    let marked = market.ledger.rewards().unwrap().earning(stake).unwrap().verified_to.unwrap();
    assert_eq!(marked.at, rejoined);
}

#[test]
fn slashed_or_left_unanswered_is_paid_nothing() {
    for unanswered in [false, true] {
        let (mut market, stake) = weighted(5);
        market.wait(BUCKET);
        market.prove(stake, 30).unwrap();
        assert!(earned(&market, stake) > 0);
        market.wait(BUCKET);
        market.act(account(3), Action::Challenge { stake }).unwrap();
        if unanswered {
            let events = settle(&mut market, stake);
            assert!(matches!(events[..], [Event::Settled { .. }]), "{events:?}");
        } else {
            market.wait(61);
            market.act(account(3), Action::Missed { stake }).unwrap();
            assert_eq!(market.ledger.pool(POOL).unwrap().accrual().live, 0);
        }
        assert_eq!(market.ledger.rewards().unwrap().minted(), Wei(0));
        assert_eq!(market.ledger.rewards().unwrap().earning(stake), None);
    }
}

#[test]
fn nothing_accrues_without_lps_or_without_weight() {
    let mut market = Market::rewarded(params(), 2);
    let stake = market.provide(account(0), market.boundary(30)).unwrap();
    market.wait(BUCKET);
    market.prove(stake, 30).unwrap();
    assert_eq!(earned(&market, stake), 0, "no weight yet");
    assert_eq!(market.ledger.rewards().unwrap().provider(account(0)).age, Secs(0));
    market.set_weight(POOL, 1_000);
    market.prove(stake, 0).unwrap();
    assert_eq!(earned(&market, stake), 0, "the hours before had none");
    let from = market.now.0;
    market.wait(BUCKET);
    market.prove(stake, 30).unwrap();
    let expected = to_providers(from, market.now.0) / 10;
    assert!(earned(&market, stake).abs_diff(expected) <= 1, "from the weight on");

    market.now = market.ledger.stake_of(stake).unwrap().expiry;
    market.act(account(1), Action::Poke { pool: POOL, limit: 9 }).unwrap();
    let at_expiry = market.ledger.pool(POOL).unwrap().accrual().per_device;
    market.wait(YEAR_SECS);
    let later = market.ledger.pool(POOL).unwrap().at(market.now).unwrap().accrual;
    assert_eq!((later.per_device, later.live), (at_expiry, 0), "nobody is there");
}
