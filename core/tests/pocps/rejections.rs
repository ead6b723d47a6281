//! Each fault, and sizes without a meaning.

use alloy_primitives::B256;
use pinfi_core::pocps::{
    ChainProver, Fault, MerkleTree, MissingRow, OpenedRow, Origin, Outcome, Response, Retain,
    RowId, Sample, Transcript, TranscriptError, TreeError, Which, Work, WorkError, draw, respond,
    verify, verify_against,
};

use crate::support::{Forger, Q, beacon, challenge, honest, naive_states, prove};

/// The first opening of an honest response with k = 0, or with k > 0.
fn opening_where(response: &Response, round_zero: bool) -> u32 {
    let place = response.openings.iter().position(|o| (o.sample.k == 0) == round_zero).unwrap();
    u32::try_from(place).unwrap()
}

/// An honest response to a small challenge, changed by `change`, and the fault it meets.
fn fault_after(change: impl FnOnce(&mut Response)) -> Fault {
    let challenge = challenge(16, 4, 1);
    let (beacon, mut response) = honest(challenge, 1);
    change(&mut response);
    verify(&challenge, beacon, Q, &response).unwrap_err()
}

#[test]
fn work_refused_when_side_is_no_power_of_two() {
    for n in [0, 3, 100, Work::MAX_N * 2] {
        assert_eq!(Work::new(n, 1), Err(WorkError::BadSide(n)));
    }
}

#[test]
fn work_refused_when_rounds_are_no_power_of_two() {
    for rounds in [0, 3, 12, Work::MAX_ROUNDS * 2] {
        assert_eq!(Work::new(64, rounds), Err(WorkError::BadRounds(rounds)));
    }
}

#[test]
fn tree_refused_when_leaves_are_no_power_of_two() {
    for leaves in [0, 3, 6] {
        assert_eq!(MerkleTree::new(vec![B256::ZERO; leaves]).unwrap_err(), TreeError(leaves));
    }
}

#[test]
fn path_none_beyond_the_last_leaf() {
    let tree = MerkleTree::new(vec![B256::ZERO; 4]).unwrap();
    assert_eq!(tree.path(4), None);
    assert_eq!(tree.path(u32::MAX), None);
    assert_eq!(tree.path(3).map(|path| path.len()), Some(2));
}

#[test]
fn respond_refused_when_a_row_is_missing() {
    let challenge = challenge(8, 2, 3);
    let forger = Forger::new(challenge, naive_states(&challenge));
    let sample = Sample { k: 1, i: 3, j: 5 };
    let missing = respond(challenge.work, &forger.tree, &[sample], &Default::default());
    assert_eq!(missing.unwrap_err(), MissingRow(RowId { state: 1, row: 5 }));
}

#[test]
fn verify_wrong_root_when_another_was_committed() {
    let challenge = challenge(16, 4, 1);
    let (beacon, response) = honest(challenge, 1);
    let expected = B256::repeat_byte(1);
    assert_eq!(
        verify_against(&challenge, expected, beacon, Q, &response),
        Err(Fault::WrongRoot { expected, found: response.root })
    );
    assert_eq!(verify_against(&challenge, response.root, beacon, Q, &response), Ok(()));
}

#[test]
fn verify_wrong_count_when_openings_are_too_few_or_many() {
    let short = fault_after(|r| r.openings.truncate(31));
    assert_eq!(short, Fault::WrongCount { expected: Q, found: 31 });
    let long = fault_after(|r| r.openings.push(r.openings[0].clone()));
    assert_eq!(long, Fault::WrongCount { expected: Q, found: 33 });
    let none = fault_after(|r| r.openings.clear());
    assert_eq!(none, Fault::WrongCount { expected: Q, found: 0 });
}

#[test]
fn verify_wrong_sample_when_openings_are_swapped() {
    let mut places = None;
    let fault = fault_after(|r| {
        places = Some((r.openings[0].sample, r.openings[1].sample));
        r.openings.swap(0, 1);
    });
    let (expected, found) = places.unwrap();
    assert_eq!(fault, Fault::WrongSample { s: 0, expected, found });
}

#[test]
fn verify_wrong_sample_when_the_beacon_is_another() {
    let challenge = challenge(16, 4, 1);
    let (_, response) = honest(challenge, 1);
    let expected = draw(challenge.work, response.root, beacon(2), 1)[0];
    let found = response.openings[0].sample;
    assert_eq!(
        verify(&challenge, beacon(2), Q, &response),
        Err(Fault::WrongSample { s: 0, expected, found })
    );
}

#[test]
fn verify_missing_state_when_k_is_above_zero() {
    let mut s = 0;
    let fault = fault_after(|r| {
        s = opening_where(r, false);
        r.openings[s as usize].state = None;
    });
    assert_eq!(fault, Fault::MissingState { s });
}

#[test]
fn verify_unexpected_state_when_k_is_zero() {
    let mut s = 0;
    let fault = fault_after(|r| {
        s = opening_where(r, true);
        let opening = &mut r.openings[s as usize];
        opening.state = Some(opening.next.clone());
    });
    assert_eq!(fault, Fault::UnexpectedState { s });
}

#[test]
fn verify_row_length_when_a_row_is_short_or_long() {
    let next = fault_after(|r| r.openings[0].next.row.0.truncate(15));
    assert_eq!(next, Fault::RowLength { s: 0, which: Which::Next, expected: 16, found: 15 });
    let mut s = 0;
    let state = fault_after(|r| {
        s = opening_where(r, false);
        let opened: &mut OpenedRow = r.openings[s as usize].state.as_mut().unwrap();
        opened.row.0.push(0);
    });
    assert_eq!(state, Fault::RowLength { s, which: Which::State, expected: 16, found: 17 });
}

#[test]
fn verify_path_length_when_a_path_is_short_or_long() {
    let next = fault_after(|r| r.openings[0].next.path.clear());
    assert_eq!(next, Fault::PathLength { s: 0, which: Which::Next, expected: 6, found: 0 });
    let mut s = 0;
    let state = fault_after(|r| {
        s = opening_where(r, false);
        r.openings[s as usize].state.as_mut().unwrap().path.push(B256::ZERO);
    });
    assert_eq!(state, Fault::PathLength { s, which: Which::State, expected: 6, found: 7 });
}

#[test]
fn verify_not_committed_when_the_next_row_is_altered() {
    let fault = fault_after(|r| r.openings[0].next.row.0[3] ^= 1);
    assert_eq!(fault, Fault::NotCommitted { s: 0, which: Which::Next });
}

#[test]
fn verify_not_committed_when_the_state_row_is_altered() {
    let mut s = 0;
    let fault = fault_after(|r| {
        s = opening_where(r, false);
        r.openings[s as usize].state.as_mut().unwrap().row.0[15] ^= 1 << 31;
    });
    assert_eq!(fault, Fault::NotCommitted { s, which: Which::State });
}

#[test]
fn verify_not_committed_when_a_path_is_altered() {
    let fault = fault_after(|r| r.openings[2].next.path[5] = B256::ZERO);
    assert_eq!(fault, Fault::NotCommitted { s: 2, which: Which::Next });
}

#[test]
fn verify_not_committed_when_a_true_row_is_shown_at_another_place() {
    let challenge = challenge(16, 4, 1);
    let states = naive_states(&challenge);
    let forger = Forger::new(challenge, states.clone());
    let mut response = forger.open(beacon(1), Q);
    let id = response.openings[0].sample.next_row();
    let other = RowId { row: (id.row + 1) % 16, ..id };
    response.openings[0].next = OpenedRow {
        row: states[other.state as usize - 1][other.row as usize].clone().into(),
        path: forger.tree.path(other.leaf_index(challenge.work)).unwrap(),
    };
    assert_eq!(
        verify(&challenge, beacon(1), Q, &response),
        Err(Fault::NotCommitted { s: 0, which: Which::Next })
    );
}

#[test]
fn verify_wrong_entry_when_the_commitment_itself_is_wrong() {
    let challenge = challenge(16, 4, 1);
    let mut states = naive_states(&challenge);
    for word in states.iter_mut().flatten().flatten() {
        *word ^= 1;
    }
    let response = Forger::new(challenge, states).open(beacon(1), Q);
    let Err(Fault::WrongEntry { s: 0, expected, found }) =
        verify(&challenge, beacon(1), Q, &response)
    else {
        panic!("a wrong commitment passes");
    };
    let sample = response.openings[0].sample;
    assert_eq!(found, response.openings[0].next.row[sample.j as usize]);
    assert_ne!(found, expected);
}

#[test]
fn verify_fails_when_the_seed_is_another() {
    let (beacon, response) = honest(challenge(16, 4, 1), 1);
    let fault = verify(&challenge(16, 4, 2), beacon, Q, &response).unwrap_err();
    assert!(matches!(fault, Fault::WrongEntry { s: 0, .. }), "{fault}");
}

#[test]
fn transcript_refused_when_it_claims_another_outcome() {
    let challenge = challenge(16, 2, 1);
    let (beacon, mut response) = honest(challenge, 1);
    let root = response.root;
    let origin = Origin::Seed(challenge.seed);
    let passed = Transcript::record(origin, challenge.work, Q, root, beacon, response.clone());
    assert_eq!(passed.check(), Ok(Outcome::Passed));

    response.openings[0].next.row.0[0] ^= 1;
    let found = Outcome::Failed(Fault::NotCommitted { s: 0, which: Which::Next });
    let failed = Transcript::record(origin, challenge.work, Q, root, beacon, response.clone());
    assert_eq!(failed.check(), Ok(found));

    let forged = Transcript { response, ..passed };
    assert_eq!(forged.check(), Err(TranscriptError { found }));
}

#[test]
fn step_gives_nothing_after_the_commitment() {
    let mut prover = ChainProver::new(challenge(16, 2, 1), Retain::ALL);
    let committed = prover.step(u32::MAX).unwrap();
    assert!(prover.step(u32::MAX).is_none());
    assert_eq!(prover.progress().done, prover.progress().total);
    assert_eq!(committed.root(), prove(challenge(16, 2, 1), Retain::NONE, 1).root());
}
