//! When to lock by itself.

use core::{num::NonZeroU16, time::Duration};

use serde::{Deserialize, Serialize};

/// Sets how long the user may be idle before the wallet locks itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AutoLock {
    /// Locks after so many idle minutes.
    After(NonZeroU16),
    /// Never locks by itself.
    Never,
}

impl AutoLock {
    /// Locks after `minutes`; `None` for none, which is no way to say never.
    #[must_use]
    pub fn after_minutes(minutes: u16) -> Option<Self> {
        NonZeroU16::new(minutes).map(Self::After)
    }
}

impl Default for AutoLock {
    /// Ten minutes.
    fn default() -> Self {
        Self::After(const { NonZeroU16::MIN.saturating_add(9) })
    }
}

/// Remembers when the user was last active. Moments are durations since any fixed one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Idle {
    seen: Duration,
}

impl Idle {
    pub(super) fn new(now: Duration) -> Self {
        Self { seen: now }
    }

    /// Notes that the user did something.
    pub(super) fn touch(&mut self, now: Duration) {
        self.seen = now;
    }

    /// Tells whether it is time to lock. A clock that was set back far is no reason to stay open.
    pub(super) fn is_over(&self, limit: AutoLock, now: Duration) -> bool {
        match limit {
            AutoLock::Never => false,
            AutoLock::After(minutes) => {
                let limit = Duration::from_secs(u64::from(minutes.get()) * 60);
                self.seen.abs_diff(now) >= limit
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn auto_lock_of_no_minutes_is_refused() {
        assert_eq!(AutoLock::after_minutes(0), None);
    }

    #[test]
    fn auto_lock_is_on_by_default() {
        assert_eq!(Some(AutoLock::default()), AutoLock::after_minutes(10));
    }

    #[test]
    fn is_over_at_the_limit_exactly() {
        let mut idle = Idle::new(MINUTE);
        let limit = AutoLock::default();
        assert!(!idle.is_over(limit, MINUTE * 11 - Duration::from_millis(1)));
        assert!(idle.is_over(limit, MINUTE * 11));
        idle.touch(MINUTE * 10);
        assert!(!idle.is_over(limit, MINUTE * 11), "activity starts it anew");
        assert!(idle.is_over(limit, MINUTE * 20));
    }

    #[test]
    fn is_over_when_the_clock_was_set_back_far() {
        let idle = Idle::new(MINUTE * 100);
        assert!(!idle.is_over(AutoLock::default(), MINUTE * 99));
        assert!(idle.is_over(AutoLock::default(), MINUTE));
    }

    #[test]
    fn is_over_never_when_switched_off() {
        assert!(!Idle::new(Duration::ZERO).is_over(AutoLock::Never, Duration::MAX));
    }
}
