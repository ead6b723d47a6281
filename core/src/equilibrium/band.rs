//! The rewards that keep a pool in balance.

use serde::Serialize;

use super::game::Game;
use super::log_mean::log_mean;

/// (1 − δ)·b ≤ γ ≤ b·(L(x_g) − δ), in PIN per hour. Below it LPs leave; above it nobody sells
/// before genuine clients have gone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RewardBand {
    /// The least balanced reward.
    pub floor: f64,
    /// The greatest balanced reward.
    pub ceiling: f64,
}

/// Where a reward lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BandPosition {
    /// LPs leave.
    Below,
    /// Balanced.
    Inside,
    /// Nobody sells.
    Above,
}

impl RewardBand {
    /// Tells whether a reward is balanced; both ends are.
    #[must_use]
    pub fn contains(&self, reward: f64) -> bool {
        (self.floor..=self.ceiling).contains(&reward)
    }

    /// Tells where a reward lies.
    #[must_use]
    pub fn position(&self, reward: f64) -> BandPosition {
        if reward < self.floor {
            BandPosition::Below
        } else if reward <= self.ceiling {
            BandPosition::Inside
        } else {
            BandPosition::Above
        }
    }

    /// Returns the reward a part of the way from the floor (0) to the ceiling (1).
    #[must_use]
    pub fn at(&self, part: f64) -> f64 {
        self.floor + part * (self.ceiling - self.floor)
    }
}

impl Game {
    /// Returns the balanced rewards; none where `x_g` ≤ 1, because genuine clients leave before
    /// anybody sells. Relative error below 1e-13/(1 − δ).
    #[must_use]
    pub fn reward_band(&self) -> Option<RewardBand> {
        let limits = self.diagram().thresholds();
        let outside = self.outside_price();
        (limits.genuine_client > 1.0).then(|| RewardBand {
            floor: limits.lp_floor * outside,
            // Next to x_g = 1, δ may take the last bit that sets the ends apart.
            ceiling: outside
                * (log_mean(limits.genuine_client) - self.params().fee).max(limits.lp_floor),
        })
    }
}
