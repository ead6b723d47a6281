//! `pinfi-provider CONFIG`; see `docs/providing.md`.

use std::path::Path;
use std::process::ExitCode;

use pinfi_provider::config::{self, ProviderConfig};
use pinfi_provider::program::{self, stop_at_signals};
use pinfi_provider::{key, provider};

const USAGE: &str = "\
pinfi-provider CONFIG
  answers the challenges of the stakes of the account in CONFIG, until SIGINT or SIGTERM
pinfi-provider new-key FILE [PASSWORD-FILE]
  makes a key and keeps it in FILE, encrypted by the password in PASSWORD-FILE or PINFI_PASSWORD";

fn main() -> ExitCode {
    program::main(|words| {
        match words {
            ["new-key", file] => println!("{}", key::create(Path::new(file), None)?),
            ["new-key", file, password] => {
                println!("{}", key::create(Path::new(file), Some(Path::new(password)))?);
            }
            [file] if !file.starts_with('-') => {
                let config: ProviderConfig = config::read(Path::new(file))?;
                provider::run(&config, &stop_at_signals()?)?;
            }
            _ => return Err(USAGE.into()),
        }
        Ok(())
    })
}
