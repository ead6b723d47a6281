//! What a pool asks of its devices, and by when.

use serde::{Deserialize, Serialize};

use super::work::Work;
use crate::units::{Bps, EpochId, Secs, Timestamp, Wei};

/// The most samples that a pool may ask for. A thousand find one false entry in two hundred
/// with 99 %; more would only make the response too large to be kept.
const MAX_SAMPLES: u32 = 1_024;

/// The slowest block that a pool must allow for, in seconds: Ethereum's.
const BLOCK_SECS: u64 = 12;
/// A beacon is the hash of the second block after what it is drawn for, and is known to the third.
const BEACON_BLOCKS: u64 = 3;
/// What is left for a move beside the beacon: one block to see what is asked, one to be included
/// in. Whoever misses one of them is still in time where the other comes at once.
const SPARE_BLOCKS: u64 = 2;
/// Twelve seconds for each of five blocks: the least time for a move.
const MOVE_SECS: u64 = (BEACON_BLOCKS + SPARE_BLOCKS) * BLOCK_SECS;

/// Half of it for the work of the reference device (5.1), the other half for the two blocks in which
/// the challenge is seen and the commitment included.
const MIN_WINDOW: Secs = Secs(MOVE_SECS);
/// Two halves: in the first the commitment's beacon and an accusation, in the second the
/// accusation's beacon and a proof.
const MIN_DISPUTE: Secs = Secs(2 * MOVE_SECS);
/// What an epoch has beside window and dispute, so that some block falls into the time in which it can
/// be opened.
const MIN_OPENING: Secs = Secs(MOVE_SECS);
/// The most that an accuser can be asked to stake: a hundredth of the first day's emission. With a
/// bond that nobody has, nobody could accuse, and every false proof would pass.
const MAX_BOND: Wei = Wei(1_000 * 1_000_000_000_000_000_000);

/// The parameters of a pool's challenges; immutable after the pool's creation.
///
/// Size the work so that an honest device spends at most 1 % of its time on it, and the window
/// to at most twice the reference device's time, or one device can pose as several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PocpsParams {
    /// The matrix side, a power of two in 64..=4096.
    pub n: u32,
    /// The number of matrix products, a power of two.
    pub rounds: u32,
    /// The number of samples that are opened (q), 32 to 1024.
    pub samples: u32,
    /// From the challenge until the commitment is due; at least 60.
    pub window: Secs,
    /// From the commitment until it passes unaccused; at least 120.
    pub dispute: Secs,
    /// From one challenge to the next; at least `window`, `dispute` and 60 together.
    pub epoch: Secs,
    /// What an accuser stakes: at least the measured gas of one answer. At most 1 000 PIN, and not
    /// nothing where accusers have a share.
    pub bond: Wei,
    /// The accuser's part of what is burned, at most half.
    pub accuser_bps: Bps,
}

impl PocpsParams {
    /// Returns the epoch at a moment: its time divided by the length of an epoch.
    #[must_use]
    pub fn epoch_at(&self, now: Timestamp) -> EpochId {
        EpochId(now.0.checked_div(self.epoch.0).unwrap_or(0))
    }

    /// Returns the last second in which an epoch can be opened: its last dispute must end with it.
    #[must_use]
    pub const fn open_by(&self, epoch: EpochId) -> Timestamp {
        let judged = self.window.0.saturating_add(self.dispute.0);
        let rest = self.epoch.0.saturating_sub(judged);
        Timestamp(epoch.0.saturating_mul(self.epoch.0).saturating_add(rest))
    }

    /// Checks the bounds of section 5.1, and those that section 9 adds, and gives the work.
    ///
    /// # Errors
    /// The name of the first parameter out of bounds.
    pub fn validate(&self) -> Result<Work, &'static str> {
        if !(64..=4096).contains(&self.n) || !self.n.is_power_of_two() {
            return Err("n");
        }
        let work = Work::new(self.n, self.rounds).map_err(|_| "rounds")?;
        if !(32..=MAX_SAMPLES).contains(&self.samples) {
            return Err("samples");
        }
        if self.window < MIN_WINDOW {
            return Err("window");
        }
        if self.dispute < MIN_DISPUTE {
            return Err("dispute");
        }
        let busy = self.window.checked_add(self.dispute);
        match busy.and_then(|busy| busy.checked_add(MIN_OPENING)) {
            Some(least) if least <= self.epoch => {}
            _ => return Err("epoch"),
        }
        if self.bond > MAX_BOND || (self.bond == Wei::ZERO && self.accuser_bps > Bps(0)) {
            return Err("bond");
        }
        if self.accuser_bps > Bps(5_000) {
            return Err("accuser_bps");
        }
        Ok(work)
    }
}
