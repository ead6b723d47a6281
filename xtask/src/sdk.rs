//! The JavaScript package: its Wasm, its glue, its types and its tests.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
};

use crate::{
    cmd::Cmd,
    contracts,
    setup::{self, WASM},
    stamp::Product,
    test::node_tests,
    workspace::Workspace,
};

const JS: &str = "wasm-bindings/js";

/// The package in other hands: what it is tried with has a lock file of its own, as it is large.
const SMOKE: &str = "wasm-bindings/smoke";

/// The package's entries: each is a feature of the crate and a Wasm file of its own. The largest comes
/// first, so that it is shrunk while others are linked.
const ENTRIES: [&str; 8] =
    ["session", "core", "ledger", "evm", "verify", "equilibrium", "simulation", "prove"];

const PACKAGE: Product = Product {
    name: "package",
    made: "wasm-bindings/js/dist/index.js",
    beside: &[
        "wasm-bindings/Cargo.toml",
        "wasm-bindings/js/package.json",
        "wasm-bindings/js/scripts",
        "wasm-bindings/js/src",
        "wasm-bindings/js/tsconfig.json",
        "wasm-bindings/packed",
        "wasm-bindings/src",
        "xtask/src/sdk.rs",
    ],
};

/// Builds the whole package into `wasm-bindings/js/wasm` and `dist`, unless it is as its sources are.
pub(crate) fn build(workspace: &Workspace) -> Result<(), String> {
    PACKAGE.build(workspace, || entries(workspace))
}

fn entries(workspace: &Workspace) -> Result<(), String> {
    // What an earlier build left would be packed.
    let dist = workspace.path(JS).join("dist");
    if dist.is_dir() {
        fs::remove_dir_all(&dist).map_err(|e| format!("cannot clear dist: {e}"))?;
    }
    wasm(workspace)?;
    Cmd::new(workspace, "node").arg(format!("{JS}/scripts/inline.mjs")).run()?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(workspace.path(licence), workspace.path(JS).join(licence))
            .map_err(|e| format!("cannot copy {licence}: {e}"))?;
    }
    Cmd::new(workspace, "tsc").args(["--project", JS]).run()
}

/// Makes each entry's Wasm and glue. Linking one and shrinking another take a core each, so the two
/// go on at the same time.
fn wasm(workspace: &Workspace) -> Result<(), String> {
    let (done, to_shrink) = mpsc::channel();
    thread::scope(|scope| {
        let shrinking =
            scope.spawn(move || to_shrink.iter().try_for_each(|entry| shrink(workspace, entry)));
        // One that can't be shrunk hangs up: the others are not built for nothing.
        let linking = ENTRIES.into_iter().try_for_each(|entry| {
            link(workspace, entry)?;
            done.send(entry).map_err(|_| String::new())
        });
        drop(done);
        shrinking.join().unwrap_or_else(|_| Err("shrinking stopped".to_owned())).and(linking)
    })
}

/// Where cargo leaves what it linked last, with a folder beside it for all that it has linked: each
/// under its entry's name, after which wasm-bindgen names the glue.
fn linked(workspace: &Workspace) -> Result<PathBuf, String> {
    Ok(workspace.target()?.join(WASM).join("sdk"))
}

fn link(workspace: &Workspace, entry: &str) -> Result<(), String> {
    Cmd::cargo(workspace)
        .words("build --quiet --locked --profile sdk --package pinfi-wasm --no-default-features")
        .args(["--features", entry, "--target", WASM])
        .run()?;
    let folder = linked(workspace)?;
    let kept = folder.join("entries");
    fs::create_dir_all(&kept)
        .and_then(|()| fs::copy(folder.join("pinfi_wasm.wasm"), kept.join(format!("{entry}.wasm"))))
        .map_err(|e| format!("cannot keep the Wasm of {entry}: {e}"))?;
    Ok(())
}

fn shrink(workspace: &Workspace, entry: &str) -> Result<(), String> {
    let folder = workspace.path(JS).join("wasm");
    let wasm = folder.join(format!("{entry}_bg.wasm"));
    Cmd::new(workspace, "wasm-bindgen")
        .args(["--target", "web", "--out-name", entry, "--out-dir"])
        .arg(&folder)
        .arg(linked(workspace)?.join(format!("entries/{entry}.wasm")))
        .run()?;
    let named = ["{}.js", "{}.d.ts", "{}_bg.wasm.d.ts"].map(|it| it.replace("{}", entry));
    Cmd::new(workspace, "node")
        .arg("xtask/web/shorten.mjs")
        .arg(&wasm)
        .args(named.map(|it| folder.join(it)))
        .run()?;
    // The smallest once it is compressed: what makes the larger ones smaller still makes them compress worse.
    // The core entry, which is small, is a kilobyte of brotli below its limit by trying until nothing shrinks.
    let passes = if entry == "core" { "-Oz --converge" } else { "-O1 --shrink-level=2" };
    Cmd::new(workspace, "wasm-opt")
        .words(passes)
        .words("--strip-producers --strip-target-features")
        .arg(&wasm)
        .arg("-o")
        .arg(&wasm)
        .run()
}

/// Builds the package, checks its types and runs its tests.
pub(crate) fn test(workspace: &Workspace) -> Result<(), String> {
    Cmd::new(workspace, "node").arg(format!("{JS}/scripts/codes.mjs")).arg("--check").run()?;
    build(workspace)?;
    Cmd::new(workspace, "tsc").args(["--project", &format!("{JS}/test")]).run()?;
    node_tests(workspace, &format!("{JS}/test"), 1)?.run()
}

/// Packs what [`test()`] built and tries it in every runtime and bundler that it claims.
pub(crate) fn smoke(workspace: &Workspace) -> Result<(), String> {
    setup::for_smoke(workspace, SMOKE)?;
    build(workspace)?;
    // The examples deploy them.
    if !workspace.path("contracts/out/PinFi.json").is_file() {
        contracts::build(workspace)?;
    }
    // A device to run jobs on; of the whole workspace, so that it is built with the features of the
    // native tests.
    Cmd::cargo(workspace).words("build --quiet --locked --workspace --example device").run()?;
    Cmd::new(workspace, "node").arg(format!("{SMOKE}/install.mjs")).run()?;
    node_tests(workspace, SMOKE, 1)?.env("PINFI_CHROMIUM", setup::chromium()?).run()
}

/// Compares it with what it would replace, side by side.
pub(crate) fn bench(workspace: &Workspace) -> Result<(), String> {
    setup::for_smoke(workspace, SMOKE)?;
    build(workspace)?;
    Cmd::new(workspace, "node").arg(format!("{SMOKE}/bench/sdk.mjs")).run()
}

/// Builds the manual as static files into `docs` in the target folder: the crates' reference, the
/// SDK's with its guides, a page for each error code. Follows all links.
pub(crate) fn docs(workspace: &Workspace) -> Result<(), String> {
    setup::for_smoke(workspace, SMOKE)?;
    build(workspace)?;
    Cmd::cargo(workspace)
        .words("doc --quiet --locked --workspace --no-deps")
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()?;
    let target = workspace.target()?;
    let site = target.join("docs");
    if site.is_dir() {
        fs::remove_dir_all(&site).map_err(|e| format!("cannot clear the manual: {e}"))?;
    }
    copy(&target.join("doc"), &site.join("rust"))
        .map_err(|e| format!("cannot copy the crates' reference: {e}"))?;
    Cmd::new(workspace, "node").arg(format!("{SMOKE}/docs.mjs")).arg(&site).run()?;
    println!("   the manual is in {}", site.display());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
