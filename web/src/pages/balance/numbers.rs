//! Floats to and from what people read and type.

const WEI_PER_PIN: f64 = 1e18;

/// Takes wei as PIN. A float is exact enough: it is shown, never settled.
pub(super) const fn pin_of(wei: u128) -> f64 {
    wei as f64 / WEI_PER_PIN
}

/// Writes a number with about four significant digits and no trailing zeros.
pub(in crate::pages) fn figure(value: f64) -> String {
    significant(value, 4)
}

/// Writes a number with about `digits` significant digits, and never fewer than its whole ones.
pub(in crate::pages) fn significant(value: f64, digits: u32) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let (mut size, mut places) = (value.abs(), digits.saturating_sub(1));
    while size >= 10.0 && places > 0 {
        (size, places) = (size / 10.0, places - 1);
    }
    while size > 0.0 && size < 1.0 && places < 12 {
        (size, places) = (size * 10.0, places + 1);
    }
    let places = usize::try_from(places).unwrap_or(0);
    trimmed(&format!("{value:.places$}")).replace('-', "−")
}

/// Writes a fraction as a percentage, to a tenth below ten.
pub(in crate::pages) fn percentage(part: f64) -> String {
    let hundredths = part * 100.0;
    let places = if hundredths.abs() < 10.0 { 1 } else { 0 };
    format!("{}%", trimmed(&format!("{hundredths:.places$}")))
}

fn trimmed(text: &str) -> String {
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figure_of_no_number_is_a_dash() {
        assert_eq!(figure(f64::NAN), "–");
        assert_eq!(figure(f64::INFINITY), "–");
    }

    #[test]
    fn figure_keeps_what_matters() {
        for (value, shown) in [
            (0.0, "0"),
            (-0.000_000_000_000_1, "0"),
            (0.42, "0.42"),
            (0.012_345_6, "0.01235"),
            (1.5, "1.5"),
            (12.345_6, "12.35"),
            (123_456.7, "123457"),
            (-0.25, "−0.25"),
        ] {
            assert_eq!(figure(value), shown, "{value}");
        }
    }

    #[test]
    fn significant_rounds_to_as_many_digits() {
        assert_eq!(significant(0.423_91, 3), "0.424");
        assert_eq!(significant(2.419, 3), "2.42");
        assert_eq!(significant(59.96, 3), "60");
    }

    #[test]
    fn percentage_shows_tenths_where_they_tell() {
        for (part, shown) in [(0.03, "3%"), (0.0312, "3.1%"), (0.1234, "12%"), (1.5, "150%")] {
            assert_eq!(percentage(part), shown, "{part}");
        }
    }
}
