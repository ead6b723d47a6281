//! The verification game of many parties through the port, on a chain.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use alloy_primitives::{Address, B256, U256};
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::miner::EPOCH_GAS;
use pinfi_client::settlement::evm::ChainLedger;
use pinfi_client::settlement::{Settlement, SettlementExt, Signer, SubmitError};
use pinfi_core::game::{Endpoint, GameAction, GameEvent};
use pinfi_core::pocps::{ChainProver, Challenge, Committed, Retain};
use pinfi_core::units::{EpochId, Wei};
use pinfi_core::{Action, Error, Event};
use pinfi_evm::abi::Pin;
use serde_json::{Value, json};

use support::*;

/// The number of samples, and so the number of a commitment's own beacon.
const Q: u32 = 32;

fn play(ledger: &ChainLedger, key: &SigningKey, action: GameAction) -> Result<Event, SubmitError> {
    Ok(submit(ledger, key, action.into())?.events.remove(0))
}

/// Goes to the beginning of the pool's next epoch, which the stake was there before, and opens it.
fn open(world: &World, ledger: &ChainLedger) -> (EpochId, B256) {
    open_as(world, ledger, &carol())
}

fn open_as(world: &World, ledger: &ChainLedger, key: &SigningKey) -> (EpochId, B256) {
    let rest = BUCKET - ledger.now().0 % BUCKET;
    world.anvil.pass(rest).unwrap();
    block_on(ledger.sync()).unwrap();
    match play(ledger, key, GameAction::OpenEpoch { pool: POOL }).unwrap() {
        Event::Game(GameEvent::EpochOpened { epoch, randomness, .. }) => (epoch, randomness),
        other => panic!("{other:?}"),
    }
}

fn honest(ledger: &ChainLedger, epoch: EpochId, randomness: B256) -> Committed {
    let state = ledger.ledger();
    let seed = state.seed_inputs(STAKE, epoch, randomness).unwrap().seed();
    let work = state.pool(POOL).unwrap().params().pocps.validate().unwrap();
    ChainProver::new(Challenge { seed, work }, Retain::ALL).finish()
}

/// Records a beacon once its block is there, and tells whether a proof is due.
fn record(world: &World, ledger: &ChainLedger, epoch: EpochId, sample: u32) -> (B256, bool) {
    record_as(world, ledger, &bob(), (epoch, sample))
}

fn record_as(
    world: &World,
    ledger: &ChainLedger,
    key: &SigningKey,
    (epoch, sample): (EpochId, u32),
) -> (B256, bool) {
    let early = play(ledger, key, GameAction::RecordBeacon { stake: STAKE, epoch, sample });
    let early = early.map(|_| ()).unwrap_err().code();
    assert_eq!(early, "BeaconNotYet", "the block of the beacon is not there yet");
    for _ in 0..3 {
        world.anvil.pass(1).unwrap();
    }
    block_on(ledger.sync()).unwrap();
    match play(ledger, key, GameAction::RecordBeacon { stake: STAKE, epoch, sample }).unwrap() {
        Event::Game(GameEvent::BeaconRecorded { beacon, due, .. }) => (beacon, due),
        other => panic!("{other:?}"),
    }
}

fn accuse(ledger: &ChainLedger, epoch: EpochId, sample: u32) -> Event {
    play(ledger, &bob(), GameAction::Accuse { stake: STAKE, epoch, sample }).unwrap()
}

fn pass(world: &World, ledger: &ChainLedger, secs: u64) {
    world.anvil.pass(secs).unwrap();
    block_on(ledger.sync()).unwrap();
}

fn prove(
    ledger: &ChainLedger,
    key: &SigningKey,
    proof: &mut Committed,
    epoch: EpochId,
    (sample, beacon): (u32, B256),
) -> Event {
    let opening = Box::new(proof.open(beacon, sample + 1).openings.pop().unwrap());
    let action = GameAction::Prove { stake: STAKE, epoch, sample, opening };
    play(ledger, key, action).unwrap()
}

#[test]
fn false_accuser_loses_its_bond_and_the_epoch_passes() {
    let world = World::new();
    let ledger = world.open();
    market_of(&ledger, params_with_bonds());
    let (epoch, randomness) = open(&world, &ledger);
    let again = play(&ledger, &bob(), GameAction::OpenEpoch { pool: POOL }).unwrap_err();
    assert_eq!(again, SubmitError::Rejected(Error::EpochOpen { epoch }.into()));

    let mut proof = honest(&ledger, epoch, randomness);
    let root = proof.root();
    play(&ledger, &alice(), GameAction::Commit { stake: STAKE, epoch, root }).unwrap();
    let (beacon, due) = record(&world, &ledger, epoch, Q);
    if due {
        prove(&ledger, &alice(), &mut proof, epoch, (Q, beacon));
    }

    let contracts = world.book.contracts;
    let (had, has) = (world.balance(bob().address()), || world.balance(bob().address()));
    accuse(&ledger, epoch, 3);
    assert_eq!(has(), had - BOND.0);
    assert_eq!(world.balance(contracts.game), BOND.0);
    let left = Pin::allowanceCall { owner: bob().address(), spender: contracts.game };
    assert_eq!(world.view(contracts.pin, &left), U256::ZERO, "the bond and no more");
    let (place, _) = record(&world, &ledger, epoch, 3);
    let provider = world.balance(alice().address());
    let proved = prove(&ledger, &alice(), &mut proof, epoch, (3, place));
    assert!(matches!(proved, Event::Game(GameEvent::Proved { bond: BOND, .. })), "{proved:?}");
    assert_eq!(world.balance(alice().address()), provider + BOND.0);
    assert_eq!(has(), had - BOND.0);

    pass(&world, &ledger, DISPUTE);
    let end = play(&ledger, &carol(), GameAction::Conclude { stake: STAKE, epoch }).unwrap();
    assert!(matches!(end, Event::Passed { .. }), "{end:?}");
    assert_eq!(ledger.read(|ledger| ledger.stake_of(STAKE).unwrap().passed), 1);
    assert_eq!(world.open().ledger(), ledger.ledger(), "read anew it is the same");
}

#[test]
fn commitment_to_nothing_is_accused_and_slashed_and_its_client_refunded() {
    let world = World::new();
    let ledger = world.open();
    market_of(&ledger, params_with_bonds());
    let until = boundary(&ledger, 20);
    let rent = Action::Rent { pool: POOL, stakes: vec![STAKE], until, max_cost: ANY };
    act(&ledger, &carol(), rent);
    let (epoch, _) = open(&world, &ledger);
    let root = B256::repeat_byte(9);
    play(&ledger, &alice(), GameAction::Commit { stake: STAKE, epoch, root }).unwrap();
    record(&world, &ledger, epoch, Q);

    // Two accusations in one transaction, behind one approval.
    let had = world.balance(bob().address());
    let key = bob();
    let both = [3, 5].map(|sample| GameAction::Accuse { stake: STAKE, epoch, sample });
    let both = both.map(|action| intent(&ledger, &key, action.into())).to_vec();
    let receipt = block_on(ledger.submit_together(both, &key)).unwrap();
    assert_eq!(receipt.events.len(), 2);
    assert_eq!(world.balance(bob().address()), had - 2 * BOND.0);
    let convict =
        |sample| play(&ledger, &bob(), GameAction::Convict { stake: STAKE, epoch, sample });
    assert_eq!(convict(3).unwrap_err().code(), "DeadlineNotPassed");

    pass(&world, &ledger, DISPUTE);
    let client = world.balance(carol().address());
    let receipt =
        submit(&ledger, &bob(), GameAction::Convict { stake: STAKE, epoch, sample: 3 }.into());
    let [Event::Slashed { refund, .. }, Event::Game(GameEvent::Convicted { share, .. })] =
        receipt.unwrap().events[..]
    else {
        panic!("not slashed")
    };
    assert!(refund > Wei::ZERO && share > Wei::ZERO, "{refund:?} {share:?}");
    assert_eq!(world.balance(carol().address()), client + refund.0);
    let returned = convict(5).unwrap();
    assert!(matches!(returned, Event::Game(GameEvent::BondReturned { bond: BOND, .. })));
    assert_eq!(world.balance(bob().address()), had + share.0);
    assert_eq!(world.balance(world.book.contracts.game), 0);
    assert!(ledger.read(|ledger| !ledger.stake_of(STAKE).unwrap().is_active()));
}

#[test]
fn what_the_owner_announced_is_read_from_the_chain() {
    let world = World::new();
    let ledger = world.open();
    market_of(&ledger, params_with_bonds());
    let endpoint =
        Endpoint { key: B256::repeat_byte(9), relay: "https://relay.example:4433".to_owned() };
    let Endpoint { key, relay } = endpoint.clone();
    let announce = GameAction::Announce { stake: STAKE, key, relay };
    assert_eq!(play(&ledger, &bob(), announce.clone()).unwrap_err().code(), "NotOwner");
    let insecure = "http://relay.example".to_owned();
    let insecure = GameAction::Announce { stake: STAKE, key, relay: insecure };
    assert_eq!(play(&ledger, &alice(), insecure).unwrap_err().code(), "BadParameter");
    play(&ledger, &alice(), announce).unwrap();
    let read = |ledger: &ChainLedger| ledger.read(|l| l.game().endpoint(STAKE).cloned());
    assert_eq!(read(&ledger), Some(endpoint.clone()));
    assert_eq!(read(&world.open()), Some(endpoint), "from the logs, and the view says the same");
    let withdrawn = GameAction::Announce { stake: STAKE, key: B256::ZERO, relay: String::new() };
    play(&ledger, &alice(), withdrawn).unwrap();
    assert_eq!(read(&ledger), None);
}

#[test]
fn moves_of_the_game_and_of_the_market_do_not_go_together() {
    let world = World::new();
    let ledger = world.open();
    market_of(&ledger, params_with_bonds());
    let key = bob();
    let mixed =
        [GameAction::OpenEpoch { pool: POOL }.into(), Action::Poke { pool: POOL, limit: 1 }];
    let mixed = mixed.map(|action| intent(&ledger, &key, action)).to_vec();
    let error = block_on(ledger.submit_together(mixed, &key)).unwrap_err();
    assert_eq!(error, SubmitError::Unsupported { action: "OpenEpoch" });
}

/// Sums up the gas that an account's transactions have used in the blocks after one.
fn gas_used(world: &World, account: Address, after: u64) -> u64 {
    let node = world.anvil.node();
    let number = |value: &Value| {
        let digits = value.as_str().and_then(|text| text.strip_prefix("0x")).unwrap();
        u64::from_str_radix(digits, 16).unwrap()
    };
    let ask = |method, parameters| block_on(node.call(method, parameters)).unwrap();
    let mut used = 0;
    for height in after + 1..=block_on(node.height()).unwrap() {
        let block = ask("eth_getBlockByNumber", json!([format!("{height:#x}"), true]));
        for sent in block["transactions"].as_array().unwrap() {
            if sent["from"].as_str().unwrap().parse() == Ok(account) {
                let receipt = ask("eth_getTransactionReceipt", json!([sent["hash"]]));
                used += number(&receipt["gasUsed"]);
            }
        }
    }
    used
}

#[test]
fn epoch_uses_no_more_gas_than_the_miner_reckons() {
    let world = World::new();
    let ledger = world.open();
    market_of(&ledger, params_with_bonds());
    let key = carol();
    let operator = key.address();
    let until = ledger.read(|ledger| ledger.stake_of(STAKE).unwrap().expiry);
    play(&ledger, &alice(), GameAction::Appoint { stake: STAKE, operator, until }).unwrap();
    let begun = block_on(world.anvil.node().height()).unwrap();
    let (epoch, randomness) = open_as(&world, &ledger, &key);
    let mut proof = honest(&ledger, epoch, randomness);
    let root = proof.root();
    play(&ledger, &key, GameAction::Commit { stake: STAKE, epoch, root }).unwrap();
    let (beacon, due) = record_as(&world, &ledger, &key, (epoch, Q));
    let unproved = gas_used(&world, operator, begun);
    if due {
        prove(&ledger, &key, &mut proof, epoch, (Q, beacon));
    }
    let proved = block_on(world.anvil.node().height()).unwrap();
    pass(&world, &ledger, DISPUTE);
    play(&ledger, &key, GameAction::Conclude { stake: STAKE, epoch }).unwrap();
    let used = unproved + gas_used(&world, operator, proved);
    assert!(used <= EPOCH_GAS && used > EPOCH_GAS / 2, "{used} of {EPOCH_GAS}");
}
