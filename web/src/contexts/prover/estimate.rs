//! How long a device needs for a pool's work, from what was measured.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "estimates are doubles; they are rounded to be shown"
)]

use pinfi_core::{pocps::Work, units::Secs};
use pinfi_worker::Benchmark;

/// The part of its time that an honest device should spend on proofs.
const DUTY: f64 = 0.01;
/// The longest work that is proposed, in seconds: people wait for it.
const PATIENCE: f64 = 20.0;

/// Estimates the seconds that a commitment to some work takes, hashes included.
pub(crate) fn seconds(benchmark: &Benchmark, work: Work) -> f64 {
    let n = u64::from(work.n());
    // A hash takes 34 words of a row, or gives 8 of the expansion.
    let hashes = n * n / 4 + u64::from(work.leaves()) * (n / 34 + 1);
    work.operations() as f64 / benchmark.operations_per_second.max(1.0)
        + hashes as f64 / benchmark.hashes_per_second.max(1.0)
}

/// Returns the part of an epoch that the work takes, in basis points, rounded up.
pub(crate) fn duty_bps(seconds: f64, epoch: Secs) -> u64 {
    (seconds * 10_000.0 / epoch.0.max(1) as f64).ceil() as u64
}

/// Proposes a work for devices like the measured one: the most rounds that take at most a
/// hundredth of the epoch, on matrices of a side that keeps the device busy.
pub(crate) fn fitting(benchmark: &Benchmark, epoch: Secs) -> Option<Work> {
    let budget = (epoch.0 as f64 * DUTY).min(PATIENCE);
    // From larger to smaller: each step costs an eighth.
    let sides = [1024, 512, 256, 128, 64];
    let fits = |work: &Work| seconds(benchmark, *work) <= budget;
    sides.into_iter().find_map(|n| {
        let rounds = (3..=8).rev().map(|power| 1_u32 << power);
        rounds.filter_map(|rounds| Work::new(n, rounds).ok()).find(fits)
    })
}

/// Writes a rate or an amount of operations with its magnitude: `1.25 G`.
pub(crate) fn magnitude(value: f64) -> String {
    let (scaled, unit) = match value {
        v if v >= 1e12 => (v / 1e12, " T"),
        v if v >= 1e9 => (v / 1e9, " G"),
        v if v >= 1e6 => (v / 1e6, " M"),
        v => (v / 1e3, " k"),
    };
    let digits = if scaled >= 100.0 { 0 } else { 2 };
    format!("{scaled:.digits$}{unit}")
}

/// Writes a span of computing: `0.4 s`, `12 s`, `3 min`.
pub(crate) fn span(seconds: f64) -> String {
    match seconds {
        s if s < 0.1 => "<0.1 s".to_owned(),
        s if s < 10.0 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s => format!("{:.0} min", s / 60.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pinfi_worker::{DeviceInfo, DeviceKind};

    fn measured(operations: f64, hashes: f64) -> Benchmark {
        Benchmark {
            device: DeviceInfo {
                kind: DeviceKind::Gpu,
                name: String::new(),
                max_buffer_bytes: 0,
                max_binding_bytes: 0,
            },
            operations_per_second: operations,
            hashes_per_second: hashes,
        }
    }

    #[test]
    fn seconds_without_a_rate_are_many_and_finite() {
        let work = Work::new(256, 16).unwrap();
        let estimate = seconds(&measured(0.0, 0.0), work);
        assert!(estimate.is_finite() && estimate > 1e8, "{estimate}");
    }

    #[test]
    fn seconds_add_products_and_hashes() {
        let work = Work::new(256, 16).unwrap();
        let estimate = seconds(&measured(536_870_912.0, 1e12), work);
        assert!((estimate - 1.0).abs() < 1e-3, "{estimate}");
        // 16 384 hashes of the expansion, and 8 for each of 4 096 rows.
        let hashing = seconds(&measured(1e18, 49_152.0), work);
        assert!((hashing - 1.0).abs() < 1e-3, "{hashing}");
    }

    #[test]
    fn duty_is_rounded_up() {
        assert_eq!(duty_bps(36.0, Secs(3_600)), 100);
        assert_eq!(duty_bps(36.01, Secs(3_600)), 101);
        assert_eq!(duty_bps(1.0, Secs(0)), 10_000);
    }

    #[test]
    fn fitting_is_none_for_a_device_that_is_too_slow() {
        assert_eq!(fitting(&measured(1e3, 1e3), Secs(600)), None);
    }

    #[test]
    fn fitting_stays_within_a_hundredth_of_the_epoch() {
        let epoch = Secs(600);
        for operations in [1e7, 1e8, 1e9, 1e10, 1e12, 1e14] {
            let benchmark = measured(operations, operations / 1e3);
            let work = fitting(&benchmark, epoch).unwrap();
            assert!(seconds(&benchmark, work) <= 6.0, "{work:?} at {operations}");
        }
        let fast = fitting(&measured(1e14, 1e11), epoch).unwrap();
        assert_eq!((fast.n(), fast.rounds()), (1024, 256), "and no more than people wait for");
    }

    #[test]
    fn magnitude_keeps_three_digits() {
        let shown = [1_250.0, 2.5e6, 1.25e9, 123.4e9, 5e12].map(magnitude);
        assert_eq!(shown, ["1.25 k", "2.50 M", "1.25 G", "123 G", "5.00 T"]);
    }

    #[test]
    fn span_names_its_unit() {
        let shown = [0.01, 0.44, 12.4, 150.0].map(span);
        assert_eq!(shown, ["<0.1 s", "0.4 s", "12 s", "2 min"]);
    }
}
