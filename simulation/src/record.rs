//! What is noted of each hour.

use serde::{Deserialize, Serialize};

/// One hour of a market, as of its end. Prices and amounts are PIN; a price is for an hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The hour, from 1.
    pub hour: u32,
    /// α, the pool's spot price; 0 in a dormant pool.
    pub price: f64,
    /// x = α/b.
    pub x: f64,
    /// y = γ/b.
    pub y: f64,
    /// γ, the reward for an LP hour.
    pub reward: f64,
    /// The region of (x, y); empty in a dormant pool.
    pub region: String,
    /// T, the pool's PIN.
    pub pool_pin: f64,
    /// R, the pool's hours.
    pub pool_hours: f64,
    /// D, the longest sale, in hours.
    pub duration: f64,
    /// R/Z.
    pub cover: f64,
    /// Providers that are LPs.
    pub lps: u32,
    /// Devices that were sold to the pool.
    pub sold: u32,
    /// Providers that sell outside.
    pub outside: u32,
    /// Providers that have left for good.
    pub gone: u32,
    /// Devices that can be rented or are.
    pub offered: u32,
    /// Devices that are rented.
    pub rented: u32,
    /// Rented devices of those offered; 0 of none.
    pub utilisation: f64,
    /// Hours that genuine clients and whales asked for.
    pub asked: f64,
    /// Hours of these that they got.
    pub served: f64,
    /// What an LP hour has brought lately beside the reward.
    pub lp_income: f64,
    /// Rewards earned since the start.
    pub rewards_earned: f64,
    /// Rewards minted since the start.
    pub rewards_minted: f64,
    /// PIN burned since the start.
    pub burned: f64,
    /// Stakes slashed since the start.
    pub slashed: u32,
}
