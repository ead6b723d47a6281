//! The contracts: their compiler, and their comparison with the core.

use crate::{cmd::Cmd, setup, workspace::Workspace};

/// Compiles the contracts into `contracts/out`.
pub(crate) fn build(workspace: &Workspace) -> Result<(), String> {
    Cmd::new(workspace, "node").arg("contracts/build.mjs").run()
}

/// Runs the tests that need an EVM: vectors, random lives, invariants, gas and sizes, which `bless`
/// accepts as they are now.
pub(crate) fn compare(workspace: &Workspace, bless: bool) -> Result<(), String> {
    let tests = Cmd::cargo(workspace).words("test --quiet --locked --package pinfi-differential");
    if bless { tests.env("PINFI_BLESS", "1") } else { tests }.run()
}

/// Compares as many random steps as `args` ask for; a difference is kept as a vector.
pub(crate) fn fuzz(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    setup::for_contracts(workspace)?;
    Cmd::cargo(workspace)
        .words("run --quiet --locked --package pinfi-differential --")
        .args(args)
        .run()
}
