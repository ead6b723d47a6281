//! A node that is slow, strict, wrong or gone: a clear error or recovery, and nothing lost.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::cell::Cell;
use std::rc::Rc;

use alloy_primitives::U256;
use futures_executor::block_on;
use pinfi_client::settlement::evm::{
    ChainError, ChainLedger, FaultyTransport, ManualTimer, Reply, Stage, Timer, TransactionError,
    TransportError,
};
use pinfi_client::settlement::{Settlement, Signer};
use pinfi_client::storage::MemoryStorage;
use pinfi_core::{Action, Error};
use pinfi_deploy::anvil::{Anvil, Options};
use pinfi_evm::Refusal;
use pinfi_evm::abi::{Pin, PinFi};
use serde_json::json;

use support::*;

fn open_alone(faulty: &FaultyTransport, timer: &ManualTimer) -> Option<ChainError> {
    let storage = Rc::new(MemoryStorage::new());
    let book = serde_json::from_str(include_str!("support/book.json")).unwrap();
    let timer = Rc::new(timer.clone());
    block_on(ChainLedger::open(book, Rc::new(faulty.clone()), timer, storage, PACE)).err()
}

#[test]
fn open_on_another_chain_or_without_contracts_is_refused() {
    let faulty = FaultyTransport::default();
    faulty.rule(|body| Some(answer(body, &json!("0x1"))));
    let error = open_alone(&faulty, &ManualTimer::default());
    assert_eq!(error, Some(ChainError::WrongChain { expected: 31_337, found: 1 }));
    faulty.rule(|body| {
        let code = body.contains("eth_getCode");
        Some(answer(body, &if code { json!("0x") } else { json!("0x7a69") }))
    });
    let error = open_alone(&faulty, &ManualTimer::default());
    assert!(matches!(error, Some(ChainError::NoContract { .. })), "{error:?}");
}

#[test]
fn open_at_a_node_that_does_not_answer_or_makes_no_sense() {
    let timer = ManualTimer::default();
    let faulty = FaultyTransport::default();
    faulty.rule(|_| Some(Err(TransportError::TimedOut)));
    let error = open_alone(&faulty, &timer);
    assert_eq!(error, Some(ChainError::Transport(TransportError::TimedOut)));
    assert_eq!(faulty.seen().len(), 4, "it was asked again");
    let reply =
        |status, body: &str| Reply { status, retry_after_secs: None, body: body.to_owned() };
    for garbage in
        ["", "<html>", "[]", "{}", "{\"id\":1}", "[1,2]", "{\"id\":5,\"result\":\"0xzz\"}"]
    {
        let reply = reply(200, garbage);
        faulty.rule(move |_| Some(Ok(reply.clone())));
        let error = open_alone(&faulty, &timer);
        assert_eq!(error, Some(ChainError::Garbage { method: "eth_chainId" }), "{garbage}");
    }
    let down = reply(502, "");
    faulty.rule(move |_| Some(Ok(down.clone())));
    assert_eq!(open_alone(&faulty, &timer), Some(ChainError::Status { status: 502 }));
    let gone = reply(404, "");
    let before = faulty.seen().len();
    faulty.rule(move |_| Some(Ok(gone.clone())));
    assert_eq!(open_alone(&faulty, &timer), Some(ChainError::Status { status: 404 }));
    assert_eq!(faulty.seen().len(), before + 1, "that will not change");
}

#[test]
fn too_many_requests_waits_as_long_as_the_node_asks() {
    let timer = ManualTimer::default();
    let faulty = FaultyTransport::default();
    faulty.rule(|body| Some(answer(body, &json!("0x1"))));
    let busy = |secs| Ok(Reply { status: 429, retry_after_secs: Some(secs), ..Reply::default() });
    faulty.script(busy(7));
    faulty.script(busy(3));
    assert!(matches!(open_alone(&faulty, &timer), Some(ChainError::WrongChain { .. })));
    assert_eq!(timer.wall_ms(), 10_000);
    faulty.script(busy(3_600));
    assert_eq!(open_alone(&faulty, &timer), Some(ChainError::TooManyRequests));
    assert_eq!(timer.wall_ms(), 10_000, "an hour is not waited for");
}

#[test]
fn sync_with_logs_missing_is_told_and_recovers() {
    let world = World::new();
    let ledger = world.open();
    market(&ledger);
    let (heard, _ear) = Heard::on(&ledger);
    world.faulty.rule(|body| body.contains("eth_getLogs").then(|| answer(body, &json!([]))));
    let before = ledger.ledger();
    let node = world.anvil.node();
    let call = Pin::transferCall { to: carol().address(), amount: U256::from(5) };
    send(&node, &bob(), world.book.contracts.pin, &call);
    let error = block_on(ledger.sync()).unwrap_err();
    assert!(matches!(error, ChainError::Diverged { .. }), "{error}");
    assert_eq!(ledger.ledger(), before, "what was checked before is still shown");
    world.faulty.heal();
    block_on(ledger.sync()).unwrap();
    assert_eq!(ledger.activities(None)[0].action, "Transfer");
    assert_eq!(*heard.reach.borrow(), [Some("StateDiverged"), None]);
}

#[test]
fn sync_after_a_reorganisation_takes_back_what_is_gone() {
    let world = World::new();
    let ledger = world.open();
    market(&ledger);
    let before = ledger.ledger();
    let node = world.anvil.node();
    let snapshot = block_on(node.call("evm_snapshot", json!([]))).unwrap();
    submit(&ledger, &bob(), pay(7)).unwrap();
    assert_ne!(ledger.ledger(), before);
    block_on(node.call("evm_revert", json!([snapshot]))).unwrap();
    send(
        &node,
        &bob(),
        world.book.contracts.pin,
        &Pin::transferCall { to: carol().address(), amount: U256::from(9) },
    );
    block_on(ledger.sync()).unwrap();
    let gained = |state: &pinfi_core::Ledger| state.accounts().balance(carol().address()).0;
    assert_eq!(gained(&ledger.ledger()) - gained(&before), 9, "nine, not seven nor sixteen");
    let paid = ledger.activities(None);
    assert_eq!(paid.iter().filter(|one| one.action == "Transfer").count(), 1);
    assert_eq!(gained(&ledger.ledger()), world.balance(carol().address()));
}

#[test]
fn submit_that_the_node_forgets_is_sent_again_or_told_as_dropped() {
    let world = World::new();
    let ledger = world.open();
    let (heard, _ear) = Heard::on(&ledger);
    // It says that it took it, and did not.
    let forgotten = Rc::new(Cell::new(0));
    let count = Rc::clone(&forgotten);
    let forget = move |times: u32| {
        let count = Rc::clone(&count);
        move |body: &str| {
            let swallow = body.contains("eth_sendRawTransaction") && count.get() < times;
            swallow.then(|| {
                count.set(count.get() + 1);
                answer(body, &json!(format!("0x{:064x}", 1)))
            })
        }
    };
    world.faulty.rule(forget(2));
    submit(&ledger, &bob(), pay(7)).unwrap();
    assert_eq!(forgotten.get(), 2);
    forgotten.set(0);
    world.faulty.rule(forget(u32::MAX));
    let had = world.balance(carol().address());
    assert!(matches!(ended(submit(&ledger, &bob(), pay(7))), TransactionError::Dropped { .. }));
    assert_eq!(heard.stages.borrow().last(), Some(&Stage::Dropped));
    assert!(forgotten.get() > 5, "it was sent again for a while: {}", forgotten.get());
    world.faulty.heal();
    submit(&ledger, &bob(), pay(8)).unwrap();
    assert_eq!(world.balance(carol().address()) - had, 8);
}

#[test]
fn submit_at_a_node_that_wants_a_fortune_for_gas_pays_a_fair_tip() {
    let world = World::new();
    let ledger = world.open();
    let had = world.balance(carol().address());
    // More than anybody here has, for any transaction.
    world.faulty.rule(|body| {
        let asks = body.contains("eth_maxPriorityFeePerGas");
        asks.then(|| answer(body, &json!(format!("0x{:x}", 10_u128.pow(24)))))
    });
    submit(&ledger, &bob(), pay(7)).unwrap();
    assert!(world.faulty.seen().iter().any(|body| body.contains("eth_maxPriorityFeePerGas")));
    assert_eq!(world.balance(carol().address()) - had, 7);
}

#[test]
fn submit_whose_place_another_transaction_takes_is_told_as_replaced() {
    let world = World::new();
    let ledger = world.open();
    let (heard, _ear) = Heard::on(&ledger);
    let (url, pin) = (world.anvil.url(), world.book.contracts.pin);
    world.faulty.rule(move |body| {
        body.contains("eth_sendRawTransaction").then(|| {
            let call = Pin::transferCall { to: carol().address(), amount: U256::from(1) };
            aside(&url, |node| send(node, &bob(), pin, &call));
            answer(body, &json!(format!("0x{:064x}", 1)))
        })
    });
    assert!(matches!(ended(submit(&ledger, &bob(), pay(7))), TransactionError::Replaced { .. }));
    assert_eq!(*heard.stages.borrow(), [Stage::Pending, Stage::Replaced]);
}

#[test]
fn submit_that_is_refused_in_its_block_tells_why_with_the_numbers() {
    let world = World::new();
    let ledger = world.open();
    let stake = market(&ledger);
    let until = boundary(&ledger, 10);
    let rent = Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost: ANY };
    // Somebody else is faster, after the question whether it would be refused.
    let (url, market) = (world.anvil.url(), world.book.contracts.market);
    let approve = Pin::approveCall { spender: market, amount: U256::from(1_000 * PIN) };
    send(&world.anvil.node(), &carol(), world.book.contracts.pin, &approve);
    let first = Cell::new(true);
    world.faulty.rule(move |body| {
        if body.contains("eth_sendRawTransaction") && first.replace(false) {
            let devices = vec![stake.0];
            let call = PinFi::rentCall { id: 0, devices, until: until.0, maxCost: u128::MAX };
            aside(&url, |node| send(node, &carol(), market, &call));
        }
        None
    });
    let (heard, _ear) = Heard::on(&ledger);
    let end = ended(submit(&ledger, &bob(), rent));
    let expected = Refusal::Protocol(Error::DeviceRented { until });
    let TransactionError::Reverted { refusal, .. } = end else { panic!("{end}") };
    assert_eq!(refusal, expected);
    assert_eq!(heard.stages.borrow().last(), Some(&Stage::Reverted { refusal: expected }));
    assert_eq!(ledger.activities(None)[0].signer, carol().address());
}

#[test]
fn node_killed_midway_loses_nothing() {
    let folder = std::env::temp_dir().join(format!("pinfi-anvil-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let options = |port, state: Option<&str>| Options {
        port,
        block_secs: 1,
        state: state.map(|name| folder.join(name)),
        more: Vec::new(),
    };
    let mut world = World::on(Anvil::start(&options(None, Some("state.json"))).unwrap());
    let port = world.anvil.port();
    let ledger = world.try_open(HASTY).unwrap();
    market(&ledger);
    let (heard, _ear) = Heard::on(&ledger);
    let before = ledger.ledger();
    let had = world.balance(carol().address());
    // Its state is written once a second; a file that is only begun is none.
    std::thread::sleep(std::time::Duration::from_secs(3));
    let state = loop {
        let state = std::fs::read(folder.join("state.json")).unwrap();
        if serde_json::from_slice::<serde_json::Value>(&state).is_ok() {
            break state;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    std::fs::write(folder.join("kept.json"), state).unwrap();

    // It goes away just when the transaction is to be sent.
    world.faulty.rule(|body| {
        let lost = ["eth_sendRawTransaction", "eth_getTransactionReceipt"];
        lost.iter().any(|method| body.contains(method)).then_some(Err(TransportError::Unreachable))
    });
    let end = ended(submit(&ledger, &bob(), pay(7)));
    assert!(matches!(end, TransactionError::TimedOut { .. }), "{end}");
    assert_eq!(*heard.stages.borrow(), [Stage::Pending, Stage::TimedOut]);
    world.faulty.heal();
    drop(std::mem::replace(&mut world.anvil, Anvil::start(&options(None, None)).unwrap()));
    let error = block_on(ledger.sync()).unwrap_err();
    assert_eq!(error, ChainError::Transport(TransportError::Unreachable));
    assert_eq!(ledger.trouble(), Some("NodeUnreachable"));
    assert_eq!(ledger.ledger(), before, "what is known is still shown");

    world.anvil = Anvil::start(&options(Some(port), Some("kept.json"))).unwrap();
    block_on(ledger.sync()).unwrap();
    assert_eq!(ledger.trouble(), None);
    assert_eq!(*heard.reach.borrow(), [Some("NodeUnreachable"), None]);
    let mut ends = block_on(ledger.resume()).unwrap();
    assert!(ends.pop().unwrap().is_ok(), "sent again from what was kept");
    assert!(ends.is_empty());
    assert_eq!(world.balance(carol().address()) - had, 7);
    assert!(block_on(ledger.resume()).unwrap().is_empty(), "nothing is on its way any more");
    drop(world);
    std::fs::remove_dir_all(folder).unwrap();
}
