//! Prices of buying and selling (PROTOCOL 2.2). Amounts round in favour of the pool.

use serde::{Deserialize, Serialize};

use super::{Fees, Reserves};
use crate::error::Error;
use crate::math::{BPS, mul_div_ceil, mul_div_floor};
use crate::units::{Bps, ComputeWad, GpuSeconds, Wei};

/// What buying costs. `gross = cost + fee`; `burned` is part of `fee`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyQuote {
    /// What the reserves take for the compute alone.
    pub cost: Wei,
    /// What the buyer pays.
    pub gross: Wei,
    /// The fee in it.
    pub fee: Wei,
    /// The part of the fee that is burned; the rest goes to the reserve.
    pub burned: Wei,
}

/// What selling brings. `net = out − fee`; `burned` is part of `fee`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellQuote {
    /// What the reserves give for the compute alone.
    pub out: Wei,
    /// What the seller receives.
    pub net: Wei,
    /// The fee taken from it.
    pub fee: Wei,
    /// The part of the fee that is burned; the rest stays in the reserve.
    pub burned: Wei,
}

impl Reserves {
    /// Prices the purchase of `hours`. A price beyond `u128` is given as the largest amount,
    /// which nobody can hold.
    ///
    /// # Errors
    /// [`Error::PoolDormant`] if the pool has no PIN; [`Error::InsufficientLiquidity`] if
    /// `hours` is nothing or not less than the reserve.
    ///
    /// # Examples
    /// ```
    /// use pinfi_core::pool::{Fees, Reserves};
    /// use pinfi_core::units::{Bps, GpuSeconds, Timestamp, Wei};
    ///
    /// // 100 hours at 2 PIN an hour, a fee of 0.3 %.
    /// let mut reserves = Reserves::new(Timestamp(0));
    /// reserves.pin = Wei(200_000_000_000_000_000_000);
    /// reserves.compute = GpuSeconds(360_000).to_wad();
    /// let fees = Fees { rate: Bps(30), burn_share: Bps(5_000) };
    ///
    /// let quote = reserves.quote_buy(fees, GpuSeconds(3_600))?;
    /// assert_eq!(quote.cost, Wei(2_020_202_020_202_020_203));
    /// assert_eq!(quote.gross.0, quote.cost.0 + quote.fee.0);
    /// # Ok::<(), pinfi_core::Error>(())
    /// ```
    #[inline]
    pub fn quote_buy(&self, fees: Fees, hours: GpuSeconds) -> Result<BuyQuote, Error> {
        self.quote_buy_wad(fees, hours.to_wad())
    }

    /// Prices a purchase that need not be whole seconds; otherwise as [`Self::quote_buy`].
    ///
    /// # Errors
    /// As [`Self::quote_buy`].
    #[inline]
    pub fn quote_buy_wad(&self, fees: Fees, bought: ComputeWad) -> Result<BuyQuote, Error> {
        if self.pin.0 == 0 {
            return Err(Error::PoolDormant);
        }
        if bought.0 == 0 || bought >= self.compute {
            return Err(Error::InsufficientLiquidity { wanted: bought, available: self.compute });
        }
        let cost =
            mul_div_ceil(self.pin.0, bought.0, self.compute.0 - bought.0).unwrap_or(u128::MAX);
        let gross = if fees.rate.0 == 0 {
            cost
        } else {
            mul_div_ceil(cost, BPS, BPS - u128::from(fees.rate.0)).unwrap_or(u128::MAX)
        };
        let fee = gross - cost;
        Ok(BuyQuote {
            cost: Wei(cost),
            gross: Wei(gross),
            fee: Wei(fee),
            burned: burned_part(fee, fees.burn_share),
        })
    }

    /// Prices the sale of `hours`. Does not look at the duration limit, which binds providers
    /// and not clients who give time back.
    ///
    /// # Errors
    /// [`Error::ZeroAmount`] for nothing; [`Error::PoolDormant`] if a reserve is empty.
    #[inline]
    pub fn quote_sell(&self, fees: Fees, hours: GpuSeconds) -> Result<SellQuote, Error> {
        if hours.0 == 0 {
            return Err(Error::ZeroAmount);
        }
        if !self.is_open() {
            return Err(Error::PoolDormant);
        }
        let sold = hours.to_wad().0;
        let after = self.compute.0.saturating_add(sold);
        let out = mul_div_floor(self.pin.0, sold, after).unwrap_or(self.pin.0);
        let fee = mul_div_ceil(out, u128::from(fees.rate.0), BPS).unwrap_or(out);
        Ok(SellQuote {
            out: Wei(out),
            net: Wei(out - fee),
            fee: Wei(fee),
            burned: burned_part(fee, fees.burn_share),
        })
    }

    /// Takes a purchase into the reserves.
    pub(crate) fn take_buy(&mut self, bought: ComputeWad, quote: &BuyQuote) {
        self.compute.0 -= bought.0;
        self.pin.0 += quote.gross.0 - quote.burned.0;
    }

    /// Takes a sale into the reserves.
    pub(crate) fn take_sell(&mut self, hours: GpuSeconds, quote: &SellQuote) {
        self.compute.0 = self.compute.0.saturating_add(hours.to_wad().0);
        self.pin.0 -= quote.net.0 + quote.burned.0;
    }
}

#[inline]
fn burned_part(fee: u128, share: Bps) -> Wei {
    if fee == 0 || share.0 == 0 {
        return Wei::ZERO;
    }
    Wei(mul_div_floor(fee, u128::from(share.0), BPS).unwrap_or(fee))
}
