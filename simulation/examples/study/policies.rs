//! A reward controller against fixed rewards.

use pinfi_simulation::RewardPolicy;

use crate::findings::Findings;
use crate::runs::{Job, at_a_rate, mean, run_all};

const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

pub(crate) fn run(findings: &Findings) -> Result<(), String> {
    let mut rows = vec![
        "| scenario | reward | in G | dormant | demand served | x | price spread | LPs | rewards per hour served | rewards |".into(),
        "|---|---|---|---|---|---|---|---|---|---|".into(),
    ];
    for scenario in at_a_rate()? {
        let name = &scenario.name;
        let game = scenario.game(scenario.outside.base).map_err(|error| error.to_string())?;
        let band = game.reward_band().ok_or("no band")?;
        let mut lean = scenario.clone();
        lean.reward = band.at(0.25);
        let controlled = RewardPolicy::controlled(&scenario).map_err(|error| error.to_string())?;
        for (label, scenario, policy) in [
            (format!("{} fixed", scenario.reward), &scenario, RewardPolicy::Fixed),
            (format!("{:.3} fixed", lean.reward), &lean, RewardPolicy::Fixed),
            (format!("{} at first, controlled", scenario.reward), &scenario, controlled),
        ] {
            let jobs: Vec<Job> =
                SEEDS.into_iter().map(|seed| Job::new(scenario.clone(), policy, seed)).collect();
            let runs = run_all(&jobs)?;
            rows.push(format!(
                "| {name} | {label} | {:.0} % | {:.0} % | {:.1} % | {:.3} | {:.1} % | {:.0} | {:.2} | {:.0} |",
                100.0 * mean(&runs, |one| one.region("G")),
                100.0 * mean(&runs, |one| one.region("-")),
                100.0 * mean(&runs, |one| one.served),
                mean(&runs, |one| one.mean_x),
                100.0 * mean(&runs, |one| one.price_spread),
                mean(&runs, |one| one.lps),
                mean(&runs, |one| one.rewards_per_served_hour),
                mean(&runs, |one| one.rewards),
            ));
        }
    }
    findings.table("policies", &rows)
}
