//! From what people type to an end that the pool accepts.

use pinfi_core::units::{Secs, Timestamp};

/// How people say when a rental ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// So long from now.
    After(Secs),
    /// At that time.
    At(Timestamp),
}

/// Returns the first end on the pool's grid that gives at least what was asked for, and that is
/// still at least a bucket away when `slack` has passed; `None` for an end that is not ahead.
///
/// Of the slack, a bucket at most counts: a clock that runs away is not made up for by longer
/// rentals.
pub(super) fn align(
    ending: Ending,
    now: Timestamp,
    bucket: Secs,
    slack: Secs,
) -> Option<Timestamp> {
    if bucket == Secs::ZERO {
        return None;
    }
    let wanted = match ending {
        Ending::After(span) => now.0.checked_add(span.0)?,
        Ending::At(at) => at.0,
    };
    if wanted <= now.0 {
        return None;
    }
    let least = now.0.checked_add(bucket.0)?.checked_add(slack.min(bucket).0)?;
    wanted.max(least).checked_next_multiple_of(bucket.0).map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Secs = Secs(3_600);
    /// Twenty past an hour.
    const NOW: Timestamp = Timestamp(1_000_000 * 3_600 + 1_200);

    fn hours(hours: u64) -> Timestamp {
        Timestamp((1_000_000 + hours) * 3_600)
    }

    #[test]
    fn align_rejects_ends_that_are_not_ahead() {
        let align = |ending| align(ending, NOW, HOUR, Secs(60));
        assert_eq!(align(Ending::After(Secs(0))), None, "no time at all");
        assert_eq!(align(Ending::At(NOW)), None, "now");
        assert_eq!(align(Ending::At(hours(0))), None, "past");
        assert_eq!(align(Ending::After(Secs(u64::MAX))), None, "beyond all time");
        assert_eq!(align(Ending::At(Timestamp(u64::MAX))), None, "no grid point after it");
        assert_eq!(super::align(Ending::At(hours(2)), NOW, Secs(0), Secs(60)), None, "no grid");
    }

    #[test]
    fn align_rounds_up_to_the_grid() {
        let align = |ending| align(ending, NOW, HOUR, Secs(60));
        assert_eq!(align(Ending::After(Secs(9_000))), Some(hours(3)), "2h 30m from twenty past");
        assert_eq!(align(Ending::After(Secs(9_600))), Some(hours(3)), "2h 40m fits exactly");
        assert_eq!(align(Ending::At(hours(5))), Some(hours(5)), "on the grid already");
        assert_eq!(align(Ending::At(Timestamp(hours(5).0 + 1))), Some(hours(6)), "a second after");
    }

    #[test]
    fn align_leaves_at_least_a_bucket_and_the_time_to_sign() {
        let short = Ending::After(Secs(60));
        assert_eq!(align(short, NOW, HOUR, Secs(60)), Some(hours(2)), "a bucket is the least");
        let just = Timestamp(hours(1).0 - 30);
        assert_eq!(align(short, just, HOUR, Secs(0)), Some(hours(2)), "a bucket and 30 s");
        assert_eq!(align(short, just, HOUR, Secs(60)), Some(hours(3)), "30 s are too few to sign");
        let fast = Secs(60 * 3_600);
        assert_eq!(align(short, NOW, HOUR, fast), Some(hours(3)), "one bucket of slack at most");
    }

    proptest! {
        #[test]
        fn law_align_gives_what_the_ledger_accepts(
            now in 1u64..1 << 40,
            span in 1u64..1 << 24,
            bucket in prop::sample::select(vec![60u64, 600, 3_600, 86_400]),
            slack in 0u64..1 << 20,
        ) {
            let ending = Ending::After(Secs(span));
            let until = align(ending, Timestamp(now), Secs(bucket), Secs(slack));
            let until = until.map_or(0, |until| until.0);
            prop_assert!(until.is_multiple_of(bucket), "on the grid");
            prop_assert!(until >= now + span, "not less than asked for");
            prop_assert!(until - now >= bucket, "not less than a bucket");
            prop_assert!(until - now < span.max(2 * bucket) + bucket, "and no more than needed");
        }
    }
}
