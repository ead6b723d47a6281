//! What the game takes from the ledger.

use pinfi_core::{
    math::WAD,
    pool::{Pool, Reserves},
    units::{Secs, Timestamp},
};

use super::numbers::pin_of;

const HOUR: Secs = Secs(3_600);
const BPS: f64 = 10_000.0;
/// Parts of a wei in which rewards accrue, in a PIN.
const REWARD_PER_PIN: f64 = 1e30;

/// A pool as the game sees it, in PIN and hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reading {
    /// α: the spot price of an hour; `None` while dormant.
    pub(super) price: Option<f64>,
    /// δ, a fraction.
    pub(super) fee: f64,
    /// The part of the fee that is burned, a fraction.
    pub(super) burned: f64,
    /// The live LP devices.
    pub(super) live: u32,
    /// What all of them accrue in the hour to come.
    pub(super) stream: f64,
}

impl Reading {
    /// Reads a pool at `now`; `None` if that is before the pool's time.
    pub(super) fn of(pool: &Pool, now: Timestamp) -> Option<Self> {
        let advanced = pool.at(now).ok()?;
        Some(Self {
            price: hour_price(&advanced.reserves),
            fee: f64::from(pool.params().fee.0) / BPS,
            burned: f64::from(pool.params().burn_share.0) / BPS,
            live: advanced.accrual.live,
            stream: stream(pool, now),
        })
    }

    /// Returns γ, what one LP device accrues in an hour, before the multipliers; `None` while
    /// nobody does.
    pub(super) fn reward(&self) -> Option<f64> {
        (self.live > 0).then(|| self.stream / f64::from(self.live))
    }

    /// Returns what one more LP device would accrue in an hour: all share it then.
    pub(super) fn reward_of_another(&self) -> f64 {
        self.stream / (f64::from(self.live) + 1.0)
    }
}

/// What a pool's providers accrue together in the hour after a time.
pub(super) fn stream(pool: &Pool, at: Timestamp) -> f64 {
    pool.stream().between(at, at.saturating_add(HOUR)).0 as f64 / REWARD_PER_PIN
}

/// PIN for an hour; `None` while dormant.
pub(super) fn hour_price(reserves: &Reserves) -> Option<f64> {
    let hours = reserves.compute.0 as f64 / WAD as f64 / HOUR.0 as f64;
    reserves.is_open().then(|| pin_of(reserves.pin.0) / hours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{BOB, Market, PIN};
    use pinfi_core::{Action, units::Wei};

    #[test]
    fn reading_before_the_pools_time_is_none() {
        let market = Market::open();
        let pool = market.ledger.pool(market.pool).unwrap();
        assert_eq!(Reading::of(pool, Timestamp(market.now.0 - 1)), None);
    }

    #[test]
    fn reading_of_a_dormant_pool_has_neither_price_nor_reward() {
        let market = Market::dormant();
        let reading = Reading::of(market.ledger.pool(market.pool).unwrap(), market.now).unwrap();
        assert_eq!((reading.price, reading.reward(), reading.live), (None, None, 0));
    }

    #[test]
    fn reading_after_the_last_expiry_has_no_lps() {
        let market = Market::open();
        let pool = market.ledger.pool(market.pool).unwrap();
        let reading = Reading::of(pool, market.hours_from_now(48)).unwrap();
        assert_eq!((reading.price, reading.reward()), (None, None));
    }

    #[test]
    fn reading_of_a_ledger_without_rewards_pays_none() {
        let market = Market::open();
        let reading = Reading::of(market.ledger.pool(market.pool).unwrap(), market.now).unwrap();
        assert_eq!((reading.price, reading.reward()), (Some(2.0), Some(0.0)));
        assert_eq!((reading.fee, reading.burned, reading.live), (0.003, 0.5, 1));
    }

    #[test]
    fn reading_shares_the_emission_by_the_live_devices() {
        let mut market = Market::rewarded();
        let at = |market: &Market, hours| {
            let pool = market.ledger.pool(market.pool).unwrap();
            Reading::of(pool, market.hours_from_now(hours)).unwrap()
        };
        // 100 000 PIN a day, 70 % to pools, 90 % of that to providers; the only pool has it all.
        let all = 100_000.0 / 24.0 * 0.7 * 0.9;
        let alone = at(&market, 0);
        assert!((alone.stream - all).abs() < 1e-6, "{alone:?}");
        assert!((alone.reward_of_another() - all / 2.0).abs() < 1e-6);
        let stake = market.stake(BOB, 10);
        let max_tokens = Wei(1_000 * PIN);
        market.act(BOB, Action::AddLiquidity { stake, min_tokens: Wei::ZERO, max_tokens });
        assert_eq!(at(&market, 0).reward(), Some(alone.stream / 2.0), "two share it");
        assert_eq!(at(&market, 11).reward(), Some(alone.stream), "Bob's time is over");
    }
}
