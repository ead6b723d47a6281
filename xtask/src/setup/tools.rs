//! Trunk and the wasm-bindgen CLI, pinned, in `.tools/`.

use std::fs;

use super::timed;
use crate::{cmd::Cmd, workspace::Workspace};

/// The last release that the pinned Rust version builds.
const TRUNK: &str = "0.21.14";

struct Tool {
    package: &'static str,
    binary: &'static str,
    version: String,
    /// Trunk's own lock file is known to build; the CLI must take what its crate allows.
    locked: bool,
}

/// Whether one of the tools has to be installed.
pub(super) fn missing(workspace: &Workspace) -> bool {
    tools(workspace).is_ok_and(|tools| tools.iter().any(|tool| !is_there(workspace, tool)))
}

/// Installs the tools that are missing or of another version.
pub(super) fn install(workspace: &Workspace) -> Result<(), String> {
    for tool in tools(workspace)?.iter().filter(|tool| !is_there(workspace, tool)) {
        let Tool { package, version, .. } = tool;
        timed(&format!("{package} {version}, built from source"), || build(workspace, tool))?;
    }
    Ok(())
}

fn tools(workspace: &Workspace) -> Result<[Tool; 2], String> {
    // The CLI refuses Wasm made with any other version of the crate.
    let bindgen = workspace.locked_version("wasm-bindgen")?;
    let trunk = TRUNK.to_owned();
    Ok([
        Tool {
            package: "wasm-bindgen-cli",
            binary: "wasm-bindgen",
            version: bindgen,
            locked: false,
        },
        Tool { package: "trunk", binary: "trunk", version: trunk, locked: true },
    ])
}

/// Whether the search path leads to the wanted version: ours or, as well, the user's own.
fn is_there(workspace: &Workspace, tool: &Tool) -> bool {
    let printed = Cmd::new(workspace, tool.binary).arg("--version").output();
    printed.is_some_and(|line| line.split_whitespace().nth(1) == Some(tool.version.as_str()))
}

fn build(workspace: &Workspace, tool: &Tool) -> Result<(), String> {
    // An unoptimised build of a tool gives the same output in a third of the time to the first
    // page. Its own target folder: the page's crates are built at the same time.
    let target = workspace.tools().join("build").join(tool.package);
    let line = format!(
        "install {} --version {} --no-default-features --debug --quiet",
        tool.package, tool.version
    );
    let by_hand = format!("cargo {line} --root .tools");
    let command = Cmd::cargo(workspace)
        .words(&line)
        .words(if tool.locked { "--locked" } else { "" })
        .arg("--root")
        .arg(workspace.tools())
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TARGET_DIR", &target);
    command.run().map_err(|error| format!("{error}; run `{by_hand}` by hand and try again"))?;
    // Half a gigabyte that nobody needs again; a leftover would harm nothing.
    let _ = fs::remove_dir_all(target);
    Ok(())
}
