//! A market that is stepped an hour at a time.

use std::collections::BTreeMap;

use alloy_primitives::Address;
use pinfi_core::Ledger;
use serde::{Deserialize, Serialize};

use crate::agents::{Clients, Kind, Providers, Sight, Speculators, account};
use crate::controller::{Controller, RewardPolicy};
use crate::dice::Dice;
use crate::emission;
use crate::error::Error;
use crate::market::{EPOCH, Market, compute_hours};
use crate::output::Report;
use crate::pin::to_pin;
use crate::record::Record;
use crate::rewards::Rewards;
use crate::scenario::{Change, Scenario, Source, check_range};
use crate::summary::Summary;
use crate::verification::{Verifiers, WEEK};

/// What the richest agent starts with, in PIN per PIN of the price outside: enough for every
/// deposit, so that nobody is held back by his purse.
const PURSE: f64 = 20_000.0;
const WHALE_PURSE: f64 = 20_000_000.0;

/// How long, with how many, and from which seed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// All agents of all roles, 100 to 1 000 000.
    pub agents: u32,
    /// 1 to 3 650.
    pub days: u32,
    /// All chance follows from it.
    pub seed: u64,
    /// How the reward is set.
    pub policy: RewardPolicy,
}

/// How far a simulation is, in hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Hours done.
    pub done: u32,
    /// Hours in all.
    pub total: u32,
}

/// A market under way. Dropping it ends it; a clone goes on by itself.
///
/// # Examples
/// ```
/// use pinfi_simulation::{RewardPolicy, Run, Scenario, Simulation};
///
/// let scenario = Scenario::named("steady")?;
/// let run = Run { agents: 200, days: 1, seed: 7, policy: RewardPolicy::Fixed };
/// let mut simulation = Simulation::new(scenario, run)?;
/// while !simulation.is_over() {
///     let hour = simulation.step()?;
///     assert!(hour.price > 0.0);
/// }
/// assert_eq!(simulation.records().len(), 24);
/// # Ok::<(), pinfi_simulation::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Simulation {
    scenario: Scenario,
    run: Run,
    market: Market,
    providers: Providers,
    speculators: Speculators,
    clients: Clients,
    verifiers: Verifiers,
    rewards: Rewards,
    outside_base: f64,
    /// The devices of the start, by which events are measured.
    devices: u32,
    next_event: usize,
    next_account: u32,
    records: Vec<Record>,
}

impl Simulation {
    /// Sets a market up: its accounts, its pool and its first LPs.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for a run that is too large or too small, those of
    /// [`Scenario::check`], [`Error::Ledger`] for a pool that the ledger does not accept,
    /// [`Error::NothingToControl`] for a controller of an emission.
    pub fn new(mut scenario: Scenario, run: Run) -> Result<Self, Error> {
        check_range("agents", f64::from(run.agents), 100.0, 1e6)?;
        check_range("days", f64::from(run.days), 1.0, 3_650.0)?;
        scenario.check()?;
        if let RewardPolicy::Controlled(controller) = run.policy {
            controller.checked()?;
            if scenario.source != Source::Rate {
                return Err(Error::NothingToControl);
            }
        }
        scenario.events.sort_by_key(|event| event.hour);
        let game = scenario.game(scenario.outside.base)?;
        let theory = game.params().fee * game.outside_price();
        let share = |share: f64| whole(share * f64::from(run.agents));
        let devices = share(scenario.population.providers).max(1);
        let (weight, look_every) = match scenario.source {
            Source::Rate => (None, WEEK),
            Source::Emission { lps } => {
                let stream = scenario.reward * lps * f64::from(devices);
                // What no proof covers is not paid.
                (Some(emission::weight(stream)?), EPOCH)
            }
        };
        let mut simulation = Self {
            market: Market::new(&scenario.pool, weight, Dice::new(run.seed))?,
            providers: Providers::new(theory),
            speculators: Speculators::default(),
            clients: Clients::new(scenario.demand.share * f64::from(devices)),
            verifiers: Verifiers::new(look_every),
            rewards: Rewards::new(scenario.reward, scenario.source),
            outside_base: scenario.outside.base,
            devices,
            next_event: 0,
            next_account: 0,
            records: Vec::new(),
            scenario,
            run,
        };
        simulation.populate(game.outside_price())?;
        Ok(simulation)
    }

    fn populate(&mut self, outside: f64) -> Result<(), Error> {
        let share = |share: f64| whole(share * f64::from(self.run.agents));
        let population = self.scenario.population;
        let (verifiers, cheaters) = (share(population.verifiers), share(population.cheaters));
        let (sellers, buyers) =
            (share(population.speculating_sellers), share(population.speculating_buyers));
        let whales = share(population.whales);
        let block = whole(0.01 * f64::from(self.devices)).max(1);
        self.providers_of(Kind::Honest, self.devices, 24, outside)?;
        self.providers_of(Kind::Cheater, cheaters, 24, outside)?;
        let accounts: Result<Vec<Address>, Error> =
            (0..verifiers).map(|_| Ok(account(self.funded(outside * PURSE)?))).collect();
        self.verifiers.accounts = accounts?;
        for _ in 0..sellers {
            let number = self.funded(outside * PURSE)?;
            self.speculators.add_seller(number);
        }
        for _ in 0..buyers {
            let number = self.funded(outside * PURSE)?;
            self.speculators.add_buyer(number);
        }
        for _ in 0..whales {
            let number = self.funded(outside * WHALE_PURSE)?;
            let valuation = self.valuation();
            self.speculators.add_whale(number, block, valuation);
        }
        // Every role has its agents; the rest are clients, and one at least.
        for _ in 0..self.run.agents.saturating_sub(self.next_account).max(1) {
            let number = self.funded(outside * PURSE)?;
            let valuation = self.valuation();
            self.clients.add(number, valuation);
        }
        self.open(outside);
        Ok(())
    }

    /// The first LPs, with all terms from the shortest to the longest.
    fn open(&mut self, outside: f64) {
        let (pool, initial) = (self.scenario.pool, self.scenario.initial);
        let first = whole(initial.liquidity * f64::from(self.devices)).max(1);
        for index in 0..first {
            let hours = pool.min_term + self.market.dice.below(pool.max_term - pool.min_term + 1);
            self.providers.begin_as_lp(
                &mut self.market,
                index,
                hours,
                initial.x * outside,
                &mut self.verifiers,
                &self.rewards,
            );
        }
    }

    fn providers_of(
        &mut self,
        kind: Kind,
        count: u32,
        within: u32,
        outside: f64,
    ) -> Result<(), Error> {
        for _ in 0..count {
            let number = self.funded(outside * PURSE)?;
            self.providers.add(&mut self.market, number, kind, within);
        }
        Ok(())
    }

    /// Makes an account and gives it PIN.
    fn funded(&mut self, pin: f64) -> Result<u32, Error> {
        let number = self.next_account;
        self.next_account += 1;
        self.market.mint(account(number), pin)?;
        Ok(number)
    }

    fn valuation(&mut self) -> f64 {
        let valuation = self.scenario.valuation;
        self.market.dice.log_normal(valuation.median, valuation.spread)
    }

    /// Lets an hour pass and returns what is noted of it.
    ///
    /// # Errors
    /// [`Error::Over`] at the end; [`Error::Game`] where an event makes prices senseless.
    pub fn step(&mut self) -> Result<&Record, Error> {
        let Progress { done, total } = self.progress();
        if done >= total {
            return Err(Error::Over { hours: total });
        }
        self.market.tick()?;
        self.happen()?;
        let game = self.scenario.game(self.outside_base)?;
        let sight = Sight {
            scenario: &self.scenario,
            outside: game.outside_price(),
            fee: game.params().fee,
        };
        let market = &mut self.market;
        if self.rewards.is_emission() {
            self.rewards.rate = market.stream() / f64::from(market.live().max(1));
        }
        self.providers.act(market, &sight, &mut self.verifiers, &mut self.rewards);
        let slashed = self.verifiers.act(market);
        self.providers.slashed(market, &slashed, &mut self.rewards);
        let whales = self.speculators.act(market, &sight, &mut self.verifiers);
        let clients = self.clients.act(market, &sight);
        self.rewards.accrue(self.providers.counts().liquidity);
        let reward = self.rewards.rate;
        if self.market.hour.is_multiple_of(24) {
            self.end_day();
        }
        let asked = (whales.asked + clients.asked, whales.served + clients.served);
        self.note(&game, reward, asked)
    }

    /// What the scenario says happens in this hour.
    fn happen(&mut self) -> Result<(), Error> {
        while let Some(event) = self.scenario.events.get(self.next_event).copied()
            && event.hour <= self.market.hour
        {
            self.next_event += 1;
            match event.change {
                Change::Demand(factor) => self.clients.factor = factor,
                Change::OutsideBase(base) => self.outside_base = base,
                Change::Exodus(share) => self.providers.exodus(&mut self.market, share),
                Change::ShortLived(share) if share > 0.0 => {
                    let count = whole(share * f64::from(self.devices));
                    self.providers_of(Kind::ShortLived, count, 1, self.outside_base)?;
                }
                Change::ShortLived(_) => self.providers.end_short_lived(),
            }
        }
        Ok(())
    }

    /// Rewards are paid, and tomorrow's is set.
    fn end_day(&mut self) {
        self.providers.pay_rewards(&mut self.market, &mut self.rewards);
        if let RewardPolicy::Controlled(controller) = self.run.policy {
            // The day's other hours are on record, this one is not yet.
            let past = self.records.iter().rev().take(23).map(|record| record.price);
            let day: Vec<f64> = past.chain(self.market.price()).collect();
            let mean = day.iter().sum::<f64>() / day.len().max(1) as f64;
            self.rewards.rate = controller.next(self.rewards.rate, mean);
        }
    }

    fn note(
        &mut self,
        game: &pinfi_core::equilibrium::Game,
        reward: f64,
        (asked, served): (f64, f64),
    ) -> Result<&Record, Error> {
        let reserves = self.market.reserves();
        let price = self.market.price();
        let counts = self.providers.counts();
        let sold = counts.sold + self.speculators.sold;
        let offered = counts.liquidity + sold;
        let free = u32::try_from(self.market.free_devices()).unwrap_or(u32::MAX);
        let rented = offered.saturating_sub(free);
        let region = match price {
            Some(price) => game.region(price, reward)?.letter(),
            None => "",
        };
        let price = price.unwrap_or(0.0);
        let outside = game.outside_price();
        self.records.push(Record {
            hour: self.market.hour,
            price,
            x: price / outside,
            y: reward / outside,
            reward,
            region: region.to_owned(),
            pool_pin: to_pin(reserves.pin),
            pool_hours: compute_hours(&reserves),
            duration: reserves.duration().0 as f64 / 3_600.0,
            cover: reserves.cover_ratio_wad().map_or(0.0, |cover| cover as f64 / 1e18),
            lps: counts.liquidity,
            sold,
            outside: counts.outside,
            gone: counts.gone,
            offered,
            rented,
            utilisation: f64::from(rented) / f64::from(offered.max(1)),
            asked,
            served,
            lp_income: self.providers.experience,
            rewards_earned: self.rewards.accrued,
            rewards_minted: self.rewards.minted,
            burned: to_pin(self.market.ledger.accounts().burned()),
            slashed: u32::try_from(self.verifiers.slashed).unwrap_or(u32::MAX),
        });
        self.records.last().ok_or(Error::Over { hours: self.market.hour })
    }

    /// Steps to the end.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn finish(&mut self) -> Result<(), Error> {
        while !self.is_over() {
            self.step()?;
        }
        Ok(())
    }

    /// Tells how far it is.
    #[must_use]
    pub const fn progress(&self) -> Progress {
        Progress { done: self.market.hour, total: self.run.days * 24 }
    }

    /// Tells whether it is at its end.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.market.hour >= self.run.days * 24
    }

    /// Returns the hours so far.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Returns the ledger as it is now.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.market.ledger
    }

    /// Returns how many actions were sent to the ledger.
    #[must_use]
    pub const fn actions(&self) -> u64 {
        self.market.actions
    }

    /// Returns how many verifications were passed.
    #[must_use]
    pub const fn passed(&self) -> u64 {
        self.verifiers.passed
    }

    /// Returns the actions that the ledger refused, by the refusal's name.
    #[must_use]
    pub const fn refusals(&self) -> &BTreeMap<&'static str, u64> {
        &self.market.refusals
    }

    /// Returns rewards in PIN that slashed LPs had earned and were not paid.
    #[must_use]
    pub const fn rewards_voided(&self) -> f64 {
        self.rewards.voided
    }

    /// Returns everything about the run so far.
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        Report {
            scenario: &self.scenario,
            agents: self.run.agents,
            seed: self.run.seed,
            policy: self.run.policy,
            actions: self.market.actions,
            refusals: &self.market.refusals,
            summary: Summary::of(&self.records),
            hours: &self.records,
        }
    }
}

impl RewardPolicy {
    /// Returns the controller that [`Controller::for_scenario`] makes.
    ///
    /// # Errors
    /// As there.
    pub fn controlled(scenario: &Scenario) -> Result<Self, Error> {
        Ok(Self::Controlled(Controller::for_scenario(scenario)?))
    }
}

#[allow(clippy::cast_possible_truncation, reason = "the cast saturates")]
fn whole(number: f64) -> u32 {
    libm::round(number) as u32
}
