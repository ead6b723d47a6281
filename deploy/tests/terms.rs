//! What a submission costs and allows, told before it is signed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use alloy_primitives::{Address, B256, Signature, U256};
use async_trait::async_trait;
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::settlement::evm::{ChainLedger, Reply};
use pinfi_client::settlement::{
    AllowanceForm, Fee, Settlement, SignError, Signer, SubmitError, Terms,
};
use pinfi_core::units::{StakeId, Wei};
use pinfi_core::{Action, Error};
use serde_json::{Value, json};

use support::*;

/// Bob, who has agreed to pay so much in fees.
struct Agreed(SigningKey, U256);

#[async_trait(?Send)]
impl Signer for Agreed {
    fn address(&self) -> Address {
        self.0.address()
    }

    fn fee_limit(&self) -> Option<U256> {
        Some(self.1)
    }

    async fn sign_digest(&self, digest: B256) -> Result<Signature, SignError> {
        self.0.sign_digest(digest).await
    }
}

fn rent(ledger: &ChainLedger, stake: StakeId) -> Action {
    let until = boundary(ledger, 10);
    Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost: ANY }
}

fn terms(ledger: &ChainLedger, action: Action) -> Result<Terms, SubmitError> {
    let intent = intent(ledger, &bob(), action);
    block_on(ledger.terms(bob().address(), &[intent]))
}

fn at_most(fee: Fee) -> U256 {
    let Fee::AtMost(wei) = fee else { panic!("{fee:?}") };
    wei
}

/// Does an action for what the terms say, and compares with what it has cost.
fn settle_within(world: &World, ledger: &ChainLedger, action: Action) {
    let most = at_most(terms(ledger, action.clone()).unwrap().fee);
    let had = block_on(ledger.money(bob().address())).unwrap();
    submit(ledger, &Agreed(bob(), most), action).unwrap();
    let paid = had - block_on(ledger.money(bob().address())).unwrap();
    assert!(paid <= most, "{paid} of at most {most}");
    assert!(paid > U256::ZERO && !world.faulty.seen().is_empty());
}

#[test]
fn terms_of_what_the_contracts_refuse_are_the_refusal() {
    let world = World::new();
    let ledger = world.open();
    let stake = market(&ledger);
    let error = terms(&ledger, Action::Collect { stake }).unwrap_err();
    let owner = alice().address();
    assert_eq!(error, SubmitError::Rejected(Error::NotOwner { owner }.into()));
}

#[test]
fn terms_name_the_permit_with_its_margin_and_a_fee_that_holds() {
    let world = World::new();
    let ledger = world.open();
    let stake = market(&ledger);
    let contracts = world.book.contracts;
    let allowance = terms(&ledger, rent(&ledger, stake)).unwrap().allowance.unwrap();
    assert_eq!((allowance.token, allowance.spender), (contracts.pin, contracts.market));
    assert_eq!(allowance.form, AllowanceForm::Permit);
    let now = allowance.amount.0 - allowance.margin.0;
    assert_eq!(allowance.margin.0, now / 50, "a fiftieth more than it takes now");
    settle_within(&world, &ledger, rent(&ledger, stake));
    let end = Action::EndRental { stake, min_out: Wei(0) };
    assert_eq!(terms(&ledger, end.clone()).unwrap().allowance, None, "nothing is taken");
    settle_within(&world, &ledger, end);
}

#[test]
fn terms_of_locking_name_the_approval_and_both_fees() {
    let world = World::new();
    let ledger = world.open();
    let lock = Action::Lock { amount: Wei(3 * PIN) };
    let allowance = terms(&ledger, lock.clone()).unwrap().allowance.unwrap();
    assert_eq!(allowance.form, AllowanceForm::Approval);
    assert_eq!(allowance.spender, world.book.contracts.rewards);
    assert_eq!((allowance.amount, allowance.margin), (Wei(3 * PIN), Wei(0)));
    settle_within(&world, &ledger, lock);
}

#[test]
fn terms_at_a_node_that_knows_no_overrides_say_that_the_fee_is_unknown() {
    let world = World::new();
    let ledger = world.open();
    let stake = market(&ledger);
    world.faulty.rule(|body| {
        body.contains("stateDiff").then(|| {
            let id = serde_json::from_str::<Value>(body).unwrap()["id"].clone();
            let error = json!({ "code": -32_602, "message": "too many arguments" });
            let body = json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string();
            Ok(Reply { status: 200, retry_after_secs: None, body })
        })
    });
    let terms = terms(&ledger, rent(&ledger, stake)).unwrap();
    assert_eq!(terms.fee, Fee::Unknown);
    assert!(terms.allowance.is_some());
}

#[test]
fn submit_that_would_cost_more_than_was_agreed_to_sends_nothing() {
    let world = World::new();
    let ledger = world.open();
    let begun = world.faulty.seen().len();
    let error = submit(&ledger, &Agreed(bob(), U256::from(1)), pay(7)).unwrap_err();
    assert!(matches!(error, SubmitError::FeeRisen { .. }), "{error}");
    let sent = |body: &String| body.contains("eth_sendRawTransaction");
    assert!(!world.faulty.seen()[begun..].iter().any(sent));
}
