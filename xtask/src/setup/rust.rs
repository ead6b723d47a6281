//! Targets and components of the Rust toolchain.

use std::path::Path;

use super::timed;
use crate::{cmd::Cmd, workspace::Workspace};

/// Adds a target unless the toolchain has it.
pub(super) fn target(workspace: &Workspace, name: &str) -> Result<(), String> {
    let sysroot = Cmd::new(workspace, "rustc")
        .words("--print sysroot")
        .output()
        .ok_or("rustc does not run: install Rust with rustup")?;
    if Path::new(&sysroot).join("lib/rustlib").join(name).join("lib").is_dir() {
        return Ok(());
    }
    timed(&format!("the Rust target {name}"), || {
        Cmd::new(workspace, "rustup").words("target add").arg(name).run()
    })
    .map_err(|error| by_hand(&error, &format!("rustup target add {name}")))
}

/// Adds rustfmt and clippy unless the toolchain has them.
pub(super) fn components(workspace: &Workspace) -> Result<(), String> {
    for (name, tool) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if Cmd::cargo(workspace).arg(tool).arg("--version").output().is_some() {
            continue;
        }
        timed(name, || Cmd::new(workspace, "rustup").words("component add").arg(name).run())
            .map_err(|error| by_hand(&error, &format!("rustup component add {name}")))?;
    }
    Ok(())
}

fn by_hand(error: &str, command: &str) -> String {
    format!("{error}; run `{command}` by hand and try again")
}
