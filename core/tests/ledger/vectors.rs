//! The vectors of an independent model, and that a wrong number in them is found.

use pinfi_core::scenario::{Difference, Summary, replay};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors");

fn scenario(number: u32) -> String {
    let file = format!("{FOLDER}/lifecycle/scenario-{number:03}.json");
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn replay_of_every_lifecycle_vector() {
    let mut steps = 0;
    for number in 0..16 {
        match replay(&scenario(number)) {
            Ok(Summary::Lifecycle(summary)) => steps += summary.steps,
            other => panic!("scenario {number}: {other:?}"),
        }
    }
    assert_eq!(steps, 3_045);
}

#[test]
fn replay_names_the_first_difference() {
    let json = scenario(0);
    for (old, new, step, place) in [
        (r#""R":"25791000000000000000000""#, r#""R":"25791000000000000000001""#, Some(5), "pool.R"),
        (r#""ok":"19930428802235530055""#, r#""ok":"19930428802235530056""#, Some(11), "sell"),
        (r#""err":"BeyondDuration""#, r#""ok":"0""#, Some(2), "sell"),
        (r#""burned":"14887785747532409806446""#, r#""burned":"1""#, None, "final.burned"),
    ] {
        assert!(json.contains(old), "{old} is not in the file");
        match replay(&json.replacen(old, new, 1)) {
            Err(Difference::Lifecycle(found)) => {
                assert_eq!(found.place, place);
                assert!(step.is_none() || found.step == step, "{found}");
            }
            other => panic!("{new}: {other:?}"),
        }
    }
}

#[test]
fn replay_of_what_is_no_scenario() {
    assert!(matches!(replay("not json"), Err(Difference::NotJson(_))));
    assert_eq!(replay("{}"), Err(Difference::UnknownForm));
    assert_eq!(replay("7"), Err(Difference::UnknownForm));
    let step = |fields: &str| {
        let pool = r#"{"bucket":"60","fee_bps":"0","burn_share_bps":"0","burn_per_gs":"0",
            "collateral_bps":"20000","min_term":"60","max_term":"600","created":"0"}"#;
        replay(&format!(r#"{{"accounts":{{}},"pool":{pool},"steps":[{fields}],"final":{{}}}}"#))
    };
    for fields in [
        r#"{"t":"0","op":"fly","ok":"0","pool":{}}"#,
        r#"{"t":"-1","op":"settle","stake":"0","err":"UnknownStake","pool":{}}"#,
        r#"{"t":"0","op":"settle","stake":0,"err":"UnknownStake","pool":{}}"#,
        r#"{"t":"0","op":"settle","err":"UnknownStake","pool":{}}"#,
        r#"{"t":"0","op":"settle","stake":"0","pool":{}}"#,
        r#"{"t":"0","op":"settle","stake":"0","err":"UnknownStake","pool":{"S":"0"}}"#,
        r#"{"t":"0","op":"verdict","stake":"0","passed":"maybe","ok":"0","pool":{}}"#,
    ] {
        assert!(matches!(step(fields), Err(Difference::Lifecycle(_))), "{fields}");
    }
}
