//! exp(−z) in fixed point, the same integer steps as Solady's `expWad`.
//!
//! The contracts call that library; its rational approximation (by Remco Bloemen, MIT) is
//! followed here step by step for arguments up to zero, in 128-bit words, so that the two
//! agree to the bit. In words: z is brought to Q96, k = round(−z / ln 2) halvings are split
//! off, and p(x)/q(x) of the rest x in [−½ ln 2, ½ ln 2] is scaled back. Every `>> 96` rounds
//! down, every division towards zero.

use crate::math::{div_wide, mul_div_floor, mul_shr96_signed_floor, mul_wide};

const LN2_Q96: i128 = 54_916_777_467_707_473_351_141_471_128;
/// 10^18 / 2^18: what a WAD is divided by once it is shifted left by 78, to be in Q96.
const FIVE_POW_18: u128 = 3_814_697_265_625;
/// The scale factor s·10^18·2^117, s ≈ 6.03, as two words: it takes Q96 to WAD · 2^195.
const SCALE_HI: u128 = 11_234_296_709;
const SCALE_LO: u128 = 132_607_009_764_632_164_597_277_443_144_459_717_363;
/// From here on the result is below one half of its last digit.
const ZERO_FROM: u128 = 41_446_531_673_892_822_313;

/// Returns exp(−z), both in WAD; zero from z = 41.4 on. The relative error is below 2·10^-15
/// for z up to 7.324, the largest exponent of any multiplier.
#[must_use]
pub fn exp_neg_wad(z: u128) -> u128 {
    if z >= ZERO_FROM {
        return 0;
    }
    // z < 2^66: both quotients are below 2^103.
    let z_q96 = mul_div_floor(z, 1 << 78, FIVE_POW_18).unwrap_or(0);
    let z_over_ln2_q96 = mul_div_floor(z_q96, 1 << 96, LN2_Q96.unsigned_abs()).unwrap_or(0);
    let k = ((1 << 95) - z_over_ln2_q96.cast_signed()) >> 96;
    let x = -z_q96.cast_signed() - k * LN2_Q96;

    let mul = mul_shr96_signed_floor;
    let y = x + 1_346_386_616_545_796_478_920_950_773_328;
    let y = mul(y, x) + 57_155_421_227_552_351_082_224_309_758_442;
    let p = y + x - 94_201_549_194_550_492_254_356_042_504_812;
    let p = mul(p, y) + 28_719_021_644_029_726_153_956_944_680_412_240;
    let mut q = x - 2_855_989_394_907_223_263_936_484_059_900;
    for coefficient in [
        50_020_603_652_535_783_019_961_831_881_945,
        -533_845_033_583_426_703_283_633_433_725_380,
        3_604_857_256_930_695_427_073_651_918_091_429,
        -14_423_608_567_350_463_180_887_372_962_807_573,
        26_449_188_498_355_588_339_934_803_723_976_023,
    ] {
        q = mul(q, x) + coefficient;
    }
    // p·x + (4385272521454847904659076985693276 << 96) in two words. Both p and the sum are
    // positive, so that x alone decides whether the product is added or taken away.
    let constant = 4_385_272_521_454_847_904_659_076_985_693_276_u128;
    let (whole_hi, whole_lo) = (constant >> 32, constant << 96);
    let (hi, lo) = mul_wide(p.unsigned_abs(), x.unsigned_abs());
    let (hi, lo) = if x < 0 {
        let (low, borrow) = whole_lo.overflowing_sub(lo);
        (whole_hi - hi - u128::from(borrow), low)
    } else {
        let (low, carry) = whole_lo.overflowing_add(lo);
        (whole_hi + hi + u128::from(carry), low)
    };
    // In (0.09, 0.25)·2^96; q has no zero.
    let (r, _) = div_wide(hi, lo, q.unsigned_abs());

    // (r·scale) >> (195 − k), the low word first: the floor of a floor is the floor.
    let high = r * SCALE_HI + mul_wide(r, SCALE_LO).0;
    high >> (67 + k.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::WAD;
    use alloy_primitives::I256;
    use proptest::prelude::*;

    fn int(text: &str) -> I256 {
        I256::from_dec_str(text).unwrap_or_default()
    }

    /// The slow twin: `expWad` as it stands in the library, in a library's 256 bits.
    fn slow(z: u128) -> u128 {
        let mut x = -I256::try_from(z).unwrap_or_default();
        if x <= int("-41446531673892822313") {
            return 0;
        }
        let ln2 = int("54916777467707473351141471128");
        x = (x << 78) / int("3814697265625");
        let half = int("39614081257132168796771975168");
        let shifted: I256 = x << 96;
        let k = (shifted / ln2 + half).asr(96);
        x -= k * ln2;
        let mut y = x + int("1346386616545796478920950773328");
        y = (y * x).asr(96) + int("57155421227552351082224309758442");
        let mut p = y + x - int("94201549194550492254356042504812");
        p = (p * y).asr(96) + int("28719021644029726153956944680412240");
        p = p * x + (int("4385272521454847904659076985693276") << 96);
        let mut q = x - int("2855989394907223263936484059900");
        q = (q * x).asr(96) + int("50020603652535783019961831881945");
        q = (q * x).asr(96) - int("533845033583426703283633433725380");
        q = (q * x).asr(96) + int("3604857256930695427073651918091429");
        q = (q * x).asr(96) - int("14423608567350463180887372962807573");
        q = (q * x).asr(96) + int("26449188498355588339934803723976023");
        let r = (p / q).into_raw();
        let scale = int("3822833074963236453042738258902158003155416615667").into_raw();
        let shift = (int("195") - k).into_raw().to::<usize>();
        ((r * scale) >> shift).to::<u128>()
    }

    #[test]
    fn exp_at_its_ends() {
        assert_eq!(exp_neg_wad(0), WAD);
        assert_eq!(exp_neg_wad(ZERO_FROM), 0);
        assert_eq!(exp_neg_wad(u128::MAX), 0);
        assert_eq!(slow(ZERO_FROM - 1), exp_neg_wad(ZERO_FROM - 1));
        // Computed in 60 digits by another program.
        assert_eq!(exp_neg_wad(2_303 * WAD / 1_000), 99_958_517_905_605_449);
        assert_eq!(exp_neg_wad(7_324 * WAD / 1_000), 659_518_852_609_110);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn law_exp_equals_the_library(z in prop_oneof![0..8 * WAD, 0..42 * WAD, 0..1_000u128]) {
            prop_assert_eq!(exp_neg_wad(z), slow(z));
        }

        /// e^−z·e^z = 1, with the second factor a sum of positive terms in 40 more digits.
        #[test]
        fn law_exp_errs_by_less_than_2_in_10_to_the_15(z in 0..7_324 * WAD / 1_000) {
            let one: I256 = I256::ONE << 128;
            let shifted: I256 = I256::try_from(z).unwrap_or_default() << 128;
            let step = shifted / I256::try_from(WAD).unwrap_or_default();
            // The series of e^(z/64), squared six times over, in Q128 of 256 bits.
            let small = step.asr(6);
            let (mut term, mut sum) = (one, one);
            for n in 1..40 {
                // Q128 products of numbers below 2 fit 256 bits once one factor gives 16 up.
                term = (term.asr(16) * small.asr(16)).asr(96) / I256::try_from(n).unwrap_or_default();
                sum += term;
            }
            let mut power = sum.asr(48);
            for _ in 0..6 {
                power = (power * power).asr(80);
            }
            // power is e^z in Q80: times the result it is one WAD, but for 2·10^-15 of it.
            let product = (power * I256::try_from(exp_neg_wad(z)).unwrap_or_default()).asr(80);
            let off = (product - I256::try_from(WAD).unwrap_or_default()).unsigned_abs();
            prop_assert!(off.to::<u128>() < 2_000, "off by {off} at {z}");
        }
    }
}
