//! The same products and quotients on words of 64 bits.
//!
//! Wasm has no 128-bit instructions: every `u128` product and quotient is a call of a general
//! library function there. Written out in words, a quote takes less than half the time, for some
//! more code. Proved equal to [`super::native`] by the tests below.

const LOW32: u64 = 0xffff_ffff;

/// Divides `x` by `d`, which is not 0.
#[inline]
pub(crate) const fn div_narrow(x: u128, d: u128) -> (u128, u128) {
    let (d1, d0) = split(d);
    let (x1, x0) = split(x);
    if d1 == 0 {
        let (q1, rest) = (x1 / d0, x1 % d0);
        let (q0, rest) = if d0 <= LOW32 {
            // A short divisor, as basis points are: two digits of 32 bits.
            let upper = (rest << 32) | (x0 >> 32);
            let lower = ((upper % d0) << 32) | (x0 & LOW32);
            (((upper / d0) << 32) | (lower / d0), lower % d0)
        } else {
            let shift = d0.leading_zeros();
            let dividend = join(rest, x0) << shift;
            let (upper, lower) = split(dividend);
            let (q0, rest) = div_word(upper, lower, d0 << shift);
            (q0, rest >> shift)
        };
        return (join(q1, q0), rest as u128);
    }
    let shift = d.leading_zeros();
    let upper = if shift == 0 { 0 } else { x >> (128 - shift) };
    let (x1, x0) = split(x << shift);
    let (q, rest) = div_digit((upper << 64) | x1 as u128, x0, d << shift);
    (q as u128, rest >> shift)
}

/// The 256-bit product as (high, low).
#[inline]
pub(crate) const fn mul_wide(a: u128, b: u128) -> (u128, u128) {
    let (a1, a0) = split(a);
    let (b1, b0) = split(b);
    let (low, cross1, cross2, high) = (mul(a0, b0), mul(a1, b0), mul(a0, b1), mul(a1, b1));
    let middle = (low >> 64) + lower(cross1) + lower(cross2);
    (high + (cross1 >> 64) + (cross2 >> 64) + (middle >> 64), (middle << 64) | lower(low))
}

/// Divides (hi, lo) by `d` where `hi < d`, so that the quotient fits (Knuth, TAOCP 4.3.1,
/// algorithm D), in base 2^64.
#[inline]
pub(crate) const fn div_wide(hi: u128, lo: u128, d: u128) -> (u128, u128) {
    debug_assert!(hi < d);
    let shift = d.leading_zeros();
    let d = d << shift;
    let hi = if shift == 0 { hi } else { (hi << shift) | (lo >> (128 - shift)) };
    let (x1, x0) = split(lo << shift);
    let (q1, rest) = div_digit(hi, x1, d);
    let (q0, rest) = div_digit(rest, x0, d);
    (join(q1, q0), rest >> shift)
}

/// One digit of the quotient: (hi, next) / d, where d has its top bit set and `hi < d`.
#[inline]
const fn div_digit(hi: u128, next: u64, d: u128) -> (u64, u128) {
    let (d1, d0) = split(d);
    let (hi1, hi0) = split(hi);
    // The estimate exceeds the digit by two at most; once the rest exceeds a word, it is right.
    let (mut digit, mut rest, mut exact) = if hi1 >= d1 {
        let (rest, carry) = hi0.overflowing_add(d1);
        (u64::MAX, rest, carry)
    } else {
        let (digit, rest) = div_word(hi1, hi0, d1);
        (digit, rest, false)
    };
    while !exact && mul(digit, d0) > join(rest, next) {
        digit -= 1;
        (rest, exact) = rest.overflowing_add(d1);
    }
    let product = mul(digit, d0).wrapping_add(join(digit.wrapping_mul(d1), 0));
    (digit, ((hi << 64) | next as u128).wrapping_sub(product))
}

/// (hi, lo) / d, where d has its top bit set and `hi < d`: the same in base 2^32.
#[inline]
const fn div_word(hi: u64, lo: u64, d: u64) -> (u64, u64) {
    let (q1, rest) = half_digit(hi, lo >> 32, d);
    let (q0, rest) = half_digit(rest, lo & LOW32, d);
    ((q1 << 32) | q0, rest)
}

#[inline]
const fn half_digit(hi: u64, next: u64, d: u64) -> (u64, u64) {
    let (d1, d0) = (d >> 32, d & LOW32);
    let (mut digit, mut rest) = (hi / d1, hi % d1);
    while digit > LOW32 || digit * d0 > ((rest << 32) | next) {
        digit -= 1;
        rest += d1;
        if rest > LOW32 {
            break;
        }
    }
    (digit, (hi << 32).wrapping_add(next).wrapping_sub(digit.wrapping_mul(d)))
}

/// The product of two words, from four of their halves.
#[inline]
const fn mul(a: u64, b: u64) -> u128 {
    let (a1, a0) = (a >> 32, a & LOW32);
    let (b1, b0) = (b >> 32, b & LOW32);
    let low = a0 * b0;
    let cross1 = a1 * b0 + (low >> 32);
    let cross2 = a0 * b1 + (cross1 & LOW32);
    join(a1 * b1 + (cross1 >> 32) + (cross2 >> 32), (cross2 << 32) | (low & LOW32))
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the halves are what is asked for")]
const fn split(x: u128) -> (u64, u64) {
    ((x >> 64) as u64, x as u64)
}

#[inline]
const fn lower(x: u128) -> u128 {
    split(x).1 as u128
}

#[inline]
const fn join(hi: u64, lo: u64) -> u128 {
    ((hi as u128) << 64) | lo as u128
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::native;
    use super::*;

    /// Numbers of every width, and those around the powers of two: where digits carry.
    fn any_width() -> impl Strategy<Value = u128> {
        prop_oneof![
            (any::<u128>(), 0_u32..128).prop_map(|(x, shift)| x >> shift),
            (0_u32..128, 0_u128..4).prop_map(|(bit, off)| (1_u128 << bit).wrapping_sub(off)),
            (any::<u64>(), 0_u64..3).prop_map(|(x, off)| join(x, u64::MAX - off)),
            (any::<u64>(), 0_u64..3).prop_map(|(x, off)| join(u64::MAX - off, x)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(50_000))]

        #[test]
        fn mul_wide_equals_its_twin(a in any_width(), b in any_width()) {
            prop_assert_eq!(mul_wide(a, b), native::mul_wide(a, b));
        }

        #[test]
        fn div_narrow_equals_its_twin(x in any_width(), d in any_width()) {
            prop_assume!(d > 0);
            prop_assert_eq!(div_narrow(x, d), native::div_narrow(x, d));
        }

        #[test]
        fn div_wide_equals_its_twin(hi in any_width(), lo in any_width(), d in any_width()) {
            prop_assume!(d > 0);
            let hi = hi % d;
            prop_assert_eq!(div_wide(hi, lo, d), native::div_wide(hi, lo, d));
        }
    }
}
