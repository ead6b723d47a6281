//! Several workers compute what one computes.

use pinfi_core::pocps::{
    ChainProver, Challenge, Committed, Gathered, Gathering, NotAState, Part, Retain, Share,
    ShareError, Work, verify,
};

use crate::support::{Q, beacon, challenge};

fn team(challenge: Challenge, workers: u32) -> Vec<Share> {
    let shares = challenge.work.shares(workers).into_iter();
    shares.map(|rows| Share::new(challenge, rows).unwrap()).collect()
}

fn parts(team: &mut [Share], step: u32) -> Vec<Part> {
    let whole = |share: &mut Share| {
        loop {
            if let Some(part) = share.step(step) {
                return part;
            }
        }
    };
    team.iter_mut().map(whole).collect()
}

fn together(challenge: Challenge, workers: u32, retain: Retain, step: u32) -> Committed {
    let mut team = team(challenge, workers);
    let mut gathering = Gathering::new(challenge, retain);
    loop {
        match gathering.gather(&parts(&mut team, step)).unwrap() {
            Gathered::State { state, x } => {
                team.iter_mut().for_each(|share| share.advance(state, x.clone()).unwrap());
            }
            Gathered::Committed(committed) => return *committed,
        }
    }
}

fn alone(challenge: Challenge) -> Committed {
    ChainProver::new(challenge, Retain::ALL).step(u32::MAX).unwrap()
}

#[test]
fn share_rejected_when_its_rows_are_not_whole_bands() {
    let challenge = challenge(32, 2, 1);
    for (first, end) in [(0, 4), (4, 12), (0, 40), (8, 8), (16, 8), (32, 40)] {
        let error = Share::new(challenge, first..end).unwrap_err();
        assert_eq!(error, ShareError::BadRows { first, end, n: 32 });
    }
}

#[test]
fn state_rejected_when_none_is_awaited_or_it_is_not_whole() {
    let challenge = challenge(32, 1, 1);
    let mut share = team(challenge, 2).remove(0);
    let state = vec![0; 32 * 32];
    assert_eq!(share.advance(0, state.clone()), Err(ShareError::NotAwaited));
    assert_eq!(share.step(8), None);
    let expansion = share.step(8).unwrap();
    assert_eq!((expansion.state, expansion.first, expansion.leaves.len()), (0, 0, 0));
    assert_eq!(share.step(u32::MAX), None);
    let short = ShareError::BadState { expected: 1024, found: 1023 };
    assert_eq!(share.advance(0, vec![0; 1023]), Err(short));
    assert_eq!(share.advance(1, state.clone()), Err(ShareError::NotAwaited));
    share.advance(0, state.clone()).unwrap();
    assert_eq!(share.advance(0, state.clone()), Err(ShareError::NotAwaited));
    assert_eq!(share.step(u32::MAX).unwrap().state, 1);
    // That was the last.
    assert_eq!(share.advance(0, state.clone()), Err(ShareError::NotAwaited));
    assert_eq!(share.advance(1, state), Err(ShareError::NotAwaited));
}

#[test]
fn parts_rejected_when_they_are_not_the_next_state() {
    let challenge = challenge(32, 2, 1);
    let mut team = team(challenge, 2);
    let mut gathering = Gathering::new(challenge, Retain::ALL);
    let good = parts(&mut team, 8);
    let bad = |change: fn(&mut Vec<Part>), row| {
        let mut parts = good.clone();
        change(&mut parts);
        (parts, NotAState { state: 0, row })
    };
    for (parts, error) in [
        bad(Vec::clear, 0),
        bad(|parts| parts.truncate(1), 16),
        bad(|parts| parts.swap(0, 1), 0),
        bad(|parts| parts.push(parts[1].clone()), 32),
        bad(|parts| parts[1].state = 1, 16),
        bad(|parts| parts[0].leaves.push(beacon(1)), 0),
        bad(|parts| parts[1].words.truncate(1), 16),
    ] {
        assert_eq!(gathering.gather(&parts).unwrap_err(), error);
    }
    assert!(matches!(gathering.gather(&good), Ok(Gathered::State { state: 0, .. })));
    let again = gathering.gather(&good).unwrap_err();
    assert_eq!(again, NotAState { state: 1, row: 0 });
}

#[test]
fn shares_are_all_rows_in_order_and_even() {
    for n in [1, 2, 4, 8, 16, 64, 1 << 15] {
        let work = Work::new(n, 1).unwrap();
        for workers in [0, 1, 2, 3, 5, 7, 64] {
            let shares = work.shares(workers);
            let most = workers.clamp(1, n.div_ceil(8));
            assert_eq!(shares.len(), most as usize, "n = {n}, {workers} workers");
            assert_eq!((shares[0].start, shares[shares.len() - 1].end), (0, n));
            assert!(shares.windows(2).all(|pair| pair[0].end == pair[1].start));
            let sizes = || shares.iter().map(|share| share.end - share.start);
            assert!(sizes().max().unwrap() - sizes().min().unwrap() <= 8);
        }
    }
}

#[test]
fn workers_commit_to_what_one_commits_to() {
    for (n, rounds) in [(1, 1), (8, 2), (16, 4), (64, 2), (128, 1)] {
        let challenge = challenge(n, rounds, 3);
        let expected = alone(challenge);
        for workers in [1, 2, 3, 5] {
            let committed = together(challenge, workers, Retain::ALL, 8 * workers);
            assert_eq!(committed.root(), expected.root(), "n = {n}, {workers} workers");
        }
    }
}

#[test]
fn open_computes_the_chain_when_no_state_was_kept() {
    let challenge = challenge(64, 4, 3);
    let expected = alone(challenge).open(beacon(1), Q);
    assert_eq!(verify(&challenge, beacon(1), Q, &expected), Ok(()));
    for retain in [Retain::ALL, Retain::NONE] {
        let mut committed = together(challenge, 3, retain, u32::MAX);
        for _ in 0..2 {
            assert_eq!(committed.open(beacon(1), Q), expected);
        }
    }
}
