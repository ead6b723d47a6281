//! Products and quotients in the machine's own 128 bits.

/// Divides `x` by `d`, which is not 0.
#[inline]
pub(crate) const fn div_narrow(x: u128, d: u128) -> (u128, u128) {
    (x / d, x % d)
}

/// The 256-bit product as (high, low).
#[inline]
pub(crate) fn mul_wide(a: u128, b: u128) -> (u128, u128) {
    let (a1, a0) = halves(a);
    let (b1, b0) = halves(b);
    let (low, cross1, cross2, high) = (a0 * b0, a1 * b0, a0 * b1, a1 * b1);
    let middle = (low >> 64) + (cross1 & LOW) + (cross2 & LOW);
    ((high + (cross1 >> 64) + (cross2 >> 64) + (middle >> 64)), (middle << 64) | (low & LOW))
}

/// Divides (hi, lo) by `d` where `hi < d`, so that the quotient fits: schoolbook division in
/// base 2^64, two digits (Knuth, TAOCP 4.3.1, algorithm D).
#[inline]
pub(crate) fn div_wide(hi: u128, lo: u128, d: u128) -> (u128, u128) {
    debug_assert!(hi < d);
    let shift = d.leading_zeros();
    let d = d << shift;
    let hi = if shift == 0 { hi } else { (hi << shift) | (lo >> (128 - shift)) };
    let (l1, l0) = halves(lo << shift);
    let (q1, rest) = div_digit(hi, l1, d);
    let (q0, rest) = div_digit(rest, l0, d);
    ((q1 << 64) | q0, rest >> shift)
}

/// One digit of the quotient: (hi, next) / d, where d has its top bit set and `hi < d`.
#[inline]
fn div_digit(hi: u128, next: u128, d: u128) -> (u128, u128) {
    let (d1, d0) = halves(d);
    let (mut digit, mut rest) = (hi / d1, hi % d1);
    // The estimate exceeds the digit by two at most.
    while digit > LOW || digit * d0 > ((rest << 64) | next) {
        digit -= 1;
        rest += d1;
        if rest > LOW {
            break;
        }
    }
    (digit, (hi << 64).wrapping_add(next).wrapping_sub(digit.wrapping_mul(d)))
}

const LOW: u128 = u64::MAX as u128;

#[inline]
const fn halves(x: u128) -> (u128, u128) {
    (x >> 64, x & LOW)
}
