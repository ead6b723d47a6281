//! What the scenario files have no step for: transfers, pools beside each other, events.

use alloy_primitives::B256;
use pinfi_core::stake::StakeState;
use pinfi_core::units::{DecayWad, GpuSeconds, PoolId, Secs, StakeId, Wei};
use pinfi_core::{Action, Context, Error, Event};

use crate::market::{BUCKET, Market, PIN, POOL, account, params};

const ANY: Wei = Wei(u128::MAX);

#[test]
fn transfer_of_pin_moves_it() {
    let mut market = Market::new(params(), 2);
    let events =
        market.act(account(0), Action::Transfer { to: account(7), amount: Wei(PIN) }).unwrap();
    let expected = Event::Transferred { from: account(0), to: account(7), amount: Wei(PIN) };
    assert_eq!(events, [expected]);
    assert_eq!(market.ledger.accounts().balance(account(7)), Wei(PIN));
    assert_eq!(market.ledger.accounts().balance(account(0)), Wei(999_999 * PIN));
}

#[test]
fn transferred_hours_are_sold_by_their_holder_and_the_fee_stays_the_providers() {
    let mut market = Market::new(params(), 3);
    let far = market.boundary(100);
    market.provide(account(1), far).unwrap();
    let expiry = market.boundary(20);
    let stake = market.stake(account(0), expiry).unwrap();
    market.act(account(0), Action::TransferHours { stake, to: account(2) }).unwrap();
    let before = market.ledger.accounts().balance(account(2)).0;
    let events = market.act(account(2), Action::Sell { stake, min_out: Wei(0) }).unwrap();
    let [Event::Sold { seller, net, collateral_added, .. }] = events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((seller, collateral_added), (account(2), Wei(0)));
    assert_eq!(market.ledger.accounts().balance(account(2)).0 - before, net.0);
    assert_eq!(market.ledger.stake_of(stake).unwrap().state, StakeState::Sold);
    assert_eq!(market.ledger.stake_of(stake).unwrap().provider, account(0));
}

#[test]
fn transferred_rental_is_ended_by_its_new_holder() {
    let mut market = Market::new(params(), 4);
    let expiry = market.boundary(100);
    let stake = market.provide(account(0), expiry).unwrap();
    let until = market.boundary(10);
    let rent = Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost: ANY };
    market.act(account(1), rent).unwrap();
    market.act(account(1), Action::TransferRental { stake, to: account(2) }).unwrap();
    let before = market.ledger.accounts().balance(account(2)).0;
    let events = market.act(account(2), Action::EndRental { stake, min_out: Wei(1) }).unwrap();
    let [Event::RentalEnded { renter, net, .. }] = events[..] else { panic!("{events:?}") };
    assert_eq!(renter, account(2));
    assert_eq!(market.ledger.accounts().balance(account(2)).0 - before, net.0);
}

#[test]
fn rent_of_several_devices_splits_what_was_paid() {
    let mut market = Market::new(params(), 3);
    let expiry = market.boundary(100);
    let stakes: Vec<_> = (0..3).map(|_| market.provide(account(0), expiry).unwrap()).collect();
    let until = market.boundary(10);
    let rent = Action::Rent { pool: POOL, stakes: stakes.clone(), until, max_cost: ANY };
    let events = market.act(account(1), rent).unwrap();
    let Event::Bought { gross, gs, .. } = events[0] else { panic!("{events:?}") };
    assert_eq!(gs.0, 3 * 10 * BUCKET);
    for (event, expected) in events[1..].iter().zip(stakes) {
        let Event::Rented { stake, paid, .. } = *event else { panic!("{event:?}") };
        assert_eq!((stake, paid), (expected, Wei(gross.0 / 3)));
    }
    assert_eq!(events.len(), 4);
}

#[test]
fn pools_do_not_touch_each_other() {
    let mut market = Market::new(params(), 2);
    let mut second = params();
    second.bucket = Secs(600);
    second.max_term = Secs(720 * 600);
    market.act(account(1), Action::CreatePool { params: Box::new(second) }).unwrap();
    let expiry = market.boundary(20);
    let stake = market.provide(account(0), expiry).unwrap();
    market.wait(100);
    market.act(account(0), Action::Collect { stake }).unwrap();
    let other = market.ledger.pool(PoolId(1)).unwrap();
    assert_eq!(other.reserves().last, market.boundary(0), "the second pool was not advanced");
    assert_eq!(other.params().bucket, Secs(600));
    let until = market.boundary(4);
    let rent = Action::Rent { pool: PoolId(1), stakes: vec![stake], until, max_cost: ANY };
    assert_eq!(market.act(account(1), rent).unwrap_err().code(), "NotInPool");
}

#[test]
fn end_rental_in_a_pool_gone_dormant_lets_the_client_go_with_nothing() {
    let mut market = Market::new(params(), 4);
    let near = market.boundary(10);
    market.provide(account(0), near).unwrap();
    let short = market.boundary(10);
    let sold = market.stake(account(1), short).unwrap();
    market.act(account(1), Action::Sell { stake: sold, min_out: Wei(0) }).unwrap();
    let until = market.boundary(9);
    let rent = Action::Rent { pool: POOL, stakes: vec![sold], until, max_cost: ANY };
    market.act(account(2), rent).unwrap();
    let remove = Action::RemoveLiquidity { stake: StakeId(0), min_tokens: i128::MIN, max_fee: ANY };
    market.act(account(0), remove).unwrap();
    assert!(!market.ledger.pool(POOL).unwrap().reserves().is_open());
    let end = |min_out| Action::EndRental { stake: sold, min_out };
    assert_eq!(market.act(account(2), end(Wei(1))).unwrap_err().code(), "Slippage");
    let events = market.act(account(2), end(Wei(0))).unwrap();
    assert!(matches!(events[..], [Event::RentalEnded { net: Wei(0), .. }]), "{events:?}");
    assert_eq!(market.ledger.stake_of(sold).unwrap().rental, None);
}

#[test]
fn quote_leave_of_a_share_that_is_not_there_is_refused() {
    let mut market = Market::new(params(), 2);
    let expiry = market.boundary(10);
    market.provide(account(0), expiry).unwrap();
    let pool = market.ledger.pool(POOL).unwrap();
    let (reserves, hours) = (pool.reserves(), GpuSeconds(10 * BUCKET));
    let leave = |decay, hours| reserves.quote_leave(pool.params(), DecayWad(decay), hours);
    let whole = reserves.decay.0;
    for (decay, hours) in
        [(0, hours), (whole, GpuSeconds(0)), (whole + 1, hours), (whole, GpuSeconds(hours.0 + 1))]
    {
        assert_eq!(leave(decay, hours), Err(Error::ShareOutOfRange));
    }
}

#[test]
fn quotes_of_joining_and_leaving_are_what_the_ledger_takes_and_gives() {
    let mut market = Market::new(params(), 3);
    let far = market.boundary(40);
    market.provide(account(0), far).unwrap();
    market.wait(50);
    let near = market.boundary(20);
    let stake = market.stake(account(1), near).unwrap();
    let reserves = *market.ledger.pool(POOL).unwrap().reserves();
    let hours = market.ledger.stake_of(stake).unwrap().remaining(market.now);
    let (tokens, decay) = (reserves.tokens_to_join(hours), reserves.decay_to_join());
    let joined = market.join(account(1), stake, 0).unwrap();
    let [Event::LiquidityAdded { tokens: taken, decay: share, .. }] = joined[..] else {
        panic!("{joined:?}");
    };
    assert_eq!((tokens, decay), (Some(taken), Some(share)));

    // A purchase makes the share of compute fall short, so that leaving buys.
    let until = market.boundary(10);
    let rent = Action::Rent { pool: POOL, stakes: vec![StakeId(0)], until, max_cost: ANY };
    market.act(account(2), rent).unwrap();
    market.wait(50);
    let pool = market.ledger.pool(POOL).unwrap();
    let reserves = pool.at(market.now).unwrap().reserves;
    let hours = market.ledger.stake_of(stake).unwrap().remaining(market.now);
    let quote = reserves.quote_leave(pool.params(), share, hours).unwrap();
    assert!(quote.bought.fee > Wei(0));
    let remove = Action::RemoveLiquidity { stake, min_tokens: i128::MIN, max_fee: ANY };
    let left = market.act(account(1), remove).unwrap();
    let [Event::LiquidityRemoved { net, fee, burned, maintenance_fee, .. }] = left[..] else {
        panic!("{left:?}");
    };
    let quoted = (quote.net, quote.bought.fee, quote.bought.burned, quote.maintenance_fee);
    assert_eq!(quoted, (net, fee, burned, maintenance_fee));
}

#[test]
fn apply_trade_refuses_what_is_no_trade() {
    let mut market = Market::new(params(), 2);
    let before = market.ledger.clone();
    let context = Context { sender: account(0), now: market.now, randomness: B256::ZERO };
    let action = Action::Transfer { to: account(1), amount: Wei(PIN) };
    let refused = market.ledger.apply_trade(&action, &context);
    assert_eq!(refused, Err(Error::BadParameter { name: "action" }));
    assert_eq!(market.ledger, before, "nothing happened");
    assert!(market.ledger.apply(&action, &context).is_ok(), "the whole ledger knows it");
}
