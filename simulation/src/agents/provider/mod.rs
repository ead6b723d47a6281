//! Providers: one device each, or none.

mod leaving;

use std::collections::{BTreeMap, HashMap};

use alloy_primitives::Address;
use pinfi_core::equilibrium::ProviderRole;
use pinfi_core::units::StakeId;
use pinfi_core::{Action, Event};

use super::choice::{self, OUTSIDE_HOURS, Plan};
use super::{Sight, account};
use crate::market::Market;
use crate::pin::to_pin;
use crate::rewards::{Claim, Rewards};
use crate::scenario::Expectation;
use crate::verification::Verifiers;

/// How long those who come for a day stay away before they come again.
const SHORT_LIVED_REST: u32 = 12;

/// What sort of provider it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Has a device.
    Honest,
    /// Has none.
    Cheater,
    /// Has one, and is an LP for the shortest term again and again.
    ShortLived,
}

#[derive(Clone, Copy, Debug)]
enum Mode {
    Outside,
    Liquidity(Position),
    Sold(StakeId),
    /// Left the pool early; sells outside what is left of its stake.
    Held(StakeId),
    Gone,
}

/// An LP's own books, in PIN.
#[derive(Clone, Copy, Debug)]
struct Position {
    stake: StakeId,
    since: u32,
    paid: f64,
    got: f64,
    claim: Claim,
}

#[derive(Clone, Copy, Debug)]
struct Provider {
    account: Address,
    kind: Kind,
    mode: Mode,
    /// The hour in which the mode ends.
    ends: u32,
    /// The hour in which it acts next; an entry in the diary for another hour is stale.
    wakes: u32,
    leaving: bool,
}

/// How many do what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) liquidity: u32,
    pub(crate) sold: u32,
    pub(crate) outside: u32,
    pub(crate) gone: u32,
}

/// All providers and when they wake.
#[derive(Clone, Debug)]
pub(crate) struct Providers {
    list: Vec<Provider>,
    wakes: BTreeMap<u32, Vec<u32>>,
    of_stake: HashMap<StakeId, u32>,
    /// What an LP hour has brought lately beside the reward, in PIN.
    pub(crate) experience: f64,
    /// How much one ended position counts in it.
    learning: f64,
}

impl Providers {
    pub(crate) fn new(experience: f64) -> Self {
        Self {
            list: Vec::new(),
            wakes: BTreeMap::new(),
            of_stake: HashMap::new(),
            experience,
            learning: 1.0,
        }
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.list.len()).unwrap_or(u32::MAX)
    }

    /// Adds one, to wake within `within` hours.
    pub(crate) fn add(&mut self, market: &mut Market, number: u32, kind: Kind, within: u32) {
        let index = self.len();
        let ends = market.hour + 1 + market.dice.below(within);
        let account = account(number);
        self.list.push(Provider {
            account,
            kind,
            mode: Mode::Outside,
            ends,
            wakes: ends,
            leaving: false,
        });
        self.schedule(index, ends);
        // A memory of a twentieth of all providers.
        self.learning = (20.0 / f64::from(self.len())).min(1.0);
    }

    /// Makes one an LP for `hours`; opens the pool at `opening` PIN an hour if it must.
    pub(crate) fn begin_as_lp(
        &mut self,
        market: &mut Market,
        index: u32,
        hours: u32,
        opening: f64,
        verifiers: &mut Verifiers,
        rewards: &Rewards,
    ) {
        let plan = Plan { role: ProviderRole::Liquidity, hours };
        self.enact(market, index, plan, opening, verifiers, rewards);
        // Reconsiders for the first time within a day, not all in the same hour.
        let first = market.hour + 1 + market.dice.below(24);
        let ends = self.list.get(index as usize).map_or(first, |provider| provider.ends);
        self.schedule(index, first.min(ends));
    }

    /// Lets each honest one leave for good with a probability, from the next hour on.
    pub(crate) fn exodus(&mut self, market: &mut Market, share: f64) {
        for index in 0..self.len() {
            let Some(provider) = self.list.get_mut(index as usize) else { return };
            if provider.kind == Kind::Honest && market.dice.chance(share) {
                provider.leaving = true;
                if !matches!(provider.mode, Mode::Gone | Mode::Sold(_) | Mode::Held(_)) {
                    self.schedule(index, market.hour + 1);
                }
            }
        }
    }

    /// Lets those who come for a day stay away from now on.
    pub(crate) fn end_short_lived(&mut self) {
        for provider in self.list.iter_mut().filter(|one| one.kind == Kind::ShortLived) {
            provider.leaving = true;
        }
    }

    /// Lets all act whose hour has come.
    pub(crate) fn act(
        &mut self,
        market: &mut Market,
        sight: &Sight<'_>,
        verifiers: &mut Verifiers,
        rewards: &mut Rewards,
    ) {
        while let Some(entry) = self.wakes.first_entry()
            && *entry.key() <= market.hour
        {
            let hour = *entry.key();
            for index in entry.remove() {
                if self.list.get(index as usize).is_some_and(|one| one.wakes == hour) {
                    self.wake(market, index, sight, verifiers, rewards);
                }
            }
        }
    }

    /// Enters the one hour in which a provider acts next.
    fn schedule(&mut self, index: u32, hour: u32) {
        if let Some(provider) = self.list.get_mut(index as usize) {
            provider.wakes = hour;
            self.wakes.entry(hour).or_default().push(index);
        }
    }

    fn wake(
        &mut self,
        market: &mut Market,
        index: u32,
        sight: &Sight<'_>,
        verifiers: &mut Verifiers,
        rewards: &mut Rewards,
    ) {
        let Some(&provider) = self.list.get(index as usize) else { return };
        let over = market.hour >= provider.ends;
        match provider.mode {
            Mode::Gone => {}
            Mode::Outside if over || provider.leaving => {
                self.decide(market, index, sight, verifiers, rewards);
            }
            Mode::Liquidity(_) | Mode::Sold(_) | Mode::Held(_) if over => {
                if !self.settle(market, index, rewards) {
                    // A proof is still due: once more in an hour.
                    self.schedule(index, market.hour + 1);
                } else if provider.kind == Kind::ShortLived && !provider.leaving {
                    let ends = market.hour + SHORT_LIVED_REST;
                    self.set(index, Mode::Outside, ends);
                    self.schedule(index, ends);
                } else {
                    self.decide(market, index, sight, verifiers, rewards);
                }
            }
            Mode::Liquidity(position) => {
                self.reconsider(market, index, position, sight, rewards);
            }
            // Woken too early: nothing to do before its time is over.
            Mode::Outside | Mode::Sold(_) | Mode::Held(_) => self.schedule(index, provider.ends),
        }
    }

    /// What a provider is expected to earn in an hour as one of `lps` LPs for `hours`.
    fn liquidity_payoff(
        &self,
        market: &Market,
        account: Address,
        (lps, hours): (u32, u32),
        sight: &Sight<'_>,
        rewards: &Rewards,
    ) -> f64 {
        let reward = if rewards.is_emission() {
            market.stream() / f64::from(lps) * market.kept(account, hours)
        } else {
            rewards.rate
        };
        reward
            + match sight.scenario.providers.expects {
                Expectation::Theory => sight.fee * sight.outside,
                Expectation::Experience => self.experience,
            }
    }

    fn decide(
        &mut self,
        market: &mut Market,
        index: u32,
        sight: &Sight<'_>,
        verifiers: &mut Verifiers,
        rewards: &Rewards,
    ) {
        let Some(&provider) = self.list.get(index as usize) else { return };
        // With itself: all share an emission.
        let lps = market.live() + 1;
        let shortest = sight.scenario.pool.min_term;
        let plan = match provider.kind {
            _ if provider.leaving => return self.set(index, Mode::Gone, u32::MAX),
            Kind::Honest => choice::choose(market, sight, |market, hours| {
                self.liquidity_payoff(market, provider.account, (lps, hours), sight, rewards)
            }),
            Kind::Cheater => {
                let sells = market.dice.chance(0.5) && market.longest_sale() >= shortest;
                let role = if sells { ProviderRole::PoolSale } else { ProviderRole::Liquidity };
                Plan { role, hours: shortest }
            }
            Kind::ShortLived => Plan { role: ProviderRole::Liquidity, hours: shortest },
        };
        self.enact(market, index, plan, sight.outside, verifiers, rewards);
        let Some(provider) = self.list.get(index as usize) else { return };
        let next = if matches!(provider.mode, Mode::Liquidity(_)) {
            provider.ends.min(market.hour + sight.scenario.providers.reconsider)
        } else {
            provider.ends
        };
        self.schedule(index, next);
    }

    /// Does what was planned; whoever is refused sells outside.
    fn enact(
        &mut self,
        market: &mut Market,
        index: u32,
        plan: Plan,
        opening: f64,
        verifiers: &mut Verifiers,
        rewards: &Rewards,
    ) {
        let Some(&Provider { account, kind, .. }) = self.list.get(index as usize) else { return };
        let fallback = (Mode::Outside, market.hour + OUTSIDE_HOURS);
        let (mode, ends) = if plan.role == ProviderRole::Outside {
            fallback
        } else if let Some(stake) = market.stake(account, plan.hours) {
            let ends = market.hour + plan.hours;
            verifiers.watch(market, stake, kind != Kind::Cheater);
            self.of_stake.insert(stake, index);
            let mode = if plan.role == ProviderRole::PoolSale {
                market.sell(account, stake).map(|_| Mode::Sold(stake))
            } else {
                market.join(account, stake, opening).map(|paid| {
                    let (since, claim) = (market.hour, rewards.join());
                    Mode::Liquidity(Position { stake, since, paid, got: 0.0, claim })
                })
            };
            (mode.unwrap_or(Mode::Held(stake)), ends)
        } else {
            fallback
        };
        self.set(index, mode, ends);
    }

    fn set(&mut self, index: u32, mode: Mode, ends: u32) {
        if let Some(provider) = self.list.get_mut(index as usize) {
            (provider.mode, provider.ends) = (mode, ends);
        }
    }

    /// Ends an expired stake. Returns whether it is over.
    fn settle(&mut self, market: &mut Market, index: u32, rewards: &mut Rewards) -> bool {
        let Some(&provider) = self.list.get(index as usize) else { return true };
        let stake = match provider.mode {
            Mode::Liquidity(Position { stake, .. }) | Mode::Sold(stake) | Mode::Held(stake) => {
                stake
            }
            Mode::Outside | Mode::Gone => return true,
        };
        market.withdraw(stake);
        let Ok(events) = market.act(provider.account, &Action::Settle { stake }) else {
            return false;
        };
        if let (Mode::Liquidity(position), [Event::Settled { pending, .. }, ..]) =
            (provider.mode, &events[..])
        {
            self.close(market, provider.account, position, to_pin(*pending), rewards);
        }
        if let Some(Event::Rewarded { amount, .. }) = events.last() {
            rewards.paid(to_pin(*amount));
            market.lock(provider.account, *amount);
        }
        self.of_stake.remove(&stake);
        self.set(index, Mode::Outside, market.hour);
        true
    }

    /// An LP's books are closed: it is paid, and others hear what it earned.
    fn close(
        &mut self,
        market: &mut Market,
        account: Address,
        mut position: Position,
        last: f64,
        rewards: &mut Rewards,
    ) {
        let due = rewards.take(&mut position.claim);
        // The minter's balance has no limit: only an amount of nothing is refused, and not sent.
        let _paid = market.mint(account, due);
        let hours = f64::from((market.hour - position.since).max(1));
        let earned = (position.got + last - position.paid) / hours;
        self.experience += self.learning * (earned - self.experience);
    }

    /// Slashed stakes are over, and what their LPs were owed is void.
    pub(crate) fn slashed(&mut self, market: &Market, stakes: &[StakeId], rewards: &mut Rewards) {
        for stake in stakes {
            let Some(index) = self.of_stake.remove(stake) else { continue };
            let Some(&provider) = self.list.get(index as usize) else { continue };
            if let Mode::Liquidity(position) = provider.mode {
                rewards.void(position.claim);
            }
            // A cheater comes back after a day.
            let ends = market.hour + OUTSIDE_HOURS;
            self.set(index, Mode::Outside, ends);
            self.schedule(index, ends);
        }
    }

    /// Pays every LP what it has earned.
    pub(crate) fn pay_rewards(&mut self, market: &mut Market, rewards: &mut Rewards) {
        for provider in &mut self.list {
            if let Mode::Liquidity(position) = &mut provider.mode {
                let due = rewards.take(&mut position.claim);
                let _paid = market.mint(provider.account, due);
            }
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for provider in &self.list {
            match provider.mode {
                Mode::Liquidity(_) => counts.liquidity += 1,
                Mode::Sold(_) => counts.sold += 1,
                Mode::Held(_) => counts.outside += 1,
                Mode::Outside if provider.kind == Kind::Honest => counts.outside += 1,
                Mode::Gone if provider.kind == Kind::Honest => counts.gone += 1,
                Mode::Outside | Mode::Gone => {}
            }
        }
        counts
    }
}
