//! The game as it goes where nothing is refused: events, state, balances.

use pinfi_core::game::{GameAction, GameEvent};
use pinfi_core::pocps::is_proof_due;
use pinfi_core::stake::StakeState;
use pinfi_core::units::{EpochId, Secs, Wei};
use pinfi_core::{Action, Event};

use crate::market::{BUCKET, Market, PIN, POOL, account};
use crate::provers::{Forger, naive_states};
use crate::table::{
    ACCUSER, BOND, DISPUTE, FIRST, Q, SECOND, WINDOW, accuse, accused, answer, balance, challenge,
    challenge_of, commit, committed, conclude, convict, forged, honest, next_epoch, open, opening,
    play, prove, record, rent, share, table, trial,
};

#[test]
fn an_unaccused_commitment_passes_and_earns() {
    let mut market = table();
    let (epoch, proof) = committed(&mut market);
    let at = market.now;
    let answered = answer(&market, FIRST, epoch);
    assert_eq!(answered.root, proof.root());
    assert_eq!(answered.accuse_by, at.saturating_add(Secs(DISPUTE / 2)));
    assert_eq!(answered.prove_by, at.saturating_add(Secs(DISPUTE)));
    market.wait(1);
    let (beacon, due) = record(&mut market, FIRST, epoch, Q).unwrap();
    assert_eq!(due, is_proof_due(proof.root(), beacon, Q));
    assert!(!due, "most are not asked");
    market.wait(DISPUTE);
    let events = conclude(&mut market, FIRST, epoch).unwrap();
    let concluded = GameEvent::Concluded { stake: FIRST, epoch, counted: true };
    assert_eq!(events, [Event::Passed { stake: FIRST, passed: 1 }, concluded.into()]);
    assert!(trial(&market, FIRST, epoch).over);
    let earning = market.ledger.rewards().unwrap().earning(FIRST).unwrap();
    assert!(earning.earned.to_wei_floor() > Wei(0), "the time until the commitment is verified");
    assert_eq!(
        (earning.proofs, earning.spent),
        (1, Secs(12)),
        "from the opening to the commitment"
    );
    assert_eq!(earning.verified_to.unwrap().at, at);
    assert_eq!(earning.epoch(), epoch.0);

    next_epoch(&mut market);
    let (next, _) = committed(&mut market);
    assert_eq!(next, EpochId(epoch.0 + 1));
    assert!(!trial(&market, FIRST, next).over, "an epoch, a trial");
}

#[test]
fn a_commitment_without_a_beacon_counts_for_nothing() {
    let mut market = table();
    let (epoch, _) = committed(&mut market);
    market.wait(DISPUTE + 1);
    let events = conclude(&mut market, FIRST, epoch).unwrap();
    assert_eq!(events, [GameEvent::Concluded { stake: FIRST, epoch, counted: false }.into()]);
    assert_eq!(market.ledger.stake_of(FIRST).unwrap().passed, 0);
}

#[test]
fn an_unanswered_epoch_fails_the_stake() {
    let mut market = table();
    let epoch = open(&mut market);
    market.wait(WINDOW + 1);
    let missed = GameAction::Missed { stake: FIRST, epoch };
    let events = play(&mut market, account(2), missed).unwrap();
    let [Event::Slashed { stake, burned, .. }, ref told] = events[..] else { panic!("{events:?}") };
    assert_eq!(*told, GameEvent::CommitmentMissed { stake: FIRST, epoch }.into());
    assert_eq!(stake, FIRST);
    assert!(burned > Wei(0), "all of it is burned");
    assert_eq!(market.ledger.stake_of(FIRST).unwrap().state, StakeState::Slashed);
    assert_eq!(market.ledger.rewards().unwrap().earning(FIRST), None, "and its rewards are void");
}

#[test]
fn a_proof_brings_the_bond_and_the_commitment_passes() {
    let mut market = table();
    let (epoch, mut proof) = committed(&mut market);
    let before = (balance(&market, 0), balance(&market, ACCUSER));
    accuse(&mut market, ACCUSER, FIRST, epoch, 7).unwrap();
    assert_eq!(balance(&market, ACCUSER), before.1 - BOND.0, "the bond is staked");
    assert_eq!(market.ledger.game().bonds(), BOND);
    market.wait(1);
    record(&mut market, FIRST, epoch, Q).unwrap();
    let (beacon, due) = record(&mut market, FIRST, epoch, 7).unwrap();
    assert!(due);
    let events = prove(&mut market, FIRST, epoch, 7, opening(&mut proof, beacon, 7)).unwrap();
    let told = GameEvent::Proved { stake: FIRST, epoch, sample: 7, bond: BOND };
    assert_eq!(events, [told.into()]);
    assert_eq!(balance(&market, 0), before.0 + BOND.0, "the provider has the bond");
    assert_eq!(market.ledger.game().bonds(), Wei(0));
    market.wait(DISPUTE);
    conclude(&mut market, FIRST, epoch).unwrap();
    assert_eq!(market.ledger.stake_of(FIRST).unwrap().passed, 1);
}

#[test]
fn a_wrong_opening_fails_the_stake_at_once() {
    let mut market = table();
    let (epoch, mut proof) = committed(&mut market);
    let beacon = accused(&mut market, epoch, 7);
    let mut wrong = opening(&mut proof, beacon, 7);
    wrong.next.row.0[0] ^= 1;
    let pin =
        |market: &Market| market.ledger.pool(POOL).unwrap().at(market.now).unwrap().reserves.pin.0;
    let (before, pool) = (balance(&market, ACCUSER), pin(&market));
    let events = prove(&mut market, FIRST, epoch, 7, wrong).unwrap();
    let [Event::Slashed { ref fault, burned, .. }, ..] = events[..] else { panic!("{events:?}") };
    assert!(fault.contains("not under the root"), "{fault}");
    let share = share(&events);
    assert!(share > 0);
    assert_eq!(balance(&market, ACCUSER) - before, BOND.0 + share, "bond and share");
    let forfeited = pool - pin(&market);
    assert_eq!(share, forfeited * 3 / 10, "of the position; what was pending is all burned");
    assert!(burned.0 > forfeited - share);
}

#[test]
fn an_accuser_who_rents_the_device_has_the_bond_alone() {
    let mut market = table();
    rent(&mut market, ACCUSER, 3);
    let (epoch, _) = committed(&mut market);
    accuse(&mut market, ACCUSER, FIRST, epoch, 0).unwrap();
    market.wait(DISPUTE + 1);
    let before = balance(&market, ACCUSER);
    let events = convict(&mut market, FIRST, epoch, 0).unwrap();
    let [Event::Slashed { refund, .. }, ..] = events[..] else { panic!("{events:?}") };
    assert!(refund > Wei(0));
    assert_eq!(share(&events), 0);
    assert_eq!(balance(&market, ACCUSER) - before, BOND.0 + refund.0);
}

#[test]
fn other_accusers_of_a_failed_stake_have_their_bonds_back() {
    let mut market = table();
    let (epoch, _) = committed(&mut market);
    accuse(&mut market, ACCUSER, FIRST, epoch, 0).unwrap();
    accuse(&mut market, 2, FIRST, epoch, 1).unwrap();
    market.wait(DISPUTE + 1);
    convict(&mut market, FIRST, epoch, 0).unwrap();
    assert_eq!(market.ledger.game().bonds(), BOND);
    let before = balance(&market, 2);
    let events = convict(&mut market, FIRST, epoch, 1).unwrap();
    let accuser = account(2);
    let told = GameEvent::BondReturned { stake: FIRST, epoch, sample: 1, accuser, bond: BOND };
    assert_eq!(events, [told.into()]);
    assert_eq!(balance(&market, 2) - before, BOND.0);
    assert_eq!(market.ledger.game().bonds(), Wei(0));
    let again = convict(&mut market, FIRST, epoch, 1).unwrap_err();
    assert_eq!(again.code(), "NothingToClaim");
}

#[test]
fn an_accusation_left_open_until_the_expiry_settles_as_unverified() {
    let mut market = table();
    // Passed once, with a fee at stake.
    let expiry = market.boundary(10);
    let held = market.stake(account(0), expiry).unwrap();
    next_epoch(&mut market);
    let epoch = open(&mut market);
    let root = honest(challenge(&market, held)).root();
    commit(&mut market, held, epoch, root).unwrap();
    market.wait(1);
    record(&mut market, held, epoch, Q).unwrap();
    market.wait(DISPUTE);
    conclude(&mut market, held, epoch).unwrap();
    next_epoch(&mut market);
    let epoch = open(&mut market);
    commit(&mut market, held, epoch, root).unwrap();
    accuse(&mut market, ACCUSER, held, epoch, 0).unwrap();
    market.now = expiry;
    let before = balance(&market, ACCUSER);
    convict(&mut market, held, epoch, 0).unwrap();
    assert_eq!(balance(&market, ACCUSER) - before, BOND.0, "the bond alone");
    let settled = market.act(account(2), Action::Settle { stake: held }).unwrap();
    let [Event::Settled { fee_returned, fee_burned, .. }] = settled[..] else {
        panic!("{settled:?}")
    };
    assert_eq!(fee_returned, Wei(0));
    assert!(fee_burned > Wei(0));
    assert_eq!(market.ledger.game().bonds(), Wei(0));
}

#[test]
fn one_commitment_in_64_is_asked_for_a_proof_and_fails_without() {
    // The provider's roots differ with the randomness; try epochs until one is asked.
    let asked = |market: &mut Market| -> EpochId {
        for _ in 0..1_000 {
            let (epoch, _) = committed(market);
            market.wait(1);
            let (_, due) = record(market, FIRST, epoch, Q).unwrap();
            if due {
                return epoch;
            }
            market.wait(DISPUTE);
            conclude(market, FIRST, epoch).unwrap();
            let at = market.boundary(1);
            if market.ledger.stake_of(FIRST).unwrap().expiry.since(at) < Secs(2 * BUCKET) {
                break;
            }
            market.now = at;
        }
        panic!("nobody was asked")
    };
    let mut market = table_of_long_stakes();
    let epoch = asked(&mut market);
    let mut silent = market.clone();
    assert_eq!(answer(&market, FIRST, epoch).open_sample(), Some(Q));
    let beacon = answer(&market, FIRST, epoch).beacon.unwrap();
    let mut proof = honest(challenge(&market, FIRST));
    prove(&mut market, FIRST, epoch, Q, opening(&mut proof, beacon, Q)).unwrap();
    market.wait(DISPUTE);
    conclude(&mut market, FIRST, epoch).unwrap();

    silent.wait(DISPUTE + 1);
    let events = convict(&mut silent, FIRST, epoch, Q).unwrap();
    assert_eq!(share(&events), 0, "nobody had accused");
}

fn table_of_long_stakes() -> Market {
    let mut market = Market::new(crate::table::params(), 4);
    let expiry = market.boundary(700);
    market.provide(account(0), expiry).unwrap();
    market.now = market.boundary(1);
    market
}

#[test]
fn a_complaint_challenges_at_once_and_counts_for_nothing() {
    let mut market = table();
    rent(&mut market, 2, 3);
    let complain = GameAction::Complain { stake: FIRST };
    let events = play(&mut market, account(2), complain).unwrap();
    let [Event::Game(GameEvent::Complained { epoch, randomness, commit_by, .. })] = events[..]
    else {
        panic!("{events:?}")
    };
    assert!(epoch.is_complaint());
    assert_eq!(commit_by, market.now.saturating_add(Secs(2 * WINDOW)), "twice the window");
    let mut silent = market.clone();
    let mut proof = honest(challenge_of(&market, FIRST, epoch, randomness));
    market.wait(2 * WINDOW);
    commit(&mut market, FIRST, epoch, proof.root()).unwrap();
    accuse(&mut market, 2, FIRST, epoch, 0).unwrap();
    market.wait(1);
    let (beacon, _) = record(&mut market, FIRST, epoch, 0).unwrap();
    record(&mut market, FIRST, epoch, Q).unwrap();
    prove(&mut market, FIRST, epoch, 0, opening(&mut proof, beacon, 0)).unwrap();
    market.wait(DISPUTE);
    let events = conclude(&mut market, FIRST, epoch).unwrap();
    assert_eq!(events, [GameEvent::Concluded { stake: FIRST, epoch, counted: false }.into()]);
    assert_eq!(market.ledger.stake_of(FIRST).unwrap().passed, 0);

    silent.wait(2 * WINDOW + 1);
    let missed = GameAction::Missed { stake: FIRST, epoch };
    let events = play(&mut silent, account(1), missed).unwrap();
    let [Event::Slashed { refund, .. }, _] = events[..] else { panic!("{events:?}") };
    assert!(refund > Wei(0), "the client is refunded");
}

#[test]
fn settle_waits_for_nothing_that_the_game_has_ended() {
    let mut market = table();
    let (epoch, _) = committed(&mut market);
    market.wait(1);
    record(&mut market, FIRST, epoch, Q).unwrap();
    market.wait(DISPUTE);
    conclude(&mut market, FIRST, epoch).unwrap();
    market.now = market.ledger.stake_of(FIRST).unwrap().expiry;
    let events = market.act(account(2), Action::Settle { stake: FIRST }).unwrap();
    assert!(matches!(events[..], [Event::Settled { .. }, Event::Rewarded { .. }]), "{events:?}");
}

#[test]
fn a_forged_state_is_convicted_by_the_place_it_cannot_prove() {
    let mut market = table();
    let epoch = open(&mut market);
    let challenge = challenge(&market, SECOND);
    let mut states = naive_states(&challenge);
    states.iter_mut().flatten().flatten().for_each(|word| *word ^= 1);
    let forger = Forger::new(challenge, states);
    commit(&mut market, SECOND, epoch, forger.tree.root()).unwrap();
    accuse(&mut market, ACCUSER, SECOND, epoch, 0).unwrap();
    market.wait(1);
    let (beacon, _) = record(&mut market, SECOND, epoch, 0).unwrap();
    let events = prove(&mut market, SECOND, epoch, 0, forged(&forger, beacon, 0)).unwrap();
    let [Event::Slashed { ref fault, .. }, ..] = events[..] else { panic!("{events:?}") };
    assert!(fault.contains("the entry"), "{fault}");
    assert!(share(&events) > PIN / 100);
}
