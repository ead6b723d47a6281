//! How much work goes into one submission, so that none runs long on the device at hand.

use web_time::Duration;

/// What a submission should take: long enough to hide its overhead, far below what a desktop
/// feels (100 ms) or a watchdog shoots (about 1 s).
const TARGET: Duration = Duration::from_millis(40);
/// How much faster than the last one a submission may be made: a measurement may be off.
const GROWTH: u32 = 4;

/// Sizes submissions of one kernel from how long the last one took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    groups: u32,
    limit: u32,
}

impl Pace {
    /// Begins with one workgroup; never more than the device dispatches at once.
    pub(crate) const fn new(limit: u32) -> Self {
        Self { groups: 1, limit }
    }

    /// Gives the number of workgroups for the next submission.
    pub(crate) const fn groups(&self) -> u32 {
        self.groups
    }

    /// Gives how long a submission of some workgroups takes, as far as is known.
    pub(crate) fn expected(&self, groups: u32) -> Duration {
        TARGET.mul_f64(f64::from(groups) / f64::from(self.groups))
    }

    /// Takes note of how long a submission of some workgroups took.
    pub(crate) fn record(&mut self, groups: u32, took: Duration) {
        let nanos = took.as_nanos().max(1);
        let fitting = u128::from(groups) * TARGET.as_nanos() / nanos;
        let fitting = u32::try_from(fitting).unwrap_or(u32::MAX);
        // A short last submission says little: it may not make the next ones smaller unless it
        // was slow, and never larger than it proved.
        let most = groups.saturating_mul(GROWTH).max(self.groups);
        self.groups = fitting.min(most).clamp(1, self.limit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pace_shrinks_when_a_submission_was_long() {
        let mut pace = Pace { groups: 1000, limit: 65_535 };
        pace.record(1000, Duration::from_millis(400));
        assert_eq!(pace.groups(), 100);
        pace.record(100, Duration::from_secs(3600));
        assert_eq!(pace.groups(), 1);
    }

    #[test]
    fn pace_grows_step_by_step_up_to_the_limit() {
        let mut pace = Pace::new(20);
        for expected in [4, 16, 20, 20] {
            pace.record(pace.groups(), Duration::from_micros(1));
            assert_eq!(pace.groups(), expected);
        }
    }

    #[test]
    fn pace_keeps_when_a_short_rest_was_fast() {
        let mut pace = Pace { groups: 1000, limit: 65_535 };
        pace.record(3, Duration::from_micros(1));
        assert_eq!(pace.groups(), 1000);
        pace.record(1000, TARGET);
        assert_eq!(pace.groups(), 1000);
    }
}
