//! Runs a market and prints it:
//! `cargo run --release -p pinfi-simulation --example simulate -- SCENARIO [--days N] [--agents N]
//! [--seed S] [--reward PIN] [--controller] [--format csv|json|summary]`
//!
//! SCENARIO is a ready one or a file. Without arguments it lists the ready ones. What the market
//! cost goes to standard error.

use std::process::ExitCode;
use std::time::Instant;

use pinfi_simulation::{RewardPolicy, Run, SCENARIOS, Scenario, Simulation, csv};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<String, String> {
    let Some((name, rest)) = args.split_first() else {
        return Ok(SCENARIOS.iter().map(|(name, _)| format!("{name}\n")).collect());
    };
    let mut scenario = match std::fs::read_to_string(name) {
        Ok(json) => Scenario::from_json(&json),
        Err(_) => Scenario::named(name),
    }
    .map_err(|error| error.to_string())?;
    let mut run = Run { agents: 10_000, days: 14, seed: 1, policy: RewardPolicy::Fixed };
    let (mut format, mut controlled) = ("csv".to_owned(), false);
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} takes a value"));
        match word.as_str() {
            "--days" => run.days = number(value()?)?,
            "--agents" => run.agents = number(value()?)?,
            "--seed" => run.seed = number(value()?)?,
            "--reward" => scenario.reward = number(value()?)?,
            "--format" => format.clone_from(value()?),
            "--controller" => controlled = true,
            other => return Err(format!("simulate does not know `{other}`")),
        }
    }
    if controlled {
        run.policy = RewardPolicy::controlled(&scenario).map_err(|error| error.to_string())?;
    }
    let begin = Instant::now();
    let mut simulation = Simulation::new(scenario, run).map_err(|error| error.to_string())?;
    simulation.finish().map_err(|error| error.to_string())?;
    let secs = begin.elapsed().as_secs_f64();
    let hours = simulation.records().len();
    eprintln!(
        "{hours} hours of {} agents in {secs:.2} s: {:.1} hours/s, {} actions, {:.0} actions/s, \
         {} proofs",
        run.agents,
        hours as f64 / secs,
        simulation.actions(),
        simulation.actions() as f64 / secs,
        simulation.passed()
    );
    let report = simulation.report();
    match format.as_str() {
        "csv" => Ok(csv(simulation.records())),
        "json" => report.to_json(),
        "summary" => Ok(format!("{:#?}\n{:?}\n", report.summary, report.refusals)),
        other => Err(format!("there is no format `{other}`: csv, json or summary")),
    }
}

fn number<N: std::str::FromStr>(word: &str) -> Result<N, String> {
    word.parse().map_err(|_| format!("`{word}` is not such a number"))
}
