//! Many markets at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use pinfi_simulation::{
    Record, RewardPolicy, Run, SCENARIOS, Scenario, Simulation, Source, Summary,
};

/// Enough for the law of large numbers, few enough for a hundred runs.
pub(crate) const AGENTS: u32 = 1_000;
pub(crate) const DAYS: u32 = 28;

/// One market to run.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) scenario: Scenario,
    pub(crate) run: Run,
}

impl Job {
    /// A market of the study's usual size.
    pub(crate) fn new(scenario: Scenario, policy: RewardPolicy, seed: u64) -> Self {
        Self { scenario, run: Run { agents: AGENTS, days: DAYS, seed, policy } }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) summary: Summary,
    pub(crate) records: Vec<Record>,
}

/// Runs all, as many at once as there are cores, and returns them in order.
pub(crate) fn run_all(jobs: &[Job]) -> Result<Vec<Outcome>, String> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (next, sender) = (&next, sender.clone());
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(index) else { return };
                    if sender.send((index, run(job))).is_err() {
                        return;
                    }
                }
            });
        }
    });
    drop(sender);
    let mut outcomes: Vec<_> = receiver.into_iter().collect();
    outcomes.sort_by_key(|(index, _)| *index);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

fn run(job: &Job) -> Result<Outcome, String> {
    let mut simulation =
        Simulation::new(job.scenario.clone(), job.run).map_err(|error| error.to_string())?;
    simulation.finish().map_err(|error| error.to_string())?;
    let records = simulation.records().to_vec();
    let summary = Summary::of(&records).ok_or("the run is shorter than its warm-up")?;
    Ok(Outcome { summary, records })
}

/// The mean of a number over outcomes.
pub(crate) fn mean(outcomes: &[Outcome], of: impl Fn(&Summary) -> f64) -> f64 {
    outcomes.iter().map(|one| of(&one.summary)).sum::<f64>() / outcomes.len() as f64
}

/// The ready scenarios that are paid at a rate.
pub(crate) fn at_a_rate() -> Result<Vec<Scenario>, String> {
    let all = SCENARIOS.iter().map(|(name, _)| named(name));
    let is_rate = |one: &Result<Scenario, String>| {
        one.as_ref().map_or(true, |scenario| scenario.source == Source::Rate)
    };
    all.filter(is_rate).collect()
}

pub(crate) fn named(name: &str) -> Result<Scenario, String> {
    Scenario::named(name).map_err(|error| error.to_string())
}
