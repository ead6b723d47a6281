//! What nothing on the ledger tells: the price outside, and what an hour is worth to a client.

use pinfi_client::settlement::PoolSample;
use pinfi_core::{pool::Reserves, units::PoolId};

use super::{numbers::significant, reading::hour_price};

/// The assumptions as they are typed: β, p, θ and V.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Assumed(pub(super) [String; 4]);

/// Proportions of Figure 4's example: b is β = 0.8 and two units at 0.1.
const BASE: f64 = 0.8;
const RATE: f64 = 0.1;
const QUANTITY: &str = "2";
/// V in units of b, as in the simulated market of docs/equilibrium.md.
const VALUATION: f64 = 1.5;

impl Assumed {
    /// Starts from a price that the pool has had: outside, an hour brings just that.
    pub(super) fn from_price(price: f64) -> Self {
        let part = |part: f64| significant(price * part, 3);
        Self([part(BASE), part(RATE), QUANTITY.to_owned(), part(VALUATION)])
    }

    /// Reads what [`Self::kept`] wrote; `None` for anything else.
    pub(super) fn read(kept: &str) -> Option<Self> {
        let mut parts = kept.split('\n').map(str::to_owned);
        let read = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        parts.next().is_none().then_some(Self(read))
    }

    /// Writes them for [`Self::read`].
    pub(super) fn kept(&self) -> String {
        self.0.join("\n")
    }
}

/// Names where a pool's assumptions are kept.
pub(super) fn key(pool: PoolId) -> String {
    format!("pinfi.outside.{pool}")
}

/// Returns the price that a pool has had over what is known of its past, each weighted by the time
/// that it stood; `None` where it never had one.
pub(super) fn usual_price(samples: &[PoolSample], present: &Reserves) -> Option<f64> {
    let ends = samples.iter().skip(1).map(|next| next.reserves.last).chain([present.last]);
    let (mut sum, mut time) = (0.0, 0.0);
    for (sample, end) in samples.iter().zip(ends) {
        if let Some(price) = hour_price(&sample.reserves) {
            let stood = end.since(sample.reserves.last).0 as f64;
            (sum, time) = (sum + price * stood, time + stood);
        }
    }
    if time > 0.0 { Some(sum / time) } else { hour_price(present) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{BOB, HOUR, Market, PIN};
    use pinfi_core::{
        Action,
        units::{Timestamp, Wei},
    };

    fn reserves(market: &Market) -> Reserves {
        market.ledger.pool(market.pool).unwrap().at(market.now).unwrap().reserves
    }

    #[test]
    fn read_refuses_what_was_not_kept() {
        for kept in ["", "1\n2\n3", "1\n2\n3\n4\n5", "{}"] {
            assert_eq!(Assumed::read(kept), None, "{kept:?}");
        }
    }

    #[test]
    fn usual_price_of_a_pool_that_never_had_one_is_none() {
        let market = Market::dormant();
        let sample = PoolSample { seq: 0, reserves: reserves(&market) };
        assert_eq!(usual_price(&[], &reserves(&market)), None);
        assert_eq!(usual_price(&[sample], &reserves(&market)), None);
    }

    #[test]
    fn usual_price_weights_by_time() {
        let mut market = Market::open();
        let first = PoolSample { seq: 0, reserves: reserves(&market) };
        market.now = Timestamp(market.now.0 + 3 * HOUR);
        let until = market.hours_from_now(6);
        let (pool, stakes, max_cost) = (market.pool, vec![market.lp], Wei(1_000 * PIN));
        market.act(BOB, Action::Rent { pool, stakes, until, max_cost });
        let second = PoolSample { seq: 1, reserves: reserves(&market) };
        let dearer = hour_price(&second.reserves).unwrap();
        market.now = Timestamp(market.now.0 + HOUR);
        let usual = usual_price(&[first, second], &reserves(&market)).unwrap();
        assert!((usual - (3.0 * 2.0 + dearer) / 4.0).abs() < 1e-9, "{usual}");
    }

    #[test]
    fn from_price_begins_with_the_price_outside_equal_to_the_pools() {
        let Assumed([base, rate, quantity, valuation]) = Assumed::from_price(2.0);
        assert_eq!((&*base, &*rate, &*quantity, &*valuation), ("1.6", "0.2", "2", "3"));
    }

    #[test]
    fn read_gives_what_was_kept() {
        let assumed = Assumed::from_price(0.42);
        assert_eq!(Assumed::read(&assumed.kept()), Some(assumed));
    }
}
