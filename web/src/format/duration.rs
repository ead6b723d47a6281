//! Spans of time: seconds to and from what people write.

use super::text::{Language, plain};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Why a typed duration was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationError {
    /// Nothing was typed.
    Empty,
    /// A number without its unit: `90` may be minutes or hours.
    NoUnit,
    /// Not a duration.
    NotADuration,
    /// Less than a second, or a fraction of one.
    BelowASecond,
    /// Beyond ten years.
    TooLong,
}

/// The words that a language puts after the numbers of a duration.
#[derive(Clone, Copy, Debug)]
pub struct DurationWords {
    units: [&'static str; 4],
    gap: &'static str,
}

impl DurationWords {
    /// The words of `language`.
    pub const fn of(language: Language) -> Self {
        match language {
            Language::English => Self { units: ["d", "h", "m", "s"], gap: "" },
            Language::Chinese => Self { units: ["天", "小时", "分", "秒"], gap: " " },
        }
    }
}

/// Reads a duration as seconds: `2h 30m`, `90m`, `1.5h`, `1d`, `2:30` (hours and minutes), and the
/// Chinese units.
///
/// # Errors
/// [`DurationError`] says what is wrong; nothing is rounded.
pub fn parse_duration(typed: &str) -> Result<u64, DurationError> {
    let text = plain(typed);
    if text.is_empty() {
        return Err(DurationError::Empty);
    }
    let seconds = match text.split_once(':') {
        Some((hours, minutes)) => clock(hours, minutes)?,
        None => spans(&text)?,
    };
    match seconds {
        0 => Err(DurationError::BelowASecond),
        seconds if seconds > 3_650 * DAY => Err(DurationError::TooLong),
        seconds => Ok(seconds),
    }
}

fn clock(hours: &str, minutes: &str) -> Result<u64, DurationError> {
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(hours) || !all_digits(minutes) || minutes.len() != 2 {
        return Err(DurationError::NotADuration);
    }
    let hours: u64 = hours.parse().map_err(|_| DurationError::TooLong)?;
    let minutes: u64 = minutes.parse().map_err(|_| DurationError::NotADuration)?;
    if minutes >= 60 {
        return Err(DurationError::NotADuration);
    }
    hours.checked_mul(HOUR).map(|seconds| seconds + minutes * MINUTE).ok_or(DurationError::TooLong)
}

/// Reads `number unit` pairs, each unit at most once and smaller than the one before.
fn spans(text: &str) -> Result<u64, DurationError> {
    let mut rest = text;
    let mut total = 0u64;
    let mut last_unit = u64::MAX;
    while !rest.is_empty() {
        let split = rest
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(split);
        let tail = tail.trim_start();
        let split = tail.find(|l: char| l.is_ascii_digit() || l == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(split);
        if number.is_empty() {
            return Err(DurationError::NotADuration);
        }
        let unit = unit.trim().trim_end_matches(',').trim_end_matches("and").trim_end();
        let unit = unit_seconds(unit).ok_or(if unit.is_empty() && total == 0 {
            DurationError::NoUnit
        } else {
            DurationError::NotADuration
        })?;
        if unit >= last_unit {
            return Err(DurationError::NotADuration);
        }
        last_unit = unit;
        let span = scale(number, unit)?;
        total = total.checked_add(span).ok_or(DurationError::TooLong)?;
        rest = tail;
    }
    Ok(total)
}

fn unit_seconds(unit: &str) -> Option<u64> {
    Some(match unit {
        "w" | "week" | "weeks" | "周" | "星期" => 7 * DAY,
        "d" | "day" | "days" | "天" | "日" => DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" | "小时" | "时" | "个小时" | "钟头" => HOUR,
        "m" | "min" | "mins" | "minute" | "minutes" | "分" | "分钟" => MINUTE,
        "s" | "sec" | "secs" | "second" | "seconds" | "秒" | "秒钟" => 1,
        _ => return None,
    })
}

/// Multiplies a decimal number by a unit; it must come out in whole seconds.
fn scale(number: &str, unit: u64) -> Result<u64, DurationError> {
    // Six places: a millionth of a week is already less than a second.
    const PLACES: u32 = 6;
    let millionths = super::amount::parse_scaled(number, PLACES).map_err(|error| match error {
        super::AmountError::TooLarge => DurationError::TooLong,
        super::AmountError::TooManyDecimals { .. } => DurationError::BelowASecond,
        _ => DurationError::NotADuration,
    })?;
    let scaled = millionths.checked_mul(u128::from(unit)).ok_or(DurationError::TooLong)?;
    if scaled % 10u128.pow(PLACES) != 0 {
        return Err(DurationError::BelowASecond);
    }
    u64::try_from(scaled / 10u128.pow(PLACES)).map_err(|_| DurationError::TooLong)
}

/// Writes seconds in the two largest units that count: `2h 30m`, `3d 4h`.
pub fn duration(seconds: u64, words: DurationWords) -> String {
    let parts = [seconds / DAY, seconds % DAY / HOUR, seconds % HOUR / MINUTE, seconds % MINUTE];
    let Some(first) = parts.iter().position(|part| *part > 0) else {
        return format!("0{}{}", words.gap, words.units[3]);
    };
    let shown = parts.iter().zip(words.units).skip(first).take(2).filter(|(part, _)| **part > 0);
    let mut out = String::new();
    for (part, unit) in shown {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&format!("{part}{}{unit}", words.gap));
    }
    out
}

/// Writes seconds as a running clock: `04:05`, `1:04:05`, `2d 01:04:05`.
pub fn countdown(seconds: u64, words: DurationWords) -> String {
    let (days, hours) = (seconds / DAY, seconds % DAY / HOUR);
    let (minutes, rest) = (seconds % HOUR / MINUTE, seconds % MINUTE);
    match (days, hours) {
        (0, 0) => format!("{minutes:02}:{rest:02}"),
        (0, _) => format!("{hours}:{minutes:02}:{rest:02}"),
        _ => format!("{days}{}{} {hours:02}:{minutes:02}:{rest:02}", words.gap, words.units[0]),
    }
}

/// Writes GPU-seconds as hours, rounded down to two decimals, without the unit.
pub fn hours(gpu_seconds: u128) -> String {
    hours_decimal(gpu_seconds, 2)
}

/// Writes GPU-seconds as hours, rounded down to at most `places` (up to 6) decimals.
pub fn hours_decimal(gpu_seconds: u128, places: u32) -> String {
    let scale = 10u128.pow(places.min(6));
    let whole = super::amount::group(gpu_seconds / 3_600);
    let fraction = gpu_seconds % 3_600 * scale / 3_600;
    let digits = format!("{fraction:0width$}", width = places.min(6) as usize);
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() { whole } else { format!("{whole}.{digits}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EN: DurationWords = DurationWords::of(Language::English);
    const ZH: DurationWords = DurationWords::of(Language::Chinese);

    #[test]
    fn parse_duration_rejects_the_rest() {
        for (typed, error) in [
            ("", DurationError::Empty),
            ("90", DurationError::NoUnit),
            ("1.5", DurationError::NoUnit),
            ("soon", DurationError::NotADuration),
            ("h", DurationError::NotADuration),
            ("2h 30", DurationError::NotADuration),
            ("30m 2h", DurationError::NotADuration),
            ("2h 2h", DurationError::NotADuration),
            ("2 parsecs", DurationError::NotADuration),
            ("-2h", DurationError::NotADuration),
            ("1:5", DurationError::NotADuration),
            ("1:75", DurationError::NotADuration),
            (":30", DurationError::NotADuration),
            ("1..5h", DurationError::NotADuration),
            ("0h", DurationError::BelowASecond),
            ("0.5s", DurationError::BelowASecond),
            ("0.3333333h", DurationError::BelowASecond),
            ("99999d", DurationError::TooLong),
            ("99999999999999999999999h", DurationError::TooLong),
        ] {
            assert_eq!(parse_duration(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn parse_duration_takes_what_people_type() {
        for (typed, seconds) in [
            ("2h 30m", 9_000),
            ("2h30m", 9_000),
            ("2 hours, 30 minutes", 9_000),
            ("2 hours and 30 minutes", 9_000),
            ("90m", 5_400),
            ("90 min", 5_400),
            ("1.5h", 5_400),
            ("1:30", 5_400),
            ("1d", 86_400),
            ("2W", 1_209_600),
            ("1d 2h 3m 4s", 93_784),
            ("2小时30分钟", 9_000),
            ("１天", 86_400),
            ("45秒", 45),
        ] {
            assert_eq!(parse_duration(typed), Ok(seconds), "{typed}");
        }
    }

    #[test]
    fn duration_shows_two_units() {
        for (seconds, en, zh) in [
            (0, "0s", "0 秒"),
            (45, "45s", "45 秒"),
            (90, "1m 30s", "1 分 30 秒"),
            (9_000, "2h 30m", "2 小时 30 分"),
            (7_200, "2h", "2 小时"),
            (93_784, "1d 2h", "1 天 2 小时"),
            (86_401, "1d", "1 天"),
        ] {
            assert_eq!(duration(seconds, EN), en);
            assert_eq!(duration(seconds, ZH), zh);
        }
    }

    #[test]
    fn countdown_keeps_its_width() {
        assert_eq!(countdown(5, EN), "00:05");
        assert_eq!(countdown(3_845, EN), "1:04:05");
        assert_eq!(countdown(2 * DAY + 3_845, EN), "2d 01:04:05");
        assert_eq!(countdown(2 * DAY + 3_845, ZH), "2 天 01:04:05");
    }

    #[test]
    fn hours_round_down() {
        assert_eq!(hours(0), "0");
        assert_eq!(hours(1_800), "0.5");
        assert_eq!(hours(35), "0", "below a hundredth of an hour");
        assert_eq!(hours(4_320_000 + 3_599), "1,200.99");
    }

    proptest! {
        #[test]
        fn law_english_duration_reads_back(seconds in 1u64..100 * DAY) {
            let shown = parse_duration(&duration(seconds, EN));
            prop_assert!(shown.is_ok_and(|shown| shown <= seconds && seconds - shown < HOUR));
        }

        #[test]
        fn law_parse_duration_never_panics(typed: String) {
            let parsed = parse_duration(&typed);
            prop_assert!(parsed.is_err() || parsed.is_ok_and(|seconds| seconds > 0));
        }
    }
}
