//! Where a pool came from in the diagram.

use std::collections::BTreeSet;

use pinfi_client::settlement::{Activity, PoolSample};
use pinfi_core::{
    Event, Ledger,
    stake::StakeState,
    units::{PoolId, StakeId, Timestamp},
};

use super::reading::{Reading, hour_price, stream};

/// Points that are shown at most; the newest are kept.
const MOST: usize = 60;

/// A point of the past.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    /// When.
    pub(super) at: Timestamp,
    /// α then.
    pub(super) price: f64,
    /// γ then.
    pub(super) reward: f64,
}

/// Follows a pool's price and reward back as far as the ledger tells both, the oldest first.
///
/// The samples tell the price; the reward depends on how many LPs there were, which is counted back
/// from now through `activities` (the newest first), as long as none is missing and none gave the
/// pool another weight.
pub(super) fn trail(
    ledger: &Ledger,
    id: PoolId,
    now: Timestamp,
    samples: &[PoolSample],
    activities: &[Activity],
) -> Vec<Step> {
    let Ok(pool) = ledger.pool(id) else { return Vec::new() };
    let Some(reading) = Reading::of(pool, now) else { return Vec::new() };
    let past = Past::of(ledger, id, now, activities);
    let mut steps: Vec<Step> = samples
        .iter()
        .rev()
        .take_while(|sample| past.since.is_some_and(|since| sample.seq >= since))
        .take(MOST)
        .filter_map(|sample| {
            let (at, seq) = (sample.reserves.last, sample.seq);
            let live = past.live(reading.live, at, seq)?;
            let reward = stream(pool, at) / f64::from(live);
            Some(Step { at, price: hour_price(&sample.reserves)?, reward })
        })
        .collect();
    steps.reverse();
    steps
}

/// How the number of LPs changed.
struct Past {
    /// The oldest action from which on all is known.
    since: Option<u64>,
    /// Actions that brought an LP or took one away.
    acts: Vec<(u64, i64)>,
    /// When LPs' time ended.
    ends: Vec<Timestamp>,
}

impl Past {
    fn of(ledger: &Ledger, id: PoolId, now: Timestamp, activities: &[Activity]) -> Self {
        let mut past = Self { since: None, acts: Vec::new(), ends: Vec::new() };
        // Those whose time is over and that nobody has settled yet, to begin with.
        let unsettled = ledger.stakes().filter(|(_, stake)| {
            stake.pool == id && matches!(stake.state, StakeState::Liquidity(_))
        });
        let mut was_lp: BTreeSet<StakeId> = unsettled.map(|(stake, _)| stake).collect();
        // Stakes that left the pool before their end: these end as no LP.
        let mut left = BTreeSet::new();
        let mut wanted = activities.first().map(|newest| newest.seq);
        for activity in activities {
            if wanted != Some(activity.seq) {
                break;
            }
            wanted = activity.seq.checked_sub(1);
            for event in &activity.events {
                match *event {
                    Event::LiquidityAdded { stake, pool, .. } if pool == id => {
                        past.acts.push((activity.seq, 1));
                        if !left.contains(&stake) {
                            was_lp.insert(stake);
                        }
                    }
                    Event::LiquidityRemoved { stake, pool, .. } if pool == id => {
                        past.acts.push((activity.seq, -1));
                        left.insert(stake);
                    }
                    // Only LPs have no maintenance fee to lose or to get back.
                    Event::Settled { stake, fee_returned, fee_burned, .. }
                        if fee_returned.0 == 0 && fee_burned.0 == 0 && is_in(ledger, stake, id) =>
                    {
                        was_lp.insert(stake);
                    }
                    // Whether an LP or a seller was slashed is not told, nor what the weight was.
                    Event::Slashed { pool, .. } | Event::WeightSet { pool, .. } if pool == id => {
                        return past.ending(ledger, &was_lp, now);
                    }
                    _ => {}
                }
            }
            past.since = Some(activity.seq);
        }
        past.ending(ledger, &was_lp, now)
    }

    /// Adds the ends of LPs whose time is over.
    fn ending(mut self, ledger: &Ledger, was_lp: &BTreeSet<StakeId>, now: Timestamp) -> Self {
        let expiry = |stake: &StakeId| ledger.stake_of(*stake).ok().map(|stake| stake.expiry);
        self.ends = was_lp.iter().filter_map(expiry).filter(|end| *end <= now).collect();
        self
    }

    /// Counts the LPs right after an action at a time; `None` without any.
    fn live(&self, live_now: u32, at: Timestamp, seq: u64) -> Option<u32> {
        let later: i64 = self.acts.iter().filter(|act| act.0 > seq).map(|act| act.1).sum();
        let ended = self.ends.iter().filter(|end| **end > at).count();
        let live = i64::from(live_now) - later + i64::try_from(ended).ok()?;
        u32::try_from(live).ok().filter(|live| *live > 0)
    }
}

fn is_in(ledger: &Ledger, stake: StakeId, pool: PoolId) -> bool {
    ledger.stake_of(stake).is_ok_and(|stake| stake.pool == pool)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ALICE, BOB, HOUR, Market, PIN};
    use alloy_primitives::Address;
    use pinfi_core::{Action, units::Wei};

    /// Acts as the embedded ledger's history would tell it.
    #[derive(Default)]
    struct Told {
        samples: Vec<PoolSample>,
        activities: Vec<Activity>,
    }

    impl Told {
        fn act(&mut self, market: &mut Market, sender: Address, action: Action) {
            let seq = self.activities.first().map_or(0, |newest| newest.seq + 1);
            let events = market.act(sender, action);
            let activity =
                Activity { seq, time: market.now, signer: sender, action: String::new(), events };
            self.activities.insert(0, activity);
            let reserves = *market.ledger.pool(market.pool).unwrap().reserves();
            self.samples.push(PoolSample { seq, reserves });
        }

        fn join(&mut self, market: &mut Market, hours: u64) -> StakeId {
            let stake = market.stake(BOB, hours);
            let max_tokens = Wei(1_000 * PIN);
            self.act(
                market,
                BOB,
                Action::AddLiquidity { stake, min_tokens: Wei::ZERO, max_tokens },
            );
            stake
        }

        fn trail(&self, market: &Market) -> Vec<Step> {
            trail(&market.ledger, market.pool, market.now, &self.samples, &self.activities)
        }
    }

    fn rounded(market: &Market, steps: &[Step]) -> Vec<f64> {
        let pool = market.ledger.pool(market.pool).unwrap();
        let live = |step: &Step| (stream(pool, step.at) / step.reward).round();
        steps.iter().map(live).collect()
    }

    #[test]
    fn trail_of_an_unknown_or_untold_pool_is_empty() {
        let market = Market::rewarded();
        assert_eq!(trail(&market.ledger, PoolId(7), market.now, &[], &[]), []);
        let reserves = *market.ledger.pool(market.pool).unwrap().reserves();
        let untold = [PoolSample { seq: 3, reserves }];
        assert_eq!(trail(&market.ledger, market.pool, market.now, &untold, &[]), []);
    }

    #[test]
    fn trail_ends_where_an_action_is_missing() {
        let (mut market, mut told) = (Market::rewarded(), Told::default());
        for hours in [20, 30, 40] {
            told.join(&mut market, hours);
        }
        told.activities.remove(1);
        assert_eq!(rounded(&market, &told.trail(&market)), [4.0], "the newest alone");
    }

    #[test]
    fn trail_counts_joins_removals_and_expiries_back() {
        let (mut market, mut told) = (Market::rewarded(), Told::default());
        told.join(&mut market, 10);
        let early = told.join(&mut market, 20);
        market.now = Timestamp(market.now.0 + HOUR);
        let action =
            Action::RemoveLiquidity { stake: early, min_tokens: i128::MIN, max_fee: Wei(1 << 100) };
        told.act(&mut market, BOB, action);
        market.now = Timestamp(market.now.0 + 12 * HOUR);
        told.join(&mut market, 30);
        let steps = told.trail(&market);
        // Alice, with Bob, with two of his; one leaves; the other's time ends; another joins.
        assert_eq!(rounded(&market, &steps), [2.0, 3.0, 2.0, 2.0]);
        assert!(steps.windows(2).all(|pair| pair[0].at <= pair[1].at), "the oldest first");
        assert!((steps[0].price - 2.0).abs() < 1e-9);
    }

    #[test]
    fn trail_counts_an_expired_lp_that_settled() {
        let (mut market, mut told) = (Market::rewarded(), Told::default());
        let short = told.join(&mut market, 10);
        market.now = Timestamp(market.now.0 + 11 * HOUR);
        told.act(&mut market, ALICE, Action::Settle { stake: short });
        assert_eq!(rounded(&market, &told.trail(&market)), [2.0, 1.0]);
    }
}
