//! The contracts: their compiler, and their comparison with the core.

use crate::{cmd::Cmd, setup, workspace::Workspace};

/// Compiles the contracts into `contracts/out`.
pub(crate) fn build(workspace: &Workspace) -> Result<(), String> {
    Cmd::new(workspace, "node").arg("contracts/build.mjs").run()
}

/// Has Slither look for weaknesses; what is accepted, and why, is in `contracts/slither.json`.
pub(crate) fn analyse(workspace: &Workspace) -> Result<(), String> {
    let slither = setup::slither(workspace)?;
    Cmd::new(workspace, "node").arg("contracts/slither.mjs").arg(slither).run()
}

/// Deploys the contracts, on a chain of one's own or on another: `args` say which.
pub(crate) fn on_chain(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    setup::for_contracts(workspace)?;
    build(workspace)?;
    Cmd::cargo(workspace).words("run --quiet --locked --package pinfi-deploy --").args(args).run()
}

/// Compares as many random steps as `args` ask for; a difference is kept as a vector.
pub(crate) fn fuzz(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    setup::for_contracts(workspace)?;
    build(workspace)?;
    // Long runs are what it is for: the minutes that optimising takes come back.
    Cmd::cargo(workspace)
        .words("run --release --quiet --locked --package pinfi-differential --")
        .args(args)
        .run()
}
