//! The stepping prover: progress, and that keeping no state changes nothing but the time.

use pinfi_core::pocps::{ChainProver, Retain, RowId, verify};

use crate::support::{Q, beacon, challenge, naive_states, prove};

#[test]
fn step_reports_every_row_once() {
    let mut prover = ChainProver::new(challenge(32, 4, 1), Retain::ALL);
    let total = prover.progress().total;
    assert_eq!((prover.progress().done, total), (0, 32 * 5));
    let mut last = 0;
    let mut steps = 0;
    while prover.step(8).is_none() {
        assert_eq!(prover.progress().done, last + 8);
        last = prover.progress().done;
        steps += 1;
    }
    assert_eq!((steps, prover.progress().done), (total / 8 - 1, total));
}

#[test]
fn open_recomputes_when_no_state_was_kept() {
    let challenge = challenge(32, 8, 5);
    let mut kept = prove(challenge, Retain::ALL, 100);
    let mut forgotten = prove(challenge, Retain { bytes: 8 * 4 * 32 * 32 - 1 }, 100);
    assert!(kept.row(RowId { state: 1, row: 0 }).is_some());
    assert_eq!(kept.row(RowId { state: 0, row: 0 }), None);
    assert_eq!(kept.row(RowId { state: 9, row: 0 }), None);
    assert_eq!(forgotten.row(RowId { state: 1, row: 0 }), None);
    assert_eq!(forgotten.root(), kept.root());
    // A second beacon, after the first: the chain starts over each time.
    for number in 1..3 {
        let response = kept.open(beacon(number), Q);
        assert_eq!(forgotten.open(beacon(number), Q), response);
        assert_eq!(verify(&challenge, beacon(number), Q, &response), Ok(()));
    }
}

#[test]
fn sample_opener_opens_what_the_opener_of_all_opens_there() {
    let challenge = challenge(32, 8, 5);
    for retain in [Retain::ALL, Retain::NONE] {
        let mut committed = prove(challenge, retain, u32::MAX);
        let all = committed.open(beacon(1), Q);
        for (s, expected) in (0..).zip(&all.openings) {
            let mut opener = committed.sample_opener(beacon(1), s);
            let found = loop {
                if let Some(response) = opener.step(64) {
                    break response;
                }
            };
            assert_eq!(found.root, all.root);
            assert_eq!(found.openings[..], *std::slice::from_ref(expected), "sample {s}");
        }
    }
}

#[test]
fn opener_reports_progress_and_can_be_dropped() {
    let challenge = challenge(32, 8, 5);
    let mut committed = prove(challenge, Retain::NONE, u32::MAX);
    let mut opener = committed.opener(beacon(1), Q);
    assert!(opener.step(32).is_none());
    assert_eq!(opener.progress().done, 64);
    drop(opener);
    let response = committed.open(beacon(1), Q);
    assert_eq!(verify(&challenge, beacon(1), Q, &response), Ok(()));
}

#[test]
fn prover_equals_the_text_at_every_size_of_tile() {
    for (n, rounds) in [(1, 1), (2, 2), (4, 4), (8, 1), (16, 8), (64, 2)] {
        let challenge = challenge(n, rounds, 9);
        let committed = prove(challenge, Retain::ALL, 1);
        for (state, rows) in (1..).zip(naive_states(&challenge)) {
            for (row, words) in (0..).zip(&rows) {
                let found = committed.row(RowId { state, row }).unwrap();
                assert_eq!(found, words, "row {row} of state {state} at n = {n}");
            }
        }
    }
}
