//! A market of agents, stepped by its owner.

use pinfi_simulation::{
    self as market, Error, RewardPolicy, Run, SCENARIOS, Scenario, Summary, csv,
};
use wasm_bindgen::prelude::*;

use crate::error::{malformed, refusal};
use crate::js::to_js;

/// A market under way.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Simulation(market::Simulation);

#[wasm_bindgen]
impl Simulation {
    /// Sets a market up. `controlled`: the reward follows the price within the band.
    ///
    /// # Errors
    /// `MalformedInput` for what is no scenario; `OutOfRange`, and those of the game and ledger.
    #[wasm_bindgen(constructor)]
    pub fn new(
        scenario: &str,
        agents: u32,
        days: u32,
        seed: u64,
        controlled: bool,
    ) -> Result<Self, JsValue> {
        let scenario = Scenario::from_json(scenario).map_err(|error| refused(&error))?;
        let policy = if controlled {
            RewardPolicy::controlled(&scenario).map_err(|error| refused(&error))?
        } else {
            RewardPolicy::Fixed
        };
        let run = Run { agents, days, seed, policy };
        market::Simulation::new(scenario, run).map(Self).map_err(|error| refused(&error))
    }

    /// Lets up to `hours` hours pass and returns how many did.
    ///
    /// # Errors
    /// Those of the game, where an event makes prices senseless.
    pub fn step(&mut self, hours: u32) -> Result<u32, JsValue> {
        for hour in 0..hours {
            if self.0.is_over() {
                return Ok(hour);
            }
            self.0.step().map_err(|error| refused(&error))?;
        }
        Ok(hours)
    }

    /// Returns the hours done.
    #[must_use]
    pub fn done(&self) -> u32 {
        self.0.progress().done
    }

    /// Returns the hours in all.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.progress().total
    }

    /// Returns what was noted of each hour from hour `from` on.
    ///
    /// # Errors
    /// None: records can be written.
    pub fn records(&self, from: u32) -> Result<JsValue, JsValue> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        to_js(&self.0.records().get(from..).unwrap_or_default()).map_err(malformed)
    }

    /// Returns the run so far in a few numbers; `undefined` for three days or less.
    ///
    /// # Errors
    /// None: numbers can be written.
    pub fn summary(&self) -> Result<JsValue, JsValue> {
        to_js(&Summary::of(self.0.records())).map_err(malformed)
    }

    /// Returns the actions that the ledger refused, by the refusal's code.
    ///
    /// # Errors
    /// None: counts can be written.
    pub fn refusals(&self) -> Result<JsValue, JsValue> {
        to_js(self.0.refusals()).map_err(malformed)
    }

    /// Returns the run so far as comma-separated values.
    #[must_use]
    pub fn csv(&self) -> String {
        csv(self.0.records())
    }
}

/// Returns the names of the ready scenarios.
#[must_use]
#[wasm_bindgen(js_name = scenarioNames)]
pub fn scenario_names() -> Vec<String> {
    SCENARIOS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// Returns a ready scenario's file.
///
/// # Errors
/// `UnknownScenario`.
#[wasm_bindgen]
pub fn scenario(name: &str) -> Result<String, JsValue> {
    let found = SCENARIOS.iter().find(|(known, _)| *known == name);
    match found {
        Some((_, json)) => Ok((*json).to_owned()),
        None => Err(refused(&Error::UnknownScenario(name.to_owned()))),
    }
}

fn refused(error: &Error) -> JsValue {
    let code = match error {
        Error::UnknownScenario(_) => "UnknownScenario",
        Error::Form(_) => return malformed(error),
        Error::OutOfRange { .. } => "OutOfRange",
        Error::Game(_) => "SenselessPrices",
        Error::Ledger(error) => error.code(),
        Error::NothingToControl => "NothingToControl",
        Error::Over { .. } => "SimulationOver",
    };
    refusal(code, &error.to_string(), error)
}
