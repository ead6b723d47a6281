//! The lifecycle vectors of the independent model, on the contracts.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use pinfi_core::scenario::lifecycle;
use pinfi_core::units::Timestamp;
use pinfi_differential::deployment::Cast;
use pinfi_differential::life::{Life, Step};
use pinfi_differential::twin::Twin;
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/lifecycle");

fn life(number: u32) -> Life {
    let file = format!("{FOLDER}/scenario-{number:03}.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let file: Value = serde_json::from_str(&text).unwrap();
    let opening = lifecycle::opening(&file).unwrap();
    let mut last = opening.created;
    let steps = lifecycle::deeds(&file).unwrap().into_iter().map(|(context, deed)| {
        let Timestamp(wait) = Timestamp(context.now.0 - last.0);
        last = context.now;
        Step { wait, sender: context.sender, deed, by_token: false }
    });
    let steps = steps.collect();
    Life {
        start: opening.created.0,
        balances: opening.balances,
        pools: vec![opening.params],
        plays: false,
        steps,
    }
}

/// What the core makes of these files is compared with the files by the core's own tests, to the
/// last unit; here the contracts are compared with the core after each step.
#[test]
fn every_lifecycle_vector_replays_on_the_contracts() {
    // The files tie a pool's least term to no epoch: theirs are outside the bounds of `createPool`.
    let fresh = Twin::with_cast(Cast { params: "LooseParams", ..Cast::default() }).unwrap();
    let mut steps = 0;
    for number in 0..16 {
        let mut twin = fresh.clone();
        let life = life(number);
        if let Err((step, difference)) = twin.live(&life) {
            panic!("scenario {number}, step {step}: {difference}\n{:?}", life.steps[step]);
        }
        steps += life.steps.len();
    }
    assert_eq!(steps, 3_045);
}
