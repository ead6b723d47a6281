//! Does the band hold? The steady market at many rewards.

use pinfi_core::equilibrium::log_mean;
use pinfi_simulation::{Expectation, RewardPolicy};

use crate::chart::{
    BLUE, Frame, GREEN, GREY, ORANGE, PURPLE, Series, SeriesLabelPosition, draw, picture,
};
use crate::findings::Findings;
use crate::runs::{AGENTS, Job, Outcome, mean, named, run_all};

const REWARDS: [f64; 12] = [0.6, 0.7, 0.8, 0.9, 0.97, 1.02, 1.07, 1.12, 1.18, 1.3, 1.45, 1.6];
const SEEDS: [u64; 3] = [1, 2, 3];

pub(crate) fn run(findings: &Findings) -> Result<(), String> {
    let steady = named("steady")?;
    let game = steady.game(steady.outside.base).map_err(|error| error.to_string())?;
    let band = game.reward_band().ok_or("the steady market has no band")?;
    let limit = game.diagram().thresholds().genuine_client;
    println!(
        "δ = {}, x_g = {limit:.3}, band {:.3} to {:.3}\n",
        game.params().fee,
        band.floor,
        band.ceiling
    );
    for (name, expects) in
        [("sweep", Expectation::Experience), ("sweep by theory", Expectation::Theory)]
    {
        let mut jobs = Vec::new();
        for reward in REWARDS {
            for seed in SEEDS {
                let mut scenario = steady.clone();
                (scenario.reward, scenario.providers.expects) = (reward, expects);
                jobs.push(Job::new(scenario, RewardPolicy::Fixed, seed));
            }
        }
        let outcomes = run_all(&jobs)?;
        let points: Vec<(f64, &[Outcome])> =
            REWARDS.into_iter().zip(outcomes.chunks(SEEDS.len())).collect();
        let mut rows = vec![
            "| γ | x | x* by L | (γ + δb)/(1 − δ) | LPs | sold | outside | in G | demand served | LP income | rewards per hour served | price spread |".into(),
            "|---|---|---|---|---|---|---|---|---|---|---|---|".into(),
        ];
        for (reward, runs) in &points {
            let rest = game.resting_price(*reward).map_or("none".into(), |x| format!("{x:.3}"));
            rows.push(format!(
                "| {reward} | {:.3} | {rest} | {:.3} | {:.0} | {:.0} | {:.0} | {:.0} % | {:.0} % | {:.3} | {:.2} | {:.1} % |",
                mean(runs, |one| one.mean_x),
                (reward + game.params().fee) / (1.0 - game.params().fee),
                mean(runs, |one| one.lps),
                mean(runs, |one| one.sold),
                mean(runs, |one| one.outside),
                100.0 * mean(runs, |one| one.region("G")),
                100.0 * mean(runs, |one| one.served),
                mean(runs, |one| one.lp_income),
                mean(runs, |one| one.rewards_per_served_hour),
                100.0 * mean(runs, |one| one.price_spread),
            ));
        }
        findings.table(name, &rows)?;
        if expects == Expectation::Experience {
            shares(findings, &points, (band.floor, band.ceiling))?;
            phase(findings, &points, game.params().fee, limit)?;
        }
    }
    Ok(())
}

/// Who does what, by reward.
fn shares(
    findings: &Findings,
    points: &[(f64, &[Outcome])],
    band: (f64, f64),
) -> Result<(), String> {
    let line = |name, colour, of: &dyn Fn(&[Outcome]) -> f64| {
        Series::line(
            name,
            colour,
            points.iter().map(|(reward, runs)| (*reward, of(runs))).collect(),
        )
    };
    let devices = 0.4 * f64::from(AGENTS);
    picture(findings, "band", (880, 330), (1, 2), |areas| {
        let [left, right] = areas else { return Ok(()) };
        draw(
            left,
            &Frame {
                title: "Providers by reward; the band of theory shaded",
                x: ("γ, PIN per LP hour", 0.55..1.65),
                y: ("share of the providers", 0.0..1.05),
                shaded: Some(band),
                legend: Some(SeriesLabelPosition::MiddleRight),
            },
            &[
                line("LPs", BLUE, &|runs| mean(runs, |one| one.lps) / devices),
                line("sold to the pool", ORANGE, &|runs| mean(runs, |one| one.sold) / devices),
                line("outside", GREY, &|runs| mean(runs, |one| one.outside) / devices),
            ],
        )?;
        draw(
            right,
            &Frame {
                title: "What comes of it",
                x: ("γ, PIN per LP hour", 0.55..1.65),
                y: ("share of hours", 0.0..1.05),
                shaded: Some(band),
                legend: Some(SeriesLabelPosition::LowerLeft),
            },
            &[
                line("time in region G", GREEN, &|runs| mean(runs, |one| one.region("G"))),
                line("demand served", PURPLE, &|runs| mean(runs, |one| one.served)),
            ],
        )
    })
}

/// Where the market rests in the plane.
fn phase(
    findings: &Findings,
    points: &[(f64, &[Outcome])],
    fee: f64,
    limit: f64,
) -> Result<(), String> {
    let xs = || (0..=180).map(|n| 0.8 + f64::from(n) * 0.01).filter(|x| *x <= 1.9);
    let boundary = xs().map(|x| (x, if x > 1.0 { log_mean(x) - fee } else { 1.0 - fee }));
    let spot = xs().filter(|x| *x >= 1.0 / (1.0 - fee)).map(|x| (x, x * (1.0 - fee) - fee));
    let measured = points.iter().map(|(reward, runs)| (mean(runs, |one| one.mean_x), *reward));
    picture(findings, "phase", (560, 420), (1, 1), |areas| {
        let [area] = areas else { return Ok(()) };
        draw(
            area,
            &Frame {
                title: "Where the steady market rests",
                x: ("x = α/b", 0.8..1.9),
                y: ("y = γ/b", 0.5..1.7),
                shaded: Some((1.0, limit)),
                legend: Some(SeriesLabelPosition::UpperLeft),
            },
            &[
                Series::line("L(x) − δ (theory)", BLUE, boundary.collect()),
                Series::line("(1 − δ)x − δ (sellers take the spot)", ORANGE, spot.collect()),
                Series::dots("mean of three runs", PURPLE, measured.collect()),
            ],
        )
    })
}
