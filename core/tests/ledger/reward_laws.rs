//! What holds of block rewards in every random life of a market.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address, U256};
use pinfi_core::rewards::{Accrual, DAY_SECS, YEAR_SECS, emitted_between};
use pinfi_core::units::{Day, StakeId, Timestamp};
use pinfi_core::{Action, Event};
use proptest::prelude::*;

use crate::market::{BUCKET, Market, POOL, START, account, params};
use crate::random::{Step, steps};

fn live(market: &mut Market, steps: Vec<Step>, mut each: impl FnMut(&Market, &[Event])) {
    for step in steps {
        let events = step.run(market).unwrap_or_default();
        each(market, &events);
    }
}

/// The slow twin: counts the live devices anew for each piece of time, from the stakes, and
/// takes the emission from a sum over whole years.
struct Twin {
    last: u64,
    per_device: U256,
    part: u128,
}

impl Twin {
    fn emitted_to(at: u64) -> u128 {
        let secs = at.saturating_sub(START);
        let rate = |year: u64| 1_157_407_407_407_407_407 / 2_u128.pow(year.try_into().unwrap());
        let years = secs / YEAR_SECS;
        let whole: u128 = (0..years).map(|year| rate(year) * u128::from(YEAR_SECS)).sum();
        whole + rate(years) * u128::from(secs % YEAR_SECS)
    }

    /// Accrues up to `now` for the LPs that `market` had before.
    fn accrue(&mut self, before: &Market, now: u64) {
        let expiries = || {
            let lps = before.ledger.stakes().filter(|(_, stake)| stake.position().is_some());
            lps.map(|(_, stake)| stake.expiry.0)
        };
        let mut cuts: BTreeSet<u64> =
            expiries().filter(|expiry| (self.last + 1..now).contains(expiry)).collect();
        cuts.insert(now);
        for cut in cuts {
            let live = expiries().filter(|expiry| *expiry > self.last).count();
            let emitted = Self::emitted_to(cut) - Self::emitted_to(self.last);
            if live > 0 {
                self.per_device += U256::from(emitted) * U256::from(self.part) / U256::from(live);
            }
            self.last = cut;
        }
    }
}

fn accrual(market: &Market) -> Accrual {
    *market.ledger.pool(POOL).unwrap().accrual()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn law_accrual_equals_its_slow_twin(steps in steps(60)) {
        let mut market = Market::weighted(params(), 4);
        let mut twin = Twin { last: market.now.0, per_device: U256::ZERO, part: 7_000 * 7_000 * 9_000 };
        for step in steps {
            // A proof takes time: it would end two pieces of time at once.
            if step.is_proof() {
                continue;
            }
            let before = market.clone();
            let events = step.run(&mut market).unwrap_or_default();
            let last = market.ledger.pool(POOL).unwrap().reserves().last.0;
            if last > twin.last {
                twin.accrue(&before, last);
            }
            for event in events {
                if let Event::WeightSet { weight, .. } = event {
                    twin.part = 7_000 * u128::from(weight.0) * 9_000;
                }
            }
            prop_assert_eq!(U256::from(accrual(&market).per_device.0), twin.per_device);
        }
    }

    #[test]
    fn law_rewards_never_exceed_the_emission(steps in steps(60)) {
        let mut market = Market::weighted(params(), 4);
        let begin = market.now;
        live(&mut market, steps, |market, _| {
            let rewards = market.ledger.rewards().unwrap();
            let emitted = emitted_between(Timestamp(START), Timestamp(START), market.now);
            assert!(rewards.minted() <= emitted, "{} of {emitted}", rewards.minted());
            // All that devices have accrued fits the providers' part of the whole weight.
            let to_pools = emitted_between(Timestamp(START), begin, market.now).0 * 63 / 100;
            let accrued = market.ledger.stakes().filter_map(|(id, _)| rewards.earning(id));
            let accrued: u128 = accrued.map(|earning| earning.earned.to_wei_floor().0).sum();
            assert!(accrued <= to_pools, "{accrued} of {to_pools}");
            let minted = market.ledger.accounts().minted().0;
            assert!(minted + rewards.set_aside().0 <= market.ledger.config().supply_cap.0);
        });
    }

    #[test]
    fn law_no_reward_without_verification(steps in steps(60)) {
        let mut market = Market::weighted(params(), 4);
        let mut passed = BTreeSet::new();
        live(&mut market, steps, |_, events| {
            for event in events {
                match event {
                    Event::Passed { stake, .. } => _ = passed.insert(*stake),
                    Event::Rewarded { stake, .. } => assert!(passed.contains(stake), "{stake}"),
                    _ => {}
                }
            }
        });
    }

    #[test]
    fn law_rewards_are_paid_once(steps in steps(80)) {
        let mut market = Market::weighted(params(), 4);
        let (mut stakes, mut rebates) = (BTreeSet::new(), BTreeSet::new());
        let mut slashed = BTreeSet::new();
        live(&mut market, steps, |_, events| {
            for event in events {
                match *event {
                    Event::Slashed { stake, .. } => _ = slashed.insert(stake),
                    Event::Rewarded { stake, earned, amount, .. } => {
                        assert!(stakes.insert(stake), "stake {stake} twice");
                        assert!(!slashed.contains(&stake), "stake {stake} was slashed");
                        assert!(amount <= earned);
                    }
                    Event::RebateClaimed { pool, day, client, .. } => {
                        assert!(rebates.insert((pool, day, client)), "day {day} twice");
                    }
                    _ => {}
                }
            }
        });
    }

    #[test]
    fn law_wash_trading_never_pays(
        trades in prop::collection::vec((0u8..3, 1u64..40, any::<bool>(), 0u64..20_000), 1..25),
        burn_share in prop_oneof![Just(0u32), Just(10_000), 0..=10_000u32],
    ) {
        // The account that rents is the only LP too: whatever is not burned comes back to it.
        let mut terms = params();
        terms.burn_share = pinfi_core::units::Bps(burn_share);
        let mut market = Market::rewarded(terms, 1);
        market.set_weight(POOL, 10_000);
        for _ in 0..3 {
            let expiry = market.boundary(700);
            market.provide(account(0), expiry).unwrap();
        }
        market.now = Timestamp(START + DAY_SECS);
        let mut burned: BTreeMap<(Day, Address), u128> = BTreeMap::new();
        let config = *market.ledger.rewards().unwrap().config();
        for (device, buckets, end, wait) in trades {
            market.wait(wait);
            let stake = StakeId(device.into());
            let until = market.boundary(buckets + 1);
            let max_cost = pinfi_core::units::Wei(u128::MAX);
            let rent = Action::Rent { pool: POOL, stakes: vec![stake], until, max_cost };
            let mut events = market.act(account(0), rent).unwrap_or_default();
            if end {
                let back = Action::EndRental { stake, min_out: pinfi_core::units::Wei(0) };
                events.extend(market.act(account(0), back).unwrap_or_default());
            }
            let day = config.day_of(market.now).unwrap();
            for event in events {
                if let Event::Bought { burned: b, .. } | Event::RentalEnded { burned: b, .. } = event {
                    *burned.entry((day, account(0))).or_default() += b.0;
                }
            }
        }
        market.wait(DAY_SECS + BUCKET);
        let days: Vec<_> = market.ledger.rewards().unwrap().fee_days().of(account(0)).collect();
        for (pool, day) in days {
            let claimed = market.act(account(0), Action::ClaimRebate { pool, day });
            let lost = burned[&(day, account(0))];
            match claimed.as_deref() {
                Ok([Event::RebateClaimed { amount, .. }]) => prop_assert!(amount.0 * 2 <= lost),
                _ => prop_assert!(lost < 2, "{claimed:?}"),
            }
        }
    }
}
