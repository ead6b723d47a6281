//! The ready scenarios hour by hour, with a fixed reward and with a controlled one.

use pinfi_simulation::RewardPolicy;

use crate::chart::{BLUE, Frame, GREY, ORANGE, Series, SeriesLabelPosition, draw, picture};
use crate::findings::Findings;
use crate::runs::{DAYS, Job, at_a_rate, run_all};

pub(crate) fn run(findings: &Findings) -> Result<(), String> {
    let mut jobs = Vec::new();
    let scenarios = at_a_rate()?;
    for scenario in &scenarios {
        let controlled = RewardPolicy::controlled(scenario).map_err(|error| error.to_string())?;
        for policy in [RewardPolicy::Fixed, controlled] {
            jobs.push(Job::new(scenario.clone(), policy, 1));
        }
    }
    let outcomes = run_all(&jobs)?;
    let days = f64::from(DAYS);
    picture(findings, "scenarios", (1_000, 840), (4, 2), |areas| {
        for ((area, scenario), pair) in areas.iter().zip(&scenarios).zip(outcomes.chunks(2)) {
            let [fixed, controlled] = pair else { continue };
            let game = scenario.game(scenario.outside.base).map_err(|e| e.to_string())?;
            let limit = game.diagram().thresholds().genuine_client;
            // A point in three hours is all that a panel shows.
            let x = |records: &[pinfi_simulation::Record]| {
                let thinned = records.iter().step_by(3);
                thinned.map(|one| (f64::from(one.hour) / 24.0, one.x)).collect()
            };
            let level = |at: f64| vec![(0.0, at), (days, at)];
            draw(
                area,
                &Frame {
                    title: &scenario.name,
                    x: ("day", 0.0..days),
                    y: ("x", 0.5..2.25),
                    shaded: None,
                    legend: (scenario.name == "steady").then_some(SeriesLabelPosition::UpperLeft),
                },
                &[
                    Series::line("1 and x_g", GREY, level(1.0)),
                    Series::line("", GREY, level(limit)),
                    Series::line("fixed reward", BLUE, x(&fixed.records)),
                    Series::line("controlled", ORANGE, x(&controlled.records)),
                ],
            )?;
        }
        Ok(())
    })
}
