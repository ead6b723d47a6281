//! How the band and the resting price move with each parameter.

use serde::Serialize;

use super::error::Error;
use super::game::Game;
use super::log_mean::{log_mean, log_mean_slope};

/// The partial derivatives of one amount, each by one parameter of the game.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gradient {
    /// By δ.
    pub fee: f64,
    /// By β.
    pub outside_base: f64,
    /// By p.
    pub outside_rate: f64,
    /// By θ.
    pub outside_quantity: f64,
    /// By V.
    pub valuation: f64,
    /// By γ.
    pub reward: f64,
}

impl Game {
    /// Returns how the band's floor (1 − δ)·b moves. Exact to rounding.
    #[must_use]
    pub fn floor_gradient(&self) -> Gradient {
        let fee = self.params().fee;
        self.gradient(-self.outside_price(), 1.0 - fee, 0.0, 0.0)
    }

    /// Returns how the band's ceiling b·(L(x_g) − δ) moves; none where there is no band. Error
    /// below 1e-12 of the largest term.
    #[must_use]
    pub fn ceiling_gradient(&self) -> Option<Gradient> {
        self.reward_band()?;
        let (fee, valuation) = (self.params().fee, self.params().valuation);
        let limit = self.diagram().thresholds().genuine_client;
        let slope = log_mean_slope(limit);
        Some(self.gradient(
            -valuation * slope - self.outside_price(),
            log_mean(limit) - fee - limit * slope,
            (1.0 - fee) * slope,
            0.0,
        ))
    }

    /// Returns how the resting price α* moves at a reward γ. Relative error below 1e-11.
    ///
    /// # Errors
    /// As [`Self::resting_price`].
    pub fn resting_price_gradient(&self, reward: f64) -> Result<Gradient, Error> {
        let outside = self.outside_price();
        let x = self.resting_price(reward)? / outside;
        let slope = log_mean_slope(x);
        Ok(self.gradient(outside / slope, x - reward / (outside * slope), 0.0, 1.0 / slope))
    }

    /// β, p and θ act through b = β + pθ alone.
    fn gradient(&self, fee: f64, outside: f64, valuation: f64, reward: f64) -> Gradient {
        Gradient {
            fee,
            outside_base: outside,
            outside_rate: outside * self.params().outside_quantity,
            outside_quantity: outside * self.params().outside_rate,
            valuation,
            reward,
        }
    }
}
