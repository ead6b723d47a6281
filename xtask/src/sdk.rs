//! The JavaScript package: its Wasm, its glue and its own tests.

use crate::{cmd::Cmd, setup::WASM, test::node_tests, workspace::Workspace};

const JS: &str = "wasm-bindings/js";

/// Builds the package into `wasm-bindings/js/pkg`.
pub(crate) fn build(workspace: &Workspace) -> Result<(), String> {
    Cmd::cargo(workspace)
        .words("build --quiet --locked --profile web --package pinfi-wasm --target")
        .arg(WASM)
        .run()?;
    let wasm = workspace.target()?.join(WASM).join("web/pinfi_wasm.wasm");
    let folder = workspace.path(JS).join("pkg");
    Cmd::new(workspace, "wasm-bindgen")
        .words("--target web --out-dir")
        .arg(&folder)
        .arg(wasm)
        .run()?;
    let built = folder.join("pinfi_wasm_bg.wasm");
    Cmd::new(workspace, "wasm-opt").arg("-Oz").arg(&built).arg("-o").arg(&built).run()
}

/// Builds the package, checks its types and runs its tests.
pub(crate) fn test(workspace: &Workspace) -> Result<(), String> {
    build(workspace)?;
    Cmd::new(workspace, "tsc").args(["--project", JS]).run()?;
    node_tests(workspace, &format!("{JS}/test"))?.run()
}
