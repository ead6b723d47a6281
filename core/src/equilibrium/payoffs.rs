//! What each role earns at a point.

use serde::Serialize;

use super::error::Error;
use super::game::Game;
use super::log_mean::log_mean_of;

/// What an hour brings each role, in PIN. A role acts where its payoff is above zero; a provider
/// takes the best of its three.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Payoffs {
    /// A provider that adds liquidity: γ + δ·b, the reward and the fee on its hour at the price
    /// outside.
    pub liquidity: f64,
    /// A provider that sells outside: b.
    pub outside: f64,
    /// A provider that sells into the pool: on average (α − b)/ln(α/b) while α falls to b; the
    /// spot price α where that is below b already.
    pub pool_sale: f64,
    /// A speculator that takes hours from outside into the pool.
    pub speculating_seller: f64,
    /// A speculator that takes hours from the pool outside.
    pub speculating_buyer: f64,
    /// A client that uses its hour: V − α/(1 − δ).
    pub genuine_client: f64,
}

/// What a provider can do with an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderRole {
    /// Add it to the pool as liquidity.
    Liquidity,
    /// Sell it into the pool.
    PoolSale,
    /// Sell it outside.
    Outside,
}

impl Payoffs {
    /// Returns what a provider does best; where two are equal, the one that the regions of the
    /// diagram count: liquidity before all, outside before a sale into the pool.
    #[must_use]
    pub fn best(&self) -> ProviderRole {
        let Self { liquidity, outside, pool_sale, .. } = *self;
        if liquidity >= outside && liquidity >= pool_sale {
            ProviderRole::Liquidity
        } else if outside >= pool_sale {
            ProviderRole::Outside
        } else {
            ProviderRole::PoolSale
        }
    }
}

impl Game {
    /// Returns the payoffs at a pool price α and a reward γ, both in PIN per hour. Each is off by
    /// less than 3e-14 of the largest amount in it.
    ///
    /// # Errors
    /// As [`Self::point`].
    pub fn payoffs(&self, pool_price: f64, reward: f64) -> Result<Payoffs, Error> {
        self.point(pool_price, reward)?;
        let outside = self.outside_price();
        let fee = self.params().fee;
        let gross = pool_price / (1.0 - fee);
        let pool_sale =
            if pool_price > outside { log_mean_of(pool_price, outside) } else { pool_price };
        Ok(Payoffs {
            liquidity: reward + fee * outside,
            outside,
            pool_sale,
            speculating_seller: pool_sale - outside,
            speculating_buyer: outside - gross,
            genuine_client: self.params().valuation - gross,
        })
    }
}
