//! Did the balance hold, and when did it break?

use pinfi_simulation::{Record, WARM_UP};

/// What is shorter is no break, and no return: markets swing with the day.
const STRETCH: usize = 24;
/// The balanced region.
const BALANCED: &str = "G";

/// What became of the balance.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// The market was over before anything can be said.
    TooShort,
    /// Never out of balance for a whole day.
    Held,
    /// Never in balance for a whole day; the region that it was in most, empty for dormant.
    Never(String),
    /// Out of balance at first, and in balance from this hour on, to the end.
    Reached(u32),
    /// Out of balance from an hour on, after it was in balance.
    Broke {
        /// The first hour out of balance.
        from: u32,
        /// The region that it was in most until then or the end.
        region: String,
        /// The hour of its return.
        until: Option<u32>,
    },
}

/// A stretch of hours that are all in balance, or all out of it.
struct Stretch<'a> {
    balanced: bool,
    hours: &'a [Record],
}

/// Judges a market.
pub(super) fn judge(hours: &[Record]) -> Verdict {
    let Some(rest) = hours.get(usize::try_from(WARM_UP).unwrap_or(usize::MAX)..) else {
        return Verdict::TooShort;
    };
    if rest.len() < STRETCH {
        return Verdict::TooShort;
    }
    let whole_days: Vec<Stretch<'_>> = rest
        .chunk_by(|one, next| is_balanced(one) == is_balanced(next))
        .filter(|hours| hours.len() >= STRETCH)
        .map(|hours| Stretch { balanced: hours.first().is_some_and(is_balanced), hours })
        .collect();
    let Some(first_good) = whole_days.iter().position(|stretch| stretch.balanced) else {
        return if whole_days.is_empty() && is_mostly_balanced(rest) {
            Verdict::Held
        } else {
            Verdict::Never(usual_region(rest))
        };
    };
    let after = whole_days.get(first_good..).unwrap_or_default();
    let Some(bad) = after.iter().position(|stretch| !stretch.balanced) else {
        return match after.first() {
            Some(good) if first_good > 0 => Verdict::Reached(begin(good)),
            _ => Verdict::Held,
        };
    };
    let broken = after.get(bad..).unwrap_or_default();
    let back = broken.iter().find(|stretch| stretch.balanced);
    let from = broken.first().map_or(0, begin);
    let until = back.map(begin);
    let lost = rest
        .iter()
        .filter(|hour| hour.hour >= from && until.is_none_or(|until| hour.hour < until))
        .filter(|hour| !is_balanced(hour));
    Verdict::Broke { from, region: usual_region(lost), until }
}

fn is_mostly_balanced(hours: &[Record]) -> bool {
    2 * hours.iter().filter(|hour| is_balanced(hour)).count() > hours.len()
}

fn is_balanced(hour: &Record) -> bool {
    hour.region == BALANCED
}

fn begin(stretch: &Stretch<'_>) -> u32 {
    stretch.hours.first().map_or(0, |hour| hour.hour)
}

/// The region with the most hours; of equals, the first by letter.
fn usual_region<'a>(hours: impl IntoIterator<Item = &'a Record>) -> String {
    let mut counts = std::collections::BTreeMap::<&str, u32>::new();
    for hour in hours {
        *counts.entry(&hour.region).or_default() += 1;
    }
    let most = counts.iter().rev().max_by_key(|(_, count)| **count);
    most.map_or_else(String::new, |(region, _)| (*region).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::plots::tests::record;
    use super::*;

    /// Days of 24 hours, one letter each; lower case swings out at noon for six hours.
    fn market(days: &str) -> Vec<Record> {
        let mut hours = Vec::new();
        for letter in days.chars() {
            for hour in 0..24 {
                let swings = letter.is_lowercase() && (9..15).contains(&hour);
                let region = if swings { 'D' } else { letter.to_ascii_uppercase() };
                let number = u32::try_from(hours.len()).unwrap() + 1;
                hours.push(Record { region: region.to_string(), ..record(number) });
            }
        }
        hours
    }

    #[test]
    fn judge_says_nothing_of_a_market_that_was_over_too_soon() {
        assert_eq!(judge(&[]), Verdict::TooShort);
        assert_eq!(judge(&market("GGG")), Verdict::TooShort);
        let mut short = market("GGGG");
        short.pop();
        assert_eq!(judge(&short), Verdict::TooShort);
    }

    #[test]
    fn judge_leaves_the_opening_out() {
        assert_eq!(judge(&market("DDDG")), Verdict::Held);
    }

    #[test]
    fn judge_overlooks_what_is_shorter_than_a_day() {
        assert_eq!(judge(&market("GGGGgggG")), Verdict::Held);
        assert_eq!(judge(&market("GGGggg")), Verdict::Held, "no whole day of either");
    }

    #[test]
    fn judge_of_a_market_that_never_was_in_balance() {
        assert_eq!(judge(&market("GGGDDC")), Verdict::Never("D".to_owned()));
    }

    #[test]
    fn judge_of_a_market_that_came_to_it() {
        assert_eq!(judge(&market("DDDDGGG")), Verdict::Reached(97));
    }

    #[test]
    fn judge_tells_when_it_broke_and_whether_it_came_back() {
        let broke = |until| Verdict::Broke { from: 121, region: "D".to_owned(), until };
        assert_eq!(judge(&market("GGGGGDDC")), broke(None));
        assert_eq!(judge(&market("GGGGGDDCG")), broke(Some(193)));
        assert_eq!(judge(&market("DDDGGDDCGD")), broke(Some(193)), "the first break counts");
    }
}
