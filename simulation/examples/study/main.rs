//! Makes the tables and plots of `docs/equilibrium.md`, in their places:
//! `cargo run --release -p pinfi-simulation --example study -- [--check]
//! [sweep|policies|scenarios|emission|dissipation]…`
//!
//! Without names it does all five; the same seeds give the same bytes. With `--check` it writes
//! nothing and fails where anything there is not what it finds.

mod chart;
mod dissipation;
mod emission;
mod findings;
mod policies;
mod runs;
mod scenarios;
mod sweep;

use std::process::ExitCode;

use findings::Findings;

type Part = (&'static str, fn(&Findings) -> Result<(), String>);

const PARTS: [Part; 5] = [
    ("sweep", sweep::run),
    ("policies", policies::run),
    ("scenarios", scenarios::run),
    ("emission", emission::run),
    ("dissipation", dissipation::run),
];

fn main() -> ExitCode {
    let (flags, wanted): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word == "--check");
    let findings = Findings::new(!flags.is_empty());
    if let Some(unknown) = wanted.iter().find(|name| PARTS.iter().all(|(one, _)| one != name)) {
        eprintln!("there is no part `{unknown}`");
        return ExitCode::FAILURE;
    }
    for (name, part) in PARTS {
        if !wanted.is_empty() && !wanted.iter().any(|one| one == name) {
            continue;
        }
        println!("## {name}\n");
        if let Err(message) = part(&findings) {
            eprintln!("{name}: {message}");
            return ExitCode::FAILURE;
        }
        println!();
    }
    ExitCode::SUCCESS
}
