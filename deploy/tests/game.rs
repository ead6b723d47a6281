//! The verification game of many parties through the port, on a chain.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use alloy_primitives::{B256, U256};
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::settlement::evm::ChainLedger;
use pinfi_client::settlement::{Settlement, SettlementExt, Signer, SubmitError};
use pinfi_core::game::{GameAction, GameEvent};
use pinfi_core::pocps::{ChainProver, Challenge, Committed, Retain};
use pinfi_core::units::{EpochId, Wei};
use pinfi_core::{Action, Error, Event};
use pinfi_evm::abi::Pin;

use support::*;

/// The number of samples, and so the number of a commitment's own beacon.
const Q: u32 = 32;

fn play(ledger: &ChainLedger, key: &SigningKey, action: GameAction) -> Result<Event, SubmitError> {
    Ok(submit(ledger, key, action.into())?.events.remove(0))
}

/// Goes to the beginning of the pool's next epoch, which the stake was there before, and opens it.
fn open(world: &World, ledger: &ChainLedger) -> (EpochId, B256) {
    let rest = BUCKET - ledger.now().0 % BUCKET;
    world.anvil.pass(rest).unwrap();
    block_on(ledger.sync()).unwrap();
    match play(ledger, &carol(), GameAction::OpenEpoch { pool: POOL }).unwrap() {
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
    let early = play(ledger, &bob(), GameAction::RecordBeacon { stake: STAKE, epoch, sample });
    let early = early.map(|_| ()).unwrap_err().code();
    assert_eq!(early, "BeaconNotYet", "the block of the beacon is not there yet");
    for _ in 0..3 {
        world.anvil.pass(1).unwrap();
    }
    block_on(ledger.sync()).unwrap();
    match play(ledger, &bob(), GameAction::RecordBeacon { stake: STAKE, epoch, sample }).unwrap() {
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
    proof: &mut Committed,
    epoch: EpochId,
    (sample, beacon): (u32, B256),
) -> Event {
    let opening = Box::new(proof.open(beacon, sample + 1).openings.pop().unwrap());
    let action = GameAction::Prove { stake: STAKE, epoch, sample, opening };
    play(ledger, &alice(), action).unwrap()
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
        prove(&ledger, &mut proof, epoch, (Q, beacon));
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
    let proved = prove(&ledger, &mut proof, epoch, (3, place));
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
