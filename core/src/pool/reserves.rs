//! The numbers of a pool that trades and time change.

use alloy_primitives::U256;
use serde::{Deserialize, Serialize};

use crate::math::{BPS, WAD, mul_div_ceil, mul_div_floor, mul_shr96_floor, shl96_div_floor};
use crate::units::{Bps, ComputeWad, DecayWad, GpuSeconds, Secs, SharesWad, Timestamp, Wei};

/// The state of a pool at one time. Small and `Copy`: operations work on a copy and the
/// ledger keeps it only if all of them succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserves {
    /// The time these numbers hold at.
    pub last: Timestamp,
    /// T: PIN in the pool.
    pub pin: Wei,
    /// R: compute in the pool.
    pub compute: ComputeWad,
    /// Z: the sum of the live LP shares.
    pub shares: SharesWad,
    /// K: the sum of the live shares' decay rates.
    pub decay: DecayWad,
    /// acc: ∫ (T/Z) dt in Q96. Only differences of it mean anything; it wraps.
    pub acc_q96: U256,
    /// PIN released to LPs and not collected yet.
    pub escrow: Wei,
}

impl Reserves {
    /// Returns the empty reserves of a pool made at `created`.
    #[must_use]
    pub const fn new(created: Timestamp) -> Self {
        Self {
            last: created,
            pin: Wei::ZERO,
            compute: ComputeWad::ZERO,
            shares: SharesWad::ZERO,
            decay: DecayWad::ZERO,
            acc_q96: U256::ZERO,
            escrow: Wei::ZERO,
        }
    }

    /// Tells whether the pool trades: both reserves are above zero.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.pin.0 > 0 && self.compute.0 > 0
    }

    /// Returns the spot price in wei per GPU-second, rounded down; `None` if nothing is left.
    ///
    /// Warning: whoever pays for it can move it. Nothing outside a pool may take it for an
    /// oracle.
    #[must_use]
    pub fn spot_price(&self) -> Option<Wei> {
        if self.is_open() { mul_div_floor(self.pin.0, WAD, self.compute.0).map(Wei) } else { None }
    }

    /// Returns how far a purchase of `hours` moves its own price from the spot, the fee aside:
    /// cost / (spot · hours) − 1, which is h/(R − h), as a fraction × 1e18, rounded down; `None`
    /// where so much is not there.
    #[must_use]
    pub fn impact_of_buy_wad(&self, hours: GpuSeconds) -> Option<u128> {
        let bought = hours.to_wad().0;
        let left = self.compute.0.checked_sub(bought)?;
        mul_div_floor(bought, WAD, left)
    }

    /// Returns how far a sale of `hours` moves its own price from the spot, the fee aside:
    /// 1 − out / (spot · hours), which is h/(R + h), as a fraction × 1e18, rounded down; `None`
    /// where there is nothing to move.
    #[must_use]
    pub fn impact_of_sell_wad(&self, hours: GpuSeconds) -> Option<u128> {
        let sold = hours.to_wad().0;
        mul_div_floor(sold, WAD, self.compute.0.checked_add(sold)?)
    }

    /// Returns D, the time for which the pool's LPs will be there; zero without LPs.
    #[must_use]
    pub fn duration(&self) -> Secs {
        let secs = self.shares.0.checked_div(self.decay.0).unwrap_or(0);
        Secs(u64::try_from(secs).unwrap_or(u64::MAX))
    }

    /// Returns k̂ = T·R/Z², the invariant of the dissipative market maker, as its two factors
    /// T/Z and R/Z in Q96, each rounded down; `None` without shares.
    #[must_use]
    pub fn khat_factors_q96(&self) -> Option<(U256, U256)> {
        Some((
            shl96_div_floor(self.pin.0, self.shares.0)?,
            shl96_div_floor(self.compute.0, self.shares.0)?,
        ))
    }

    /// Returns the maintenance fee C(h) for `hours` at the spot price, rounded up twice;
    /// zero where there is no compute to price it by.
    #[must_use]
    pub fn maintenance_fee(&self, hours: GpuSeconds, collateral: Bps) -> Wei {
        if self.compute.0 == 0 {
            return Wei::ZERO;
        }
        let value = mul_div_ceil(self.pin.0, hours.to_wad().0, self.compute.0);
        let fee = value.and_then(|value| mul_div_ceil(value, u128::from(collateral.0), BPS));
        Wei(fee.unwrap_or(u128::MAX))
    }

    /// Returns the PIN that joining with `hours` takes, rounded up; `None` if the pool is
    /// dormant.
    #[must_use]
    pub fn tokens_to_join(&self, hours: GpuSeconds) -> Option<Wei> {
        self.is_open().then(|| {
            Wei(mul_div_ceil(self.pin.0, hours.to_wad().0, self.compute.0).unwrap_or(u128::MAX))
        })
    }

    /// Returns κ, the decay rate of the share that joining gives, rounded down; `None` where the
    /// pool has no compute or the rate is beyond its type.
    #[must_use]
    pub fn decay_to_join(&self) -> Option<DecayWad> {
        mul_div_floor(self.shares.0, WAD, self.compute.0).map(DecayWad)
    }

    /// Returns what an LP of decay rate `decay` has earned since `acc_noted_q96`, rounded down.
    #[must_use]
    pub fn pending(&self, decay: DecayWad, acc_noted_q96: U256) -> Wei {
        pending_between(decay, acc_noted_q96, self.acc_q96)
    }

    /// Returns the cover ratio R/Z in WAD, rounded down: what the position of an LP is worth
    /// relative to its remaining hours. Below one half, leaving by failure can beat leaving
    /// by removal.
    #[must_use]
    pub fn cover_ratio_wad(&self) -> Option<u128> {
        mul_div_floor(self.compute.0, WAD, self.shares.0)
    }
}

/// Returns what a share of rate `decay` earns while `acc` goes `from` → `to`, rounded down.
#[must_use]
pub fn pending_between(decay: DecayWad, from_q96: U256, to_q96: U256) -> Wei {
    Wei(mul_shr96_floor(decay.0, to_q96.wrapping_sub(from_q96)).unwrap_or(u128::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Fees;

    fn reserves() -> Reserves {
        let compute = GpuSeconds(360_000).to_wad();
        Reserves { pin: Wei(200 * WAD), compute, ..Reserves::new(Timestamp(0)) }
    }

    #[test]
    fn impact_of_what_cannot_be_traded_is_none() {
        assert_eq!(reserves().impact_of_buy_wad(GpuSeconds(360_000)), None);
        assert_eq!(reserves().impact_of_buy_wad(GpuSeconds(u64::MAX)), None);
        let dormant = Reserves::new(Timestamp(0));
        assert_eq!(dormant.impact_of_sell_wad(GpuSeconds::ZERO), None);
    }

    #[test]
    fn impact_is_how_far_a_trade_is_from_the_spot_price() {
        let (pool, hour) = (reserves(), GpuSeconds(3_600));
        assert_eq!(pool.impact_of_buy_wad(hour), Some(WAD / 99));
        assert_eq!(pool.impact_of_sell_wad(hour), Some(WAD / 101));
        let fees = Fees { rate: Bps(0), burn_share: Bps(0) };
        let at_spot = 200 * WAD / 100;
        let cost = pool.quote_buy(fees, hour).unwrap().cost.0;
        let out = pool.quote_sell(fees, hour).unwrap().out.0;
        // A wei of the quote is half of 10⁻¹⁸ of the price at the spot.
        assert!(((cost - at_spot) * WAD / at_spot).abs_diff(WAD / 99) <= 1);
        assert!(((at_spot - out) * WAD / at_spot).abs_diff(WAD / 101) <= 1);
    }
}
