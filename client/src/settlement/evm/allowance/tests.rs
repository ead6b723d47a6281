#[path = "../../../../../tests/support/params.rs"]
mod params;

use pinfi_core::ledger::Config;
use pinfi_core::units::{CertificateId, GpuSeconds, PoolId, StakeId};

use super::*;
use params::{BUCKET, PIN, params};

const POOL: PoolId = PoolId(0);
const NOW: Timestamp = Timestamp(1_000 * BUCKET);
const ANY: Wei = Wei(u128::MAX);
const ALICE: Address = Address::repeat_byte(0xa1);
const BOB: Address = Address::repeat_byte(0xb0);
/// What each of them has.
const RICHES: u128 = 1_000_000 * PIN;

fn act(ledger: &mut Ledger, sender: Address, action: &Action) {
    ledger.apply(action, &Context { sender, now: NOW, randomness: B256::ZERO }).unwrap();
}

fn hours(count: u64) -> GpuSeconds {
    GpuSeconds(count * BUCKET)
}

fn until(count: u64) -> Timestamp {
    Timestamp(NOW.0 + count * BUCKET)
}

/// A market without a device.
fn dormant() -> Ledger {
    let supply_cap = Wei(u128::MAX >> 1);
    let at = Address::repeat_byte(2);
    let mut ledger = Ledger::new(Config { chain_id: 1, address: at, minter: ALICE, supply_cap });
    for to in [ALICE, BOB] {
        act(&mut ledger, ALICE, &Action::Mint { to, amount: Wei(RICHES) });
    }
    act(&mut ledger, ALICE, &Action::CreatePool { params: Box::new(params()) });
    ledger
}

/// The actions that bring Alice's device into the pool for 100 hours at 2 PIN an hour.
fn providing(max_fee: Wei) -> [Action; 3] {
    [
        Action::Burn { pool: POOL, gs: hours(100) },
        Action::Stake { certificate: CertificateId(0), expiry: until(100), max_fee },
        Action::OpenLiquidity { stake: StakeId(0), tokens: Wei(200 * PIN) },
    ]
}

/// A market with Alice's device in it.
fn open() -> Ledger {
    let mut ledger = dormant();
    for action in providing(ANY) {
        act(&mut ledger, ALICE, &action);
    }
    ledger
}

fn rent(max_cost: Wei) -> Action {
    Action::Rent { pool: POOL, stakes: vec![StakeId(0)], until: until(10), max_cost }
}

/// What renting costs now.
fn cost(ledger: &Ledger) -> u128 {
    let mut after = ledger.clone();
    act(&mut after, BOB, &rent(ANY));
    RICHES - after.accounts().balance(BOB).0
}

fn of(ledger: &Ledger, sender: Address, actions: &[Action]) -> u128 {
    needed(ledger, sender, NOW, actions).most.0
}

#[test]
fn needed_for_what_is_refused_is_nothing() {
    assert_eq!(of(&dormant(), BOB, &[rent(ANY)]), 0, "a dormant pool rents nothing out");
    assert_eq!(of(&open(), BOB, &[Action::Collect { stake: StakeId(0) }]), 0, "not his");
}

#[test]
fn needed_for_payments_is_nothing_as_the_market_takes_none() {
    let pay = Action::Transfer { to: BOB, amount: Wei(PIN) };
    assert_eq!(of(&open(), ALICE, &[pay]), 0);
    assert_eq!(of(&open(), ALICE, &[Action::Mint { to: BOB, amount: Wei(PIN) }]), 0);
}

#[test]
fn needed_is_a_fiftieth_more_than_now_and_never_beyond_the_own_limit() {
    let ledger = open();
    let cost = cost(&ledger);
    assert_eq!(of(&ledger, BOB, &[rent(ANY)]), cost + cost / MARGIN);
    assert_eq!(of(&ledger, BOB, &[rent(Wei(cost + 1))]), cost + 1);
    let need = needed(&ledger, BOB, NOW, &[rent(ANY)]);
    assert_eq!(need, Need { now: Wei(cost), most: Wei(cost + cost / MARGIN) });
}

#[test]
fn needed_is_never_more_than_the_account_has() {
    let mut ledger = open();
    let cost = cost(&ledger);
    let rest = Wei(RICHES - cost - 1);
    act(&mut ledger, BOB, &Action::Transfer { to: ALICE, amount: rest });
    assert_eq!(of(&ledger, BOB, &[rent(ANY)]), cost + 1);
}

#[test]
fn needed_for_actions_in_a_row_sees_what_the_ones_before_have_done() {
    let ledger = dormant();
    let actions = providing(ANY);
    let burned = params().burn_per_gs.0 * u128::from(hours(100).0);
    assert_eq!(of(&ledger, ALICE, &actions), burned + 200 * PIN, "a dormant pool asks for no fee");
    assert_eq!(of(&ledger, ALICE, &actions[..1]), burned, "what is fixed needs no margin");
}

#[test]
fn needed_to_leave_a_pool_covers_a_move_of_what_comes_and_goes() {
    let mut ledger = open();
    let second = [
        Action::Burn { pool: POOL, gs: hours(50) },
        Action::Stake { certificate: CertificateId(1), expiry: until(50), max_fee: ANY },
        Action::AddLiquidity { stake: StakeId(1), min_tokens: Wei(0), max_tokens: ANY },
    ];
    for action in &second {
        act(&mut ledger, BOB, action);
    }
    let leave = Action::RemoveLiquidity { stake: StakeId(1), min_tokens: i128::MIN, max_fee: ANY };
    let mut after = ledger.clone();
    let before = after.accounts().balance(BOB).0;
    act(&mut after, BOB, &leave);
    let fee = after.stake_of(StakeId(1)).unwrap().maintenance_fee.0;
    let taken = before - after.accounts().balance(BOB).0;
    let asked = of(&ledger, BOB, &[leave]);
    assert!(asked > taken + fee / MARGIN, "{asked} covers more than {taken} and a move of the fee");
    assert!(asked <= taken + 2 * fee / MARGIN, "{asked} is not far beyond {taken}");
}
