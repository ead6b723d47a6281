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
        epoch: Secs(420),
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
fn validate_names_the_window_when_no_work_fits_into_it() {
    for window in [0, 1, 59] {
        let params = PocpsParams { window: Secs(window), ..params() };
        assert_eq!(params.validate(), Err("window"), "{window}");
    }
}

#[test]
fn validate_names_the_dispute_when_beacons_and_a_proof_do_not_fit_into_it() {
    for dispute in [0, 60, 119] {
        let params = PocpsParams { dispute: Secs(dispute), ..params() };
        assert_eq!(params.validate(), Err("dispute"), "{dispute}");
    }
}

#[test]
fn validate_names_the_epoch_when_it_leaves_no_block_in_which_to_open_it() {
    assert_eq!(PocpsParams { epoch: Secs(419), ..params() }.validate(), Err("epoch"));
    for long in [u64::MAX, u64::MAX - 60] {
        let params = PocpsParams { dispute: Secs(long), epoch: Secs(u64::MAX), ..params() };
        assert_eq!(params.validate(), Err("epoch"));
    }
}

#[test]
fn validate_names_the_bond_when_accusing_is_free_and_paid_or_nobody_can_stake_it() {
    let most = 1_000 * 10_u128.pow(18);
    for bond in [0, most + 1, u128::MAX] {
        let params = PocpsParams { bond: Wei(bond), ..params() };
        assert_eq!(params.validate(), Err("bond"), "{bond}");
    }
    let unpaid = PocpsParams { bond: Wei(0), accuser_bps: Bps(0), ..params() };
    assert!(unpaid.validate().is_ok());
    assert!(PocpsParams { bond: Wei(most), ..params() }.validate().is_ok());
}

#[test]
fn validate_names_the_accuser_when_he_gets_more_than_half() {
    let greedy = PocpsParams { accuser_bps: Bps(5_001), ..params() };
    assert_eq!(greedy.validate(), Err("accuser_bps"));
}

#[test]
fn validate_gives_the_work_at_every_bound() {
    for n in [64, 1024, 4096] {
        let (window, dispute, epoch) = (Secs(60), Secs(120), Secs(240));
        let params = PocpsParams { n, window, dispute, epoch, ..params() };
        assert_eq!(params.validate(), Ok(Work::new(n, 64).unwrap()));
    }
}
