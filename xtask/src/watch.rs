//! Notices when what the page is made of changes.

use std::{fs, path::Path, thread, time::Duration, time::SystemTime};

use crate::workspace::Workspace;

/// All that the page is made of, the tools that make it included, and nothing that its build writes.
const SOURCES: [&str; 21] = [
    ".cargo",
    ".tools/bin",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "client",
    "compute",
    "contracts/src/interfaces",
    "core",
    "evm",
    "package-lock.json",
    "public",
    "simulation",
    "web/Cargo.toml",
    "web/build.rs",
    "web/index.html",
    "web/locales",
    "web/src",
    "web/styles",
    "worker",
    "xtask/web",
];
const PAUSE: Duration = Duration::from_millis(700);

/// Waits until a source is newer than `since`.
pub(crate) fn wait_for_change(workspace: &Workspace, since: SystemTime) {
    while !changed(workspace, &[], since) {
        thread::sleep(PAUSE);
    }
}

/// Tells whether a source, or something of `beside`, is newer than `since`.
pub(crate) fn changed(workspace: &Workspace, beside: &[&str], since: SystemTime) -> bool {
    SOURCES.iter().chain(beside).any(|source| newer(&workspace.path(source), since))
}

/// Tells whether something at `path` is newer. A folder is when something was added to it, renamed
/// or taken away.
fn newer(path: &Path, since: SystemTime) -> bool {
    let Ok(meta) = fs::metadata(path) else { return false };
    if meta.modified().is_ok_and(|time| time > since) {
        return true;
    }
    let Ok(entries) = fs::read_dir(path) else { return false };
    entries.flatten().any(|entry| newer(&entry.path(), since))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_sees_only_later_files() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let later = SystemTime::now() + Duration::from_secs(3600);
        for path in [sources.join("watch.rs"), sources] {
            assert!(newer(&path, SystemTime::UNIX_EPOCH), "{}", path.display());
            assert!(!newer(&path, later), "{}", path.display());
        }
        assert!(!newer(Path::new("/no/such/folder"), SystemTime::UNIX_EPOCH));
    }
}
