//! How a prover on the CPU shares its host: within a tab's memory, and in slices.

use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::prover::Retain;
use super::work::Work;

/// How many matrices the chain itself holds.
const MATRICES: u64 = 4;
/// How many bytes they may take: twice what the largest pool asks for, and what a tab can have.
const MAX_MEMORY: u64 = 512 << 20;
/// How long a slice is meant to take: a host between two of them is still at hand.
const SLICE: Duration = Duration::from_millis(50);
/// How many rows the first slice has.
const FIRST: u32 = 8;

/// The matrices of the work take more memory than a tab has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("the work needs {needed} bytes of memory, of {limit} on the CPU")]
pub struct WorkTooLarge {
    /// What the matrices take, in bytes.
    pub needed: u64,
    /// The most that they may take.
    pub limit: u64,
}

impl Retain {
    /// Keeps what a tab can spare beside the matrices.
    pub const IN_A_TAB: Self = Self { bytes: 256 << 20 };
}

impl Work {
    /// Checks that a tab can hold the work.
    ///
    /// # Errors
    /// [`WorkTooLarge`].
    pub const fn check_memory(self) -> Result<(), WorkTooLarge> {
        let needed = self.state_bytes().saturating_mul(MATRICES);
        if needed > MAX_MEMORY {
            return Err(WorkTooLarge { needed, limit: MAX_MEMORY });
        }
        Ok(())
    }
}

/// How hard a device works: the part of the time that it is busy, in percent from 1 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Intensity(u8);

/// The intensity is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an intensity is 1 to 100 percent, not {0}")]
pub struct BadIntensity(pub u8);

impl Intensity {
    /// All of the time.
    pub const FULL: Self = Self(100);

    /// Gives the percentage.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// Tells how long to rest after some work, so that the work was this part of both; rounded down.
    #[must_use]
    pub fn rest_after(self, took: Duration) -> Duration {
        let idle = u32::from(100_u8.saturating_sub(self.0));
        took.saturating_mul(idle) / u32::from(self.0.max(1))
    }

    /// Tells how long some work takes with its rests; rounded down.
    #[must_use]
    pub fn stretch(self, took: Duration) -> Duration {
        took.saturating_add(self.rest_after(took))
    }
}

impl Default for Intensity {
    fn default() -> Self {
        Self::FULL
    }
}

impl TryFrom<u8> for Intensity {
    type Error = BadIntensity;

    fn try_from(percent: u8) -> Result<Self, BadIntensity> {
        if (1..=100).contains(&percent) { Ok(Self(percent)) } else { Err(BadIntensity(percent)) }
    }
}

impl From<Intensity> for u8 {
    fn from(intensity: Intensity) -> Self {
        intensity.0
    }
}

/// Finds how many rows fill a slice on the machine at hand.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    rows: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { rows: FIRST }
    }
}

impl Pace {
    /// Lets `work` do a slice of as many rows as it is told, and takes its time: `now` tells the time
    /// since any fixed moment.
    pub fn slice<T>(&mut self, now: impl Fn() -> Duration, work: impl FnOnce(u32) -> T) -> T {
        let start = now();
        let result = work(self.rows);
        let took = now().saturating_sub(start);
        if took < SLICE / 2 {
            self.rows = self.rows.saturating_mul(2);
        } else if took > SLICE * 2 {
            self.rows = (self.rows / 2).max(1);
        }
        result
    }
}

/// How many times as long as a checkpoint took must pass until the next: so it costs at most a hundredth.
const WORTH: u32 = 99;
/// How many times the least time may pass at most, whatever a checkpoint costs.
const PATIENCE: u32 = 10;

/// Tells when another checkpoint is worth what it costs.
#[derive(Clone, Copy, Debug)]
pub struct Rhythm {
    least: Duration,
    due: Duration,
}

impl Rhythm {
    /// What is usual: a chain that takes less is as well computed again.
    pub const USUAL: Duration = Duration::from_secs(10);

    /// Begins at a moment, `now` since any fixed one; at least `least` passes until each checkpoint.
    #[must_use]
    pub const fn new(least: Duration, now: Duration) -> Self {
        Self { least, due: now.saturating_add(least) }
    }

    /// Tells whether one is due.
    #[must_use]
    pub fn is_due(&self, now: Duration) -> bool {
        now >= self.due
    }

    /// Takes note of one that was begun and is kept by now. The next comes after 99 times as long, but
    /// not before the least time nor after ten times that.
    pub fn kept(&mut self, begun: Duration, now: Duration) {
        let worth = now.saturating_sub(begun).saturating_mul(WORTH);
        let pause = worth.clamp(self.least, self.least.saturating_mul(PATIENCE));
        self.due = now.saturating_add(pause);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use core::cell::Cell;

    use super::*;

    fn rows_after(pace: &mut Pace, took_millis: u64) -> u32 {
        let clock = Cell::new(Duration::from_secs(1));
        let now = || clock.get();
        pace.slice(now, |_| clock.set(clock.get() + Duration::from_millis(took_millis)));
        pace.rows
    }

    #[test]
    fn intensity_refused_when_it_is_no_part() {
        for percent in [0, 101, 255] {
            assert_eq!(Intensity::try_from(percent), Err(BadIntensity(percent)));
        }
        assert!(serde_json::from_str::<Intensity>("0").is_err());
    }

    #[test]
    fn rest_makes_the_work_its_part_of_the_time() {
        let took = Duration::from_millis(40);
        let rest = |percent: u8| Intensity::try_from(percent).unwrap().rest_after(took);
        assert_eq!(rest(100), Duration::ZERO);
        assert_eq!(rest(50), took);
        assert_eq!(rest(25), took * 3);
        assert_eq!(rest(1), took * 99);
        assert_eq!(Intensity::try_from(25).unwrap().stretch(took), took * 4);
        assert_eq!(Intensity::try_from(1).unwrap().stretch(Duration::MAX), Duration::MAX);
    }

    #[test]
    fn check_memory_refuses_what_no_tab_holds() {
        let work = |n| Work::new(n, 2).unwrap();
        let refused = WorkTooLarge { needed: 1 << 30, limit: 512 << 20 };
        assert_eq!(work(8_192).check_memory(), Err(refused));
        assert_eq!(work(4_096).check_memory(), Ok(()));
    }

    #[test]
    fn rhythm_waits_until_a_checkpoint_is_worth_its_cost() {
        let seconds = Duration::from_secs;
        let mut rhythm = Rhythm::new(seconds(10), seconds(100));
        assert!(!rhythm.is_due(Duration::from_millis(109_999)));
        assert!(rhythm.is_due(seconds(110)));
        for (took, pause) in [(0, 10), (101, 10), (200, 20), (1_000, 99), (2_000, 100)] {
            let begun = seconds(1_000);
            let now = begun + Duration::from_millis(took);
            rhythm.kept(begun, now);
            assert!(!rhythm.is_due(now + seconds(pause - 1)), "{took} ms");
            assert!(rhythm.is_due(now + seconds(pause)), "{took} ms");
        }
        rhythm.kept(Duration::MAX, Duration::MAX);
        assert!(rhythm.is_due(Duration::MAX), "no time is too late");
    }

    #[test]
    fn slice_halves_what_is_slow_down_to_a_row() {
        let mut pace = Pace::default();
        assert_eq!([101, 101, 101, 101].map(|took| rows_after(&mut pace, took)), [4, 2, 1, 1]);
    }

    #[test]
    fn slice_doubles_what_is_fast_and_keeps_what_fits() {
        let mut pace = Pace::default();
        assert_eq!([24, 25, 100, 0].map(|took| rows_after(&mut pace, took)), [16, 16, 16, 32]);
        pace.rows = u32::MAX;
        assert_eq!(rows_after(&mut pace, 0), u32::MAX);
    }

    #[test]
    fn slice_is_not_led_astray_by_a_clock_that_goes_back() {
        let mut pace = Pace::default();
        let times = [2, 1].map(Duration::from_secs);
        let asked = Cell::new(0);
        let now = || times[asked.replace(1)];
        assert_eq!(pace.slice(now, |rows| rows), FIRST);
        assert_eq!(pace.rows, 2 * FIRST);
    }
}
