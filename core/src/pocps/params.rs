//! What a pool asks of its devices, and by when.

use serde::{Deserialize, Serialize};

use super::work::Work;
use crate::units::{Bps, Secs, Wei};

/// The most samples that a pool may ask for. A thousand find one false entry in two hundred
/// with 99 %; more would only make the response too large to be kept.
const MAX_SAMPLES: u32 = 1_024;

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
    /// From the challenge until the commitment is due.
    pub window: Secs,
    /// From the commitment until it passes unaccused.
    pub dispute: Secs,
    /// From one challenge to the next; at least `window` and `dispute` together.
    pub epoch: Secs,
    /// What an accuser stakes: at least the measured gas of one answer.
    pub bond: Wei,
    /// The accuser's part of what is burned, at most half.
    pub accuser_bps: Bps,
}

impl PocpsParams {
    /// Checks the bounds of section 5.1 and gives the work.
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
        if self.window == Secs::ZERO {
            return Err("window");
        }
        match self.window.checked_add(self.dispute) {
            Some(busy) if busy <= self.epoch => {}
            _ => return Err("epoch"),
        }
        if self.accuser_bps > Bps(5_000) {
            return Err("accuser_bps");
        }
        Ok(work)
    }
}
