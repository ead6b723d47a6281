//! Makes the figures and plots of `docs/equilibrium.md`:
//! `cargo run --release -p pinfi-simulation --example study -- [sweep|policies|scenarios|dissipation]…`
//!
//! Tables go to standard output, plots to `docs/images/equilibrium/`. Without arguments it does
//! all four; the same seeds give the same files.

mod chart;
mod dissipation;
mod policies;
mod runs;
mod scenarios;
mod sweep;

use std::process::ExitCode;

type Part = (&'static str, fn() -> Result<(), String>);

const PARTS: [Part; 4] = [
    ("sweep", sweep::run),
    ("policies", policies::run),
    ("scenarios", scenarios::run),
    ("dissipation", dissipation::run),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|name| PARTS.iter().all(|(one, _)| one != name)) {
        eprintln!("there is no part `{unknown}`");
        return ExitCode::FAILURE;
    }
    for (name, part) in PARTS {
        if !wanted.is_empty() && !wanted.iter().any(|one| one == name) {
            continue;
        }
        println!("## {name}\n");
        if let Err(message) = part() {
            eprintln!("{name}: {message}");
            return ExitCode::FAILURE;
        }
        println!();
    }
    ExitCode::SUCCESS
}
