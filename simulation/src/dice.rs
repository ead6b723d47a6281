//! All chance of a simulation, from one seed.
//!
//! The distributions are a few lines each on the functions of `libm`: those of the usual crate
//! go through the target's own `ln` and `exp`, whose last bit differs between a browser and a
//! server, and a market amplifies it.

use alloy_primitives::B256;
use libm::{cos, exp, log, sqrt};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of chance.
#[derive(Clone, Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * STEP
    }

    /// A whole number in 0..`count`; 0 for none. The bias is below 2⁻³².
    pub(crate) fn below(&mut self, count: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(count);
        u32::try_from(wide >> 32).unwrap_or(0)
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A waiting time of mean 1.
    pub(crate) fn exponential(&mut self) -> f64 {
        -log(1.0 - self.unit())
    }

    /// The noise whose largest sum with a payoff makes a logit choice.
    pub(crate) fn gumbel(&mut self) -> f64 {
        // Above zero, or the logarithm of a logarithm is none.
        -log(self.exponential().max(f64::MIN_POSITIVE))
    }

    /// A normal number of mean 0 and variance 1 (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = sqrt(2.0 * self.exponential());
        radius * cos(core::f64::consts::TAU * self.unit())
    }

    pub(crate) fn log_normal(&mut self, median: f64, spread: f64) -> f64 {
        median * exp(spread * self.normal())
    }

    /// How many events of a given mean number there are.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let (mut count, mut waited) = (0, self.exponential());
        while waited < mean {
            count += 1;
            waited += self.exponential();
        }
        count
    }

    pub(crate) fn word(&mut self) -> B256 {
        let mut word = B256::ZERO;
        self.0.fill_bytes(word.as_mut_slice());
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(samples: u32, mut draw: impl FnMut() -> f64) -> f64 {
        (0..samples).map(|_| draw()).sum::<f64>() / f64::from(samples)
    }

    #[test]
    fn dice_of_one_seed_repeat_and_of_another_do_not() {
        let draws = |seed| {
            let mut dice = Dice::new(seed);
            (dice.unit(), dice.below(1_000), dice.word())
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }

    #[test]
    fn dice_keep_their_means_and_ranges() {
        let mut dice = Dice::new(1);
        let samples = 200_000;
        assert!((0..samples).all(|_| dice.below(3) < 3) && dice.below(0) == 0);
        assert!((mean(samples, || dice.unit()) - 0.5).abs() < 0.005);
        assert!((mean(samples, || dice.exponential()) - 1.0).abs() < 0.02);
        // Euler's constant.
        assert!((mean(samples, || dice.gumbel()) - 0.5772).abs() < 0.02);
        assert!(mean(samples, || dice.normal()).abs() < 0.02);
        let square = mean(samples, || {
            let x = dice.normal();
            x * x
        });
        assert!((square - 1.0).abs() < 0.02);
        assert!((mean(20_000, || f64::from(dice.poisson(9.0))) - 9.0).abs() < 0.15);
    }
}
