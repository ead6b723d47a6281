//! Genuine clients: a demand curve that breathes with the day.

use std::collections::BTreeMap;

use alloy_primitives::Address;
use pinfi_core::Action;
use pinfi_core::units::{StakeId, Wei};

use super::speculator::Served;
use super::{Sight, account};
use crate::market::Market;

/// How many give their devices back halfway.
const GIVE_BACK: f64 = 0.1;
const LONGEST: f64 = 72.0;

/// All of them.
#[derive(Clone, Debug)]
pub(crate) struct Clients {
    /// Account and what an hour is worth to it, in PIN.
    list: Vec<(Address, f64)>,
    /// Devices asked for at a time, on average.
    devices: f64,
    /// How many times that now.
    pub(crate) factor: f64,
    ends: BTreeMap<u32, Vec<(Address, StakeId)>>,
}

impl Clients {
    pub(crate) fn new(devices: f64) -> Self {
        Self { list: Vec::new(), devices, factor: 1.0, ends: BTreeMap::new() }
    }

    pub(crate) fn add(&mut self, number: u32, valuation: f64) {
        self.list.push((account(number), valuation));
    }

    /// Lets this hour's clients come and go.
    pub(crate) fn act(&mut self, market: &mut Market, sight: &Sight<'_>) -> Served {
        self.give_back(market);
        let demand = sight.scenario.demand;
        let phase = core::f64::consts::TAU * f64::from(market.hour % 24) / 24.0;
        let now = 1.0 + demand.diurnal * libm::sin(phase);
        let arrivals = market.dice.poisson(self.devices * self.factor * now / demand.hours);
        let mut sum = Served::default();
        for _ in 0..arrivals {
            let count = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
            let chosen = market.dice.below(count) as usize;
            let Some(&(client, valuation)) = self.list.get(chosen) else { continue };
            let hours = whole_hours(market.dice.exponential() * demand.hours);
            sum.asked += f64::from(hours);
            let Some(devices) = market.rent(client, 1, hours, valuation) else { continue };
            sum.served += f64::from(hours);
            if hours > 3 && market.dice.chance(GIVE_BACK) {
                let ended = devices.iter().map(|stake| (client, *stake));
                self.ends.entry(market.hour + hours / 2).or_default().extend(ended);
            }
        }
        sum
    }

    fn give_back(&mut self, market: &mut Market) {
        for (client, stake) in self.ends.remove(&market.hour).unwrap_or_default() {
            // Its stake may have been slashed meanwhile.
            if market.act(client, &Action::EndRental { stake, min_out: Wei::ZERO }).is_ok() {
                market.offer(stake);
            }
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "clamped just before")]
fn whole_hours(hours: f64) -> u32 {
    libm::ceil(hours).clamp(1.0, LONGEST) as u32
}
