//! The contracts in their places.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use std::rc::Rc;

use alloy_primitives::{Address, U256, keccak256};
use alloy_sol_types::SolCall;
use futures_executor::block_on;
use pinfi_client::settlement::Signer;
use pinfi_client::settlement::evm::{FaultyTransport, Node};
use pinfi_core::units::Wei;
use pinfi_deploy::anvil::{Anvil, Options};
use pinfi_deploy::deploy::{DeployError, Sender};
use pinfi_deploy::native::{HttpTransport, WallTimer};
use pinfi_deploy::plan::{FACTORY, Part};
use pinfi_evm::abi::{Game, Pin, PinFi};
use pinfi_evm::{AddressBook, Call};
use serde_json::json;

use support::*;

#[test]
fn deploy_where_other_code_is_refused() {
    let anvil = Anvil::start(&Options { block_secs: 1, ..Options::default() }).unwrap();
    let node = anvil.node();
    let key = bob();
    let sender = Sender { node: &node, timer: &WallTimer, signer: &key };
    let plan = plan();
    let market = plan.contracts().market;
    block_on(node.call("anvil_setCode", json!([market, "0x00"]))).unwrap();
    let error = block_on(sender.deploy(&plan, "test")).unwrap_err();
    let DeployError::OtherCode { name, address } = error else { panic!("{error}") };
    assert_eq!((name, address), ("PinFi", market));

    block_on(node.call("anvil_setCode", json!([FACTORY, "0x00"]))).unwrap();
    let error = block_on(sender.deploy(&plan, "test")).unwrap_err();
    assert!(matches!(error, DeployError::OtherCode { address, .. } if address == FACTORY));
}

#[test]
fn deploy_where_prevrandao_is_constant_is_refused_unless_there_is_another_source() {
    let anvil = Anvil::start(&Options { block_secs: 1, ..Options::default() }).unwrap();
    anvil.pass(1).unwrap();
    anvil.pass(1).unwrap();
    let faulty = FaultyTransport::before(Rc::new(HttpTransport::new(anvil.url())));
    // As on chains whose machine answers one.
    faulty.rule(|body| body.contains("445f5260205ff3").then(|| answer(body, &json!("0x01"))));
    let node = Node::new(Rc::new(faulty), Rc::new(WallTimer));
    let key = bob();
    let sender = Sender { node: &node, timer: &WallTimer, signer: &key };
    let error = block_on(sender.deploy(&plan(), "test")).unwrap_err();
    assert!(matches!(error, DeployError::ConstantRandomness), "{error}");
    assert_eq!(block_on(node.nonce(key.address(), true)), Ok(0), "nothing was sent");

    let source = Address::repeat_byte(7);
    let plan = plan_with(source);
    let book = block_on(sender.deploy(&plan, "test")).unwrap();
    let call = Call { to: book.contracts.game, data: Game::sourceCall {}.abi_encode().into() };
    let found = block_on(node.view(Address::ZERO, &call, None)).unwrap();
    assert_eq!(found[12..], source[..]);
}

#[test]
fn deploy_gives_the_same_addresses_everywhere_and_once() {
    let bare = ["--disable-default-create2-deployer".to_owned()].to_vec();
    let options = Options { block_secs: 1, more: bare, ..Options::default() };
    let anvil = Anvil::start(&options).unwrap();
    let node = anvil.node();
    assert!(block_on(node.code(FACTORY)).unwrap().is_empty(), "this chain begins without it");
    let plan = plan();
    let mut books = Vec::new();
    for key in [carol(), bob()] {
        let sender = Sender { node: &node, timer: &WallTimer, signer: &key };
        let before = block_on(node.nonce(key.address(), false)).unwrap();
        books.push(block_on(sender.deploy(&plan, "test")).unwrap());
        let sent = block_on(node.nonce(key.address(), false)).unwrap() - before;
        // The payment for the factory, three libraries, the deployer, and seven contracts.
        assert_eq!(sent, if books.len() == 1 { 12 } else { 0 });
    }
    assert_eq!(books[0], books[1]);
    assert!(books[0].from_block > 0);
    let contracts = books[0].contracts;
    let world = World {
        anvil,
        book: books.remove(0),
        storage: Default::default(),
        faulty: Default::default(),
    };
    let address = |found: U256| Address::from_word(found.into());
    assert_eq!(address(world.view(contracts.market, &PinFi::pinCall {})), contracts.pin);
    assert_eq!(address(world.view(contracts.market, &PinFi::gameCall {})), contracts.game);
    assert_eq!(address(world.view(contracts.game, &Game::marketCall {})), contracts.market);
    assert_eq!(address(world.view(contracts.game, &Game::pinCall {})), contracts.pin);
    assert_eq!(world.view(contracts.game, &Game::sourceCall {}), U256::ZERO, "prevrandao");
    assert_eq!(address(world.view(contracts.pin, &Pin::minterCall {})), alice().address());
    assert_eq!(world.view(contracts.pin, &Pin::capCall {}), U256::from(i128::MAX));
}

/// What `pinfi_evm::origin` knows of the contracts.
const BUILT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../evm/abi/origin.bin");

#[test]
fn origin_that_the_page_is_built_with_is_that_of_the_compiler() {
    let plan = plan();
    let place = plan.parts.iter().position(|part| part.name == "Deployer").unwrap();
    let hash = |part: &Part| keccak256(&part.artifact.creation);
    let mut built: Vec<u8> = plan.parts[place + 1..].iter().flat_map(|part| hash(part).0).collect();
    built.extend(&plan.parts[place].artifact.creation);
    if std::env::var_os("PINFI_BLESS").is_some() {
        std::fs::write(BUILT, &built).unwrap();
        return;
    }
    let kept = std::fs::read(BUILT).unwrap();
    assert!(
        built == kept,
        "the contracts' code has changed; if that is meant, accept it with --bless"
    );
}

#[test]
fn address_book_of_other_addresses_or_arguments_is_not_of_our_code() {
    let plan = plan();
    let book = AddressBook {
        name: String::new(),
        chain_id: 1,
        from_block: 0,
        minter: plan.minter,
        supply_cap: Wei(plan.cap.to()),
        rewards: plan.rewards,
        contracts: plan.contracts(),
        code_hashes: None,
    };
    let other = Address::repeat_byte(9);
    let changes: [fn(&mut AddressBook, Address); 4] = [
        |book, other| book.minter = other,
        |book, other| book.rewards.governor = other,
        |book, other| book.contracts.game = other,
        |book, _| book.supply_cap = Wei(1),
    ];
    for change in changes {
        let mut book = book.clone();
        change(&mut book, other);
        assert!(!book.is_of_our_code(), "{book:?}");
    }
    assert!(book.is_of_our_code());
}
