//! What a provider's accrued reward is multiplied by: PoT, PoL and PoW (PROTOCOL 6).
//!
//! PoP is 1: no privacy level is attested anywhere. Each exponent is rounded up, away from
//! zero, so that a multiplier never favours the provider by its rounding.

use super::emission::DAY_SECS;
use super::exp::exp_neg_wad;
use crate::math::{WAD, mul_div_ceil};
use crate::units::{Secs, Wei};

const TIME_WAD: u128 = 2_303 * WAD / 1_000;
const STEEP_WAD: u128 = 7_324 * WAD / 1_000;
const FULL_AGE: Secs = Secs(30 * DAY_SECS);

/// Returns PoT for the time that the provider was a verified LP: 0.1 at none, 1 from 30 days.
pub(crate) fn time_wad(age: Secs) -> u128 {
    falling(TIME_WAD, FULL_AGE.saturating_sub(age).0.into(), FULL_AGE.0.into())
}

/// Returns PoL for the PIN that the provider holds locked, against the rewards minted to it.
pub(crate) fn loyalty_wad(held: Wei, minted: Wei) -> u128 {
    falling(STEEP_WAD, minted.saturating_sub(held).0, minted.0)
}

/// Returns PoW for `proofs` that took `spent` from challenge to commitment together.
///
/// The reference device takes half the pool's window for a proof, so that with W operations
/// a second, W / W_bench = proofs·window / (2·spent); the size of the work drops out.
pub(crate) fn work_wad(proofs: u32, spent: Secs, window: Secs) -> u128 {
    let twice = 2 * u128::from(spent.0);
    falling(STEEP_WAD, twice.saturating_sub(u128::from(proofs) * u128::from(window.0)), twice)
}

/// Returns exp(−steepness · missing / whole); 1 where nothing is missing.
fn falling(steepness_wad: u128, missing: u128, whole: u128) -> u128 {
    if missing == 0 {
        return WAD;
    }
    // missing ≤ whole, so the exponent is at most the steepness.
    exp_neg_wad(mul_div_ceil(steepness_wad, missing, whole).unwrap_or(steepness_wad))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multipliers_at_their_ends() {
        assert_eq!(time_wad(Secs(0)), 99_958_517_905_605_449);
        assert_eq!(time_wad(FULL_AGE), WAD);
        assert_eq!(time_wad(Secs(u64::MAX)), WAD);
        assert_eq!(loyalty_wad(Wei(0), Wei(0)), WAD, "nothing was minted yet");
        assert_eq!(loyalty_wad(Wei(0), Wei(1)), 659_518_852_609_110);
        assert_eq!(loyalty_wad(Wei(5), Wei(5)), WAD);
        assert_eq!(loyalty_wad(Wei(u128::MAX), Wei(5)), WAD);
        assert_eq!(work_wad(0, Secs(0), Secs(600)), WAD);
        assert_eq!(work_wad(3, Secs(900), Secs(600)), WAD, "half the window each");
        assert!(work_wad(3, Secs(901), Secs(600)) < WAD);
        // At the window's end: exp(−7.324/2).
        assert_eq!(work_wad(1, Secs(600), Secs(600)), 25_681_099_131_639_809);
    }

    #[test]
    fn multipliers_fall_with_what_is_missing() {
        let rising = |of: fn(u64) -> u128| (1..=100).all(|n| of(n) > of(n - 1));
        assert!(rising(|n| time_wad(Secs(n * FULL_AGE.0 / 100))));
        assert!(rising(|n| loyalty_wad(Wei(n.into()), Wei(100))));
        assert!(rising(|n| work_wad(1, Secs(400 - n), Secs(600))));
    }
}
