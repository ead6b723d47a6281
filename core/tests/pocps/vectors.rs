//! The vectors of the independent model, and that a change in them is found.

use pinfi_core::scenario::pocps::{Difference, Summary, replay};

const VECTORS: &str = include_str!("../../../tests/vectors/pocps.json");

#[test]
fn replay_refuses_another_form() {
    for text in ["", "{}", "[{\"name\": \"x\"}]"] {
        assert!(matches!(replay(text), Err(Difference::Form(_))), "{text}");
    }
    let unknown = VECTORS.replacen("\"leaf0\"", "\"leaf_zero\"", 1);
    assert!(matches!(replay(&unknown), Err(Difference::Form(_))));
    let side = VECTORS.replacen("\"n\": 8", "\"n\": 9", 1);
    assert!(matches!(replay(&side), Err(Difference::Form(_))));
}

#[test]
fn replay_names_the_first_difference() {
    for (from, to, name) in [
        ("2323487003", "2323487004", "x0_first_row"),
        ("1376702802", "1376702803", "wt_first_row"),
        ("3596491749", "3596491740", "x1_first_row"),
        ("2140090314", "2140090315", "last_row_head"),
        ("0xbd6fde", "0xbd6fdf", "leaf0"),
        ("0x48ce74", "0x48ce75", "root"),
        ("0x6644e5", "0x6644e6", "samples"),
    ] {
        let changed = VECTORS.replacen(from, to, 1);
        match replay(&changed) {
            Err(Difference::Value { vector, field, .. }) => {
                assert_eq!((vector.as_str(), field), ("tiny", name));
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn replay_finds_no_difference_in_the_vectors() {
    assert_eq!(replay(VECTORS), Ok(Summary { vectors: 3, compared: 3 * 8 }));
}
