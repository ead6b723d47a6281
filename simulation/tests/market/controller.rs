//! The reward controller: bounded, damped, and in the right direction.

use pinfi_simulation::{Controller, RewardPolicy, Run, Scenario, Simulation};
use proptest::prelude::*;

fn controller() -> Controller {
    Controller::for_scenario(&Scenario::named("steady").unwrap()).unwrap()
}

#[test]
fn controller_of_a_dormant_pool_only_keeps_its_bounds() {
    let one = controller();
    for price in [0.0, -1.0, f64::NAN] {
        assert_eq!(one.next(one.floor, price), one.floor);
        assert_eq!(one.next(9.0, price), one.ceiling);
    }
}

#[test]
fn controller_leaves_small_distances_alone() {
    let one = controller();
    let reward = (one.floor + one.ceiling) / 2.0;
    for part in [-0.99, 0.0, 0.99] {
        assert_eq!(one.next(reward, one.target * (part * one.dead_zone).exp()), reward);
    }
}

proptest! {
    #[test]
    fn law_controller_is_bounded_and_damped(reward in 0.1f64..3.0, price in 0.01f64..100.0) {
        let one = controller();
        let next = one.next(reward, price);
        prop_assert!((one.floor..=one.ceiling).contains(&next));
        if (one.floor..=one.ceiling).contains(&reward) {
            prop_assert!((next / reward).ln().abs() <= one.max_step + 1e-12);
            // Too dear: sellers are wanted, so liquidity is paid less.
            prop_assert!(price <= one.target || next <= reward);
            prop_assert!(price >= one.target || next >= reward);
        }
    }
}

#[test]
fn controlled_market_changes_its_reward_once_a_day_within_bounds() {
    let scenario = Scenario::named("demand-shock").unwrap();
    let one = controller();
    let policy = RewardPolicy::controlled(&scenario).unwrap();
    assert_eq!(policy, RewardPolicy::Controlled(one));
    let run = Run { agents: 300, days: 10, seed: 1, policy };
    let mut simulation = Simulation::new(scenario, run).unwrap();
    simulation.finish().unwrap();
    let rewards: Vec<f64> = simulation.records().iter().map(|one| one.reward).collect();
    assert!(rewards.iter().all(|reward| (one.floor..=one.ceiling).contains(reward)));
    for (hour, pair) in (1..).zip(rewards.windows(2)) {
        assert!(pair[0] == pair[1] || hour % 24 == 0, "changed in hour {hour}");
    }
    assert!(rewards.first() != rewards.last(), "it never moved");
}
