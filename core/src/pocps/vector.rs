//! Four words at a time, in a vector register: what the product of the CPU prover is made of.
//!
//! For Wasm the instructions are named, as no compiler finds them where it was asked for small code.
//! Every engine that runs WebAssembly at all has had them since 2023.

pub(super) use imp::{add_product, load, total, zero};

/// Words of a vector.
pub(super) const LANES: usize = 4;

#[cfg(target_arch = "wasm32")]
mod imp {
    use core::arch::wasm32::{i32x4_add, i32x4_mul, u32x4, u32x4_extract_lane as lane, v128};

    use super::LANES;

    pub(in super::super) type Vector = v128;

    #[inline]
    #[target_feature(enable = "simd128")]
    pub(in super::super) fn zero() -> Vector {
        u32x4(0, 0, 0, 0)
    }

    /// Loads four words, with one instruction.
    #[inline]
    #[target_feature(enable = "simd128")]
    pub(in super::super) fn load([a, b, c, d]: &[u32; LANES]) -> Vector {
        u32x4(*a, *b, *c, *d)
    }

    /// Adds the products of four words to four sums.
    #[inline]
    #[target_feature(enable = "simd128")]
    pub(in super::super) fn add_product(sums: Vector, a: Vector, b: Vector) -> Vector {
        i32x4_add(sums, i32x4_mul(a, b))
    }

    /// Adds the four sums.
    #[inline]
    #[target_feature(enable = "simd128")]
    pub(in super::super) fn total(sums: Vector) -> u32 {
        let (low, high) = (lane::<0>(sums).wrapping_add(lane::<1>(sums)), lane::<2>(sums));
        low.wrapping_add(high).wrapping_add(lane::<3>(sums))
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod imp {
    use super::LANES;

    pub(in super::super) type Vector = [u32; LANES];

    #[inline(always)]
    pub(in super::super) const fn zero() -> Vector {
        [0; LANES]
    }

    #[inline(always)]
    pub(in super::super) const fn load(words: &[u32; LANES]) -> Vector {
        *words
    }

    /// Adds the products of four words to four sums.
    #[inline(always)]
    pub(in super::super) const fn add_product(sums: Vector, a: Vector, b: Vector) -> Vector {
        [
            sums[0].wrapping_add(a[0].wrapping_mul(b[0])),
            sums[1].wrapping_add(a[1].wrapping_mul(b[1])),
            sums[2].wrapping_add(a[2].wrapping_mul(b[2])),
            sums[3].wrapping_add(a[3].wrapping_mul(b[3])),
        ]
    }

    /// Adds the four sums.
    #[inline(always)]
    pub(in super::super) const fn total([a, b, c, d]: Vector) -> u32 {
        a.wrapping_add(b).wrapping_add(c).wrapping_add(d)
    }
}
