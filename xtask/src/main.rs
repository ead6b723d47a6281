//! The commands of the README and of CI: `dev`, `test`, `bench` and the pieces they are made of.
//!
//! Only the standard library: this crate stands between a bare machine and the served page.

mod bench;
mod build;
mod cli;
mod cmd;
mod contracts;
mod dev;
mod sdk;
mod setup;
mod stamp;
mod steps;
mod test;
mod watch;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args().skip(1).collect())
}
