//! `cargo xtask bench`: the figures of the README.

use crate::{cmd::Cmd, sdk, workspace::Workspace};

/// Runs the criterion benchmarks; what follows `bench` goes to criterion, as a filter. After `gpu`
/// the study of this machine's GPU instead; what follows are sides of matrices. `sdk` alone
/// compares the SDK with other libraries, `jobs` alone a job through a relay with one run here.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    let line = "bench --locked --package pinfi-core --package pinfi-simulation --benches --";
    let gpu = "run --release --quiet --locked --package pinfi-compute --example gpu --";
    let jobs = "run --release --quiet --locked --package pinfi-session --example remote";
    match args {
        [first, sides @ ..] if first == "gpu" => Cmd::cargo(workspace).words(gpu).args(sides).run(),
        [only] if only == "sdk" => sdk::bench(workspace),
        [only] if only == "jobs" => Cmd::cargo(workspace).words(jobs).run(),
        filter => Cmd::cargo(workspace).words(line).args(filter).run(),
    }
}
