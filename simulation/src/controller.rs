//! Who sets the reward: nobody, or a controller inside the band.

use libm::{exp, log};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::scenario::{Scenario, Source, check_range};

/// How γ is set from day to day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewardPolicy {
    /// It stays what it was at the start.
    Fixed,
    /// It follows the pool's price within bounds.
    Controlled(Controller),
}

/// Moves γ once a day, in proportion to how far the day's mean price is from a target, by no
/// more than a step, and never out of its bounds.
///
/// A price above the target says that too few sell: γ falls, and liquidity becomes less
/// attractive than selling. A price below says the opposite. It needs nothing that a contract
/// does not know: the mean of the pool's own price over the day, and numbers fixed beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// The least γ.
    pub floor: f64,
    /// The greatest γ.
    pub ceiling: f64,
    /// The price that it aims for.
    pub target: f64,
    /// How far ln γ moves for a distance of 1 in ln price.
    pub gain: f64,
    /// The most that ln γ moves in a day.
    pub max_step: f64,
    /// The distance in ln price that is left alone.
    pub dead_zone: f64,
}

/// Enough that sellers come, and no more: what clients pay beyond it serves nobody.
const SELLERS_GAIN: f64 = 1.03;

impl Controller {
    /// Returns a controller for a scenario as it is known at its start: the bounds are its
    /// reward band, and at the target a seller gets, after the fee, 3 % more than outside.
    ///
    /// # Errors
    /// [`Error::Game`]; [`Error::OutOfRange`] for x_g where there is no band;
    /// [`Error::NothingToControl`] of an emission.
    pub fn for_scenario(scenario: &Scenario) -> Result<Self, Error> {
        if scenario.source != Source::Rate {
            return Err(Error::NothingToControl);
        }
        let game = scenario.game(scenario.outside.base)?;
        let limit = game.diagram().thresholds().genuine_client;
        let Some(band) = game.reward_band() else {
            return Err(Error::OutOfRange { name: "x_g", value: limit, least: 1.0, most: 1e60 });
        };
        Self {
            floor: band.floor,
            ceiling: band.ceiling,
            target: game.outside_price() * SELLERS_GAIN / (1.0 - game.params().fee),
            gain: 0.2,
            max_step: 0.03,
            dead_zone: 0.01,
        }
        .checked()
    }

    /// Returns the controller if its numbers make sense.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for the first that does not.
    pub fn checked(self) -> Result<Self, Error> {
        check_range("floor", self.floor, 0.0, 1e30)?;
        check_range("ceiling", self.ceiling, self.floor, 1e30)?;
        check_range("target", self.target, 1e-30, 1e30)?;
        check_range("gain", self.gain, 0.0, 10.0)?;
        check_range("max_step", self.max_step, 0.0, 1.0)?;
        check_range("dead_zone", self.dead_zone, 0.0, 1.0)?;
        Ok(self)
    }

    /// Returns the next day's γ for this day's γ and mean price.
    #[must_use]
    pub fn next(&self, reward: f64, mean_price: f64) -> f64 {
        if mean_price.is_nan() || mean_price <= 0.0 {
            // A dormant pool has no price: nothing to go by.
            return reward.clamp(self.floor, self.ceiling);
        }
        let off = log(self.target / mean_price);
        let counted = if off > self.dead_zone {
            off - self.dead_zone
        } else if off < -self.dead_zone {
            off + self.dead_zone
        } else {
            0.0
        };
        let step = (self.gain * counted).clamp(-self.max_step, self.max_step);
        (reward * exp(step)).clamp(self.floor, self.ceiling)
    }
}
