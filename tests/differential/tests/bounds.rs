//! The ends of what the contracts take: gas after long idleness, and shares too large to count.

mod support;

use alloy_primitives::{Address, B256};
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::{CertificateId, GpuSeconds, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Error};
use pinfi_differential::life::Step;
use pinfi_differential::random::account;
use pinfi_differential::translate;
use pinfi_differential::twin::Twin;
use support::{ANY, BUCKET, PIN, POOL, act, boundary, market, provide, stake};

/// Does an action on both sides without comparing the whole state. Returns the gas.
fn both(twin: &mut Twin, sender: Address, action: Action) -> u64 {
    let step = Step { wait: 0, sender, deed: Deed::Act(action.clone()), by_token: false };
    let (to, data) = translate::call(&twin.at, &twin.ledger, &step).unwrap();
    let receipt = twin.chain.send(sender, to, data).unwrap();
    let context = Context { sender, now: Timestamp(twin.chain.now()), randomness: B256::ZERO };
    twin.ledger.apply(&action, &context).unwrap();
    receipt.gas_used
}

/// As many expiries as a pool can have ahead, all passed at once: `advance` fits a block of
/// thirty million gas with room to spare.
#[test]
fn a_pool_that_idled_ten_years_settles_within_a_block() {
    let mut twin = market();
    for number in 0..719 {
        let expiry = boundary(&twin, 2 + number);
        let (provider, gs) = (account(0), GpuSeconds(expiry.0 - twin.chain.now()));
        both(&mut twin, provider, Action::Burn { pool: POOL, gs });
        let certificate = CertificateId(number);
        both(&mut twin, provider, Action::Stake { certificate, expiry, max_fee: ANY });
        let stake = StakeId(number);
        let action = if number == 0 {
            Action::OpenLiquidity { stake, tokens: Wei(PIN) }
        } else {
            Action::AddLiquidity { stake, min_tokens: Wei(0), max_tokens: ANY }
        };
        both(&mut twin, provider, action);
    }
    let later = twin.chain.now() + 10 * 365 * 86_400;
    twin.chain.set_time(later);
    let gas = both(&mut twin, account(1), Action::Settle { stake: StakeId(0) });
    println!("settle past 719 expiries: {gas} gas");
    assert!(gas < 15_000_000, "{gas}");
    twin.compare().unwrap();
}

#[test]
fn poking_by_parts_equals_one_advance() {
    let mut twin = market();
    for buckets in [3, 5, 300, 600] {
        provide(&mut twin, account(0), buckets);
    }
    let later = twin.chain.now() + 700 * BUCKET;
    twin.chain.set_time(later);
    for limit in [0, 1, 2, 0, 5] {
        act(&mut twin, account(1), Action::Poke { pool: POOL, limit });
    }
}

/// Bought nearly dry again and again, a pool gives each second such a share that the next would
/// not fit 128 bits.
#[test]
fn a_share_too_large_to_count_is_refused_alike() {
    let mut twin = market();
    let mut opening = stake(&mut twin, account(0), 720);
    let gs = twin.ledger.stake_of(opening).unwrap().remaining(Timestamp(twin.chain.now())).0;
    let least = Wei(u128::from(gs) * 1_000_000_000);
    act(&mut twin, account(0), Action::OpenLiquidity { stake: opening, tokens: least });
    let mut refused = false;
    for _ in 0..8 {
        // All but a little of the time is rented.
        let now = twin.chain.now();
        let until = twin.ledger.stake_of(opening).unwrap().expiry;
        let rent = Action::Rent { pool: POOL, stakes: vec![opening], until, max_cost: ANY };
        let before = Action::Rent {
            pool: POOL,
            stakes: vec![opening],
            until: Timestamp(until.0 - BUCKET),
            max_cost: ANY,
        };
        twin.chain.set_time(now + 1);
        if twin.act(account(1), rent).unwrap().outcome.is_err() {
            let _short = twin.act(account(1), before).unwrap();
        }
        opening = stake(&mut twin, account(2), 719);
        let join = Action::AddLiquidity { stake: opening, min_tokens: Wei(0), max_tokens: ANY };
        match twin.act(account(2), join).unwrap().outcome {
            Err(Error::ShareOutOfRange) => {
                refused = true;
                break;
            }
            Err(Error::InsufficientBalance { .. }) | Ok(_) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused, "no share was ever out of range");
}
