//! The ready scenarios hour by hour, with a fixed reward and with a controlled one.

use pinfi_simulation::{RewardPolicy, SCENARIOS};

use crate::chart::{BLUE, Frame, GREY, ORANGE, Series, SeriesLabelPosition, draw, picture};
use crate::runs::{DAYS, Job, named, run_all};

pub(crate) fn run() -> Result<(), String> {
    let mut jobs = Vec::new();
    for (name, _) in SCENARIOS {
        let scenario = named(name)?;
        let controlled = RewardPolicy::controlled(&scenario).map_err(|error| error.to_string())?;
        for policy in [RewardPolicy::Fixed, controlled] {
            jobs.push(Job { scenario: scenario.clone(), policy, seed: 1 });
        }
    }
    let outcomes = run_all(&jobs)?;
    let days = f64::from(DAYS);
    picture("scenarios", (1_000, 840), (4, 2), |areas| {
        for ((area, (name, _)), pair) in areas.iter().zip(SCENARIOS).zip(outcomes.chunks(2)) {
            let [fixed, controlled] = pair else { continue };
            let game = named(name)?.game(named(name)?.outside.base).map_err(|e| e.to_string())?;
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
                    title: name,
                    x: ("day", 0.0..days),
                    y: ("x", 0.5..2.25),
                    shaded: None,
                    legend: (name == "steady").then_some(SeriesLabelPosition::UpperLeft),
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
    })?;
    println!("docs/images/equilibrium/scenarios.svg");
    Ok(())
}
