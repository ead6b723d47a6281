//! The price of an option by simulation.

use serde::{Deserialize, Serialize};

use super::twin::ROUNDING;
use super::words::to_f32;
use super::{Kernel, Near, Shape, Twin, launch, within};
use crate::limits::Parameter;
use crate::program::{Launch, Slot};
use crate::refusal::Refusal;

const SHADER: &str = include_str!("../shaders/pricing.wgsl");
/// Lanes that a workgroup simulates.
const TILE: u32 = 64;
const MOST_LANES: u64 = 1 << 20;
const MOST_PATHS: u64 = 1 << 10;
const MOST_MOMENTS: u64 = 1 << 12;
/// Operations of one moment, a quarter of a draw with it, about.
const MOMENT_OPERATIONS: u64 = 100;
/// The most that a normal is off, in roundings of 1.
const NORMAL_ROUNDINGS: f64 = 48.0;
/// The most that `exp` is off, and what is done with it: WGSL lets it be 3 + 2 |x| units of the
/// last place, each of two roundings.
const EXP_ROUNDINGS: [f64; 2] = [10.0, 4.0];

/// An option on a share that follows a geometric Brownian motion.
///
/// Each lane simulates some paths and gives the sum of their payoffs at maturity and that of
/// their squares: a unit of two floats. Chance is Philox 4×32-10 counted by lane, path and
/// moment, so that every device draws the same. Normals are by Wichura's AS 241 (PPND7), which
/// needs no function that devices compute coarsely.
///
/// A price is within `(10 + 4 L + moments · (L + 48 s + |d|)) · 2⁻²⁴` of itself, where L is the
/// greatest logarithm of its path and d and s the drift and the volatility of a moment; sums are
/// as far off as their terms and roundings can be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonteCarlo {
    /// What the option pays.
    pub payoff: Payoff,
    /// Which price counts.
    pub averaging: Averaging,
    /// The share's price now, above 0, up to 10⁶.
    pub spot: f32,
    /// The option's price of exercise, above 0, up to 10⁶.
    pub strike: f32,
    /// Interest a year, −1 to 1, compounded at all times.
    pub rate: f32,
    /// Volatility for a year, above 0; with the maturity `σ² T` is at most 4.
    pub volatility: f32,
    /// Years until maturity, above 0, up to 100.
    pub years: f32,
    /// Moments of a path at equal distances, the last at maturity; 1 to 2¹².
    pub moments: u32,
    /// Paths of a lane, 1 to 2¹⁰.
    pub paths: u32,
    /// Lanes, 1 to 2²⁰.
    pub lanes: u32,
    /// What chance begins with.
    pub seed: u64,
}

/// What an option pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payoff {
    /// What the price is above the strike.
    Call,
    /// What the price is below the strike.
    Put,
}

/// Which price of a path counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Averaging {
    /// The last: a European option.
    Last,
    /// The mean of all moments: an Asian one.
    Mean,
}

/// What lanes say of an option together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Paths that it is from.
    pub paths: u64,
    /// The option's price now.
    pub price: f64,
    /// The price's standard error.
    pub standard_error: f64,
}

impl MonteCarlo {
    /// Puts the lanes of an output, or of a part of it, together. None where there are no two
    /// paths.
    #[must_use]
    pub fn estimate(&self, output: &[u8]) -> Option<Estimate> {
        let words = to_f32(output);
        let lanes = words.as_chunks::<2>().0;
        let paths = lanes.len() as u64 * u64::from(self.paths);
        let (sum, squares) = lanes.iter().fold((0.0, 0.0), |(sum, squares), lane| {
            (sum + f64::from(lane[0]), squares + f64::from(lane[1]))
        });
        let count = paths as f64;
        let mean = sum / count;
        let variance = ((squares - sum * mean) / (count - 1.0)).max(0.0);
        let discount = (-f64::from(self.rate) * f64::from(self.years)).exp();
        (paths > 1).then(|| Estimate {
            paths,
            price: discount * mean,
            standard_error: discount * (variance / count).sqrt(),
        })
    }

    /// Gives the drift and the volatility of one moment, as the shader is told.
    fn moment(&self) -> [f32; 2] {
        let length = self.years / self.moments as f32;
        let drift = (self.rate - self.volatility * self.volatility / 2.0) * length;
        [drift, self.volatility * length.sqrt()]
    }

    /// Gives the price of a path that counts and how far a device may be off.
    fn path(&self, lane: u32, path: u32) -> Near {
        let [drift, spread] = self.moment().map(f64::from);
        let key = [low(self.seed), low(self.seed >> 32)];
        let (mut log, mut sum, mut last, mut peak, mut size) =
            (0.0_f64, 0.0, 0.0, 0.0_f64, 0.0_f64);
        let mut draws = [0; 4];
        for moment in 0..self.moments {
            if moment % 4 == 0 {
                draws = philox([moment / 4, path, lane, 0], key);
            }
            log += drift + spread * normal(draws[(moment % 4) as usize]);
            last = f64::from(self.spot) * f64::exp(log);
            sum += last;
            peak = peak.max(last);
            size = size.max(log.abs());
        }
        let counted = match self.averaging {
            Averaging::Last => last,
            Averaging::Mean => sum / f64::from(self.moments),
        };
        let [exp, slope] = EXP_ROUNDINGS;
        let moment = size + NORMAL_ROUNDINGS * spread + drift.abs();
        let off = exp + slope * size + f64::from(self.moments) * moment;
        // A mean is of prices that are each as far off as themselves.
        Near { value: counted, tolerance: off * ROUNDING * peak }.sized(peak)
    }

    fn is_price(name: &'static str, value: f32) -> Result<(), Refusal> {
        number(name, value, value > 0.0 && value <= 1e6, "above 0, up to a million")
    }
}

fn number(
    name: &'static str,
    value: f32,
    is_good: bool,
    needed: &'static str,
) -> Result<(), Refusal> {
    if is_good {
        Ok(())
    } else {
        Err(Refusal::Parameter { name, value: value.to_string(), needed })
    }
}

/// Gives the lower half.
const fn low(word: u64) -> u32 {
    let [a, b, c, d, ..] = word.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// Philox 4×32 with ten rounds: four random words for a counter under a key.
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let first = u64::from(counter[0]) * 0xd251_1f53;
        let second = u64::from(counter[2]) * 0xcd9e_8d57;
        counter = [
            low(second >> 32) ^ counter[1] ^ key[0],
            low(second),
            low(first >> 32) ^ counter[3] ^ key[1],
            low(first),
        ];
        key = [key[0].wrapping_add(0x9e37_79b9), key[1].wrapping_add(0xbb67_ae85)];
    }
    counter
}

/// The normal that a random word stands for, of 2²³ that are symmetric.
fn normal(word: u32) -> f64 {
    let place = word >> 9;
    let half = 1 << 22;
    let (mirrored, sign) = if place < half { (place, -1.0) } else { (2 * half - 1 - place, 1.0) };
    let share = (f64::from(mirrored) + 0.5) / f64::from(2 * half);
    let from_middle = 0.5 - share;
    sign * if from_middle <= 0.425 {
        let r = 0.180_625 - from_middle * from_middle;
        let above = ((59.109_374_720 * r + 159.291_132_02) * r + 50.434_271_938) * r;
        let below = ((67.187_563_600 * r + 78.757_757_664) * r + 17.895_169_469) * r;
        from_middle * (above + 3.387_132_717_9) / (below + 1.0)
    } else {
        let r = (-share.ln()).sqrt() - 1.6;
        let above = ((0.170_238_211_03 * r + 1.306_728_481_6) * r + 2.756_815_390_0) * r;
        let below = (0.120_211_329_75 * r + 0.737_001_642_50) * r;
        (above + 1.423_437_277_7) / (below + 1.0)
    }
}

impl Kernel for MonteCarlo {
    fn check(&self) -> Result<(), Refusal> {
        within(Parameter::Moments, self.moments, 1..=MOST_MOMENTS)?;
        within(Parameter::Paths, self.paths, 1..=MOST_PATHS)?;
        within(Parameter::Lanes, self.lanes, 1..=MOST_LANES)?;
        Self::is_price("spot", self.spot)?;
        Self::is_price("strike", self.strike)?;
        number("rate", self.rate, self.rate.abs() <= 1.0, "from -1 to 1")?;
        let years = self.years;
        number("years", years, years > 0.0 && years <= 100.0, "above 0, up to 100")?;
        let variance = self.volatility * self.volatility * years;
        let is_good = self.volatility > 0.0 && variance <= 4.0;
        number("volatility", self.volatility, is_good, "above 0, its square times years up to 4")
    }

    fn shape(&self) -> Shape {
        let moments = u64::from(self.paths) * u64::from(self.moments);
        Shape { units: self.lanes, unit_bytes: 8, operations: moments * MOMENT_OPERATIONS }
    }

    fn units_at_once(&self) -> u32 {
        self.lanes
    }

    fn source(&self) -> String {
        SHADER.into()
    }

    fn slots(&self, _units: u32) -> Vec<Slot<'_>> {
        Vec::new()
    }

    fn launches(&self, first: u32, count: u32) -> Vec<Launch<'static>> {
        let [drift, spread] = self.moment();
        let words = [
            low(self.seed),
            low(self.seed >> 32),
            first,
            first + count,
            self.paths,
            self.moments,
            self.payoff as u32,
            self.averaging as u32,
            self.spot.to_bits(),
            self.strike.to_bits(),
            drift.to_bits(),
            spread.to_bits(),
        ];
        launch([count.div_ceil(TILE), 1, 1], &words)
    }

    fn twin(&self, unit: u32) -> Twin {
        let strike = f64::from(self.strike);
        let (mut sum, mut squares) = (ZERO, ZERO);
        for path in 0..self.paths {
            let price = self.path(unit, path);
            let gain = match self.payoff {
                Payoff::Call => price.value - strike,
                Payoff::Put => strike - price.value,
            };
            let gain = gain.max(0.0);
            let off = price.tolerance + ROUNDING * strike;
            sum = Near { value: sum.value + gain, tolerance: sum.tolerance + off };
            squares.value += gain * gain;
            squares.tolerance += off * (2.0 * gain + off);
        }
        let roundings = (f64::from(self.paths) + 2.0) * ROUNDING;
        sum.tolerance += roundings * sum.value;
        squares.tolerance += roundings * squares.value;
        let [sum, squares] = [sum, squares].map(|near| near.sized(near.value));
        Twin::Near(vec![sum, squares])
    }
}

const ZERO: Near = Near { value: 0.0, tolerance: 0.0 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn philox_equals_the_published_answers() {
        // Random123's kat_vectors, philox4x32 10.
        let cases = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox(counter, key), expected);
        }
    }

    #[test]
    fn normal_is_the_quantile_and_symmetric() {
        // 1 ‰, 1 % and 30 % of 2²³.
        for (place, expected) in [(8_389, -3.090_2), (83_886, -2.326_35), (2_516_582, -0.524_4)] {
            let word = place << 9;
            assert!((normal(word) - expected).abs() < 1e-4, "{place}: {}", normal(word));
            assert_eq!(normal(word), -normal(!word));
        }
    }
}
