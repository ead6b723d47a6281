//! The plane of x = α/b, the pool's price, and y = γ/b, its reward.

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::game::{check_fee, check_price, check_quantity};
use super::log_mean::{inverse_log_mean, log_mean};

/// The phase diagram of a fee and of what genuine clients pay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Diagram {
    fee: f64,
    genuine_limit: f64,
}

/// Where roles begin and end, in units of b.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Thresholds {
    /// Speculating buyers trade below this x: 1 − δ.
    pub speculating_buyer: f64,
    /// Sellers trade above this x: 1.
    pub seller: f64,
    /// Genuine clients trade below this x: `x_g` = (1 − δ)·V/b.
    pub genuine_client: f64,
    /// LPs stay from this y on while x ≤ 1: 1 − δ.
    pub lp_floor: f64,
}

/// A region of the diagram, by who acts there; the letters are those of the seed's Figure 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Region {
    /// x ≤ 1, y ≥ 1 − δ: LPs, and nobody who sells into the pool.
    A,
    /// x < 1 − δ, y < 1 − δ: providers leave; speculators buy the pool dry.
    B,
    /// 1 − δ ≤ x ≤ 1, y < 1 − δ: providers leave; no speculation.
    C,
    /// 1 < x ≤ `x_g`, below the boundary: everybody sells, nobody provides liquidity.
    D,
    /// x > max(1, `x_g`), below the boundary: as D, without genuine clients.
    E,
    /// x > max(1, `x_g`), on or above the boundary: LPs, but no genuine clients.
    F,
    /// 1 < x ≤ `x_g`, on or above the boundary: LPs, sellers and clients. The balanced region.
    G,
}

impl Region {
    /// All regions in order.
    pub const ALL: [Self; 7] = [Self::A, Self::B, Self::C, Self::D, Self::E, Self::F, Self::G];

    /// Returns the letter of Figure 4.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
            Self::F => "F",
            Self::G => "G",
        }
    }
}

impl Diagram {
    /// Takes the fee δ and `x_g`, the greatest x that genuine clients accept.
    ///
    /// # Errors
    /// [`Error::FeeOutOfRange`]; [`Error::QuantityOutOfRange`] for `x_g`.
    pub fn new(fee: f64, genuine_limit: f64) -> Result<Self, Error> {
        check_fee(fee)?;
        // A quotient of two prices: its range is twice as wide as theirs.
        if !(0.0..=1e60).contains(&genuine_limit) {
            return Err(Error::QuantityOutOfRange { name: "genuine_limit", value: genuine_limit });
        }
        Ok(Self { fee, genuine_limit })
    }

    /// Returns δ.
    #[must_use]
    pub const fn fee(&self) -> f64 {
        self.fee
    }

    /// Returns where roles begin and end.
    #[must_use]
    pub fn thresholds(&self) -> Thresholds {
        let floor = 1.0 - self.fee;
        Thresholds {
            speculating_buyer: floor,
            seller: 1.0,
            genuine_client: self.genuine_limit,
            lp_floor: floor,
        }
    }

    /// Returns the reward, in units of b, from which on LPs stay at the price x: 1 − δ up to
    /// x = 1, where the alternative is to sell outside, and L(x) − δ above, where it is to sell
    /// into the pool. Relative error below 1e-14/(1 − δ).
    #[must_use]
    pub fn lp_boundary(&self, x: f64) -> f64 {
        if x > 1.0 { log_mean(x) - self.fee } else { 1.0 - self.fee }
    }

    /// Returns the region of a point. Every point of x, y ≥ 0 has exactly one: where `x_g` < 1,
    /// x ≤ 1 decides first, since regions E and F are about selling into the pool.
    #[must_use]
    pub fn region(&self, x: f64, y: f64) -> Region {
        let lps_stay = y >= self.lp_boundary(x);
        if x <= 1.0 {
            return match (lps_stay, x < 1.0 - self.fee) {
                (true, _) => Region::A,
                (false, true) => Region::B,
                (false, false) => Region::C,
            };
        }
        match (x <= self.genuine_limit, lps_stay) {
            (true, false) => Region::D,
            (false, false) => Region::E,
            (false, true) => Region::F,
            (true, true) => Region::G,
        }
    }

    /// Returns x*, the price at which a pool with the reward y rests: L(x*) = y + δ. Relative
    /// error below 1e-12.
    ///
    /// # Errors
    /// [`Error::QuantityOutOfRange`] for y; [`Error::RewardBelowFloor`] for a y below 1 − δ;
    /// [`Error::PriceOutOfRange`] for an x* beyond 1e30.
    ///
    /// # Examples
    /// ```
    /// let diagram = pinfi_core::equilibrium::Diagram::new(0.3, 1.32)?;
    /// assert!((diagram.resting_price(0.8)? - 1.206454).abs() < 1e-6);
    /// # Ok::<(), pinfi_core::equilibrium::Error>(())
    /// ```
    pub fn resting_price(&self, y: f64) -> Result<f64, Error> {
        check_quantity("reward", y)?;
        let floor = 1.0 - self.fee;
        if y < floor {
            return Err(Error::RewardBelowFloor { reward: y, floor });
        }
        // y + δ may round to just below 1 at the floor.
        let x = inverse_log_mean((y + self.fee).max(1.0));
        check_price("resting_price", x)
    }
}
