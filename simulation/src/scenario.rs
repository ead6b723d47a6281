//! A market as data: who is there, what they want, and what happens to them.

use pinfi_core::equilibrium::{Game, GameParams};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A market. Prices are PIN per hour, times are hours, shares are fractions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name, for the command line and addresses.
    pub name: String,
    /// What it is about, in a sentence.
    pub about: String,
    /// The pool's terms.
    pub pool: Pool,
    /// What providers get elsewhere.
    pub outside: Outside,
    /// What genuine clients would pay.
    pub valuation: Valuation,
    /// γ at the start, in PIN per LP hour.
    pub reward: f64,
    /// Where the reward comes from.
    #[serde(default)]
    pub source: Source,
    /// How the agents divide into roles.
    pub population: Population,
    /// How the market begins.
    pub initial: Initial,
    /// What genuine clients ask for.
    pub demand: Demand,
    /// How providers decide.
    pub providers: Providers,
    /// What happens, in order of time.
    pub events: Vec<Event>,
}

/// The pool's terms; see `PoolParams` of the core.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// δ in basis points, at most 1 000.
    pub fee_bps: u32,
    /// The part of the fee that is burned.
    pub burn_share_bps: u32,
    /// PIN burned for an hour of a stake.
    pub burn_per_hour: f64,
    /// The maintenance fee.
    pub collateral_bps: u32,
    /// The shortest stake.
    pub min_term: u32,
    /// The longest stake, at most 720.
    pub max_term: u32,
}

/// Where the reward comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// γ is paid for each LP hour, however many there are, and minted once a day: the game of
    /// PROTOCOL 7, which takes γ for given.
    #[default]
    Rate,
    /// The ledger's own block rewards (PROTOCOL 6). The pool's weight is what pays γ to each of
    /// `lps` LPs, a share of the providers; others share the same, and its multipliers count.
    Emission {
        /// The share of the providers, above 0.
        lps: f64,
    },
}

/// b = β + pθ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    /// β.
    pub base: f64,
    /// p.
    pub rate: f64,
    /// θ.
    pub quantity: f64,
}

/// The clients' valuations: log-normal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Valuation {
    /// V, which half of the clients would pay.
    pub median: f64,
    /// The standard deviation of ln V.
    pub spread: f64,
}

/// Shares of all agents; what they leave of 1 are genuine clients.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Providers with one device each.
    pub providers: f64,
    /// Providers without a device.
    pub cheaters: f64,
    /// Those who take devices from outside into the pool.
    pub speculating_sellers: f64,
    /// Those who take hours from the pool outside.
    pub speculating_buyers: f64,
    /// Those who challenge devices.
    pub verifiers: f64,
    /// Those who rent or sell for a day a hundredth of all providers' devices at once.
    pub whales: f64,
}

/// The first hour.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Initial {
    /// x at which the pool opens.
    pub x: f64,
    /// The share of providers who are LPs from the start.
    pub liquidity: f64,
}

/// Genuine demand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Devices asked for at a time, at any price, as a share of all providers'.
    pub share: f64,
    /// How far the day swings it, 0 to 1.
    pub diurnal: f64,
    /// The mean hours of a rental.
    pub hours: f64,
}

/// How providers decide.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Providers {
    /// The spread of what they overlook (logit), in units of b.
    pub noise: f64,
    /// How often LPs reconsider.
    pub reconsider: u32,
    /// Whether they may sell to the pool.
    pub may_sell: bool,
    /// What they expect an LP to earn beside the reward.
    pub expects: Expectation,
}

/// What providers expect an LP's hour to bring beside the reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expectation {
    /// What PROTOCOL 7 says: δ·b.
    Theory,
    /// What LPs who ended lately have made, beginning with what the theory says.
    Experience,
}

/// Something that happens to the market.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    pub hour: u32,
    /// What.
    pub change: Change,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Demand is this many times what it was at the start.
    Demand(f64),
    /// β is this from now on.
    OutsideBase(f64),
    /// This share of the providers leaves for good, as soon as it can.
    Exodus(f64),
    /// So many devices, as a share of the providers', come and go as LPs of the shortest term,
    /// all at once and once a day. 0 ends it.
    ShortLived(f64),
}

/// The ready scenarios: names and files.
pub const SCENARIOS: [(&str, &str); 9] = [
    ("steady", include_str!("../scenarios/steady.json")),
    ("demand-shock", include_str!("../scenarios/demand-shock.json")),
    ("provider-exodus", include_str!("../scenarios/provider-exodus.json")),
    ("reward-too-low", include_str!("../scenarios/reward-too-low.json")),
    ("reward-too-high", include_str!("../scenarios/reward-too-high.json")),
    ("short-lived-lps", include_str!("../scenarios/short-lived-lps.json")),
    ("outside-price-rises", include_str!("../scenarios/outside-price-rises.json")),
    ("one-sided-demand", include_str!("../scenarios/one-sided-demand.json")),
    ("block-rewards", include_str!("../scenarios/block-rewards.json")),
];

impl Scenario {
    /// Returns a ready scenario.
    ///
    /// # Errors
    /// [`Error::UnknownScenario`], and those of [`Self::from_json`].
    pub fn named(name: &str) -> Result<Self, Error> {
        let found = SCENARIOS.iter().find(|(known, _)| *known == name);
        let (_, json) = found.ok_or_else(|| Error::UnknownScenario(name.to_owned()))?;
        Self::from_json(json)
    }

    /// Reads a scenario and checks it.
    ///
    /// # Errors
    /// [`Error::Form`], [`Error::OutOfRange`] for the first number that makes no market,
    /// [`Error::Game`] for prices without meaning.
    pub fn from_json(json: &str) -> Result<Self, Error> {
        let scenario: Self =
            serde_json::from_str(json).map_err(|error| Error::Form(error.to_string()))?;
        scenario.check()?;
        Ok(scenario)
    }

    /// Checks what the ledger and the game do not check themselves.
    ///
    /// # Errors
    /// [`Error::OutOfRange`], [`Error::Game`].
    pub fn check(&self) -> Result<(), Error> {
        let Population {
            providers,
            cheaters,
            speculating_sellers,
            speculating_buyers,
            verifiers,
            whales,
        } = self.population;
        let others =
            providers + cheaters + speculating_sellers + speculating_buyers + verifiers + whales;
        let max_term = f64::from(self.pool.max_term);
        for (name, value, least, most) in [
            ("pool.max_term", max_term, 48.0, 720.0),
            ("pool.min_term", f64::from(self.pool.min_term), 24.0, max_term),
            ("pool.burn_per_hour", self.pool.burn_per_hour, 0.0, 1e6),
            ("population.providers", providers, 0.01, 1.0),
            ("population.cheaters", cheaters, 0.0, 1.0),
            ("population.speculating_sellers", speculating_sellers, 0.0, 1.0),
            ("population.speculating_buyers", speculating_buyers, 0.0, 1.0),
            ("population.verifiers", verifiers, 0.0, 1.0),
            ("population.whales", whales, 0.0, 1.0),
            ("population", others, 0.01, 0.99),
            ("reward", self.reward, 0.0, 1e6),
            ("valuation.spread", self.valuation.spread, 0.0, 3.0),
            ("initial.x", self.initial.x, 0.01, 100.0),
            ("initial.liquidity", self.initial.liquidity, 0.0, 1.0),
            ("demand.share", self.demand.share, 0.0, 10.0),
            ("demand.diurnal", self.demand.diurnal, 0.0, 1.0),
            ("demand.hours", self.demand.hours, 1.0, 168.0),
            ("providers.noise", self.providers.noise, 0.0, 10.0),
            ("providers.reconsider", f64::from(self.providers.reconsider), 1.0, 720.0),
        ] {
            check_range(name, value, least, most)?;
        }
        if let Source::Emission { lps } = self.source {
            check_range("source.lps", lps, 0.01, 1.0)?;
        }
        for event in &self.events {
            let (name, value, most) = match event.change {
                Change::Demand(factor) => ("demand", factor, 100.0),
                Change::OutsideBase(price) => ("outside_base", price, 1e6),
                Change::Exodus(share) => ("exodus", share, 1.0),
                Change::ShortLived(share) => ("short_lived", share, 1.0),
            };
            check_range(name, value, 0.0, most)?;
        }
        self.game(self.outside.base)?;
        Ok(())
    }

    /// Returns the game of this market while β is `base`.
    ///
    /// # Errors
    /// [`Error::Game`].
    pub fn game(&self, base: f64) -> Result<Game, Error> {
        Ok(Game::new(GameParams {
            fee: f64::from(self.pool.fee_bps) / 10_000.0,
            outside_base: base,
            outside_rate: self.outside.rate,
            outside_quantity: self.outside.quantity,
            valuation: self.valuation.median,
        })?)
    }
}

pub(crate) fn check_range(
    name: &'static str,
    value: f64,
    least: f64,
    most: f64,
) -> Result<(), Error> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        Err(Error::OutOfRange { name, value, least, most })
    }
}
