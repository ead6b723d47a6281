//! The simulator's side: runs one market and tells of it.

use core::time::Duration;

use pinfi_simulation::{Error, Simulation, csv};

use super::{FromSimulator, Order, Outcome};

/// How often progress is told at most: no eye follows more.
const PERIOD: Duration = Duration::from_millis(100);

/// Runs a market to its end. `now` tells the time since any fixed moment; `post` takes progress and,
/// last, the outcome or the refusal.
pub fn simulate(order: Order, now: impl Fn() -> Duration, mut post: impl FnMut(FromSimulator)) {
    let ended = match run(order, now, &mut post) {
        Ok(outcome) => FromSimulator::Done(Box::new(outcome)),
        Err(reason) => FromSimulator::Refused(reason),
    };
    post(ended);
}

fn run(
    Order { scenario, run }: Order,
    now: impl Fn() -> Duration,
    post: &mut impl FnMut(FromSimulator),
) -> Result<Outcome, String> {
    let said = |error: Error| error.to_string();
    let mut simulation = Simulation::new(scenario, run).map_err(said)?;
    let mut told = now();
    while !simulation.is_over() {
        simulation.step().map_err(said)?;
        if now().saturating_sub(told) >= PERIOD {
            told = now();
            let progress = simulation.progress();
            post(FromSimulator::Progress { done: progress.done, total: progress.total });
        }
    }
    let report = simulation.report();
    Ok(Outcome {
        csv: csv(report.hours),
        json: report.to_json()?,
        hours: report.hours.to_vec(),
        actions: report.actions,
        summary: report.summary,
    })
}
