//! The chain's own money, from one account to another.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::rc::Rc;

use alloy_primitives::U256;
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::settlement::evm::{
    Bid, ChainLedger, MemoryProvider, ProviderError, Stage, TransactionError, connect,
};
use pinfi_client::settlement::{SignError, Signer, SubmitError};
use serde_json::{Value, json};
use support::*;

/// A key that has nothing.
fn session() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn money(ledger: &ChainLedger, key: &SigningKey) -> U256 {
    block_on(ledger.money(key.address())).unwrap()
}

const TENTH: u128 = PIN / 10;

#[test]
fn payment_of_what_is_not_there_is_refused_before_it_is_signed() {
    let world = World::new();
    let ledger = world.open();
    let (from, to) = (bob().address(), session().address());
    let price = |from, to, amount| block_on(ledger.payment(from, to, amount)).unwrap_err();
    let all = money(&ledger, &bob());
    let error = price(from, to, all);
    assert!(
        matches!(error, SubmitError::Gas { needed, balance } if balance == all && needed > all),
        "{error}"
    );
    assert_eq!(price(from, from, U256::from(1)).code(), "Unsupported");
    assert_eq!(price(from, to, U256::ZERO).code(), "Unsupported");
    let error = block_on(ledger.payment_of_rest(to, from)).unwrap_err();
    assert!(matches!(error, SubmitError::Gas { balance: U256::ZERO, .. }), "{error}");
}

#[test]
fn payment_is_confirmed_and_what_is_left_comes_back() {
    let world = World::new();
    let ledger = world.open();
    let (heard, _ear) = Heard::on(&ledger);
    let (had, amount) = (money(&ledger, &bob()), U256::from(TENTH));
    let payment = block_on(ledger.payment(bob().address(), session().address(), amount)).unwrap();
    let block = block_on(ledger.pay(&payment, &bob())).unwrap();
    assert_eq!(*heard.stages.borrow(), [Stage::Pending, Stage::Confirmed { block }]);
    assert_eq!(money(&ledger, &session()), amount);
    let paid = had - money(&ledger, &bob()) - amount;
    assert!(paid > U256::ZERO && paid <= payment.most_fee(), "{paid}");

    let back = block_on(ledger.payment_of_rest(session().address(), bob().address())).unwrap();
    assert_eq!(back.amount() + back.most_fee(), amount);
    let had = money(&ledger, &bob());
    block_on(ledger.pay(&back, &session())).unwrap();
    let left = money(&ledger, &session());
    assert!(left < back.most_fee() + back.most_fee() / U256::from(4), "{left} is left");
    assert!(money(&ledger, &bob()) > had + amount - back.most_fee() * U256::from(2));
}

#[test]
fn payment_that_waits_is_outbid_by_the_same_payment() {
    let world = World::new();
    let ledger = world.open();
    let url = world.anvil.url();
    let amount = U256::from(TENTH);
    let payment = block_on(ledger.payment(bob().address(), session().address(), amount)).unwrap();
    mine(&url, 0);
    let hasty = world.try_open(HASTY).unwrap();
    let error = block_on(hasty.pay(&payment, &bob())).unwrap_err();
    let SubmitError::Transaction(end) = error else { panic!("{error}") };
    let TransactionError::TimedOut { hash } = *end else { panic!("{end}") };
    let offer = block_on(hasty.offer(hash, Bid::Faster)).unwrap();
    block_on(hasty.outbid(offer, &bob())).unwrap();
    mine(&url, 1);
    let ends = block_on(world.open().resume()).unwrap();
    assert!(matches!(ends[..], [Ok(_)]), "{ends:?}");
    assert_eq!(money(&ledger, &session()), amount, "once, and not less");
}

#[test]
fn payment_by_a_wallet_outside_is_sent_and_may_be_declined() {
    let world = World::new();
    let ledger = world.open();
    let (url, account) = (world.anvil.url(), bob().address());
    let wallet = |declines: bool| {
        let url = url.clone();
        MemoryProvider::new(move |method, params| match method {
            "eth_requestAccounts" => Ok(json!([account])),
            "eth_chainId" => Ok(json!("0x7a69")),
            "eth_sendTransaction" if declines => {
                Err(ProviderError { code: 4001, message: "no".to_owned() })
            }
            "eth_sendTransaction" => {
                let forward = |params: Value| {
                    aside(&url, |node| block_on(node.call("eth_sendTransaction", params)))
                };
                Ok(forward(params.clone()).unwrap())
            }
            _ => Err(ProviderError { code: 4200, message: method.to_owned() }),
        })
    };
    let pay = |declines: bool| {
        let provider = Rc::new(wallet(declines));
        let signer = block_on(connect(provider, &world.book, &url)).unwrap();
        let (to, amount) = (session().address(), U256::from(TENTH));
        let payment = block_on(ledger.payment(account, to, amount)).unwrap();
        block_on(ledger.pay(&payment, &signer))
    };
    assert_eq!(pay(true), Err(SubmitError::Signer(SignError::Declined)));
    assert_eq!(money(&ledger, &session()), U256::ZERO);
    pay(false).unwrap();
    assert_eq!(money(&ledger, &session()), U256::from(TENTH));
}
