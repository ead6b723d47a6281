//! Random lives, and those that once showed a difference.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::fs;

use pinfi_differential::fuzz::{folder, fuzz};
use pinfi_differential::life::Life;
use pinfi_differential::twin::Twin;

const STEPS: usize = 20_000;

/// What only the embedded ledger has, and what only its own verification refuses.
const EVENTS: [&str; 20] = [
    "Bought",
    "Burned",
    "Challenged",
    "Collected",
    "Extended",
    "HoursTransferred",
    "LiquidityAdded",
    "LiquidityRemoved",
    "Minted",
    "Passed",
    "Poked",
    "PoolCreated",
    "RentalEnded",
    "RentalTransferred",
    "Rented",
    "Settled",
    "Slashed",
    "Sold",
    "Staked",
    "Transferred",
];

#[test]
fn random_lives_are_the_same_on_both_sides() {
    let fresh = Twin::new().unwrap();
    let reached = match fuzz(&fresh, 0, STEPS) {
        Ok(reached) => reached,
        Err(found) => panic!("seed {}: {}\n{:?}", found.seed, found.difference, found.life),
    };
    assert!(reached.steps >= STEPS, "{} steps", reached.steps);
    println!(
        "{} of {} accepted, refusals: {:?}",
        reached.accepted, reached.steps, reached.refusals
    );
    for event in EVENTS {
        assert!(reached.events.contains(event), "no {event} in {:?}", reached.events);
    }
}

#[test]
fn lives_that_once_differed_are_the_same_now() {
    let fresh = Twin::new().unwrap();
    let Ok(files) = fs::read_dir(folder()) else { return };
    for file in files {
        let file = file.unwrap().path();
        let life: Life = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        if let Err((step, difference)) = fresh.clone().live(&life) {
            panic!("{}: step {step}: {difference}", file.display());
        }
    }
}
