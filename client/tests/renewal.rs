//! A stake that has ended is followed by another one: refused where it must be, else as the one before.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

mod common;
#[path = "../../tests/support/params.rs"]
mod shared;

use std::rc::Rc;

use alloy_primitives::{Address, U256};
use common::{Machine, account, alice, bob, submit};
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::miner::{Order, RenewalError, Role, renew, renewal};
use pinfi_client::settlement::embedded::EmbeddedLedger;
use pinfi_client::settlement::{Settlement, SettlementExt, Signer};
use pinfi_core::stake::StakeState;
use pinfi_core::units::{CertificateId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Error};
use shared::{BUCKET, PIN};

const POOL: PoolId = PoolId(0);
const OLD: StakeId = StakeId(0);
const LIMIT: Wei = Wei(1_000_000 * PIN);
/// Alice's stake lasts so long.
const SPAN: u64 = 24 * BUCKET;

struct Place {
    machine: Machine,
    ledger: EmbeddedLedger,
    order: Order,
}

fn operator() -> Address {
    account(&SigningKey::from_slice(&[0x0e; 32]).unwrap())
}

fn unlocked(owner: Address, _: Option<U256>) -> Option<Rc<dyn Signer>> {
    (owner == account(&alice())).then(|| Rc::new(alice()) as Rc<dyn Signer>)
}

fn locked(_: Address, _: Option<U256>) -> Option<Rc<dyn Signer>> {
    None
}

impl Place {
    /// A pool that Alice's stake has opened at two PIN an hour, beside one of Bob's that lasts for longer
    /// where `others` says so.
    fn new(others: bool) -> Self {
        let machine = Machine::new();
        let ledger = machine.open_whole();
        let act = |key: &SigningKey, action: Action| submit(&ledger, key, action).unwrap();
        act(&alice(), Action::CreatePool { params: Box::new(shared::params()) });
        let expiry = |span: u64| Timestamp((ledger.now().0 / BUCKET) * BUCKET + span);
        let stake = |key: &SigningKey, number: u64, span: u64| {
            act(key, Action::Burn { pool: POOL, gs: GpuSeconds(span) });
            let certificate = CertificateId(number);
            let max_fee = Wei(u128::MAX);
            act(key, Action::Stake { certificate, expiry: expiry(span), max_fee });
        };
        stake(&alice(), 0, SPAN);
        act(&alice(), Action::OpenLiquidity { stake: OLD, tokens: Wei(48 * PIN) });
        if others {
            act(&alice(), Action::Transfer { to: account(&bob()), amount: Wei(1_000 * PIN) });
            stake(&bob(), 1, 3 * SPAN);
            let (min_tokens, max_tokens) = (Wei(0), Wei(u128::MAX));
            let stake = StakeId(1);
            act(&bob(), Action::AddLiquidity { stake, min_tokens, max_tokens });
        }
        let order = ledger.read(|state| Order::of(state, OLD, ledger.now())).unwrap();
        Self { machine, ledger, order }
    }

    /// The same, once Alice's stake is over.
    fn ended(others: bool) -> Self {
        let place = Self::new(others);
        place.machine.host.pass_ms(SPAN * 1_000);
        place
    }

    fn plan(&self, limit: Wei) -> Result<pinfi_client::miner::Renewal, RenewalError> {
        let now = self.ledger.now();
        self.ledger.read(|state| renewal(state, now, Secs(60), &self.order, limit))
    }

    fn renew(&self, taken: &[StakeId]) -> Result<StakeId, RenewalError> {
        let by = (operator(), taken);
        block_on(renew(&self.ledger, &unlocked, &self.order, LIMIT, by))
    }

    fn stakes(&self) -> usize {
        self.ledger.read(|state| state.stakes().count())
    }
}

#[test]
fn renewal_before_the_end_is_refused() {
    let place = Place::new(true);
    let until = place.ledger.read(|state| state.stake_of(OLD).unwrap().expiry);
    assert_eq!(place.plan(LIMIT), Err(RenewalError::NotOver { until }));
}

#[test]
fn renewal_beyond_the_limit_is_refused_with_its_price() {
    let place = Place::ended(true);
    let most = place.plan(LIMIT).unwrap().most;
    let limit = Wei(most.0 - 1);
    assert_eq!(place.plan(limit), Err(RenewalError::TooDear { needed: most, limit }));
    assert!(place.plan(most).is_ok(), "to the wei");
}

#[test]
fn renewal_that_the_account_cannot_pay_is_refused() {
    let place = Place::ended(true);
    let all = place.ledger.read(|state| state.accounts().balance(account(&alice())));
    let give = Action::Transfer { to: account(&bob()), amount: all };
    submit(&place.ledger, &alice(), give).unwrap();
    let error = place.plan(LIMIT).unwrap_err();
    let RenewalError::Refused(Error::InsufficientBalance { .. }) = error else {
        unreachable!("{error}")
    };
}

#[test]
fn renew_while_the_owners_key_is_locked_does_nothing() {
    let place = Place::ended(true);
    let before = place.ledger.read(Clone::clone);
    let by = (operator(), &[OLD][..]);
    let locked = block_on(renew(&place.ledger, &locked, &place.order, LIMIT, by));
    assert_eq!(locked, Err(RenewalError::Locked));
    assert_eq!(place.ledger.read(Clone::clone), before);
}

#[test]
fn renew_stakes_again_for_as_long_and_appoints_the_key() {
    let place = Place::ended(true);
    let new = place.renew(&[OLD]).unwrap();
    let state = place.ledger.ledger();
    let (old, stake) = (state.stake_of(OLD).unwrap(), state.stake_of(new).unwrap());
    assert_eq!(old.state, StakeState::Settled);
    assert!(matches!(stake.state, StakeState::Liquidity(_)), "{stake:?}");
    let lasts = stake.expiry.since(place.ledger.now()).0;
    assert!((SPAN..SPAN + 2 * BUCKET).contains(&lasts), "{lasts}");
    let last = Timestamp(stake.expiry.0 - 1);
    assert!(state.game().may_answer(new, operator(), last));
    assert!(!state.game().may_answer(new, operator(), stake.expiry), "no longer");
}

#[test]
fn renew_opens_a_pool_that_nobody_is_left_in_at_the_price_that_it_had() {
    let place = Place::ended(false);
    let Role::Provider { price_per_hour } = place.order.role else { unreachable!() };
    let new = place.renew(&[OLD]).unwrap();
    let now = place.ledger.now();
    let state = place.ledger.ledger();
    let pool = state.pool(POOL).unwrap().at(now).unwrap().reserves;
    let price = pool.tokens_to_join(GpuSeconds(3_600)).unwrap();
    let apart = price.0.abs_diff(price_per_hour.0);
    assert!(apart <= price_per_hour.0 / 1_000, "{price:?} after {price_per_hour:?}");
    assert!(state.stake_of(new).unwrap().position().is_some());
}

#[test]
fn renew_takes_what_an_attempt_before_or_the_owner_has_made() {
    let place = Place::ended(true);
    let new = place.renew(&[OLD]).unwrap();
    let count = place.stakes();
    assert_eq!(place.renew(&[OLD]), Ok(new), "the program was killed before it knew");
    assert_eq!(place.stakes(), count, "nothing is staked twice");
    assert_ne!(place.renew(&[OLD, new]), Ok(new), "another device's");
}
