//! What a pool may ask of its devices.

use pinfi_core::pocps::{PocpsParams, Work};
use pinfi_core::units::{Bps, Secs, Wei};

fn params() -> PocpsParams {
    PocpsParams {
        n: 1024,
        rounds: 64,
        samples: 32,
        window: Secs(60),
        dispute: Secs(300),
        epoch: Secs(360),
        bond: Wei(1),
        accuser_bps: Bps(5_000),
    }
}

#[test]
fn validate_names_the_side_when_it_is_out_of_bounds() {
    for n in [0, 8, 32, 100, 8192] {
        assert_eq!(PocpsParams { n, ..params() }.validate(), Err("n"), "n = {n}");
    }
}

#[test]
fn validate_names_the_rounds_when_they_are_no_power_of_two() {
    for rounds in [0, 3, 48] {
        assert_eq!(PocpsParams { rounds, ..params() }.validate(), Err("rounds"));
    }
}

#[test]
fn validate_names_the_samples_when_they_are_few_or_very_many() {
    for samples in [0, 31, 1_025, u32::MAX] {
        assert_eq!(PocpsParams { samples, ..params() }.validate(), Err("samples"));
    }
    for samples in [32, 1_024] {
        assert!(PocpsParams { samples, ..params() }.validate().is_ok());
    }
}

#[test]
fn validate_names_the_window_when_it_is_empty() {
    assert_eq!(PocpsParams { window: Secs::ZERO, ..params() }.validate(), Err("window"));
}

#[test]
fn validate_names_the_epoch_when_window_and_dispute_exceed_it() {
    assert_eq!(PocpsParams { epoch: Secs(359), ..params() }.validate(), Err("epoch"));
    assert_eq!(PocpsParams { dispute: Secs(u64::MAX), ..params() }.validate(), Err("epoch"));
}

#[test]
fn validate_names_the_accuser_when_he_gets_more_than_half() {
    let greedy = PocpsParams { accuser_bps: Bps(5_001), ..params() };
    assert_eq!(greedy.validate(), Err("accuser_bps"));
}

#[test]
fn validate_gives_the_work_at_every_bound() {
    for n in [64, 1024, 4096] {
        let params = PocpsParams { n, ..params() };
        assert_eq!(params.validate(), Ok(Work::new(n, 64).unwrap()));
    }
}
