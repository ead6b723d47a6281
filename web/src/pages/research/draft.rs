//! A market as it is typed.

use pinfi_simulation::{Error, Expectation, RewardPolicy, Run, Scenario};
use pinfi_worker::simulator::Order;

use super::knob::{Knob, Why};

/// A scenario and what is changed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    /// The ready scenario.
    pub(super) scenario: String,
    /// The numbers, in the order of [`Knob::ALL`].
    pub(super) numbers: [String; Knob::ALL.len()],
    /// Whether the reward follows the price.
    pub(super) controlled: bool,
    /// Whether providers may sell to the pool.
    pub(super) may_sell: bool,
    /// Whether providers believe the theory, instead of what LPs made lately.
    pub(super) by_theory: bool,
}

/// Why a draft makes no market.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wrong {
    /// A number is not taken.
    Number(Knob, Why),
    /// The numbers make no market together.
    Market(Error),
}

/// What a market is run with where nothing is said: in docs/equilibrium.md it is the same.
const AGENTS: u32 = 1_000;
const DAYS: u32 = 28;
const SEED: u64 = 1;

/// Orders a ready scenario as it is.
///
/// # Errors
/// [`Error::UnknownScenario`].
pub(super) fn ready(name: &str) -> Result<Order, Error> {
    let run = Run { agents: AGENTS, days: DAYS, seed: SEED, policy: RewardPolicy::Fixed };
    Ok(Order { scenario: Scenario::named(name)?, run })
}

impl Draft {
    /// Takes a ready scenario as it is.
    ///
    /// # Errors
    /// [`Error::UnknownScenario`].
    pub(super) fn of(name: &str) -> Result<Self, Error> {
        let order = ready(name)?;
        let providers = &order.scenario.providers;
        Ok(Self {
            scenario: name.to_owned(),
            numbers: Knob::ALL.map(|knob| knob.write(&order)),
            controlled: false,
            may_sell: providers.may_sell,
            by_theory: providers.expects == Expectation::Theory,
        })
    }

    /// Makes the order for the simulator.
    ///
    /// # Errors
    /// [`Wrong`], the first in the order of the form.
    pub(super) fn order(&self) -> Result<Order, Wrong> {
        let mut order = ready(&self.scenario).map_err(Wrong::Market)?;
        for (knob, typed) in Knob::ALL.into_iter().zip(&self.numbers) {
            knob.read(typed, &mut order).map_err(|why| Wrong::Number(knob, why))?;
        }
        order.scenario.providers.may_sell = self.may_sell;
        order.scenario.providers.expects =
            if self.by_theory { Expectation::Theory } else { Expectation::Experience };
        order.scenario.check().map_err(Wrong::Market)?;
        if self.controlled {
            order.run.policy = RewardPolicy::controlled(&order.scenario).map_err(Wrong::Market)?;
        }
        Ok(order)
    }

    /// Gives a number as it is typed.
    pub(super) fn number(&self, knob: Knob) -> &str {
        self.numbers.get(knob.place()).map_or("", String::as_str)
    }

    /// Takes a number as it is typed.
    pub(super) fn set(&mut self, knob: Knob, typed: &str) {
        if let Some(number) = self.numbers.get_mut(knob.place()) {
            typed.clone_into(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_names_the_first_number_that_is_wrong() {
        let mut draft = Draft::of("steady").unwrap();
        draft.set(Knob::Noise, "x");
        assert_eq!(draft.order(), Err(Wrong::Number(Knob::Noise, Why::NotANumber)));
        draft.set(Knob::Seed, "1.5");
        assert_eq!(draft.order(), Err(Wrong::Number(Knob::Seed, Why::TooFine)));
    }

    #[test]
    fn order_of_what_is_no_scenario() {
        assert_eq!(Draft::of("nowhere"), Err(Error::UnknownScenario("nowhere".to_owned())));
    }

    #[test]
    fn order_of_prices_without_meaning() {
        let mut draft = Draft::of("steady").unwrap();
        draft.set(Knob::Base, "0");
        draft.set(Knob::Rate, "0");
        assert!(matches!(draft.order(), Err(Wrong::Market(Error::Game(_)))));
    }

    #[test]
    fn controller_without_a_band_is_refused() {
        let mut draft = Draft::of("steady").unwrap();
        draft.set(Knob::Valuation, "1");
        draft.controlled = true;
        let refused = draft.order();
        let Err(Wrong::Market(Error::OutOfRange { name, .. })) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(name, "x_g");
        draft.controlled = false;
        assert!(draft.order().is_ok(), "a market all the same");
    }

    #[test]
    fn order_of_a_ready_scenario_is_the_scenario() {
        for (name, json) in pinfi_simulation::SCENARIOS {
            let order = Draft::of(name).unwrap().order().unwrap();
            assert_eq!(order.scenario, Scenario::from_json(json).unwrap(), "{name}");
            assert_eq!(order.run.policy, RewardPolicy::Fixed);
        }
    }
}
