//! `cargo xtask bench`: the figures of the README.

use crate::{cmd::Cmd, workspace::Workspace};

/// Runs the criterion benchmarks; what follows `bench` goes to criterion, as a filter.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    Cmd::cargo(workspace)
        .words("bench --locked --package pinfi-core --package pinfi-simulation --benches --")
        .args(args)
        .run()
}
