//! A market that the ledger itself pays.

use pinfi_core::units::PoolId;
use pinfi_simulation::{Error, RewardPolicy, Run, Scenario, Simulation, Source, Summary};

use crate::finished;

const RUN: Run = Run { agents: 200, days: 1, seed: 1, policy: RewardPolicy::Fixed };

fn block_rewards() -> Scenario {
    Scenario::named("block-rewards").unwrap()
}

#[test]
fn emission_for_nobody_or_of_more_than_there_is() {
    for (lps, agents, name) in
        [(0.0, 200, "source.lps"), (1.1, 200, "source.lps"), (0.75, 1_000_000, "emission")]
    {
        let scenario = Scenario { source: Source::Emission { lps }, ..block_rewards() };
        match Simulation::new(scenario, Run { agents, ..RUN }) {
            Err(Error::OutOfRange { name: found, .. }) => assert_eq!(found, name),
            other => panic!("{name}: {:?}", other.map(|_| ())),
        }
    }
}

#[test]
fn emission_has_no_rate_to_control() {
    assert_eq!(RewardPolicy::controlled(&block_rewards()), Err(Error::NothingToControl));
    let policy = RewardPolicy::controlled(&Scenario::named("steady").unwrap()).unwrap();
    let refused = Simulation::new(block_rewards(), Run { policy, ..RUN });
    assert_eq!(refused.map(|_| ()), Err(Error::NothingToControl));
}

#[test]
fn law_an_emission_is_the_ledgers_and_pays_no_more_than_its_stream() {
    let simulation = finished("block-rewards", 200, 10, 3);
    let (ledger, last) = (simulation.ledger(), simulation.records().last().unwrap());
    let rewards = ledger.rewards().unwrap();
    let minted = rewards.minted().0 as f64 / 1e18;
    assert!(minted > 0.0 && (last.rewards_minted / minted - 1.0).abs() < 1e-12, "{last:?}");
    // The pool's weight is what three quarters of 80 providers would earn 1.07 each by.
    let stream = 1.07 * 0.75 * 80.0;
    assert!((last.rewards_earned / (stream * 240.0) - 1.0).abs() < 0.02, "{last:?}");
    // A tenth at first, and after ten days at most exp(−2.303·20/30) of what was accrued.
    assert!(minted < 0.216 * last.rewards_earned, "{minted} of {}", last.rewards_earned);
    // All that was paid is locked, for the next rewards to be whole.
    assert_eq!(rewards.locked(), rewards.minted());
    for record in simulation.records() {
        let accrues = record.reward * f64::from(record.lps);
        assert!(accrues < 1.6 * stream, "all share one stream: {record:?}");
    }
}

#[test]
fn law_time_that_no_proof_covers_is_not_paid() {
    let simulation = finished("block-rewards", 200, 6, 5);
    let ledger = simulation.ledger();
    let rewards = ledger.rewards().unwrap();
    let pool = ledger.pool(PoolId(0)).unwrap();
    let window = pool.params().pocps.epoch.0;
    let mut earning = 0;
    for (id, stake) in ledger.stakes().filter(|(_, stake)| stake.position().is_some()) {
        let one = rewards.earning(id).unwrap();
        let proved = one.verified_to.unwrap().at;
        let now = pool.reserves().last.min(stake.expiry);
        assert!(now.since(proved).0 <= window, "{id:?} was looked at every epoch");
        earning += u32::from(one.proofs > 0);
    }
    assert!(earning > 10, "{earning}");
}

#[test]
fn emission_with_multipliers_keeps_fewer_lps_than_a_rate_of_the_same_cost() {
    let lps = |name| Summary::of(finished(name, 300, 10, 1).records()).unwrap().lps;
    let (shared, given) = (lps("block-rewards"), lps("steady"));
    assert!(shared < 0.7 * given, "{shared} {given}");
}
