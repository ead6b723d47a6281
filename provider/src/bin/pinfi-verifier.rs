//! `pinfi-verifier CONFIG`; see `docs/providing.md`.

use std::path::Path;
use std::process::ExitCode;

use pinfi_provider::config::{self, VerifierConfig};
use pinfi_provider::program::{self, stop_at_signals};
use pinfi_provider::verifier;

const USAGE: &str = "\
pinfi-verifier CONFIG
  looks at what all providers of the chain in CONFIG commit to, until SIGINT or SIGTERM";

fn main() -> ExitCode {
    program::main(|words| {
        let [file] = words else { return Err(USAGE.into()) };
        let config: VerifierConfig = config::read(Path::new(file))?;
        Ok(verifier::run(&config, &stop_at_signals()?)?)
    })
}
