//! Random lives, and those that once showed a difference.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::collections::BTreeSet;
use std::fs;

use pinfi_differential::fuzz::{folder, fuzz, name_of};
use pinfi_differential::life::Life;
use pinfi_differential::random::Fresh;

const STEPS: usize = 20_000;

const EVENTS: [&str; 40] = [
    "Accused",
    "AllocationClaimed",
    "Announced",
    "Appointed",
    "BeaconRecorded",
    "BondReturned",
    "Bought",
    "Burned",
    "Challenged",
    "Collected",
    "CommitmentMissed",
    "Committed",
    "Complained",
    "Concluded",
    "Convicted",
    "EpochCommitted",
    "EpochOpened",
    "Extended",
    "HoursTransferred",
    "LiquidityAdded",
    "LiquidityRemoved",
    "Locked",
    "Minted",
    "Passed",
    "Poked",
    "PoolCreated",
    "Proved",
    "RebateClaimed",
    "RentalEnded",
    "RentalTransferred",
    "Rented",
    "Rewarded",
    "Settled",
    "Slashed",
    "Sold",
    "Staked",
    "Transferred",
    "Unlocked",
    "WeightQueued",
    "WeightSet",
];

/// What the game refuses.
const REFUSALS: [&str; 15] = [
    "AccusationOpen",
    "AlreadyAccused",
    "AlreadyCommitted",
    "AlreadyComplained",
    "BeaconNotYet",
    "DeadlineNotPassed",
    "DeadlinePassed",
    "EpochOpen",
    "EpochTooLate",
    "MalformedResponse",
    "NoAccusation",
    "NoChallenge",
    "NotBound",
    "NotCommitted",
    "VerificationPending",
];

#[test]
fn random_lives_are_the_same_on_both_sides() {
    let fresh = Fresh::new().unwrap();
    let reached = match fuzz(&fresh, 0, STEPS) {
        Ok(reached) => reached,
        Err(found) => panic!("seed {}: {}\n{:?}", found.seed, found.difference, found.life),
    };
    assert!(reached.steps >= STEPS, "{} steps", reached.steps);
    println!(
        "{} of {} accepted, refusals: {:?}",
        reached.accepted, reached.steps, reached.refusals
    );
    for code in REFUSALS {
        assert!(reached.refusals.contains(code), "no {code} in {:?}", reached.refusals);
    }
    for event in EVENTS {
        assert!(reached.events.contains(event), "no {event} in {:?}", reached.events);
    }
}

/// What the last steps of kept lives bring about, at which they differed: in the pool, in rentals, in
/// rewards and in the game.
const KEPT: [&str; 7] =
    ["Collected", "Convicted", "LiquidityRemoved", "Passed", "Rented", "Slashed", "WeightQueued"];

#[test]
fn lives_that_once_differed_are_the_same_now() {
    let fresh = Fresh::new().unwrap();
    let mut events = BTreeSet::new();
    for file in fs::read_dir(folder()).unwrap() {
        let file = file.unwrap().path();
        let life: Life = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let (last, before) = life.steps.split_last().unwrap();
        let mut twin = fresh.of(life.plays).clone();
        let life = Life { steps: before.to_vec(), ..life.clone() };
        if let Err((step, difference)) = twin.live(&life) {
            panic!("{}: step {step}: {difference}", file.display());
        }
        match twin.step(last) {
            Ok(done) => events.extend(done.outcome.iter().flatten().map(name_of)),
            Err(difference) => panic!("{}: the last step: {difference}", file.display()),
        }
    }
    for event in KEPT {
        assert!(events.contains(event), "no kept life ends with {event}: {events:?}");
    }
}
