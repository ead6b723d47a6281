//! npm packages: wasm-opt, the charts, the browser tests' driver, the contracts' compiler.

use std::fs;

use super::timed;
use crate::{cmd::Cmd, workspace::Workspace};

/// A copy of the lock file that node_modules was made from.
const STAMP: &str = "node_modules/.lock-copy.json";

/// Installs the repository's packages unless node_modules was made from this lock file.
pub(super) fn packages(workspace: &Workspace) -> Result<(), String> {
    packages_in(workspace, ".")
}

/// Installs the packages of a folder with a lock file of its own.
pub(super) fn packages_in(workspace: &Workspace, folder: &str) -> Result<(), String> {
    node(workspace)?;
    let folder = workspace.path(folder);
    let lock = fs::read(folder.join("package-lock.json"))
        .map_err(|error| format!("cannot read package-lock.json: {error}"))?;
    let stamp = folder.join(STAMP);
    if fs::read(&stamp).is_ok_and(|copy| copy == lock) {
        return Ok(());
    }
    timed("npm packages", || {
        Cmd::new(workspace, "npm")
            .words("ci --no-audit --no-fund --loglevel=error --prefix")
            .arg(&folder)
            .run()
    })
    .map_err(|error| format!("{error}; run `npm ci` by hand and try again"))?;
    fs::write(stamp, lock).map_err(|error| format!("cannot write {STAMP}: {error}"))
}

fn node(workspace: &Workspace) -> Result<(), String> {
    let found = Cmd::new(workspace, "node").arg("--version").output();
    let major = found.as_deref().and_then(major);
    match (found, major) {
        (_, Some(20..)) => Ok(()),
        (Some(version), _) => Err(format!("Node is {version}: install version 20 or later")),
        (None, _) => Err("Node is missing: install version 20 or later with npm".to_owned()),
    }
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn major_of_other_text_is_none() {
        assert_eq!(major("node 20"), None);
        assert_eq!(major("vx.1"), None);
    }

    #[test]
    fn major_of_version() {
        assert_eq!(major("v20.11.1"), Some(20));
        assert_eq!(major("v8.0.0"), Some(8));
    }
}
