//! `pinfi-verifier CONFIG`; see `docs/providing.md`.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use pinfi_provider::config::{self, VerifierConfig};
use pinfi_provider::play::stop_at_signals;
use pinfi_provider::stop::Stop;
use pinfi_provider::verifier;

const USAGE: &str = "\
pinfi-verifier CONFIG
  looks at what all providers of the chain in CONFIG commit to, until SIGINT or SIGTERM";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), Box<dyn std::error::Error>> {
    let [file] = words else { return Err(USAGE.into()) };
    let config: VerifierConfig = config::read(Path::new(file))?;
    let stop = Stop::default();
    stop_at_signals(&stop)?;
    Ok(verifier::run(&config, &stop)?)
}
