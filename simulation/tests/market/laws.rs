//! What holds in every market.

use crate::{finished, run_of};
use pinfi_core::stake::StakeState;
use pinfi_core::units::{PoolId, Wei};
use pinfi_simulation::{RewardPolicy, Run, SCENARIOS, Scenario, Simulation};

#[test]
fn law_a_seed_makes_one_market() {
    let (one, same, other) = (
        finished("steady", 200, 3, 5),
        finished("steady", 200, 3, 5),
        finished("steady", 200, 3, 6),
    );
    assert_eq!(one.records(), same.records());
    assert_eq!(one.ledger(), same.ledger(), "the ledgers are equal to the byte");
    assert_ne!(one.records(), other.records());
}

#[test]
fn law_a_market_in_slices_is_the_market_in_one_go() {
    let whole = finished("demand-shock", 200, 3, 2);
    let mut sliced = run_of("demand-shock", 200, 3, 2);
    while !sliced.is_over() {
        // A copy that is dropped leaves no trace.
        let mut copy = sliced.clone();
        copy.step().unwrap();
        drop(copy);
        let before = sliced.progress().done;
        sliced.step().unwrap();
        assert_eq!(sliced.progress().done, before + 1);
    }
    assert_eq!(sliced.records(), whole.records());
}

/// The whole supply is somewhere: in accounts, deposits, locks, or the pool.
fn assert_pin_is_conserved(simulation: &Simulation) {
    let ledger = simulation.ledger();
    let accounts = ledger.accounts();
    let held: u128 = accounts.balances().map(|(_, balance)| balance.0).sum();
    let deposits: u128 = ledger.stakes().map(|(_, stake)| stake.maintenance_fee.0).sum();
    let locked = ledger.rewards().map_or(Wei::ZERO, pinfi_core::rewards::Rewards::locked);
    let reserves = ledger.pool(PoolId(0)).unwrap().reserves();
    assert_eq!(
        held + deposits + locked.0 + reserves.pin.0 + reserves.escrow.0,
        accounts.minted().0 - accounts.burned().0
    );
}

#[test]
fn law_pin_is_conserved_in_every_scenario() {
    for (name, _) in SCENARIOS {
        assert_pin_is_conserved(&finished(name, 300, 4, 3));
    }
}

#[test]
fn law_nothing_is_minted_after_the_purses_but_rewards() {
    // In four days no scenario has brought anybody new.
    for (name, _) in SCENARIOS {
        let mut simulation = run_of(name, 300, 4, 3);
        let purses = simulation.ledger().accounts().minted();
        simulation.finish().unwrap();
        let minted = simulation.ledger().accounts().minted().0 - purses.0;
        let rewards = simulation.records().last().unwrap().rewards_minted;
        assert!(rewards > 0.0, "{name}");
        // Each payment is rounded down to a wei.
        assert!((minted as f64 / 1e18 / rewards - 1.0).abs() < 1e-12, "{name}: {minted} {rewards}");
    }
}

#[test]
fn law_counted_roles_are_the_ledgers() {
    let mut simulation = run_of("steady", 500, 6, 4);
    while !simulation.is_over() {
        let record = simulation.step().unwrap().clone();
        let ledger = simulation.ledger();
        let now = ledger.pool(PoolId(0)).unwrap().reserves().last;
        let live = |state: fn(&StakeState) -> bool| {
            let of = ledger.stakes().filter(|(_, one)| one.expiry > now && state(&one.state));
            u32::try_from(of.count()).unwrap()
        };
        let hour = record.hour;
        let lps = live(|state| matches!(state, StakeState::Liquidity(_)));
        let sold = live(|state| matches!(state, StakeState::Sold));
        assert_eq!(record.lps, lps, "LPs in hour {hour}");
        assert_eq!(record.sold, sold, "sold in hour {hour}");
        let rented =
            ledger.stakes().filter(|(_, stake)| stake.running_rental(now).is_some()).count();
        assert_eq!(record.rented as usize, rented, "rented in hour {hour}");
        assert!(record.served <= record.asked && record.utilisation <= 1.0);
    }
}

#[test]
fn law_rewards_earned_are_minted_void_or_owed_for_a_day() {
    let mut simulation = run_of("steady", 500, 5, 9);
    while !simulation.is_over() {
        let record = simulation.step().unwrap().clone();
        let owed = record.rewards_earned - record.rewards_minted - simulation.rewards_voided();
        let most = f64::from(record.lps) * record.reward * 24.0;
        assert!((-1e-6..=most + 1e-6).contains(&owed), "hour {}: {owed} of {most}", record.hour);
        if record.hour.is_multiple_of(24) {
            assert!(owed.abs() < 1e-6, "all is paid at the end of day: {owed}");
        }
    }
    assert!(simulation.records().last().unwrap().rewards_minted > 0.0);
}

#[test]
fn law_cheaters_are_slashed_and_nobody_else() {
    let steady = Scenario::named("steady").unwrap();
    let run = Run { agents: 500, days: 5, seed: 1, policy: RewardPolicy::Fixed };
    let slashed_of = |share: f64| {
        let mut scenario = steady.clone();
        scenario.population.cheaters = share;
        let mut simulation = Simulation::new(scenario, run).unwrap();
        simulation.finish().unwrap();
        let slashed = simulation
            .ledger()
            .stakes()
            .filter(|(_, stake)| stake.state == StakeState::Slashed)
            .count();
        assert_eq!(simulation.records().last().unwrap().slashed as usize, slashed);
        assert!(simulation.passed() > 0);
        slashed
    };
    assert_eq!(slashed_of(0.0), 0);
    // Ten cheaters come back a day after each discovery.
    assert!(slashed_of(0.02) >= 20);
}

#[test]
fn law_agents_are_rarely_refused() {
    let simulation = finished("steady", 500, 5, 1);
    // Clients find prices above what they pay: that is the demand curve. Nothing else is common.
    let others: u64 = simulation
        .refusals()
        .iter()
        .filter(|(name, _)| **name != "Slippage")
        .map(|(_, count)| count)
        .sum();
    let actions = simulation.actions();
    assert!(others * 100 < actions, "{:?} of {actions}", simulation.refusals());
}
