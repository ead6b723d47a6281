//! Transactions in the places of others: a wallet's that are sped up, cancelled or replaced, those of our
//! own keys that are outbid, and a node that only seems to tell of one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::cell::Cell;
use std::rc::Rc;

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use futures_executor::block_on;
use pinfi_client::settlement::evm::{
    Bid, ChainLedger, InjectedSigner, MemoryProvider, ProviderError, Stage, TransactionError,
    connect,
};
use pinfi_client::settlement::{Signer, SubmitError};
use pinfi_evm::abi::Pin;
use serde_json::{Value, json};

use support::*;

/// Bob's wallet, which anvil plays.
fn wallet(world: &World) -> InjectedSigner {
    let (url, account) = (world.anvil.url(), bob().address());
    let provider = MemoryProvider::new(move |method, params| match method {
        "eth_requestAccounts" => Ok(json!([account])),
        "eth_chainId" => Ok(json!("0x7a69")),
        "eth_sendTransaction" => {
            let forward = |params: Value| {
                aside(&url, |node| block_on(node.call("eth_sendTransaction", params)))
            };
            forward(params.clone())
                .map_err(|error| ProviderError { code: -32_603, message: error.to_string() })
        }
        _ => Err(ProviderError { code: 4200, message: method.to_owned() }),
    });
    block_on(connect(Rc::new(provider), &world.book, &world.anvil.url())).unwrap()
}

/// Has Bob send another transaction of a nonce, for a price that nobody else offers.
fn take_place(url: &str, nonce: u64, to: Address, data: &Bytes) {
    let params = json!([{
        "from": bob().address(), "to": to, "data": data, "nonce": format!("{nonce:#x}"),
        "gas": "0x30d40", "maxFeePerGas": "0x2e90edd000", "maxPriorityFeePerGas": "0x174876e800",
    }]);
    aside(url, |node| block_on(node.call("eth_sendTransaction", params))).unwrap();
}

fn transfer(amount: u128) -> Bytes {
    let call = Pin::transferCall { to: carol().address(), amount: U256::from(amount) };
    call.abi_encode().into()
}

fn next_nonce(world: &World) -> u64 {
    block_on(world.anvil.node().nonce(bob().address(), false)).unwrap()
}

/// Submits a payment of 7 through Bob's wallet, which changes its mind once our node has seen it.
fn submit_and_change(
    world: &World,
    ledger: &ChainLedger,
    to: Address,
    data: Bytes,
) -> Result<(), TransactionError> {
    let url = world.anvil.url();
    let signer = wallet(world);
    let (nonce, looks) = (next_nonce(world), Cell::new(0));
    mine(&url, 0);
    world.faulty.rule(move |body| {
        if body.contains("eth_getTransactionReceipt") {
            looks.set(looks.get() + 1);
            if looks.get() == 3 {
                take_place(&url, nonce, to, &data);
                mine(&url, 1);
            }
        }
        None
    });
    match submit(ledger, &signer, pay(7)) {
        Ok(_) => Ok(()),
        Err(SubmitError::Transaction(end)) => Err(*end),
        Err(other) => panic!("{other}"),
    }
}

fn balance(world: &World) -> u128 {
    world.balance(carol().address())
}

#[test]
fn wallet_that_pays_more_is_followed_to_the_good_end() {
    let world = World::new();
    let ledger = world.open();
    let (heard, _ear) = Heard::on(&ledger);
    let had = balance(&world);
    let pin = world.book.contracts.pin;
    submit_and_change(&world, &ledger, pin, transfer(7)).unwrap();
    assert_eq!(balance(&world) - had, 7, "once");
    let stages = heard.stages.borrow();
    assert!(matches!(stages[..], [Stage::Pending, Stage::Confirmed { .. }]), "{stages:?}");
    world.faulty.heal();
    assert!(block_on(ledger.resume()).unwrap().is_empty(), "nothing is kept of either");
}

#[test]
fn wallet_that_cancels_is_told_so() {
    let world = World::new();
    let ledger = world.open();
    let (heard, _ear) = Heard::on(&ledger);
    let had = balance(&world);
    let end = submit_and_change(&world, &ledger, bob().address(), Bytes::new()).unwrap_err();
    assert!(matches!(end, TransactionError::Cancelled { .. }), "{end}");
    assert_eq!(balance(&world), had);
    assert_eq!(*heard.stages.borrow(), [Stage::Pending, Stage::Cancelled]);
}

#[test]
fn wallet_that_sends_something_else_instead_is_told_so() {
    let world = World::new();
    let ledger = world.open();
    let pin = world.book.contracts.pin;
    let end = submit_and_change(&world, &ledger, pin, transfer(1)).unwrap_err();
    assert!(matches!(end, TransactionError::Replaced { .. }), "{end}");
}

#[test]
fn wallet_that_cancels_after_the_visit_is_told_so_in_the_next() {
    let world = World::new();
    let ledger = world.try_open(HASTY).unwrap();
    let (url, nonce) = (world.anvil.url(), next_nonce(&world));
    mine(&url, 0);
    let end = ended(submit(&ledger, &wallet(&world), pay(7)));
    assert!(matches!(end, TransactionError::TimedOut { .. }), "{end}");
    drop(ledger);
    take_place(&url, nonce, bob().address(), &Bytes::new());
    mine(&url, 1);
    let again = world.open();
    let mut ends = block_on(again.resume()).unwrap();
    let Some(Err(SubmitError::Transaction(end))) = ends.pop() else { panic!("{ends:?}") };
    assert!(matches!(*end, TransactionError::Cancelled { .. }), "{end}");
    assert!(block_on(again.resume()).unwrap().is_empty());
}

/// Has the node say for a while that the nonce is used, as a node further on behind the same URL would,
/// and know no receipts.
fn lie(world: &World, times: u32) {
    let (url, left) = (world.anvil.url(), Cell::new(times));
    let is_sent = Cell::new(false);
    world.faulty.rule(move |body| {
        is_sent.set(is_sent.get() || body.contains("eth_sendRawTransaction"));
        if !is_sent.get() || left.get() == 0 {
            return None;
        }
        if body.contains("eth_getTransactionReceipt") {
            return Some(answer(body, &Value::Null));
        }
        let lies = body.contains("eth_getTransactionCount");
        lies.then(|| {
            if body.contains("latest") {
                left.set(left.get() - 1);
                return answer(body, &json!("0xffff"));
            }
            // The one that is asked for the past is not so far, or has forgotten it.
            let from = bob().address();
            let nonce = aside(&url, |node| block_on(node.nonce(from, false))).unwrap();
            answer(body, &json!(format!("{:#x}", nonce.saturating_sub(1))))
        })
    });
}

#[test]
fn submit_behind_a_node_that_is_further_on_is_not_told_as_replaced() {
    let world = World::new();
    let ledger = world.open();
    let had = balance(&world);
    lie(&world, 4);
    submit(&ledger, &bob(), pay(7)).unwrap();
    assert_eq!(balance(&world) - had, 7);
}

#[test]
fn submit_whose_nonce_stays_used_by_nobody_knows_whom_is_told_as_replaced() {
    let world = World::new();
    let ledger = world.open();
    lie(&world, u32::MAX);
    let end = ended(submit(&ledger, &bob(), pay(7)));
    assert!(matches!(end, TransactionError::Replaced { .. }), "{end}");
}

/// Leaves a payment of 7 by a key of ours on its way, in a chain that makes no blocks.
fn stuck(world: &World) -> (ChainLedger, B256) {
    let ledger = world.try_open(HASTY).unwrap();
    mine(&world.anvil.url(), 0);
    match ended(submit(&ledger, &bob(), pay(7))) {
        TransactionError::TimedOut { hash } => (ledger, hash),
        other => panic!("{other}"),
    }
}

#[test]
fn offer_for_what_does_not_wait_is_refused() {
    let world = World::new();
    let (ledger, hash) = stuck(&world);
    let other = B256::repeat_byte(1);
    let error = block_on(ledger.offer(other, Bid::Faster)).unwrap_err();
    assert_eq!(error, SubmitError::NotWaiting { hash: other });
    mine(&world.anvil.url(), 1);
    assert!(block_on(ledger.resume()).unwrap().pop().unwrap().is_ok());
    let error = block_on(ledger.offer(hash, Bid::Cancel)).unwrap_err();
    assert_eq!(error, SubmitError::NotWaiting { hash });
}

#[test]
fn outbid_by_the_same_for_more_does_it_once() {
    let world = World::new();
    let (ledger, hash) = stuck(&world);
    let (had, nonce) = (balance(&world), next_nonce(&world));
    let first = block_on(ledger.offer(hash, Bid::Faster)).unwrap();
    let fee = first.most_fee();
    block_on(ledger.outbid(first, &bob())).unwrap();
    let second = block_on(ledger.offer(hash, Bid::Faster)).unwrap();
    assert!(second.most_fee() > fee, "what outbids the second pays more again");
    block_on(ledger.outbid(second, &bob())).unwrap();
    mine(&world.anvil.url(), 1);
    let ends = block_on(ledger.resume()).unwrap();
    assert!(matches!(ends[..], [Ok(_)]), "three are one: {ends:?}");
    assert_eq!((balance(&world) - had, next_nonce(&world) - nonce), (7, 1));
    assert!(block_on(ledger.resume()).unwrap().is_empty(), "nothing is kept of any");
}

#[test]
fn outbid_by_nothing_cancels_it_also_in_the_next_visit() {
    let world = World::new();
    let (ledger, hash) = stuck(&world);
    let had = balance(&world);
    let offer = block_on(ledger.offer(hash, Bid::Cancel)).unwrap();
    block_on(ledger.outbid(offer, &bob())).unwrap();
    drop(ledger);
    mine(&world.anvil.url(), 1);
    let again = world.open();
    let mut ends = block_on(again.resume()).unwrap();
    let Some(Err(SubmitError::Transaction(end))) = ends.pop() else { panic!("{ends:?}") };
    assert_eq!((*end, ends.len()), (TransactionError::Cancelled { hash }, 0));
    assert_eq!(balance(&world), had);
    submit(&again, &bob(), pay(8)).unwrap();
    assert_eq!(balance(&world) - had, 8);
}
