//! Amounts of PIN: wei (18 decimals) to and from what people write.

use super::text::plain;

/// Decimals of PIN: one PIN is `10^18` wei.
pub const PIN_DECIMALS: u32 = 18;
const WEI_PER_PIN: u128 = 10u128.pow(PIN_DECIMALS);

/// Why a typed amount was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Nothing was typed.
    Empty,
    /// A letter or sign that belongs to no number.
    NotANumber,
    /// The amount is below zero.
    Negative,
    /// A comma where decimals would be: `1,5`.
    CommaAsPoint,
    /// More decimals than the unit has.
    TooManyDecimals {
        /// How many there may be.
        at_most: u32,
    },
    /// Beyond what the unit can hold.
    TooLarge,
}

/// Reads an amount of PIN as wei, exactly.
///
/// Takes thousands separators (`,` `'` `_` and spaces, in groups of three), full-width digits and
/// a trailing "PIN".
///
/// # Errors
/// [`AmountError`] says what is wrong; nothing is rounded.
pub fn parse_pin(typed: &str) -> Result<u128, AmountError> {
    let text = plain(typed);
    let text = text.strip_suffix("pin").unwrap_or(&text).trim();
    parse_scaled(text, PIN_DECIMALS)
}

/// Reads a decimal number as an integer of `10^-decimals`.
pub(super) fn parse_scaled(text: &str, decimals: u32) -> Result<u128, AmountError> {
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    if text.starts_with('-') || text.starts_with('−') {
        return Err(AmountError::Negative);
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(AmountError::NotANumber);
    }
    let whole = ungroup(whole)?;
    if whole.is_empty() && fraction.is_empty() {
        return Err(AmountError::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    let places = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
    if places > decimals {
        return Err(AmountError::TooManyDecimals { at_most: decimals });
    }
    let mut digits = whole.bytes().chain(fraction.bytes());
    let value = digits.try_fold(0u128, |value, digit| {
        value.checked_mul(10)?.checked_add(u128::from(digit - b'0'))
    });
    value
        .and_then(|value| value.checked_mul(10u128.checked_pow(decimals - places)?))
        .ok_or(AmountError::TooLarge)
}

/// Takes the separators out of a whole number, if each stands before a group of three.
fn ungroup(whole: &str) -> Result<String, AmountError> {
    let is_separator = |letter: char| matches!(letter, ',' | '\'' | '’' | '_' | ' ');
    let groups: Vec<&str> = whole.split(is_separator).collect();
    if groups.iter().any(|group| !group.bytes().all(|digit| digit.is_ascii_digit())) {
        return Err(AmountError::NotANumber);
    }
    let well_grouped = match groups.split_first() {
        Some((_, [])) => true,
        Some((first, rest)) => {
            (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3)
        }
        None => false,
    };
    if !well_grouped {
        // `1,5` and `0,25` are decimals elsewhere; guessing would be off by powers of ten.
        return Err(if whole.matches(',').count() == 1 && groups.len() == 2 {
            AmountError::CommaAsPoint
        } else {
            AmountError::NotANumber
        });
    }
    Ok(groups.concat())
}

/// Puts a comma before every group of three digits.
pub fn group(whole: u128) -> String {
    let digits = whole.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Writes wei as PIN with all its decimals and no trailing zeros.
pub fn pin_exact(wei: u128) -> String {
    write_scaled(wei, PIN_DECIMALS as usize)
}

/// Writes wei as PIN, rounded down to at most `decimals` places.
///
/// An amount that rounds to nothing is written as below the smallest that shows: `<0.01`.
pub fn pin(wei: u128, decimals: usize) -> String {
    let places = decimals.min(PIN_DECIMALS as usize);
    if wei > 0 && wei < 10u128.pow(PIN_DECIMALS) / 10u128.pow(places_u32(places)) {
        return format!("<{}", write_scaled(WEI_PER_PIN / 10u128.pow(places_u32(places)), places));
    }
    write_scaled(wei, places)
}

/// Writes wei as PIN with as many decimals as its size needs: four significant places below one,
/// four decimals below a thousand, two above.
pub fn pin_compact(wei: u128) -> String {
    let places = match wei / WEI_PER_PIN {
        0 if wei == 0 => 0,
        0 => {
            // ilog10 of at most 10^18 - 1 is at most 17.
            let leading_zeros = PIN_DECIMALS - 1 - wei.ilog10();
            (leading_zeros + 4).min(8)
        }
        1..1_000 => 4,
        _ => 2,
    };
    pin(wei, places as usize)
}

fn places_u32(places: usize) -> u32 {
    u32::try_from(places).unwrap_or(PIN_DECIMALS)
}

fn write_scaled(wei: u128, places: usize) -> String {
    let whole = group(wei / WEI_PER_PIN);
    let fraction = format!("{:018}", wei % WEI_PER_PIN);
    let shown = fraction.get(..places).unwrap_or(&fraction).trim_end_matches('0');
    if shown.is_empty() { whole } else { format!("{whole}.{shown}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PIN: u128 = WEI_PER_PIN;

    #[test]
    fn parse_pin_rejects_what_is_no_amount() {
        for typed in
            ["abc", "1.2.3", "1e3", "0x10", ".", ",", "1..5", "12 34", "1,00", "1,000,00", "½"]
        {
            let got = parse_pin(typed);
            assert!(
                matches!(got, Err(AmountError::NotANumber | AmountError::CommaAsPoint)),
                "{typed}: {got:?}"
            );
        }
        assert_eq!(parse_pin(""), Err(AmountError::Empty), "nothing typed");
        assert_eq!(parse_pin("  "), Err(AmountError::Empty), "only spaces");
        assert_eq!(parse_pin("PIN"), Err(AmountError::Empty), "only the unit");
        assert_eq!(parse_pin("-1"), Err(AmountError::Negative), "below zero");
        assert_eq!(parse_pin("−1"), Err(AmountError::Negative), "typographic minus");
    }

    #[test]
    fn parse_pin_names_a_decimal_comma() {
        assert_eq!(parse_pin("1,5"), Err(AmountError::CommaAsPoint), "one decimal");
        assert_eq!(parse_pin("0,25"), Err(AmountError::CommaAsPoint), "two decimals");
        assert_eq!(parse_pin("1234,567"), Err(AmountError::CommaAsPoint), "ungrouped head");
    }

    #[test]
    fn parse_pin_rejects_a_tenth_of_a_wei() {
        assert_eq!(
            parse_pin("0.0000000000000000001"),
            Err(AmountError::TooManyDecimals { at_most: 18 })
        );
    }

    #[test]
    fn parse_pin_rejects_more_than_a_u128() {
        assert_eq!(parse_pin("340282366920938463464"), Err(AmountError::TooLarge), "one PIN over");
        assert_eq!(parse_pin(&"9".repeat(60)), Err(AmountError::TooLarge), "far over");
    }

    #[test]
    fn parse_pin_takes_what_people_type() {
        for (typed, wei) in [
            ("1,000.5", 1_000 * PIN + PIN / 2),
            ("1000.50", 1_000 * PIN + PIN / 2),
            (" 1 000.5 PIN ", 1_000 * PIN + PIN / 2),
            ("1'000'000", 1_000_000 * PIN),
            ("1_000", 1_000 * PIN),
            ("１，０００．５", 1_000 * PIN + PIN / 2),
            ("+2", 2 * PIN),
            (".5", PIN / 2),
            ("5.", 5 * PIN),
            ("0", 0),
            ("0.000000000000000001", 1),
            ("1.0000000000000000000000", PIN),
            ("007", 7 * PIN),
        ] {
            assert_eq!(parse_pin(typed), Ok(wei), "{typed}");
        }
    }

    #[test]
    fn pin_rounds_down_and_never_to_nothing() {
        assert_eq!(pin(PIN - 1, 2), "0.99", "down");
        assert_eq!(pin(PIN / 1_000, 2), "<0.01", "below the smallest shown");
        assert_eq!(pin(0, 2), "0", "nothing is nothing");
        assert_eq!(pin(1, 0), "<1", "whole places");
        assert_eq!(pin(1_234_567 * PIN + PIN / 4, 2), "1,234,567.25", "grouped");
    }

    #[test]
    fn pin_compact_keeps_what_matters() {
        assert_eq!(pin_compact(0), "0");
        assert_eq!(pin_compact(PIN / 3), "0.3333");
        assert_eq!(pin_compact(PIN / 3_000), "0.0003333");
        assert_eq!(pin_compact(1), "<0.00000001");
        assert_eq!(pin_compact(12 * PIN + PIN / 3), "12.3333");
        assert_eq!(pin_compact(12_345 * PIN + PIN / 3), "12,345.33");
    }

    proptest! {
        #[test]
        fn law_pin_exact_reads_back(wei: u128) {
            prop_assert_eq!(parse_pin(&pin_exact(wei)), Ok(wei));
        }

        #[test]
        fn law_pin_never_shows_more(wei: u128, places in 0usize..=18) {
            let shown = pin(wei, places);
            if let Some(bound) = shown.strip_prefix('<') {
                prop_assert!(parse_pin(bound).is_ok_and(|bound| wei < bound));
            } else {
                prop_assert!(parse_pin(&shown).is_ok_and(|shown| shown <= wei));
            }
        }

        #[test]
        fn law_parse_pin_never_panics(typed: String) {
            let shown = parse_pin(&typed).map(pin_exact);
            prop_assert!(shown.is_err() || shown.is_ok_and(|shown| !shown.is_empty()));
        }
    }
}
