//! What a pool costs that idled long, and that it can be paid by parts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use alloy_primitives::{Address, B256};
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::{CertificateId, GpuSeconds, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context};
use pinfi_differential::life::Step;
use pinfi_differential::random::account;
use pinfi_differential::translate;
use pinfi_differential::twin::Twin;
use support::{ANY, BUCKET, PIN, POOL, act, boundary, market, provide};

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
