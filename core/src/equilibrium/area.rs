//! How much of a box each region takes.

use super::diagram::{Diagram, Region};
use super::error::Error;
use super::game::check_price;
use super::log_mean::{inverse_log_mean, log_mean_integral};

/// The part of the plane that is looked at: 0 ≤ x ≤ `x_max`, 0 ≤ y ≤ `y_max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlotBox {
    x_max: f64,
    y_max: f64,
}

impl PlotBox {
    /// Takes the two sides, in units of b.
    ///
    /// # Errors
    /// [`Error::PriceOutOfRange`] for a side that is no positive number up to 1e30.
    pub fn new(x_max: f64, y_max: f64) -> Result<Self, Error> {
        Ok(Self { x_max: check_price("x_max", x_max)?, y_max: check_price("y_max", y_max)? })
    }

    /// Returns the whole area.
    #[must_use]
    pub fn area(&self) -> f64 {
        self.x_max * self.y_max
    }
}

/// The areas of the seven regions within a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Areas([f64; 7]);

impl Areas {
    /// Returns the area of a region.
    #[must_use]
    pub fn of(&self, region: Region) -> f64 {
        let [a, b, c, d, e, f, g] = self.0;
        match region {
            Region::A => a,
            Region::B => b,
            Region::C => c,
            Region::D => d,
            Region::E => e,
            Region::F => f,
            Region::G => g,
        }
    }

    /// Returns the sum, which is the box's area to rounding.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.0.iter().sum()
    }
}

impl Diagram {
    /// Returns the areas of the regions within a box. Absolute error below 1e-12 of the box.
    #[must_use]
    pub fn areas(&self, plot: &PlotBox) -> Areas {
        let PlotBox { x_max, y_max } = *plot;
        let limits = self.thresholds();
        let (floor, unit) = (limits.lp_floor, x_max.min(1.0));
        let lower = y_max.min(floor);
        // Beyond x = 1, genuine clients end somewhere between there and the box's side.
        let genuine = limits.genuine_client.clamp(1.0, x_max.max(1.0));
        let end = x_max.max(1.0);
        let d = self.below(1.0, genuine, y_max);
        let e = self.below(genuine, end, y_max);
        Areas([
            unit * (y_max - lower),
            x_max.min(limits.speculating_buyer) * lower,
            (unit - limits.speculating_buyer).max(0.0) * lower,
            d,
            e,
            ((end - genuine) * y_max - e).max(0.0),
            ((genuine - 1.0) * y_max - d).max(0.0),
        ])
    }

    /// The area under the boundary and under `y_max`, for 1 ≤ from ≤ to.
    fn below(&self, from: f64, to: f64, y_max: f64) -> f64 {
        // The boundary rises through `y_max` once, or lies above it from x = 1 on.
        let crossing = inverse_log_mean((y_max + self.fee()).max(1.0)).clamp(from, to);
        let under_curve = log_mean_integral(crossing) - log_mean_integral(from);
        under_curve - self.fee() * (crossing - from) + y_max * (to - crossing)
    }
}
