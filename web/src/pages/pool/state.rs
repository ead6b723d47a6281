//! What a pool is at one moment, and what time alone will make of it.

use pinfi_core::{
    Ledger,
    math::{WAD, mul_div_floor},
    pool::{Pool, Reserves},
    stake::StakeState,
    units::{ComputeWad, PoolId, Secs, SharesWad, Timestamp, Wei},
};

/// LP expiries that are worked out ahead; the tail of a long list is told as a number.
const STEPS: usize = 12;
/// Below this cover ratio, leaving by failure can beat leaving by removal.
const LOW_COVER_WAD: u128 = WAD / 2;

/// A pool's figures at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// The time they hold at.
    pub(super) at: Timestamp,
    /// The spot price in wei per GPU-second, rounded down; zero while dormant.
    pub(super) spot: Wei,
    /// The spot price in wei per hour, rounded down; zero while dormant.
    pub(super) per_hour: Wei,
    /// T.
    pub(super) pin: Wei,
    /// R.
    pub(super) compute: ComputeWad,
    /// Z.
    pub(super) shares: SharesWad,
    /// D.
    pub(super) duration: Secs,
    /// R/Z in WAD; `None` without shares.
    pub(super) cover_wad: Option<u128>,
    /// What its providers accrue in the day to come.
    pub(super) rewards_daily: Wei,
}

impl State {
    /// Works out a pool's figures at `now`; `None` if that is before the pool's time.
    pub(super) fn of(pool: &Pool, now: Timestamp) -> Option<Self> {
        let reserves = pool.at(now).ok()?.reserves;
        Some(Self {
            at: now,
            spot: reserves.spot_price().unwrap_or_default(),
            per_hour: price_per_hour(&reserves).unwrap_or_default(),
            pin: reserves.pin,
            compute: reserves.compute,
            shares: reserves.shares,
            duration: reserves.duration(),
            cover_wad: reserves.cover_ratio_wad(),
            rewards_daily: pool.stream().daily(now),
        })
    }

    /// Tells whether the pool trades.
    pub(super) const fn is_open(&self) -> bool {
        self.pin.0 > 0 && self.compute.0 > 0
    }

    /// Tells whether an LP could do better by failing than by leaving.
    pub(super) fn is_cover_low(&self) -> bool {
        self.cover_wad.is_some_and(|cover| cover < LOW_COVER_WAD)
    }
}

/// Returns the spot price in wei per hour, rounded down once; `None` while dormant.
pub(in crate::pages) fn price_per_hour(reserves: &Reserves) -> Option<Wei> {
    if !reserves.is_open() {
        return None;
    }
    // 3 600 · 10^18 is far below 2^128.
    mul_div_floor(reserves.pin.0, 3_600 * WAD, reserves.compute.0).map(Wei)
}

/// What is left of a pool when some of its LPs' time is over, if nobody trades until then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// When.
    pub(super) at: Timestamp,
    /// How many devices' time ends.
    pub(super) devices: usize,
    /// The PIN left.
    pub(super) pin: Wei,
    /// The compute left.
    pub(super) compute: ComputeWad,
}

/// The LP expiries to come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ahead {
    /// The first ones, soonest first.
    pub(super) steps: Vec<Step>,
    /// How many more follow.
    pub(super) more: usize,
    /// When the last LP's time is over.
    pub(super) last: Option<Timestamp>,
}

/// Works out how the depth will fall.
pub(super) fn ahead(ledger: &Ledger, id: PoolId, now: Timestamp) -> Ahead {
    let Ok(pool) = ledger.pool(id) else { return Ahead::default() };
    let expiries: Vec<Timestamp> =
        pool.schedule().map(|(at, _)| at).filter(|at| *at > now).collect();
    let ending = |at: Timestamp| {
        let lps = ledger.stakes().filter(|(_, stake)| {
            stake.pool == id
                && stake.expiry == at
                && matches!(stake.state, StakeState::Liquidity(_))
        });
        lps.count()
    };
    let step = |at: Timestamp| {
        let reserves = pool.at(at).ok()?.reserves;
        Some(Step { at, devices: ending(at), pin: reserves.pin, compute: reserves.compute })
    };
    Ahead {
        steps: expiries.iter().take(STEPS).filter_map(|at| step(*at)).collect(),
        more: expiries.len().saturating_sub(STEPS),
        last: expiries.last().copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ALICE, BOB, HOUR, Market, PIN};
    use pinfi_core::Action;

    fn join(market: &mut Market, hours: u64) {
        let stake = market.stake(BOB, hours);
        let max_tokens = Wei(1_000 * PIN);
        market.act(BOB, Action::AddLiquidity { stake, min_tokens: Wei::ZERO, max_tokens });
    }

    #[test]
    fn state_before_the_pools_time_is_none() {
        let market = Market::open();
        let pool = market.ledger.pool(market.pool).unwrap();
        assert_eq!(State::of(pool, Timestamp(market.now.0 - 1)), None);
    }

    #[test]
    fn state_of_a_dormant_pool_has_no_price() {
        let market = Market::dormant();
        let state = State::of(market.ledger.pool(market.pool).unwrap(), market.now).unwrap();
        assert!(!state.is_open());
        assert_eq!((state.spot, state.per_hour, state.cover_wad), (Wei(0), Wei(0), None));
        assert!(!state.is_cover_low(), "nothing to cover is not low cover");
    }

    #[test]
    fn state_equals_core() {
        let market = Market::open();
        let pool = market.ledger.pool(market.pool).unwrap();
        let later = market.hours_from_now(12);
        let state = State::of(pool, later).unwrap();
        let core = pool.at(later).unwrap().reserves;
        assert_eq!(state.spot, core.spot_price().unwrap(), "spot");
        assert_eq!((state.pin, state.compute, state.shares), (core.pin, core.compute, core.shares));
        assert_eq!(state.per_hour, Wei(2 * PIN), "two PIN an hour, to the wei");
        assert_eq!(state.duration, Secs(36 * HOUR));
        assert_eq!(state.cover_wad, Some(WAD), "as joined");
    }

    #[test]
    fn cover_is_low_once_more_than_half_is_bought() {
        let mut market = Market::open();
        let (until, stakes) = (market.hours_from_now(30), vec![market.lp]);
        let (pool, max_cost) = (market.pool, Wei(100_000 * PIN));
        market.act(BOB, Action::Rent { pool, stakes, until, max_cost });
        let state = State::of(market.ledger.pool(pool).unwrap(), market.now).unwrap();
        assert!(state.is_cover_low(), "{state:?}");
    }

    #[test]
    fn ahead_of_a_dormant_pool_is_empty() {
        let market = Market::dormant();
        assert_eq!(ahead(&market.ledger, market.pool, market.now), Ahead::default());
    }

    #[test]
    fn ahead_falls_to_nothing_at_the_last_expiry() {
        let mut market = Market::open();
        join(&mut market, 10);
        join(&mut market, 20);
        join(&mut market, 20);
        let ahead = ahead(&market.ledger, market.pool, market.now);
        let ends: Vec<_> = ahead.steps.iter().map(|step| (step.at, step.devices)).collect();
        let at = |hours| market.hours_from_now(hours);
        assert_eq!(ends, [(at(10), 1), (at(20), 2), (at(48), 1)]);
        assert_eq!((ahead.more, ahead.last), (0, Some(at(48))));
        assert!(ahead.steps.windows(2).all(|pair| pair[1].compute < pair[0].compute), "falls");
        let end = ahead.steps.last().unwrap();
        assert_eq!((end.pin, end.compute), (Wei::ZERO, ComputeWad::ZERO), "nothing stays");
    }

    #[test]
    fn ahead_tells_of_a_long_tail() {
        let mut market = Market::open();
        for hours in 3..20 {
            join(&mut market, hours);
        }
        let ahead = ahead(&market.ledger, market.pool, market.now);
        assert_eq!((ahead.steps.len(), ahead.more), (STEPS, 18 - STEPS));
        assert_eq!(ahead.last, Some(market.hours_from_now(48)));
        assert!(market.ledger.accounts().balance(ALICE) > Wei::ZERO);
    }
}
