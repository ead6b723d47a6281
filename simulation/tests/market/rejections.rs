//! What makes no market is refused with its value.

use crate::run_of;
use pinfi_simulation::{
    Change, Controller, Error, Event, RewardPolicy, Run, SCENARIOS, Scenario, Simulation,
};

type Spoil = fn(&mut Scenario);

const RUN: Run = Run { agents: 100, days: 1, seed: 1, policy: RewardPolicy::Fixed };

fn steady() -> Scenario {
    Scenario::named("steady").unwrap()
}

#[test]
fn scenario_unknown_or_malformed() {
    assert_eq!(Scenario::named("boom"), Err(Error::UnknownScenario("boom".into())));
    assert!(matches!(Scenario::from_json("{}"), Err(Error::Form(_))));
    let (_, json) = SCENARIOS[0];
    let unknown = json.replacen("\"about\"", "\"abuot\"", 1);
    assert!(matches!(Scenario::from_json(&unknown), Err(Error::Form(_))));
}

#[test]
fn scenario_with_a_number_out_of_range() {
    let cases: [(&str, Spoil); 9] = [
        ("reward", |s| s.reward = -1.0),
        ("reward", |s| s.reward = f64::NAN),
        ("pool.max_term", |s| s.pool.max_term = 721),
        ("pool.min_term", |s| s.pool.min_term = 23),
        ("population.providers", |s| s.population.providers = 0.0),
        ("population", |s| s.population.whales = 0.9),
        ("demand.diurnal", |s| s.demand.diurnal = 1.5),
        ("providers.reconsider", |s| s.providers.reconsider = 0),
        ("exodus", |s| s.events.push(Event { hour: 1, change: Change::Exodus(1.1) })),
    ];
    for (expected, change) in cases {
        let mut scenario = steady();
        change(&mut scenario);
        match Simulation::new(scenario, RUN) {
            Err(Error::OutOfRange { name, .. }) => assert_eq!(name, expected),
            other => panic!("{expected}: {:?}", other.map(|_| ())),
        }
    }
}

#[test]
fn scenario_whose_prices_make_no_game() {
    let mut scenario = steady();
    scenario.valuation.median = 0.0;
    assert!(matches!(Simulation::new(scenario, RUN), Err(Error::Game(_))));
}

#[test]
fn scenario_whose_pool_the_ledger_refuses() {
    let mut scenario = steady();
    scenario.pool.fee_bps = 1_001;
    let refusal = pinfi_core::Error::BadParameter { name: "fee_bps" };
    assert!(matches!(Simulation::new(scenario, RUN), Err(Error::Ledger(e)) if e == refusal));
}

#[test]
fn run_too_small_or_too_long() {
    for (name, run) in [
        ("agents", Run { agents: 99, ..RUN }),
        ("agents", Run { agents: 1_000_001, ..RUN }),
        ("days", Run { days: 0, ..RUN }),
    ] {
        match Simulation::new(steady(), run) {
            Err(Error::OutOfRange { name: found, .. }) => assert_eq!(found, name),
            other => panic!("{name}: {:?}", other.map(|_| ())),
        }
    }
}

#[test]
fn step_beyond_the_end() {
    let mut simulation = run_of("steady", 100, 1, 1);
    simulation.finish().unwrap();
    assert_eq!(simulation.step().map(|_| ()), Err(Error::Over { hours: 24 }));
    assert_eq!(simulation.records().len(), 24, "nothing was added");
}

#[test]
fn controller_that_makes_no_sense() {
    let good = Controller::for_scenario(&steady()).unwrap();
    for (name, bad) in [
        ("ceiling", Controller { ceiling: good.floor / 2.0, ..good }),
        ("target", Controller { target: 0.0, ..good }),
        ("gain", Controller { gain: f64::NAN, ..good }),
        ("max_step", Controller { max_step: 2.0, ..good }),
    ] {
        let run = Run { policy: RewardPolicy::Controlled(bad), ..RUN };
        match Simulation::new(steady(), run) {
            Err(Error::OutOfRange { name: found, .. }) => assert_eq!(found, name),
            other => panic!("{name}: {:?}", other.map(|_| ())),
        }
    }
    let mut cheap = steady();
    cheap.valuation.median = 1.0;
    let without_band = Controller::for_scenario(&cheap);
    assert!(matches!(without_band, Err(Error::OutOfRange { name: "x_g", .. })));
}
