//! Basis points and shares as percentages.

use super::{
    amount::{AmountError, parse_scaled},
    text::plain,
};

/// Why a typed percentage was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentError {
    /// Nothing was typed.
    Empty,
    /// Not a number with at most two decimals, zero or above.
    NotAPercentage,
    /// More than is possible here.
    TooLarge {
        /// The most, in basis points.
        most_bps: u32,
    },
}

/// Reads a percentage (`0.5`, `0.5%`) as basis points, at most `most_bps`.
///
/// # Errors
/// [`PercentError`] says what is wrong; nothing is rounded.
pub fn parse_percent(typed: &str, most_bps: u32) -> Result<u32, PercentError> {
    let text = plain(typed);
    let text = text.strip_suffix('%').unwrap_or(&text).trim();
    match parse_scaled(text, 2) {
        Ok(bps) => u32::try_from(bps)
            .ok()
            .filter(|bps| *bps <= most_bps)
            .ok_or(PercentError::TooLarge { most_bps }),
        Err(AmountError::Empty) => Err(PercentError::Empty),
        Err(AmountError::TooLarge) => Err(PercentError::TooLarge { most_bps }),
        Err(_) => Err(PercentError::NotAPercentage),
    }
}

/// Writes basis points as a percentage without trailing zeros.
pub fn percent(bps: u64) -> String {
    let (whole, rest) = (super::amount::group(u128::from(bps / 100)), bps % 100);
    match (rest, rest % 10) {
        (0, _) => format!("{whole}%"),
        (_, 0) => format!("{whole}.{}%", rest / 10),
        _ => format!("{whole}.{rest:02}%"),
    }
}

/// Computes `part / whole` in basis points, rounded down; saturates, and is 0 for a whole of 0.
///
/// With a number beyond `10^34` the last basis point may be one off: it is for showing only.
pub fn ratio_bps(part: u128, whole: u128) -> u64 {
    if whole == 0 {
        return 0;
    }
    // Beyond 10^34 the low digits of both do not show in basis points.
    let excess = part.max(whole).checked_ilog10().unwrap_or(0).saturating_sub(33);
    let scale = 10u128.pow(excess);
    let (part, whole) = (part / scale, (whole / scale).max(1));
    u64::try_from(part.saturating_mul(10_000) / whole).unwrap_or(u64::MAX)
}

/// Writes `part / whole` as a percentage, rounded down.
pub fn percent_of(part: u128, whole: u128) -> String {
    percent(ratio_bps(part, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_percent_rejects_the_rest() {
        assert_eq!(parse_percent("", 5_000), Err(PercentError::Empty), "empty");
        for typed in ["-1", "0.123", "1,5", "five"] {
            assert_eq!(parse_percent(typed, 5_000), Err(PercentError::NotAPercentage), "{typed}");
        }
        assert_eq!(parse_percent("50.01", 5_000), Err(PercentError::TooLarge { most_bps: 5_000 }));
    }

    #[test]
    fn parse_percent_takes_sign_and_full_width() {
        assert_eq!(parse_percent("0.5", 5_000), Ok(50));
        assert_eq!(parse_percent(" 0.30 %", 5_000), Ok(30));
        assert_eq!(parse_percent("１２．５％", 5_000), Ok(1_250));
    }

    #[test]
    fn percent_drops_trailing_zeros() {
        for (bps, shown) in
            [(0, "0%"), (5, "0.05%"), (30, "0.3%"), (100, "1%"), (12_345, "123.45%")]
        {
            assert_eq!(percent(bps), shown, "{bps}");
        }
    }

    #[test]
    fn ratio_bps_survives_the_largest_numbers() {
        assert_eq!(ratio_bps(1, 0), 0, "no whole");
        assert_eq!(ratio_bps(u128::MAX, u128::MAX), 10_000, "one to one");
        assert!((4_999..=5_000).contains(&ratio_bps(u128::MAX / 2, u128::MAX)), "half");
        assert_eq!(ratio_bps(u128::MAX, 1), u64::MAX, "saturates");
        assert_eq!(ratio_bps(2, 3), 6_666, "down");
        assert_eq!(percent_of(1, 3), "33.33%");
    }
}
