//! A chain that was cut off and goes on is the one that was not.

use pinfi_core::pocps::{
    ChainProver, Challenge, Checkpoint, CheckpointError, Committed, Gathered, Gathering, Retain,
    Share, verify,
};

use crate::support::{Q, beacon, challenge, prove};

/// Computes until `rounds` rounds are done and a few rows more, and stops there.
fn cut(challenge: Challenge, rounds: u32) -> Checkpoint {
    let n = challenge.work.n();
    let mut prover = ChainProver::new(challenge, Retain::ALL);
    assert!(prover.step(n * (1 + rounds) + 8).is_none());
    prover.checkpoint().unwrap()
}

fn finish(mut prover: ChainProver, step: u32) -> Committed {
    loop {
        if let Some(committed) = prover.step(step) {
            return committed;
        }
    }
}

#[test]
fn checkpoint_rejected_when_it_is_something_else_or_of_another_version() {
    let challenge = challenge(16, 4, 1);
    let good = cut(challenge, 2).to_bytes();
    let read = |bytes: &[u8]| Checkpoint::from_bytes(bytes, challenge).unwrap_err();
    assert_eq!(read(&[]), CheckpointError::Unknown);
    assert_eq!(read(b"{\"challenge\": 1}"), CheckpointError::Unknown);
    let mut other = good;
    other[8] = 2;
    assert_eq!(read(&other), CheckpointError::OtherVersion { expected: 1, found: 2 });
}

#[test]
fn checkpoint_rejected_when_it_is_of_another_challenge() {
    let good = cut(challenge(16, 4, 1), 2).to_bytes();
    for other in [challenge(16, 4, 2), challenge(16, 8, 1), challenge(32, 4, 1)] {
        assert_eq!(Checkpoint::from_bytes(&good, other), Err(CheckpointError::OtherChallenge));
    }
}

#[test]
fn checkpoint_rejected_wherever_it_was_cut() {
    let challenge = challenge(8, 4, 1);
    let good = cut(challenge, 1).to_bytes();
    for length in 0..good.len() {
        assert!(Checkpoint::from_bytes(&good[..length], challenge).is_err(), "{length} bytes");
    }
    let longer = [good.as_slice(), &[0]].concat();
    let (expected, found) = (good.len() as u64, good.len() as u64 + 1);
    let error = CheckpointError::BadLength { expected, found };
    assert_eq!(Checkpoint::from_bytes(&longer, challenge), Err(error));
}

#[test]
fn checkpoint_rejected_whichever_bit_was_flipped() {
    let challenge = challenge(8, 4, 1);
    let good = cut(challenge, 1).to_bytes();
    for place in 0..good.len() * 8 {
        let mut bytes = good.clone();
        bytes[place / 8] ^= 1 << (place % 8);
        assert!(Checkpoint::from_bytes(&bytes, challenge).is_err(), "bit {place}");
    }
}

#[test]
fn checkpoint_rejected_when_its_parts_are_no_state_on_the_way() {
    let challenge = challenge(16, 4, 1);
    let (x, leaves) = cut(challenge, 2).into_parts();
    for state in [0, 4, 5] {
        let error = Checkpoint::new(challenge, state, x.clone(), leaves.clone()).unwrap_err();
        assert_eq!(error, CheckpointError::BadState { state, rounds: 4 });
    }
    let short = Checkpoint::new(challenge, 2, x[1..].to_vec(), leaves.clone()).unwrap_err();
    assert!(matches!(short, CheckpointError::BadLength { .. }), "{short}");
    // As many bytes, but not the ones.
    let few = Checkpoint::new(challenge, 2, x[8..].to_vec(), [&leaves[..], &leaves[..1]].concat());
    assert!(matches!(few, Err(CheckpointError::BadLength { .. })), "{few:?}");
    let early = Checkpoint::new(challenge, 1, x, leaves).unwrap_err();
    assert!(matches!(early, CheckpointError::BadLength { .. }), "{early}");
}

#[test]
fn checkpoint_is_none_before_the_first_state_and_after_the_last() {
    let challenge = challenge(16, 2, 1);
    let mut prover = ChainProver::new(challenge, Retain::ALL);
    assert_eq!(prover.checkpoint(), None);
    // W and X_0, and half of X_1.
    assert!(prover.step(16 + 8).is_none());
    assert_eq!(prover.checkpoint(), None);
    assert!(prover.step(8).is_none());
    assert_eq!(prover.checkpoint().map(|one| one.state()), Some(1));
    assert!(prover.step(u32::MAX).is_some());
    assert_eq!(prover.checkpoint(), None);
}

#[test]
fn checkpoint_comes_back_from_its_bytes() {
    let challenge = challenge(16, 8, 1);
    for rounds in 1..8 {
        let checkpoint = cut(challenge, rounds);
        assert_eq!((checkpoint.challenge(), checkpoint.state()), (challenge, rounds));
        let bytes = checkpoint.to_bytes();
        assert_eq!(bytes.len() as u64, Checkpoint::bytes_at(challenge.work, rounds));
        assert_eq!(Checkpoint::from_bytes(&bytes, challenge), Ok(checkpoint));
    }
}

#[test]
fn chain_cut_at_each_boundary_commits_and_opens_as_one_that_was_not() {
    let challenge = challenge(32, 8, 5);
    let mut whole = prove(challenge, Retain::ALL, u32::MAX);
    let expected = whole.open(beacon(1), Q);
    assert_eq!(verify(&challenge, beacon(1), Q, &expected), Ok(()));
    for rounds in 1..8 {
        for step in [8, 24, u32::MAX] {
            let mut resumed = finish(ChainProver::resume(cut(challenge, rounds)), step);
            assert_eq!(resumed.root(), whole.root(), "cut after {rounds} rounds");
            for _ in 0..2 {
                assert_eq!(resumed.open(beacon(1), Q), expected, "cut after {rounds} rounds");
            }
        }
    }
}

#[test]
fn chain_cut_twice_is_the_one_that_was_not() {
    let challenge = challenge(16, 8, 5);
    let mut prover = ChainProver::resume(cut(challenge, 2));
    assert!(prover.step(16 * 6 + 8).is_none());
    let later = prover.checkpoint().unwrap();
    assert_eq!(later, cut(challenge, later.state()));
    assert!(later.state() > 2);
    let resumed = finish(ChainProver::resume(later), 8);
    assert_eq!(resumed.root(), prove(challenge, Retain::ALL, 8).root());
}

#[test]
fn workers_go_on_from_what_one_has_computed_and_the_other_way_round() {
    let challenge = challenge(32, 4, 5);
    let mut whole = prove(challenge, Retain::ALL, u32::MAX);
    let expected = whole.open(beacon(1), Q);
    for rounds in 1..4 {
        let mut gathering = Gathering::resume(cut(challenge, rounds));
        let mut shares: Vec<Share> = challenge
            .work
            .shares(3)
            .into_iter()
            .map(|rows| Share::new(challenge, rows).unwrap())
            .collect();
        let mut met = Vec::new();
        let mut committed = loop {
            let parts: Vec<_> =
                shares.iter_mut().map(|share| share.step(u32::MAX).unwrap()).collect();
            match gathering.gather(&parts).unwrap() {
                Gathered::Committed(committed) => break committed,
                Gathered::State { state, x } => {
                    let checkpoint = gathering.checkpoint(&x).unwrap();
                    assert_eq!(checkpoint, cut(challenge, state));
                    met.push(state);
                    shares.iter_mut().for_each(|one| one.advance(state, x.clone()).unwrap());
                }
            }
        };
        assert_eq!(met, (rounds..4).collect::<Vec<_>>(), "nothing is computed twice");
        assert_eq!(committed.root(), whole.root());
        assert_eq!(committed.open(beacon(1), Q), expected);
    }
}
