//! The parameters of the game, and what follows from them alone.

use serde::{Deserialize, Serialize};

use super::diagram::Diagram;
use super::error::Error;

/// The least price that is reckoned with, in PIN per hour.
pub const MIN_PRICE: f64 = 1e-30;

/// The greatest price that is reckoned with, in PIN per hour. Between these two, no product or
/// quotient of the game leaves the range of `f64`.
pub const MAX_PRICE: f64 = 1e30;

/// What the roles reckon with, not yet checked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GameParams {
    /// δ: the pool's fee, a fraction.
    pub fee: f64,
    /// β: the fixed part of the price outside, in PIN per hour.
    pub outside_base: f64,
    /// p: the price outside of a unit of θ, in PIN.
    pub outside_rate: f64,
    /// θ: units per hour.
    pub outside_quantity: f64,
    /// V: what an hour is worth to a genuine client, in PIN.
    pub valuation: f64,
}

/// The game of one pool, with sensible parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Game {
    params: GameParams,
    outside_price: f64,
    diagram: Diagram,
}

impl Game {
    /// Checks the parameters.
    ///
    /// # Errors
    /// The first parameter without meaning: [`Error::FeeOutOfRange`],
    /// [`Error::QuantityOutOfRange`] for β, p and θ, [`Error::PriceOutOfRange`] for
    /// b = β + pθ and V.
    ///
    /// # Examples
    /// ```
    /// use pinfi_core::equilibrium::{Game, GameParams, Region};
    ///
    /// let game = Game::new(GameParams {
    ///     fee: 0.3,
    ///     outside_base: 0.8,
    ///     outside_rate: 0.1,
    ///     outside_quantity: 2.0,
    ///     valuation: 1.9,
    /// })?;
    /// assert_eq!(game.outside_price(), 1.0);
    /// let band = game.reward_band().expect("V is above b / (1 − δ)");
    /// assert!(band.contains(0.8));
    /// assert_eq!(game.region(1.1, 0.8)?, Region::G);
    /// # Ok::<(), pinfi_core::equilibrium::Error>(())
    /// ```
    pub fn new(params: GameParams) -> Result<Self, Error> {
        let GameParams { fee, outside_base, outside_rate, outside_quantity, valuation } = params;
        let fee = check_fee(fee)?;
        check_quantity("outside_base", outside_base)?;
        check_quantity("outside_rate", outside_rate)?;
        check_quantity("outside_quantity", outside_quantity)?;
        let outside_price =
            check_price("outside_price", outside_base + outside_rate * outside_quantity)?;
        check_price("valuation", valuation)?;
        let genuine_limit = (1.0 - fee) * valuation / outside_price;
        let diagram = Diagram::new(fee, genuine_limit)?;
        Ok(Self { params, outside_price, diagram })
    }

    /// Returns what the game was made of.
    #[must_use]
    pub const fn params(&self) -> &GameParams {
        &self.params
    }

    /// Returns b = β + pθ, what a provider gets outside, in PIN per hour.
    #[must_use]
    pub const fn outside_price(&self) -> f64 {
        self.outside_price
    }

    /// Returns the plane of x = α/b and y = γ/b.
    #[must_use]
    pub const fn diagram(&self) -> &Diagram {
        &self.diagram
    }

    /// Returns (x, y) of a pool price α and a reward γ, both in PIN per hour.
    ///
    /// # Errors
    /// [`Error::PriceOutOfRange`] for α, [`Error::QuantityOutOfRange`] for γ.
    pub fn point(&self, pool_price: f64, reward: f64) -> Result<(f64, f64), Error> {
        check_price("pool_price", pool_price)?;
        check_quantity("reward", reward)?;
        Ok((pool_price / self.outside_price, reward / self.outside_price))
    }

    /// Returns the region of a pool price α and a reward γ, both in PIN per hour.
    ///
    /// # Errors
    /// As [`Self::point`].
    pub fn region(&self, pool_price: f64, reward: f64) -> Result<super::Region, Error> {
        let (x, y) = self.point(pool_price, reward)?;
        Ok(self.diagram.region(x, y))
    }

    /// Returns the price α* = b·x*, in PIN per hour, at which a pool with the reward γ rests.
    /// Relative error below 1e-12.
    ///
    /// # Errors
    /// [`Error::QuantityOutOfRange`] for γ; [`Error::RewardBelowFloor`] for a γ below
    /// (1 − δ)·b.
    pub fn resting_price(&self, reward: f64) -> Result<f64, Error> {
        check_quantity("reward", reward)?;
        let floor = (1.0 - self.params.fee) * self.outside_price;
        if reward < floor {
            return Err(Error::RewardBelowFloor { reward, floor });
        }
        // At the floor itself the quotient may round to just below it.
        let y = (reward / self.outside_price).max(1.0 - self.params.fee);
        Ok(self.outside_price * self.diagram.resting_price(y)?)
    }
}

pub(super) fn check_fee(fee: f64) -> Result<f64, Error> {
    if (0.0..1.0).contains(&fee) { Ok(fee) } else { Err(Error::FeeOutOfRange { fee }) }
}

pub(super) fn check_price(name: &'static str, value: f64) -> Result<f64, Error> {
    if (MIN_PRICE..=MAX_PRICE).contains(&value) {
        Ok(value)
    } else {
        Err(Error::PriceOutOfRange { name, value })
    }
}

pub(super) fn check_quantity(name: &'static str, value: f64) -> Result<f64, Error> {
    if (0.0..=MAX_PRICE).contains(&value) {
        Ok(value)
    } else {
        Err(Error::QuantityOutOfRange { name, value })
    }
}
