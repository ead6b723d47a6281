//! Which devices a rental takes.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

use alloy_primitives::{Address, B256};
use pinfi_client::sandbox::kinds;
use pinfi_client::selection::{SelectError, is_rentable, select_devices};
use pinfi_core::ledger::Config;
use pinfi_core::units::{CertificateId, GpuSeconds, PoolId, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Error, Ledger};

const ALICE: Address = Address::repeat_byte(0xa1);
const BOB: Address = Address::repeat_byte(0xb0);
const MINTER: Address = Address::repeat_byte(0x77);
const NOW: Timestamp = Timestamp(1_800_000_000);
const POOL: PoolId = PoolId(0);
const HOUR: u64 = 3_600;
const PIN: u128 = 1_000_000_000_000_000_000;

fn at(sender: Address) -> Context {
    Context { sender, now: NOW, randomness: B256::ZERO }
}

fn hours(hours: u64) -> Timestamp {
    Timestamp(NOW.0 + hours * HOUR)
}

/// A WebGPU pool whose stakes 0, 1, 2, … of Alice end after so many hours, as liquidity.
fn pool_with(terms: &[u64]) -> Ledger {
    let supply_cap = Wei(u128::MAX);
    let config = Config { chain_id: 1, address: MINTER, minter: MINTER, supply_cap };
    let mut ledger = Ledger::new(config);
    let kind = kinds()[2].clone();
    for to in [ALICE, BOB] {
        ledger.apply(&Action::Mint { to, amount: Wei(1_000_000 * PIN) }, &at(MINTER)).unwrap();
    }
    ledger.apply(&Action::CreatePool { params: Box::new(kind.params) }, &at(ALICE)).unwrap();
    for (number, term) in (0..).zip(terms) {
        let gs = GpuSeconds(term * HOUR);
        let stake = StakeId(number);
        let join = if number == 0 {
            Action::OpenLiquidity { stake, tokens: Wei(u128::from(gs.0) * kind.fair_price.0) }
        } else {
            let max_tokens = Wei(1_000 * PIN);
            Action::AddLiquidity { stake, min_tokens: Wei::ZERO, max_tokens }
        };
        let certificate = CertificateId(number);
        let max_fee = Wei(1_000 * PIN);
        let steps = [
            Action::Burn { pool: POOL, gs },
            Action::Stake { certificate, expiry: hours(*term), max_fee },
            join,
        ];
        for step in steps {
            ledger.apply(&step, &at(ALICE)).unwrap();
        }
    }
    ledger
}

fn select(ledger: &Ledger, count: u32, until: Timestamp) -> Result<Vec<StakeId>, SelectError> {
    select_devices(ledger, POOL, count, until, NOW)
}

fn rent(stakes: Vec<StakeId>, until: Timestamp, max_cost: Wei) -> Action {
    Action::Rent { pool: POOL, stakes, until, max_cost }
}

#[test]
fn select_devices_of_an_unknown_pool_is_refused() {
    let error = select_devices(&pool_with(&[]), PoolId(9), 1, hours(1), NOW).unwrap_err();
    assert_eq!(error, SelectError::Pool(Error::UnknownPool(PoolId(9))));
    assert_eq!(error.code(), "UnknownPool");
}

#[test]
fn select_devices_without_enough_for_so_long_is_refused() {
    let ledger = pool_with(&[10, 20, 30]);
    let error = select(&ledger, 3, hours(15)).unwrap_err();
    assert_eq!(error, SelectError::TooFewDevices { wanted: 3, free: 2 });
    assert_eq!(error.code(), "TooFewDevices");
    let error = select(&ledger, u32::MAX, hours(1)).unwrap_err();
    assert_eq!(error, SelectError::TooFewDevices { wanted: u32::MAX, free: 3 });
}

#[test]
fn select_devices_leaves_out_what_is_rented_held_or_elsewhere() {
    let mut ledger = pool_with(&[10, 20, 30]);
    let cost = Wei(1_000 * PIN);
    ledger.apply(&rent(vec![StakeId(0)], hours(5), cost), &at(BOB)).unwrap();
    assert_eq!(select(&ledger, 2, hours(5)), Ok(vec![StakeId(1), StakeId(2)]));
    let later = select_devices(&ledger, POOL, 1, hours(8), hours(5)).unwrap();
    assert_eq!(later, [StakeId(0)], "at its end a rental is over");

    let remove =
        Action::RemoveLiquidity { stake: StakeId(1), min_tokens: i128::MIN, max_fee: cost };
    ledger.apply(&remove, &at(ALICE)).unwrap();
    assert_eq!(
        select(&ledger, 1, hours(5)),
        Ok(vec![StakeId(2)]),
        "held devices are not rented out"
    );
    let stake = *ledger.stake_of(StakeId(2)).unwrap();
    assert!(!is_rentable(&stake, PoolId(1), hours(5), NOW));
    assert!(is_rentable(&stake, POOL, hours(30), NOW));
    assert!(!is_rentable(&stake, POOL, Timestamp(hours(30).0 + 1), NOW));
}

#[test]
fn select_devices_takes_the_best_fit() {
    let ledger = pool_with(&[30, 10, 20, 10]);
    let ids = |ids: &[u64]| ids.iter().map(|id| StakeId(*id)).collect::<Vec<_>>();
    assert_eq!(select(&ledger, 0, hours(5)), Ok(ids(&[])));
    assert_eq!(select(&ledger, 1, hours(5)), Ok(ids(&[1])), "ties go to the older stake");
    assert_eq!(select(&ledger, 3, hours(5)), Ok(ids(&[1, 3, 2])));
    assert_eq!(select(&ledger, 1, hours(11)), Ok(ids(&[2])));
    assert_eq!(select(&ledger, 2, hours(20)), Ok(ids(&[2, 0])));
    let stakes = select(&ledger, 4, hours(10)).unwrap();
    let mut ledger = ledger;
    let outcome = ledger.apply(&rent(stakes, hours(10), Wei(1_000 * PIN)), &at(BOB));
    assert!(outcome.is_ok(), "what is selected can be rented: {outcome:?}");
}
