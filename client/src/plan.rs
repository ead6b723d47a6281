//! What providing a device takes and brings, worked out before anything is signed.
//!
//! Nothing here asks or settles: a page shows it, and a renewal signs by it.

use alloy_primitives::Address;
use pinfi_core::{
    Error, Ledger,
    math::{BPS, mul_div_ceil, mul_div_floor},
    pool::{PoolParams, Reserves, SellQuote},
    units::{Bps, CertificateId, GpuSeconds, PoolId, Secs, Timestamp, Wei},
};

/// How far an amount may move between the question and the signature that settles it.
pub const SLIPPAGE: Bps = Bps(200);

/// A device's time as a pool takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// When it ends: a multiple of the pool's bucket.
    pub expiry: Timestamp,
    /// How long that is from now.
    pub hours: GpuSeconds,
}

/// Why a span of time is no term of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// Shorter than the pool's least.
    #[error("the pool takes no term below {least:?}")]
    TooShort {
        /// The pool's least.
        least: Secs,
    },
    /// Longer than the pool's most.
    #[error("the pool takes no term above {most:?}")]
    TooLong {
        /// The pool's most.
        most: Secs,
    },
    /// The clock runs so fast that every term would be too short by the time it is signed.
    #[error("the clock is too fast for a term of the pool")]
    NoRoom,
}

/// Fits a span of time to a pool's buckets: rounded up, or down at the pool's longest term.
///
/// The term stays long enough for `slack`, the time that may pass until the last signature.
///
/// # Errors
/// [`TermError`].
pub fn fit_term(
    params: &PoolParams,
    now: Timestamp,
    wanted: Secs,
    slack: Secs,
) -> Result<Term, TermError> {
    if wanted < params.min_term {
        return Err(TermError::TooShort { least: params.min_term });
    }
    if wanted > params.max_term {
        return Err(TermError::TooLong { most: params.max_term });
    }
    let bucket = params.bucket.0.max(1);
    let least = params.min_term.0.saturating_add(slack.0);
    let latest = now.0.saturating_add(params.max_term.0) / bucket * bucket;
    let end = now.0.saturating_add(wanted.0.max(least)).div_ceil(bucket).saturating_mul(bucket);
    let expiry = Timestamp(end.min(latest));
    let hours = GpuSeconds(expiry.since(now).0);
    if hours.0 < least { Err(TermError::NoRoom) } else { Ok(Term { expiry, hours }) }
}

/// The figures of providing a device for a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The term.
    pub term: Term,
    /// PIN burned for the certificate.
    pub burn: Wei,
    /// The maintenance fee that staking deposits.
    pub fee: Wei,
    /// PIN to pair at the pool's price; none where the pool is dormant and the first provider
    /// names the price.
    pub tokens: Option<Wei>,
    /// The part of the pool's compute that the device would then be, in basis points.
    pub share_bps: u64,
    /// What selling the hours to the pool at once brings, or why the pool would not buy them.
    pub sale: Result<SellQuote, Error>,
}

impl Plan {
    /// Works the figures out on the reserves as they are now.
    #[must_use]
    pub fn new(params: &PoolParams, reserves: &Reserves, term: Term) -> Self {
        let hours = term.hours;
        let wad = hours.to_wad().0;
        let share = mul_div_floor(wad, BPS, reserves.compute.0.saturating_add(wad));
        Self {
            term,
            burn: Wei(params.burn_per_gs.0.saturating_mul(u128::from(hours.0))),
            fee: reserves.maintenance_fee(hours, params.collateral),
            tokens: reserves.tokens_to_join(hours),
            share_bps: share.and_then(|bps| u64::try_from(bps).ok()).unwrap_or(0),
            sale: quote_sale(params, reserves, hours),
        }
    }

    /// Returns the PIN an account needs to join with `tokens`: the maintenance fee comes back
    /// before they are taken.
    #[must_use]
    pub fn needed_to_join(&self, tokens: Wei) -> Wei {
        Wei(self.burn.0.saturating_add(self.fee.max(tokens).0))
    }

    /// Returns the PIN an account needs to sell: the proceeds arrive after the fee is taken.
    #[must_use]
    pub fn needed_to_sell(&self) -> Wei {
        Wei(self.burn.0.saturating_add(self.fee.0))
    }
}

/// What the signatures of a plan bind themselves to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most maintenance fee.
    pub max_fee: Wei,
    /// The least PIN to pair.
    pub min_tokens: Wei,
    /// The most PIN to pair.
    pub max_tokens: Wei,
    /// The least from a sale.
    pub min_out: Wei,
}

impl Limits {
    /// Allows for [`SLIPPAGE`], and for what the term shrinks by in `slack`.
    #[must_use]
    pub fn new(plan: &Plan, params: &PoolParams, reserves: &Reserves, slack: Secs) -> Self {
        let later = GpuSeconds(plan.term.hours.0.saturating_sub(slack.0));
        let least_tokens = reserves.tokens_to_join(later).unwrap_or_default();
        let least_sale = reserves.quote_sell(params.fees(), later).map_or(Wei::ZERO, |q| q.net);
        Self {
            max_fee: above(plan.fee),
            min_tokens: below(least_tokens),
            max_tokens: above(plan.tokens.unwrap_or_default()),
            min_out: below(least_sale),
        }
    }
}

/// Prices PIN for a whole term at a price by the hour; none if nobody could hold as much.
#[must_use]
pub fn tokens_at(price_per_hour: Wei, hours: GpuSeconds) -> Option<Wei> {
    mul_div_ceil(price_per_hour.0, u128::from(hours.0), 3_600).map(Wei)
}

/// Finds the smallest unused certificate of an account in a pool that covers so many hours: nothing more
/// need be burned.
#[must_use]
pub fn certificate(
    ledger: &Ledger,
    owner: Address,
    pool: PoolId,
    hours: GpuSeconds,
) -> Option<CertificateId> {
    let papers = ledger.certificates().filter(|(_, paper)| {
        !paper.used && paper.owner == owner && paper.pool == pool && paper.gs >= hours
    });
    papers.min_by_key(|(_, paper)| paper.gs).map(|(id, _)| id)
}

fn quote_sale(
    params: &PoolParams,
    reserves: &Reserves,
    hours: GpuSeconds,
) -> Result<SellQuote, Error> {
    let quote = reserves.quote_sell(params.fees(), hours)?;
    let duration = reserves.duration();
    if Secs(hours.0) > duration {
        return Err(Error::BeyondDuration { term: Secs(hours.0), duration });
    }
    Ok(quote)
}

fn above(amount: Wei) -> Wei {
    Wei(mul_div_ceil(amount.0, BPS + u128::from(SLIPPAGE.0), BPS).unwrap_or(amount.0))
}

fn below(amount: Wei) -> Wei {
    Wei(mul_div_floor(amount.0, BPS - u128::from(SLIPPAGE.0), BPS).unwrap_or(amount.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{Kind, kinds};
    use pinfi_core::units::ComputeWad;

    const PIN: u128 = 1_000_000_000_000_000_000;
    const HOUR: u64 = 3_600;
    const NOW: Timestamp = Timestamp(1_000_000 * HOUR + 1_234);

    fn params() -> PoolParams {
        let [Kind { mut params, .. }, ..] = kinds();
        params.bucket = Secs(HOUR);
        params.min_term = Secs(2 * HOUR);
        params.max_term = Secs(30 * 24 * HOUR);
        params.collateral = Bps(20_000);
        params.fee = Bps(30);
        params
    }

    /// 100 hours at 2 PIN an hour; LPs stay for 100 hours.
    fn open() -> Reserves {
        let mut reserves = Reserves::new(NOW);
        reserves.pin = Wei(200 * PIN);
        reserves.compute = ComputeWad(360_000 * PIN);
        reserves.shares.0 = 360_000 * PIN;
        reserves.decay.0 = PIN;
        reserves
    }

    fn ten_hours() -> Term {
        Term { expiry: Timestamp(NOW.0 + 10 * HOUR), hours: GpuSeconds(10 * HOUR) }
    }

    #[test]
    fn fit_term_rejects_what_the_pool_does_not_take() {
        let pool = params();
        let fit = |secs| fit_term(&pool, NOW, Secs(secs), Secs(60));
        assert_eq!(fit(2 * HOUR - 1), Err(TermError::TooShort { least: Secs(2 * HOUR) }));
        assert_eq!(fit(721 * HOUR), Err(TermError::TooLong { most: Secs(720 * HOUR) }));
    }

    #[test]
    fn fit_term_with_a_clock_too_fast_has_no_room() {
        let pool = params();
        assert_eq!(fit_term(&pool, NOW, Secs(3 * HOUR), Secs(720 * HOUR)), Err(TermError::NoRoom));
    }

    #[test]
    fn fit_term_rounds_up_to_the_bucket() {
        let term = fit_term(&params(), NOW, Secs(60 * HOUR), Secs(60)).unwrap();
        assert_eq!(term.expiry.0, 1_000_061 * HOUR);
        assert_eq!(term.hours.0, 61 * HOUR - 1_234);
    }

    #[test]
    fn fit_term_at_the_longest_rounds_down() {
        let term = fit_term(&params(), NOW, Secs(720 * HOUR), Secs(60)).unwrap();
        assert_eq!(term.expiry.0, 1_000_720 * HOUR);
        assert!(Secs(term.hours.0) <= params().max_term);
    }

    #[test]
    fn fit_term_leaves_the_slack() {
        let slack = Secs(20 * HOUR);
        let term = fit_term(&params(), NOW, Secs(2 * HOUR), slack).unwrap();
        assert!(term.hours.0 >= 22 * HOUR, "the shortest term fits after the slack too");
    }

    #[test]
    fn plan_of_a_dormant_pool_leaves_the_price_open() {
        let plan = Plan::new(&params(), &Reserves::new(NOW), ten_hours());
        assert_eq!((plan.fee, plan.tokens), (Wei::ZERO, None));
        assert_eq!(plan.sale, Err(Error::PoolDormant));
        assert_eq!(plan.share_bps, 10_000, "the first device is the whole pool");
    }

    #[test]
    fn plan_beyond_the_lps_term_cannot_be_sold() {
        let term = Term { hours: GpuSeconds(101 * HOUR), ..ten_hours() };
        let plan = Plan::new(&params(), &open(), term);
        let expected = Error::BeyondDuration { term: Secs(101 * HOUR), duration: Secs(360_000) };
        assert_eq!(plan.sale, Err(expected));
        assert!(plan.tokens.is_some(), "it can join all the same");
    }

    #[test]
    fn plan_of_an_open_pool_prices_both_ways() {
        let (pool, reserves) = (params(), open());
        let plan = Plan::new(&pool, &reserves, ten_hours());
        assert_eq!(plan.tokens, Some(Wei(20 * PIN)), "10 h at 2 PIN");
        assert_eq!(plan.fee, Wei(40 * PIN), "twice the value");
        assert_eq!(plan.share_bps, 909, "10 h of 110 h");
        assert_eq!(plan.burn.0, pool.burn_per_gs.0 * 36_000);
        let sale = plan.sale.clone().unwrap();
        assert_eq!(sale.out, Wei(200 * PIN * 10 / 110));
        assert_eq!(plan.needed_to_join(Wei(20 * PIN)).0, plan.burn.0 + 40 * PIN, "the fee counts");
        assert_eq!(plan.needed_to_join(Wei(50 * PIN)).0, plan.burn.0 + 50 * PIN, "the pair counts");
        assert_eq!(plan.needed_to_sell().0, plan.burn.0 + 40 * PIN);
    }

    #[test]
    fn limits_enclose_the_plan() {
        let (pool, reserves) = (params(), open());
        let plan = Plan::new(&pool, &reserves, ten_hours());
        let limits = Limits::new(&plan, &pool, &reserves, Secs(HOUR));
        assert_eq!(limits.max_fee, Wei(40 * PIN * 102 / 100));
        assert_eq!(limits.max_tokens, Wei(20 * PIN * 102 / 100));
        assert_eq!(limits.min_tokens, Wei(18 * PIN * 98 / 100), "9 h are left after the slack");
        assert!(limits.min_out < plan.sale.unwrap().net);
        let too_fast = Limits::new(
            &Plan::new(&pool, &reserves, ten_hours()),
            &pool,
            &reserves,
            Secs(99 * HOUR),
        );
        assert_eq!((too_fast.min_tokens, too_fast.min_out), (Wei::ZERO, Wei::ZERO));
    }

    #[test]
    fn tokens_at_rounds_up() {
        assert_eq!(tokens_at(Wei(1), GpuSeconds(1)), Some(Wei(1)));
        assert_eq!(tokens_at(Wei(2 * PIN), GpuSeconds(36_000)), Some(Wei(20 * PIN)));
        assert_eq!(tokens_at(Wei(u128::MAX), GpuSeconds(36_000)), None);
    }
}
