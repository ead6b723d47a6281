//! Whole numbers: devices, rounds, samples.

use super::{
    amount::{AmountError, group, parse_scaled},
    text::plain,
};

/// Why a typed whole number was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountError {
    /// Nothing was typed.
    Empty,
    /// It has a fraction, a sign or letters.
    NotWhole,
    /// Outside what is possible here.
    OutOfRange {
        /// The smallest that is taken.
        least: u64,
        /// The largest that is taken.
        most: u64,
    },
}

/// Reads a whole number from `least` to `most`.
///
/// # Errors
/// [`CountError`] says what is wrong.
pub fn parse_count(typed: &str, least: u64, most: u64) -> Result<u64, CountError> {
    let out_of_range = CountError::OutOfRange { least, most };
    match parse_scaled(&plain(typed), 0) {
        Ok(value) => u64::try_from(value)
            .ok()
            .filter(|value| (least..=most).contains(value))
            .ok_or(out_of_range),
        Err(AmountError::Empty) => Err(CountError::Empty),
        Err(AmountError::TooLarge) => Err(out_of_range),
        Err(_) => Err(CountError::NotWhole),
    }
}

/// Writes a whole number with its thousands grouped.
pub fn count(value: u64) -> String {
    group(u128::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_count_rejects_the_rest() {
        assert_eq!(parse_count("", 1, 9), Err(CountError::Empty), "empty");
        for typed in ["1.5", "-1", "two", "1,5"] {
            assert_eq!(parse_count(typed, 1, 9), Err(CountError::NotWhole), "{typed}");
        }
        for typed in ["0", "10", "99999999999999999999999999999999999999999"] {
            assert_eq!(
                parse_count(typed, 1, 9),
                Err(CountError::OutOfRange { least: 1, most: 9 }),
                "{typed}"
            );
        }
    }

    #[test]
    fn parse_count_takes_grouped_and_full_width() {
        assert_eq!(parse_count("1,024", 0, 4_096), Ok(1_024));
        assert_eq!(parse_count("３", 0, 4_096), Ok(3));
        assert_eq!(count(1_234_567), "1,234,567");
    }
}
