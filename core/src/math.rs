//! Integer arithmetic whose rounding is in its name.
//!
//! Operands are `u128`; intermediates are exact in 256 bits. A quotient that does not fit
//! `u128` is `None`: the callers saturate it, because every balance is below 2^127 and an
//! unpayable price stays unpayable (see [`crate::ledger::MAX_SUPPLY`]).

#[cfg(any(test, not(all(feature = "words", target_arch = "wasm32"))))]
mod native;
#[cfg(any(test, all(feature = "words", target_arch = "wasm32")))]
mod words;

#[cfg(not(all(feature = "words", target_arch = "wasm32")))]
use native as wide;
#[cfg(all(feature = "words", target_arch = "wasm32"))]
use words as wide;

pub(crate) use wide::{div_wide, mul_wide};

use alloy_primitives::U256;

/// One whole unit in 18-decimal fixed point.
pub const WAD: u128 = 1_000_000_000_000_000_000;

/// Basis points in one.
pub const BPS: u128 = 10_000;

/// Returns `floor(a · b / d)`, or `None` if `d` is 0 or the quotient exceeds `u128`.
#[inline]
#[must_use]
pub fn mul_div_floor(a: u128, b: u128, d: u128) -> Option<u128> {
    mul_div_rem(a, b, d).map(|(quotient, _)| quotient)
}

/// Returns `ceil(a · b / d)`, or `None` if `d` is 0 or the quotient exceeds `u128`.
#[inline]
#[must_use]
pub fn mul_div_ceil(a: u128, b: u128, d: u128) -> Option<u128> {
    let (quotient, remainder) = mul_div_rem(a, b, d)?;
    if remainder == 0 { Some(quotient) } else { quotient.checked_add(1) }
}

/// Returns `floor(a · 2^96 / d)` in full, or `None` if `d` is 0.
#[inline]
#[must_use]
pub fn shl96_div_floor(a: u128, d: u128) -> Option<U256> {
    if d == 0 {
        return None;
    }
    let (hi, lo) = (a >> 32, a << 96);
    let (q_hi, rest) = wide::div_narrow(hi, d);
    let (q_lo, _) = div_wide(rest, lo, d);
    Some(join(q_hi, q_lo))
}

/// Returns `floor(a · b / 2^96)`, or `None` if it exceeds `u128`.
#[inline]
#[must_use]
pub fn mul_shr96_floor(a: u128, b: U256) -> Option<u128> {
    let [b0, b1, b2, b3] = *b.as_limbs();
    let (b_lo, b_hi) = (pair(b0, b1), pair(b2, b3));
    let (p1, p0) = mul_wide(a, b_lo);
    let (q1, q0) = mul_wide(a, b_hi);
    // a·b = q1·2^256 + (q0 + p1)·2^128 + p0; its bits from 96 up must fit 128.
    let (middle, carry) = q0.overflowing_add(p1);
    if q1 != 0 || carry || middle >> 96 != 0 {
        return None;
    }
    Some((middle << 32) | (p0 >> 96))
}

/// Returns `floor(a · b / 2^96)` of signed numbers. The quotient must fit; callers show that.
#[must_use]
pub(crate) fn mul_shr96_signed_floor(a: i128, b: i128) -> i128 {
    let (hi, lo) = mul_wide(a.unsigned_abs(), b.unsigned_abs());
    let quotient = ((hi << 32) | (lo >> 96)).cast_signed();
    if (a < 0) == (b < 0) {
        quotient
    } else {
        // Down is away from zero here.
        -quotient - i128::from(lo << 32 != 0)
    }
}

#[inline]
fn mul_div_rem(a: u128, b: u128, d: u128) -> Option<(u128, u128)> {
    let (hi, lo) = mul_wide(a, b);
    if hi >= d {
        return None;
    }
    Some(if hi == 0 { wide::div_narrow(lo, d) } else { div_wide(hi, lo, d) })
}

#[inline]
fn pair(lo: u64, hi: u64) -> u128 {
    (u128::from(hi) << 64) | u128::from(lo)
}

#[inline]
fn join(hi: u128, lo: u128) -> U256 {
    (U256::from(hi) << 128) | U256::from(lo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The slow twin: the same in a library's 512 bits.
    fn slow(a: u128, b: u128, d: u128) -> Option<(u128, bool)> {
        let product = U256::from(a) * U256::from(b);
        let d = U256::from(d);
        if d.is_zero() {
            return None;
        }
        let (quotient, remainder) = product.div_rem(d);
        Some((quotient.try_into().ok()?, !remainder.is_zero()))
    }

    /// Numbers of every width, not only wide ones.
    fn any_width() -> impl Strategy<Value = u128> {
        (any::<u128>(), 0u32..128).prop_map(|(x, shift)| x >> shift)
    }

    #[test]
    fn mul_div_rejects_zero_divisor_and_overflow() {
        assert_eq!(mul_div_floor(1, 1, 0), None);
        assert_eq!(mul_div_floor(0, 0, 0), None);
        assert_eq!(mul_div_floor(u128::MAX, 2, 1), None);
        assert_eq!(mul_div_ceil(u128::MAX, u128::MAX, u128::MAX - 1), None);
        // The floor fits and the ceiling is one past the top: (2^64-1)·(2^64+1)+… has no such
        // case below; the nearest is an exact quotient.
        assert_eq!(mul_div_ceil(u128::MAX, 7, 7), Some(u128::MAX));
        assert_eq!(shl96_div_floor(1, 0), None);
        assert_eq!(mul_shr96_floor(u128::MAX, U256::MAX), None);
    }

    #[test]
    fn mul_div_rounds_as_named() {
        assert_eq!(mul_div_floor(10, 10, 3), Some(33));
        assert_eq!(mul_div_ceil(10, 10, 3), Some(34));
        assert_eq!(mul_div_ceil(9, 1, 3), Some(3));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn mul_div_equals_slow_twin(a in any_width(), b in any_width(), d in any_width()) {
            let expected = slow(a, b, d);
            prop_assert_eq!(mul_div_floor(a, b, d), expected.map(|(q, _)| q));
            prop_assert_eq!(
                mul_div_ceil(a, b, d),
                expected.and_then(|(q, inexact)| q.checked_add(u128::from(inexact)))
            );
        }

        #[test]
        fn shl96_div_equals_slow_twin(a in any_width(), d in 1..=u128::MAX) {
            let expected = (U256::from(a) << 96) / U256::from(d);
            prop_assert_eq!(shl96_div_floor(a, d), Some(expected));
        }

        #[test]
        fn mul_shr96_equals_slow_twin(a in any_width(), x in any::<[u64; 4]>(), shift in 0usize..256) {
            let b = U256::from_limbs(x) >> shift;
            let wide = alloy_primitives::U512::from(a) * alloy_primitives::U512::from(b);
            let expected = u128::try_from(wide >> 96).ok();
            prop_assert_eq!(mul_shr96_floor(a, b), expected);
        }
    }
}
