//! Who is paid for a stake that fails.

use alloy_primitives::{Address, B256};
use pinfi_core::Event;
use pinfi_core::game::GameEvent;
use pinfi_core::pocps::is_proof_due;
use pinfi_core::units::{EpochId, StakeId, Wei};

use crate::market::{Market, account};
use crate::provers::{Forger, naive_states};
use crate::table::{
    ACCUSER, BOND, DISPUTE, FIRST, Q, accuse, balance, challenge, commit, committed, complain,
    convict, forged, open, opening, prove, record, rent, share, table,
};

/// The second account of a provider that cheats.
const ACCOMPLICE: u8 = 2;

/// A commitment of which no entry is right, and what can be opened of it.
fn forgery(market: &mut Market) -> (EpochId, Forger) {
    let epoch = open(market);
    let challenge = challenge(market, FIRST);
    let mut states = naive_states(&challenge);
    states.iter_mut().flatten().flatten().for_each(|word| *word ^= 1);
    let forger = Forger::new(challenge, states);
    commit(market, FIRST, epoch, forger.tree.root()).unwrap();
    (epoch, forger)
}

/// Who is told to have been paid, and by which accusation.
#[track_caller]
fn paid(events: &[Event]) -> (StakeId, EpochId, u32, Address) {
    match *events {
        [
            Event::Slashed { .. },
            Event::Game(GameEvent::Convicted { stake, epoch, sample, accuser, .. }),
        ] => (stake, epoch, sample, accuser),
        ref other => panic!("{other:?}"),
    }
}

/// Defence: the share is the earliest open accusation's, by whichever sample the stake fails. Otherwise
/// a cheat that is found out would accuse itself of another sample, show that one's false entry first,
/// and have back through the accomplice what the accuser has earned.
#[test]
fn attack_accusing_oneself_to_take_the_accusers_share() {
    let mut market = table();
    let (epoch, forger) = forgery(&mut market);
    accuse(&mut market, ACCUSER, FIRST, epoch, 9).unwrap();
    // It sees the accusation, in the same second and later.
    for sample in [3, 4] {
        accuse(&mut market, ACCOMPLICE, FIRST, epoch, sample).unwrap();
        market.wait(1);
    }
    let (beacon, _) = record(&mut market, FIRST, epoch, 3).unwrap();
    let before = (balance(&market, 0), balance(&market, ACCOMPLICE), balance(&market, ACCUSER));
    let opened = forged(&forger, beacon, 3);
    let events = prove(&mut market, FIRST, epoch, 3, opened).unwrap();
    assert_eq!(paid(&events), (FIRST, epoch, 9, account(ACCUSER)));
    assert!(share(&events) > 0);
    assert_eq!(balance(&market, ACCUSER) - before.2, BOND.0 + share(&events));
    for sample in [3, 4] {
        convict(&mut market, FIRST, epoch, sample).unwrap();
    }
    assert_eq!(balance(&market, 0), before.0);
    assert_eq!(balance(&market, ACCOMPLICE) - before.1, 2 * BOND.0, "its own bonds, and no more");
    assert_eq!(market.ledger.game().bonds(), Wei(0));
}

/// Defence: the earliest open accusation in all trials of the stake. Otherwise the cheat would rent its
/// own device, complain of it, and fail by that trial.
#[test]
fn attack_failing_by_a_complaint_to_take_the_accusers_share() {
    let mut market = table();
    rent(&mut market, ACCOMPLICE, 3);
    let (epoch, _) = forgery(&mut market);
    accuse(&mut market, ACCUSER, FIRST, epoch, 9).unwrap();
    let (asked, _) = complain(&mut market, ACCOMPLICE).unwrap();
    commit(&mut market, FIRST, asked, B256::ZERO).unwrap();
    accuse(&mut market, 1, FIRST, asked, 0).unwrap();
    market.wait(DISPUTE + 1);
    let before = balance(&market, ACCUSER);
    let events = convict(&mut market, FIRST, asked, 0).unwrap();
    assert_eq!(paid(&events), (FIRST, epoch, 9, account(ACCUSER)));
    assert_eq!(balance(&market, ACCUSER) - before, BOND.0 + share(&events));
}

/// Defence: it is skipped who rents the device, and the next in time is paid. Otherwise the cheat would
/// rent its own device and accuse itself first, and nobody would look at it for nothing.
#[test]
fn attack_accusing_oneself_first_as_the_renter() {
    let mut market = table();
    rent(&mut market, ACCOMPLICE, 3);
    let (epoch, _) = forgery(&mut market);
    accuse(&mut market, ACCOMPLICE, FIRST, epoch, 0).unwrap();
    market.wait(1);
    accuse(&mut market, ACCUSER, FIRST, epoch, 1).unwrap();
    market.wait(DISPUTE);
    let before = balance(&market, ACCUSER);
    let events = convict(&mut market, FIRST, epoch, 0).unwrap();
    assert_eq!(paid(&events), (FIRST, epoch, 1, account(ACCUSER)));
    assert!(share(&events) > 0);
    assert_eq!(balance(&market, ACCUSER) - before, BOND.0 + share(&events));
}

/// An accusation that was proved is paid for no more: the earliest of those that stand is.
#[test]
fn an_answered_accusation_is_not_paid() {
    let mut market = table();
    let (epoch, mut proof) = committed(&mut market);
    accuse(&mut market, ACCOMPLICE, FIRST, epoch, 20).unwrap();
    accuse(&mut market, ACCUSER, FIRST, epoch, 10).unwrap();
    market.wait(1);
    accuse(&mut market, 1, FIRST, epoch, 5).unwrap();
    let (beacon, _) = record(&mut market, FIRST, epoch, 20).unwrap();
    let shown = opening(&mut proof, beacon, 20);
    prove(&mut market, FIRST, epoch, 20, shown).unwrap();
    market.wait(DISPUTE);
    let events = convict(&mut market, FIRST, epoch, 5).unwrap();
    assert_eq!(paid(&events), (FIRST, epoch, 10, account(ACCUSER)));
}

/// Whoever fails by what the beacon asks for pays the accuser too.
#[test]
fn an_unprompted_sample_left_unproved_pays_the_accuser() {
    let mut market = table();
    let epoch = open(&mut market);
    // A root that the beacon of the next second asks for a proof: nobody can know that beforehand.
    let mut beacon = B256::repeat_byte(0x5a);
    beacon[24..].copy_from_slice(&(market.now.0 + 1).to_be_bytes());
    let root = (0..=u8::MAX).map(B256::repeat_byte).find(|root| is_proof_due(*root, beacon, Q));
    commit(&mut market, FIRST, epoch, root.unwrap()).unwrap();
    market.wait(1);
    assert!(record(&mut market, FIRST, epoch, Q).unwrap().1, "it is asked");
    accuse(&mut market, ACCUSER, FIRST, epoch, 7).unwrap();
    market.wait(DISPUTE);
    let events = convict(&mut market, FIRST, epoch, Q).unwrap();
    assert_eq!(paid(&events), (FIRST, epoch, 7, account(ACCUSER)));
    assert!(share(&events) > 0);
}
