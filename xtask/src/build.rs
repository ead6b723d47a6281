//! The page: Trunk's build into `dist/`.

use crate::{cmd::Cmd, stamp::Product, workspace::Workspace};

/// Holds the `wasm-bindgen` that cuts the program into parts before it calls the real one.
const BEFORE: &str = "xtask/web/path";

const PAGE: Product = Product { name: "page", made: "dist/index.html", beside: &[] };

/// Builds the page, unless it is as its sources are. Trunk calls cargo, wasm-bindgen and wasm-opt,
/// and its hook seals the page with its content security policy.
pub(crate) fn page(workspace: &Workspace) -> Result<(), String> {
    PAGE.build(workspace, || trunk(workspace))
}

fn trunk(workspace: &Workspace) -> Result<(), String> {
    // Trunk works offline; this is a no-op once the crates are there.
    Cmd::cargo(workspace).words("fetch --quiet --locked --target wasm32-unknown-unknown").run()?;
    Cmd::new(workspace, "trunk")
        .words("--quiet build --release --offline --locked")
        .env("PATH", workspace.search_path_after(Some(BEFORE)))
        .env("PINFI_PARTS", workspace.target()?.join("parts"))
        // Trunk reads this variable as a flag and takes only `true` or `false`.
        .env("NO_COLOR", "true")
        // Of a failed build the cause matters, not Trunk's own stack.
        .env("RUST_BACKTRACE", "0")
        .run()
}
