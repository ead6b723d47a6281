//! Sets up what is missing, and says so; what is there is left alone.

mod browser;
mod npm;
mod rust;
mod slither;
mod system;
mod tools;

pub(crate) use browser::{chromium, driver};
pub(crate) use slither::slither;

use std::{thread, time::Instant};

use crate::{cmd::Cmd, workspace::Workspace};

/// The target of everything that runs in the browser.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// A target without an operating system and without 64-bit atomics: what builds there needs no std.
pub(crate) const BARE: &str = "thumbv7em-none-eabihf";

/// What the page needs: the Wasm target, clang, Trunk, the wasm-bindgen CLI, npm packages, crates.
pub(crate) fn for_page(workspace: &Workspace) -> Result<(), String> {
    rust::target(workspace, WASM)?;
    system::compiler(workspace);
    npm::packages(workspace)?;
    // Trunk is the long pole and leaves a core idle at its ends: the page's crates fill it.
    thread::scope(|scope| {
        let crates = scope.spawn(|| {
            tools::missing(workspace).then(|| warm_up(workspace)).transpose().map(|_| ())
        });
        let tools = tools::install(workspace);
        let crates = crates.join().unwrap_or_else(|_| Err("building the crates stopped".into()));
        tools.and(crates)
    })
}

/// What the contracts need: npm packages.
pub(crate) fn for_contracts(workspace: &Workspace) -> Result<(), String> {
    npm::packages(workspace)
}

/// What the SDK is tried with and compared with: runtimes, bundlers, other libraries.
pub(crate) fn for_smoke(workspace: &Workspace, folder: &str) -> Result<(), String> {
    npm::packages(workspace)?;
    npm::packages_in(workspace, folder)
}

/// What the tests need on top: the bare target, lints and format, a browser with its driver, a
/// software Vulkan adapter.
pub(crate) fn for_tests(workspace: &Workspace) -> Result<(), String> {
    rust::components(workspace)?;
    rust::target(workspace, BARE)?;
    for_page(workspace)?;
    browser::install(workspace);
    Ok(())
}

/// Fetches and builds the page's crates, so that Trunk, which works offline, finds them.
fn warm_up(workspace: &Workspace) -> Result<(), String> {
    // One at a time, as Trunk does it: together they would share features, and be built again.
    ["pinfi-web", "pinfi-worker"].iter().try_for_each(|name| {
        Cmd::cargo(workspace)
            .words("build --quiet --locked --profile web --package")
            .args([name, "--bin", name, "--target", WASM])
            .run()
    })
}

/// Says what is done and how long it took.
fn timed(what: &str, work: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    println!("   setting up: {what}");
    let start = Instant::now();
    work()?;
    println!("   set up: {what} ({:.0} s)", start.elapsed().as_secs_f64());
    Ok(())
}
