//! A pool's past as the points of a chart. Doubles: these are pixels, and no amount comes from them.

use pinfi_client::settlement::PoolSample;
use pinfi_core::{math::WAD, pool::Reserves};

/// Gaps between actions that are wide enough, in seconds, to show the decay in them.
const GAP: u64 = 120;
const WEI_PER_PIN: f64 = 1e18;
const SECS_PER_HOUR: f64 = 3_600.0;

/// Unix seconds, strictly rising, and a value.
pub(super) type Points = Vec<(u64, f64)>;

/// Price (PIN per hour) and reserve (hours) over time, point by point at the same times.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Track {
    /// PIN per hour.
    pub(super) price: Points,
    /// Hours in the pool.
    pub(super) hours: Points,
}

impl Track {
    /// Draws the samples from the first open one on, the decay between them, and the present.
    pub(super) fn of(samples: &[PoolSample], present: &Reserves) -> Self {
        let mut track = Self::default();
        let mut previous: Option<&Reserves> = None;
        let lived = samples.iter().map(|sample| &sample.reserves);
        let lived = lived.skip_while(|reserves| !reserves.is_open());
        for next in lived.chain([present]) {
            if let Some(previous) = previous
                && next.last.since(previous.last).0 > GAP
                && next.last != present.last
            {
                track.push(
                    next.last.0 - 1,
                    price(previous),
                    hours(previous) * kept(previous, next),
                );
            }
            track.push(next.last.0, price(next), hours(next));
            previous = Some(next);
        }
        track
    }

    /// Reads it off at `most` evenly spaced times at most: the chart draws its points at even
    /// distances, and would bend the time otherwise.
    pub(super) fn evenly(&self, most: u64) -> Self {
        Self { price: evenly(&self.price, most), hours: evenly(&self.hours, most) }
    }

    fn push(&mut self, at: u64, price: f64, hours: f64) {
        for (points, value) in [(&mut self.price, price), (&mut self.hours, hours)] {
            // Of several actions in a second, the last one shows.
            if points.last().is_some_and(|last| last.0 >= at) {
                points.pop();
            }
            points.push((at, value));
        }
    }
}

fn evenly(points: &[(u64, f64)], most: u64) -> Points {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Points::new() };
    let span = last.0 - first.0;
    let count = most.min(span + 1);
    if count < 2 {
        return vec![*last];
    }
    let mut place = 0;
    let read = |step: u64| {
        let at = first.0 + span * step / (count - 1);
        while points.get(place + 1).is_some_and(|next| next.0 <= at) {
            place += 1;
        }
        let (from, value) = *points.get(place)?;
        let value = match points.get(place + 1) {
            Some((to, next)) => value + (next - value) * ((at - from) as f64 / (to - from) as f64),
            None => value,
        };
        Some((at, value))
    };
    (0..count).filter_map(read).collect()
}

/// The part of the reserves that time left between one action and the next.
fn kept(before: &Reserves, after: &Reserves) -> f64 {
    let passed = after.last.since(before.last).0 as f64;
    let (shares, decay) = (before.shares.0 as f64, before.decay.0 as f64);
    if shares == 0.0 {
        return 1.0;
    }
    let linear = shares - decay * passed;
    // A trade leaves the shares alone, so they tell exactly what time did, LP expiries included.
    // Joining raises the rate of decay, leaving takes shares beyond it.
    let after_shares = after.shares.0 as f64;
    let traded = after.decay <= before.decay && (linear..=shares).contains(&after_shares);
    (if traded { after_shares } else { linear } / shares).clamp(0.0, 1.0)
}

fn price(reserves: &Reserves) -> f64 {
    if reserves.is_open() {
        let hours = hours(reserves);
        reserves.pin.0 as f64 / WEI_PER_PIN / hours
    } else {
        0.0
    }
}

fn hours(reserves: &Reserves) -> f64 {
    reserves.compute.0 as f64 / WAD as f64 / SECS_PER_HOUR
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

    fn sample(market: &Market) -> PoolSample {
        PoolSample { seq: 0, reserves: reserves(market) }
    }

    fn close(got: f64, wanted: f64) -> bool {
        (got - wanted).abs() < 1e-6 * wanted.abs().max(1.0)
    }

    #[test]
    fn track_without_samples_is_the_present() {
        let market = Market::open();
        let track = Track::of(&[], &reserves(&market));
        assert_eq!(track.price, [(market.now.0, 2.0)]);
        assert_eq!(track.hours, [(market.now.0, 48.0)]);
    }

    #[test]
    fn track_of_a_dormant_pool_stays_at_zero() {
        let market = Market::dormant();
        let track = Track::of(&[sample(&market)], &reserves(&market));
        assert_eq!((track.price[0].1, track.hours[0].1), (0.0, 0.0));
    }

    #[test]
    fn track_shows_decay_and_then_the_trade() {
        let mut market = Market::open();
        let first = sample(&market);
        market.now = Timestamp(market.now.0 + 12 * HOUR);
        let until = market.hours_from_now(6);
        let (pool, stakes, max_cost) = (market.pool, vec![market.lp], Wei(1_000 * PIN));
        market.act(BOB, Action::Rent { pool, stakes, until, max_cost });
        let second = sample(&market);
        market.now = Timestamp(market.now.0 + HOUR);
        let track = Track::of(&[first, second], &reserves(&market));
        let times: Vec<u64> = track.hours.iter().map(|point| point.0).collect();
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
        assert_eq!(times.len(), 4, "start, before the trade, after it, now");
        assert!(close(track.hours[1].1, 36.0), "decayed: {}", track.hours[1].1);
        assert!(close(track.price[1].1, 2.0), "at the same price");
        assert!(close(track.hours[2].1, 30.0), "bought: {}", track.hours[2].1);
        assert!(track.price[2].1 > 2.0, "and dearer");
        assert!(close(track.price[3].1, track.price[2].1), "time does not move the price");
    }

    #[test]
    fn track_keeps_the_last_of_a_second() {
        let mut market = Market::open();
        let first = sample(&market);
        let until = market.hours_from_now(6);
        let (pool, stakes, max_cost) = (market.pool, vec![market.lp], Wei(1_000 * PIN));
        market.act(BOB, Action::Rent { pool, stakes, until, max_cost });
        let track = Track::of(&[first, sample(&market)], &reserves(&market));
        assert_eq!(track.hours.len(), 1);
        assert!(close(track.hours[0].1, 42.0));
    }

    #[test]
    fn track_begins_when_the_pool_opens() {
        let mut market = Market::dormant();
        let closed = sample(&market);
        market.now = Timestamp(market.now.0 + HOUR);
        market.lp = market.stake(BOB, 48);
        let tokens = Wei(96 * PIN);
        market.act(BOB, Action::OpenLiquidity { stake: market.lp, tokens });
        let track = Track::of(&[closed, sample(&market)], &reserves(&market));
        assert_eq!(track.price, [(market.now.0, 2.0)], "no price before there was one");
    }

    #[test]
    fn evenly_leaves_nothing_and_one_point_alone() {
        assert_eq!(evenly(&[], 9), []);
        assert_eq!(evenly(&[(5, 1.0)], 9), [(5, 1.0)]);
        assert_eq!(evenly(&[(5, 1.0), (9, 2.0)], 1), [(9, 2.0)], "the present, if only one");
    }

    #[test]
    fn evenly_reads_between_the_points() {
        let points = [(0, 0.0), (10, 10.0), (11, 20.0), (100, 20.0)];
        let read = evenly(&points, 11);
        assert_eq!(read.len(), 11);
        assert_eq!(read[1], (10, 10.0), "on a point");
        assert_eq!(read[2], (20, 20.0), "after the jump");
        assert_eq!(evenly(&[(0, 0.0), (4, 8.0)], 9)[1], (1, 2.0), "no finer than a second");
        assert_eq!(evenly(&[(0, 0.0), (4, 8.0)], 9).len(), 5);
        assert_eq!(read.last(), Some(&(100, 20.0)), "to the end");
    }

    #[test]
    fn kept_counts_joins_and_expiries() {
        let mut market = Market::open();
        let before = reserves(&market);
        market.now = Timestamp(market.now.0 + 24 * HOUR);
        let idle = reserves(&market);
        assert!(close(kept(&before, &idle), 0.5), "half of the time");
        let stake = market.stake(BOB, 40);
        let max_tokens = Wei(1_000 * PIN);
        market.act(BOB, Action::AddLiquidity { stake, min_tokens: Wei::ZERO, max_tokens });
        assert!(close(kept(&before, &reserves(&market)), 0.5), "the joiner's part is not time's");
    }
}
