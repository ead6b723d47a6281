//! When what has failed is tried again.

use std::time::Duration;

/// How long the first pause is.
const FIRST: Duration = Duration::from_secs(5);
/// How long a pause is at the most, after twice as long each time.
const LONGEST: Duration = Duration::from_secs(300);

/// Trying again, less and less often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Again {
    /// When; none where nothing has failed.
    at: Option<Duration>,
    /// How long the pause before was.
    pause: Duration,
}

impl Again {
    /// Gives what follows a failure.
    pub(super) fn after(self, now: Duration) -> Self {
        let pause = (self.pause * 2).clamp(FIRST, LONGEST);
        Self { at: Some(now.saturating_add(pause)), pause }
    }

    /// Gives what follows once it is tried.
    pub(super) const fn tried(self) -> Self {
        Self { at: None, ..self }
    }

    /// Tells whether it is time.
    pub(super) fn is_due(self, now: Duration) -> bool {
        self.at.is_some_and(|at| at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_due_that_has_not_failed_or_is_being_tried() {
        assert!(!Again::default().is_due(LONGEST));
        assert!(!Again::default().after(Duration::ZERO).tried().is_due(LONGEST));
    }

    #[test]
    fn pauses_grow_to_the_longest() {
        let (mut again, mut now, mut pauses) = (Again::default(), Duration::ZERO, Vec::new());
        for _ in 0..8 {
            again = again.after(now);
            let before = now;
            while !again.is_due(now) {
                now += Duration::from_secs(1);
            }
            pauses.push((now - before).as_secs());
            again = again.tried();
        }
        assert_eq!(pauses, [5, 10, 20, 40, 80, 160, 300, 300]);
    }
}
