//! How much PIN is emitted, and when (PROTOCOL 6).

use crate::units::{Timestamp, Wei};

/// Seconds in a year of the schedule: 365 days.
pub const YEAR_SECS: u64 = 365 * DAY_SECS;

/// Seconds in a reward day.
pub const DAY_SECS: u64 = 86_400;

/// Wei emitted per second in the first year, rounded down; it halves each year.
const FIRST_RATE: u64 = 1_157_407_407_407_407_407;

/// The years in which at least one wei a second is emitted.
const YEARS: u64 = (u64::BITS - FIRST_RATE.leading_zeros()) as u64;

/// All PIN that the schedule ever emits; below 73 000 000 PIN.
pub const TOTAL_EMISSION: Wei = total();

const fn total() -> Wei {
    let (mut sum, mut year) = (0, 0);
    while year < YEARS {
        sum += (FIRST_RATE >> year) as u128 * YEAR_SECS as u128;
        year += 1;
    }
    Wei(sum)
}

/// Returns what the schedule that began at `genesis` emits between two times; exact, so that
/// parts of a span sum to the whole. Costs a step for each year touched, 61 at most.
#[must_use]
pub fn emitted_between(genesis: Timestamp, from: Timestamp, to: Timestamp) -> Wei {
    let (mut at, end) = (from.since(genesis).0, to.since(genesis).0);
    let mut sum = 0;
    while at < end {
        let year = at / YEAR_SECS;
        if year >= YEARS {
            break;
        }
        let stop = end.min((year + 1) * YEAR_SECS);
        sum += u128::from(FIRST_RATE >> year) * u128::from(stop - at);
        at = stop;
    }
    Wei(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GENESIS: Timestamp = Timestamp(1_000);

    fn emitted(from: u64, to: u64) -> u128 {
        emitted_between(GENESIS, Timestamp(from), Timestamp(to)).0
    }

    #[test]
    fn emitted_before_genesis_backwards_or_after_the_last_year_is_nothing() {
        assert_eq!(emitted(0, 1_000), 0);
        assert_eq!(emitted(2_000, 1_500), 0);
        assert_eq!(emitted(1_000 + 61 * YEAR_SECS, u64::MAX), 0);
        assert_eq!(emitted(999, 1_001), u128::from(FIRST_RATE));
    }

    #[test]
    fn emitted_follows_the_formula_of_each_year() {
        assert_eq!(u128::from(FIRST_RATE), 100_000 * crate::math::WAD / 86_400);
        for year in 0..61 {
            let from = 1_000 + year * YEAR_SECS;
            assert_eq!(emitted(from, from + 1), u128::from(FIRST_RATE >> year), "year {year}");
            assert_eq!(
                emitted(from, from + YEAR_SECS),
                u128::from(FIRST_RATE >> year) * u128::from(YEAR_SECS)
            );
        }
    }

    #[test]
    fn law_emission_is_below_73_million() {
        let total = emitted(0, u64::MAX);
        assert_eq!(total, TOTAL_EMISSION.0);
        assert!(total < 73_000_000 * crate::math::WAD);
        // Nothing worth speaking of is lost to rounding either.
        assert!(total > 72_999_999 * crate::math::WAD);
    }

    proptest! {
        #[test]
        fn law_parts_of_a_span_sum_to_the_whole(a in 0..70 * YEAR_SECS, b in 0..70 * YEAR_SECS, c in 0..70 * YEAR_SECS) {
            let mut at = [a, b, c];
            at.sort_unstable();
            prop_assert_eq!(emitted(at[0], at[1]) + emitted(at[1], at[2]), emitted(at[0], at[2]));
        }
    }
}
