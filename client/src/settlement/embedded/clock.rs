//! The ledger's time: the wall's, times a speed.

use pinfi_core::units::Timestamp;
use serde::{Deserialize, Serialize};

use crate::intent::Speed;

/// How long a fast clock runs on before the wall's own pace takes over, if nobody renews it: a
/// machine that slept for a night must not wake up years later. Browsers let hidden pages act
/// once a minute.
const LEASE_MS: u64 = 90_000;

/// A point that both clocks are known at, and how fast the ledger's runs from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Anchor {
    /// The ledger's time in milliseconds, so that setting the anchor anew loses nothing.
    pub(super) ledger_ms: u64,
    /// The wall's time in milliseconds.
    pub(super) wall_ms: u64,
    /// The speed since.
    pub(super) speed: Speed,
}

impl Anchor {
    /// Makes an anchor at a whole second of the ledger.
    pub(super) const fn new(ledger: Timestamp, wall_ms: u64, speed: Speed) -> Self {
        Self { ledger_ms: ledger.0.saturating_mul(1_000), wall_ms, speed }
    }

    /// Returns the ledger's time in milliseconds. A wall clock that was set back stands still.
    pub(super) fn ledger_ms_at(&self, wall_ms: u64) -> u64 {
        let passed = wall_ms.saturating_sub(self.wall_ms);
        let fast = passed.min(LEASE_MS);
        let run = fast.saturating_mul(u64::from(self.speed.factor()));
        self.ledger_ms.saturating_add(run).saturating_add(passed - fast)
    }

    /// Returns the ledger's time, rounded down to the second.
    pub(super) fn now(&self, wall_ms: u64) -> Timestamp {
        Timestamp(self.ledger_ms_at(wall_ms) / 1_000)
    }

    /// Moves the anchor to now, with the speed that holds from here.
    #[must_use]
    pub(super) fn moved(&self, wall_ms: u64, speed: Speed) -> Self {
        Self { ledger_ms: self.ledger_ms_at(wall_ms), wall_ms, speed }
    }

    /// Mends a clock that the wall's being set back has left behind the ledger's last record, or
    /// standing still.
    #[must_use]
    pub(super) fn mended(&self, last: Timestamp, wall_ms: u64) -> Self {
        if wall_ms >= self.wall_ms && self.now(wall_ms) >= last {
            return *self;
        }
        let ledger_ms = self.ledger_ms_at(wall_ms).max(last.0.saturating_mul(1_000));
        Self { ledger_ms, wall_ms, ..*self }
    }

    /// Moves the anchor over time in which nobody looked: that counts as the wall's own,
    /// whatever the speed, which then goes on.
    #[must_use]
    pub(super) fn resumed(&self, wall_ms: u64) -> Self {
        let passed = Self { speed: Speed::Real, ..*self };
        passed.moved(wall_ms, self.speed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Anchor = Anchor::new(Timestamp(1_000), 50_000, Speed::Real);

    #[test]
    fn now_with_the_wall_set_back_stands_still() {
        assert_eq!(START.now(0), Timestamp(1_000));
    }

    #[test]
    fn now_far_in_the_future_saturates() {
        let fast = START.moved(50_000, Speed::HourASecond);
        assert_eq!(fast.ledger_ms_at(u64::MAX), u64::MAX);
    }

    #[test]
    fn now_without_renewal_falls_back_to_the_walls_pace() {
        let fast = START.moved(50_000, Speed::HourASecond);
        let lease = fast.now(50_000 + LEASE_MS).0;
        assert_eq!(lease, 1_000 + 90 * 3_600);
        assert_eq!(fast.now(50_000 + LEASE_MS + 28_800_000).0, lease + 28_800);
        let renewed = fast.moved(50_000 + LEASE_MS, Speed::HourASecond);
        assert_eq!(renewed.now(50_000 + LEASE_MS + 1_000).0, lease + 3_600, "renewed, it runs on");
    }

    #[test]
    fn mended_after_the_wall_was_set_back_runs_on_from_the_last_record() {
        let mended = START.mended(Timestamp(2_000), 10_000);
        assert_eq!(mended.now(11_000), Timestamp(2_001));
        let whole = START.mended(Timestamp(900), 60_000);
        assert_eq!(whole, START, "nothing to mend");
    }

    #[test]
    fn now_counts_wall_seconds_times_speed() {
        for speed in Speed::ALL {
            let anchor = START.moved(50_000, speed);
            let day = u64::from(speed.factor()) * 24;
            assert_eq!(anchor.now(74_000), Timestamp(1_000 + day));
        }
    }

    #[test]
    fn moved_changes_the_speed_from_there_on() {
        let fast = START.moved(60_500, Speed::MinuteASecond);
        assert_eq!(fast.now(60_500), Timestamp(1_010), "no jump");
        assert_eq!(fast.ledger_ms, 1_010_500, "the half second is kept");
        assert_eq!(fast.now(61_500), Timestamp(1_070));
    }

    #[test]
    fn resumed_counts_the_time_away_once() {
        let fast = START.moved(50_000, Speed::HourASecond);
        let back = fast.resumed(60_000);
        assert_eq!(back.now(60_000), Timestamp(1_010), "ten seconds away are ten seconds");
        assert_eq!(back.now(61_000), Timestamp(1_010 + 3_600), "then the speed goes on");
    }
}
