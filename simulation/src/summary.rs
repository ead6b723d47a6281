//! A run in a few numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::record::Record;

/// The hours left out of every summary: the opening of the market is not its rest.
pub const WARM_UP: u32 = 72;

/// The means and sums of a run after its first three days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The hours that were summed up.
    pub hours: u32,
    /// The mean of x.
    pub mean_x: f64,
    /// The least x.
    pub least_x: f64,
    /// The greatest x.
    pub greatest_x: f64,
    /// The standard deviation of the price's daily means, relative to their mean.
    pub price_spread: f64,
    /// The part of the hours in each region; "-" is a dormant pool.
    pub regions: BTreeMap<String, f64>,
    /// The mean number of LPs.
    pub lps: f64,
    /// The mean number of devices sold to the pool.
    pub sold: f64,
    /// The mean number of providers that sell outside.
    pub outside: f64,
    /// The mean utilisation.
    pub utilisation: f64,
    /// Hours served of those asked for.
    pub served: f64,
    /// What an LP hour brought beside the reward, on average.
    pub lp_income: f64,
    /// Rewards earned in these hours, in PIN.
    pub rewards: f64,
    /// Rewards for an hour served, in PIN.
    pub rewards_per_served_hour: f64,
    /// The least cover R/Z.
    pub least_cover: f64,
}

impl Summary {
    /// Sums up a run; none of one that is shorter than its warm-up.
    #[must_use]
    pub fn of(records: &[Record]) -> Option<Self> {
        let before = records.iter().rev().find(|record| record.hour <= WARM_UP);
        let rest: Vec<&Record> = records.iter().filter(|record| record.hour > WARM_UP).collect();
        let last = rest.last()?;
        let count = rest.len() as f64;
        let mean = |of: fn(&Record) -> f64| rest.iter().map(|one| of(one)).sum::<f64>() / count;
        let (asked, served) = (mean(|one| one.asked) * count, mean(|one| one.served) * count);
        let rewards = last.rewards_earned - before.map_or(0.0, |one| one.rewards_earned);
        let mut regions = BTreeMap::new();
        for record in &rest {
            let name = if record.region.is_empty() { "-" } else { &record.region };
            *regions.entry(name.to_owned()).or_insert(0.0) += 1.0 / count;
        }
        Some(Self {
            hours: last.hour - WARM_UP,
            mean_x: mean(|one| one.x),
            least_x: rest.iter().map(|one| one.x).fold(f64::INFINITY, f64::min),
            greatest_x: rest.iter().map(|one| one.x).fold(0.0, f64::max),
            price_spread: spread_of_days(&rest),
            regions,
            lps: mean(|one| f64::from(one.lps)),
            sold: mean(|one| f64::from(one.sold)),
            outside: mean(|one| f64::from(one.outside)),
            utilisation: mean(|one| one.utilisation),
            served: if asked > 0.0 { served / asked } else { 1.0 },
            lp_income: mean(|one| one.lp_income),
            rewards,
            rewards_per_served_hour: if served > 0.0 { rewards / served } else { 0.0 },
            least_cover: rest.iter().map(|one| one.cover).fold(f64::INFINITY, f64::min),
        })
    }

    /// Returns the part of the hours in a region.
    #[must_use]
    pub fn region(&self, letter: &str) -> f64 {
        self.regions.get(letter).copied().unwrap_or(0.0)
    }
}

fn spread_of_days(rest: &[&Record]) -> f64 {
    let days: Vec<f64> = rest
        .chunks(24)
        .map(|day| day.iter().map(|one| one.price).sum::<f64>() / day.len() as f64)
        .collect();
    let count = days.len() as f64;
    let mean = days.iter().sum::<f64>() / count;
    let variance = days.iter().map(|day| (day - mean) * (day - mean)).sum::<f64>() / count;
    if mean > 0.0 { libm::sqrt(variance) / mean } else { 0.0 }
}
