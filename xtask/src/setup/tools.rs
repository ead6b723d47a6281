//! Trunk and the wasm-bindgen CLI, pinned, in `.tools/`.

use std::{fs, path::Path};

use super::timed;
use crate::{cmd::Cmd, workspace::Workspace};

/// The last release that the pinned Rust version builds.
const TRUNK: &str = "0.21.14";
/// Reads what `wasm_split_helpers` of Cargo.lock writes into the program.
const WASM_SPLIT: &str = "0.2.4";

struct Tool {
    package: &'static str,
    binary: &'static str,
    version: String,
    /// Trunk's own lock file is known to build; the CLI must take what its crate allows.
    locked: bool,
    features: Option<&'static str>,
}

/// Whether one of the tools has to be installed.
pub(super) fn missing(workspace: &Workspace) -> bool {
    tools(workspace).is_ok_and(|tools| tools.iter().any(|tool| !is_there(workspace, tool)))
}

/// Installs the tools that are missing or of another version.
pub(super) fn install(workspace: &Workspace) -> Result<(), String> {
    // Their own target folder: the page's crates are built at the same time. They have much in common, so
    // one for all.
    let target = workspace.tools().join("build");
    for tool in tools(workspace)?.iter().filter(|tool| !is_there(workspace, tool)) {
        let Tool { package, version, .. } = tool;
        let work = || build(workspace, tool, &target);
        timed(&format!("{package} {version}, built from source"), work)?;
    }
    // Half a gigabyte that nobody needs again; a leftover would harm nothing.
    let _ = fs::remove_dir_all(target);
    Ok(())
}

fn tools(workspace: &Workspace) -> Result<[Tool; 3], String> {
    // The CLI refuses Wasm made with any other version of the crate.
    let bindgen = workspace.locked_version("wasm-bindgen")?;
    Ok([
        Tool {
            package: "wasm-bindgen-cli",
            binary: "wasm-bindgen",
            version: bindgen,
            locked: false,
            features: None,
        },
        Tool {
            package: "wasm_split_cli_support",
            binary: "wasm-split-cli",
            version: WASM_SPLIT.to_owned(),
            locked: true,
            features: Some("build-binary"),
        },
        Tool {
            package: "trunk",
            binary: "trunk",
            version: TRUNK.to_owned(),
            locked: true,
            features: None,
        },
    ])
}

/// Whether the search path leads to the wanted version: ours or, as well, the user's own.
fn is_there(workspace: &Workspace, tool: &Tool) -> bool {
    let printed = Cmd::new(workspace, tool.binary).arg("--version").output();
    printed.is_some_and(|line| line.split_whitespace().nth(1) == Some(tool.version.as_str()))
        || is_ours(workspace, tool)
}

/// Whether cargo notes that it has installed the wanted version: not every tool tells its own.
fn is_ours(workspace: &Workspace, tool: &Tool) -> bool {
    let note = fs::read_to_string(workspace.tools().join(".crates.toml")).unwrap_or_default();
    note.contains(&format!("\"{} {} (", tool.package, tool.version))
}

fn build(workspace: &Workspace, tool: &Tool, target: &Path) -> Result<(), String> {
    // An unoptimised build of a tool gives the same output in a third of the time to the first page.
    let line = format!(
        "install {} --version {} --no-default-features --debug --quiet",
        tool.package, tool.version
    );
    let by_hand = format!("cargo {line} --root .tools");
    let command = Cmd::cargo(workspace)
        .words(&line)
        .words(if tool.locked { "--locked" } else { "" })
        .args(tool.features.iter().flat_map(|features| ["--features", features]))
        .arg("--root")
        .arg(workspace.tools())
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_TARGET_DIR", target);
    command.run().map_err(|error| format!("{error}; run `{by_hand}` by hand and try again"))
}
