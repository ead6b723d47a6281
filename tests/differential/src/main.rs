//! Compares the contracts with the core on random lives: `pinfi-differential --steps N [--seed S]`.

use std::process::ExitCode;
use std::time::Instant;

use pinfi_differential::fuzz::{fuzz, keep};
use pinfi_differential::random::Fresh;

const USAGE: &str = "pinfi-differential --steps N [--seed S]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let (steps, seed) = arguments(std::env::args().skip(1))?;
    let fresh = Fresh::new().map_err(|error| error.to_string())?;
    let start = Instant::now();
    match fuzz(&fresh, seed, steps) {
        Ok(reached) => {
            println!(
                "{} steps from seed {seed}, {} accepted, {} kinds of refusal: no difference, {:.0} s",
                reached.steps,
                reached.accepted,
                reached.refusals.len(),
                start.elapsed().as_secs_f64()
            );
            Ok(())
        }
        Err(found) => {
            let file = keep(&found.life).map_err(|error| error.to_string())?;
            Err(format!(
                "seed {}: {}\nin {} steps, kept in {}",
                found.seed,
                found.difference,
                found.life.steps.len(),
                file.display()
            ))
        }
    }
}

fn arguments(mut words: impl Iterator<Item = String>) -> Result<(usize, u64), String> {
    let (mut steps, mut seed) = (None, 0);
    while let Some(word) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        let number: u64 =
            value.parse().map_err(|_| format!("`{value}` is not a number\n{USAGE}"))?;
        match word.as_str() {
            "--steps" => steps = Some(usize::try_from(number).map_err(|e| e.to_string())?),
            "--seed" => seed = number,
            other => return Err(format!("`{other}` is not known\n{USAGE}")),
        }
    }
    Ok((steps.ok_or(USAGE)?, seed))
}
