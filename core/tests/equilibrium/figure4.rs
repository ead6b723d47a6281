//! The digitised Figure 4, and that a change in it is found.

use pinfi_core::scenario::figure4::{Difference, replay};
use pinfi_core::scenario::{self, Summary};

const FIGURE: &str = include_str!("../../../tests/vectors/figure4.json");

#[test]
fn replay_refuses_another_form() {
    for text in ["", "{}", "[]", r#"{"lp_seller_boundary":[]}"#] {
        assert!(matches!(replay(text), Err(Difference::Form(_))), "{text}");
    }
    let fee = FIGURE.replace("\"delta\": 0.3", "\"delta\": 1.3");
    assert!(matches!(replay(&fee), Err(Difference::Parameter(_))));
}

#[test]
fn replay_names_the_first_difference() {
    for (from, to, name) in [
        ("0.7309", "0.7349", "boundary at x = 1.06"),
        ("\"lp_floor\": 0.7", "\"lp_floor\": 0.71", "lp_floor"),
        ("0.24878", "0.2488", "area D"),
        ("0.23122", "0.2312", "area G"),
        ("1.206454", "1.206474", "resting price at y = 0.8"),
    ] {
        assert!(FIGURE.contains(from), "{from} is not in the file");
        match replay(&FIGURE.replacen(from, to, 1)) {
            Err(Difference::Value { place, .. }) => assert_eq!(place, name),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn replay_finds_no_difference_in_the_figure() {
    let Ok(Summary::Figure4(summary)) = scenario::replay(FIGURE) else {
        panic!("{:?}", scenario::replay(FIGURE));
    };
    assert_eq!(summary.compared, 16 + 3 + 7 + 5);
    assert!(summary.worst_boundary <= 0.003, "{summary:?}");
    assert!(summary.worst_computed <= 1e-5, "{summary:?}");
}
