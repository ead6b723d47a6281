//! Proportional dissipation against the naive pool.

use pinfi_simulation::{Error, compare_dissipation};

#[test]
fn compare_refuses_a_wait_beyond_the_shorter_lps() {
    for wait in [120, 500] {
        let refused = compare_dissipation(30, &[wait]);
        assert!(matches!(refused, Err(Error::OutOfRange { name: "wait", .. })));
    }
    assert!(matches!(compare_dissipation(2_000, &[1]), Err(Error::Ledger(_))));
}

#[test]
fn law_nobody_gains_by_waiting_on_the_ledger_and_everybody_on_a_naive_pool() {
    for fee_bps in [0, 30, 300] {
        let waits: Vec<u32> = (0..=110).step_by(10).collect();
        let trips = compare_dissipation(fee_bps, &waits).unwrap();
        let fees = 2.0 * f64::from(fee_bps) / 10_000.0;
        for pair in trips.windows(2) {
            let [before, after] = pair else { continue };
            assert!((after.ledger_price / before.ledger_price - 1.0).abs() < 1e-9);
            assert!(after.naive_price > before.naive_price);
            assert!(after.ledger_back < before.ledger_back, "time passed is time lost");
            assert!(after.naive_back > before.naive_back, "the naive pool pays for waiting");
        }
        for trip in &trips {
            // No more than the hours that are left, in proportion.
            assert!(trip.ledger_back <= trip.paid * (1.0 - trip.passed) + 1e-9, "{trip:?}");
        }
        let last = trips.last().unwrap();
        assert!(last.naive_back > last.paid * (1.0 + fees), "{last:?}");
    }
}
