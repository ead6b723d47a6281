//! The logarithmic mean L(x) = (x − 1)/ln x: value, slope, integral, inverse.
//!
//! With u = ln x all four are entire functions of u, so that the gap at x = 1 is none: near
//! it their power series are summed, elsewhere the closed forms lose nothing.

use libm::{exp, expm1, fabs, log, log1p};

/// Below this |u| the series are summed: the closed forms lose less than three bits above.
const SERIES_BELOW: f64 = 1.0;

/// Returns L(x), with L(1) = 1 and L(0) = 0. Relative error below 1e-14 for 0 < x ≤ 1e300.
///
/// Of a negative number or NaN it is NaN.
#[must_use]
pub fn log_mean(x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    let gap = x - 1.0;
    if gap == 0.0 {
        return 1.0;
    }
    // Within [1/2, 2] the gap is exact; far below, it has lost x and the logarithm must not.
    if x < 0.5 { gap / log(x) } else { gap / log1p(gap) }
}

/// Returns the logarithmic mean of two prices, (a − b)/(ln a − ln b), the average price of a
/// quasi-static sale from one to the other; `a` where they are equal. Symmetric to the bit.
/// Relative error below 2e-14 where a/b is within 1e-300 to 1e300.
#[must_use]
pub fn log_mean_of(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == 0.0 { 0.0 } else { low * log_mean(high / low) }
}

/// Returns L′(x), which falls from ∞ at 0 over 1/2 at 1 towards 0. Relative error below 1e-13.
#[must_use]
pub fn log_mean_slope(x: f64) -> f64 {
    let u = ln(x);
    if fabs(u) < SERIES_BELOW {
        // Σ (−u)^k / (k + 2)!
        return series(|k| -u / (k + 2.0), 0.5);
    }
    (expm1(-u) + u) / (u * u)
}

/// Returns the integral of L from 1 to x ≥ 1, ∫ (e^2u − e^u)/u du = Σ (2^k − 1)·u^k/(k·k!).
/// All terms are positive: nothing cancels. Relative error below 1e-13 for x ≤ 1e30.
#[must_use]
pub(super) fn log_mean_integral(x: f64) -> f64 {
    let u = ln(x);
    let (mut sum, mut double, mut single, mut k) = (0.0, 1.0, 1.0, 0.0);
    loop {
        k += 1.0;
        double *= 2.0 * u / k;
        single *= u / k;
        let term = (double - single) / k;
        sum += term;
        // Past the largest term each is at most half of the one before.
        if k > 4.0 * u && term <= sum * (f64::EPSILON / 4.0) {
            return sum;
        }
    }
}

/// Returns the x > 0 whose logarithmic mean is `mean`: L(x) = mean. Relative error below 1e-12
/// for 0.01 ≤ mean ≤ 1e60; below, x leaves the range of `f64` before long.
///
/// Newton's method on ln L(e^u) = ln mean, whose slope lies between 0 and 1, within the
/// bracket that √x ≤ L(x) ≤ (1 + x)/2 gives; a step out of it is replaced by bisection.
#[must_use]
pub fn inverse_log_mean(mean: f64) -> f64 {
    if !(mean > 0.0 && mean.is_finite()) {
        return if mean == 0.0 { 0.0 } else { f64::NAN };
    }
    let target = ln(mean);
    let least = 2.0 * mean - 1.0;
    // L(x) ≥ mean at x = e^(2·target); where (1 + x)/2 says nothing, L(x) < 1/|ln x| does.
    let mut low = if least > 0.0 { ln(least) } else { -1.0 / mean };
    let mut high = 2.0 * target;
    let mut u = high;
    for _ in 0..MAX_STEPS {
        let miss = ln_mean_of_exp(u) - target;
        if miss == 0.0 {
            break;
        }
        if miss > 0.0 {
            high = u;
        } else {
            low = u;
        }
        let newton = u - miss / ln_mean_slope(u);
        let next = if (low..=high).contains(&newton) { newton } else { 0.5 * (low + high) };
        let step = fabs(next - u);
        u = next;
        if step <= 2.0 * f64::EPSILON * fabs(u) {
            break;
        }
    }
    exp(u)
}

/// Six to eight are taken; bisection alone would need this many.
const MAX_STEPS: usize = 128;

/// ln L(e^u) = ln((e^u − 1)/u), without loss at u = 0.
fn ln_mean_of_exp(u: f64) -> f64 {
    if fabs(u) < SERIES_BELOW {
        // (e^u − 1)/u − 1 = Σ u^k/(k + 1)! from k = 1
        return log1p(series(|k| u / (k + 2.0), 0.5 * u));
    }
    log(expm1(u) / u)
}

/// d/du of [`ln_mean_of_exp`]: e^u/(e^u − 1) − 1/u. It only steers the steps.
fn ln_mean_slope(u: f64) -> f64 {
    if fabs(u) < 1e-3 { 0.5 + u / 12.0 } else { -1.0 / expm1(-u) - 1.0 / u }
}

/// ln x, exact in the gap near 1.
fn ln(x: f64) -> f64 {
    if (0.5..=2.0).contains(&x) { log1p(x - 1.0) } else { log(x) }
}

/// Sums a series from its first term and the ratio of the term k + 1 to the term k.
fn series(ratio_after: impl Fn(f64) -> f64, first: f64) -> f64 {
    let (mut sum, mut term, mut k) = (first, first, 0.0);
    while fabs(term) > fabs(sum) * (f64::EPSILON / 4.0) {
        k += 1.0;
        term *= ratio_after(k);
        sum += term;
    }
    sum
}
