//! What programs are told to do: it is never refused, and who does it passes.

use pinfi_core::game::{Asked, Duty, GameAction, duties};
use pinfi_core::pocps::verify;
use pinfi_core::units::{EpochId, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Error};
use proptest::prelude::*;

use crate::market::{BUCKET, Market, POOL, account};
use crate::table::{
    ACCUSER, BOND, DISPUTE, FIRST, Q, SECOND, WINDOW, accuse, balance, challenge, commit,
    committed, conclude, convict, honest, next_epoch, open, opening, play, record, rent, table,
};

fn listed(market: &Market, stake: StakeId) -> Vec<Duty> {
    duties(&market.ledger, stake, market.now)
}

/// Does what is to be done about a stake, all of it honestly.
fn fulfil(market: &mut Market, duty: Duty) -> Result<(), Error> {
    let provider = |asked: Asked| market.ledger.stake_of(asked.stake).unwrap().provider;
    let (who, action) = match duty {
        Duty::Commit { asked, .. } => {
            (provider(asked), asked.commit(honest(asked.challenge).root()))
        }
        Duty::Prove { asked, beacon, sample, .. } => {
            let opening = opening(&mut honest(asked.challenge), beacon, sample);
            (provider(asked), asked.prove(sample, opening))
        }
        Duty::Check { asked, root, beacon, samples, .. } => {
            let response = honest(asked.challenge).open(beacon, samples);
            assert_eq!(response.root, root);
            assert_eq!(verify(&asked.challenge, beacon, samples, &response), Ok(()));
            return Ok(());
        }
        other => (account(2), other.action().unwrap()),
    };
    play(market, who, action).map(drop)
}

/// Tells whether none of the first stake's trials is going on.
fn is_idle(market: &Market) -> bool {
    market.ledger.game().trials_of(FIRST).all(|trial| trial.over)
}

#[test]
fn a_stake_that_is_not_there_or_has_ended_has_nothing_to_do() {
    let mut market = table();
    assert_eq!(listed(&market, StakeId(99)), []);
    assert!(!listed(&market, FIRST).is_empty());
    let epoch = open(&mut market);
    market.wait(WINDOW + 1);
    play(&mut market, account(2), GameAction::Missed { stake: FIRST, epoch }).unwrap();
    assert_eq!(listed(&market, FIRST), [], "it was slashed");
    market.now = market.ledger.stake_of(SECOND).unwrap().expiry;
    assert_eq!(listed(&market, SECOND), [], "it has expired");
}

#[test]
fn an_epoch_is_told_in_its_order() {
    let mut market = table();
    let rest = BUCKET - WINDOW - DISPUTE;
    let by = Timestamp(market.now.0 + rest);
    assert_eq!(listed(&market, FIRST), [Duty::OpenEpoch { pool: POOL, by }]);
    let epoch = open(&mut market);

    let asked = Asked { stake: FIRST, epoch, challenge: challenge(&market, FIRST) };
    let by = Timestamp(market.now.0 + WINDOW);
    assert_eq!(listed(&market, FIRST), [Duty::Commit { asked, by }]);
    let mut late = Market { now: Timestamp(by.0 + 1), ..market.clone() };
    assert_eq!(listed(&late, FIRST), [Duty::Missed { stake: FIRST, epoch }]);
    fulfil(&mut late, Duty::Missed { stake: FIRST, epoch }).unwrap();

    let mut proof = honest(asked.challenge);
    let root = proof.root();
    commit(&mut market, FIRST, epoch, root).unwrap();
    assert_eq!(listed(&market, FIRST), [], "its beacon is of a later moment");
    market.wait(1);
    let (accuse_by, prove_by) =
        (Timestamp(market.now.0 + DISPUTE / 2 - 1), Timestamp(market.now.0 + DISPUTE - 1));
    let first = Duty::RecordBeacon { stake: FIRST, epoch, sample: Q, by: accuse_by };
    assert_eq!(listed(&market, FIRST), [first]);
    let (beacon, _) = record(&mut market, FIRST, epoch, Q).unwrap();
    let check = Duty::Check { asked, root, beacon, samples: Q, by: accuse_by };
    assert_eq!(listed(&market, FIRST), [check]);

    accuse(&mut market, ACCUSER, FIRST, epoch, 5).unwrap();
    assert_eq!(listed(&market, FIRST), [check]);
    market.wait(1);
    let second = Duty::RecordBeacon { stake: FIRST, epoch, sample: 5, by: prove_by };
    assert_eq!(listed(&market, FIRST), [check, second]);
    let (beacon, _) = record(&mut market, FIRST, epoch, 5).unwrap();
    let prove = Duty::Prove { asked, root, beacon, sample: 5, by: prove_by };
    assert_eq!(listed(&market, FIRST), [check, prove]);
    let late = Market { now: Timestamp(prove_by.0 + 1), ..market.clone() };
    assert_eq!(listed(&late, FIRST), [Duty::Convict { stake: FIRST, epoch, sample: 5 }]);

    let opening = opening(&mut proof, beacon, 5);
    play(&mut market, account(0), asked.prove(5, opening)).unwrap();
    market.now = Timestamp(prove_by.0 + 1);
    assert_eq!(listed(&market, FIRST), [Duty::Conclude { stake: FIRST, epoch }]);
    conclude(&mut market, FIRST, epoch).unwrap();
    assert_eq!(listed(&market, FIRST), []);
    assert_eq!(market.ledger.stake_of(FIRST).unwrap().passed, 1);
}

#[test]
fn bonds_of_a_stake_that_failed_by_another_accusation_are_to_be_had_back() {
    let mut market = table();
    let (epoch, _) = committed(&mut market);
    for (who, sample) in [(ACCUSER, 5), (2, 6)] {
        accuse(&mut market, who, FIRST, epoch, sample).unwrap();
    }
    market.wait(DISPUTE + 1);
    convict(&mut market, FIRST, epoch, 6).unwrap();
    // The earliest was paid, whichever it failed by.
    let back = Duty::TakeBack { stake: FIRST, epoch, sample: 6, accuser: account(2) };
    assert_eq!(listed(&market, FIRST), [back]);
    let before = balance(&market, 2);
    play(&mut market, account(1), back.action().unwrap()).unwrap();
    assert_eq!(balance(&market, 2), before + BOND.0);
    assert_eq!(listed(&market, FIRST), []);
}

#[test]
fn a_commitment_waits_for_the_conclusion_of_the_epoch_before() {
    let mut market = table();
    let epoch = open(&mut market);
    let root = honest(challenge(&market, FIRST)).root();
    commit(&mut market, FIRST, epoch, root).unwrap();
    next_epoch(&mut market);
    let next = open(&mut market);
    assert_eq!(listed(&market, FIRST), [Duty::Conclude { stake: FIRST, epoch }]);
    conclude(&mut market, FIRST, epoch).unwrap();
    let [Duty::Commit { asked, .. }] = listed(&market, FIRST)[..] else { panic!() };
    assert_eq!(asked.epoch, next);
}

#[test]
fn a_complaint_is_answered_beside_the_epoch() {
    let mut market = table();
    rent(&mut market, 2, 4);
    play(&mut market, account(2), GameAction::Complain { stake: FIRST }).unwrap();
    open(&mut market);
    let asked: Vec<EpochId> = listed(&market, FIRST)
        .iter()
        .map(|duty| match duty {
            Duty::Commit { asked, .. } => asked.epoch,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(asked.len(), 2);
    assert_ne!(asked[0].is_complaint(), asked[1].is_complaint());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever happened and whenever one looks: what is listed is accepted, and a stake whose duties
    /// are done within half a window does not fail.
    #[test]
    fn law_what_is_listed_is_accepted(
        steps in prop::collection::vec((0..=WINDOW / 2, 0u32..Q, 0u8..8), 1..40),
    ) {
        let mut market = table();
        for (pause, sample, chance) in steps {
            market.wait(pause);
            let latest = market.ledger.game().epoch(POOL).map(|epoch| epoch.id);
            match (chance, latest) {
                (0, Some(epoch)) => drop(accuse(&mut market, ACCUSER, FIRST, epoch, sample)),
                (1, _) => {
                    let until = market.boundary(2);
                    let rent = Action::Rent {
                        pool: POOL, stakes: vec![FIRST], until, max_cost: Wei(u128::MAX),
                    };
                    drop(market.act(account(2), rent));
                    drop(play(&mut market, account(2), GameAction::Complain { stake: FIRST }));
                }
                (2, _) if listed(&market, FIRST).is_empty() && is_idle(&market) => {
                    next_epoch(&mut market);
                }
                _ => {}
            }
            for duty in listed(&market, FIRST) {
                let done = fulfil(&mut market, duty);
                prop_assert!(done.is_ok(), "{:?} was refused: {:?}", duty, done);
            }
            let stake = market.ledger.stake_of(FIRST).unwrap();
            prop_assert!(stake.is_active(), "an honest stake that answers in time");
        }
    }
}
