//! Notices when the page's sources change.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, SystemTime},
};

use crate::workspace::Workspace;

const SOURCES: [&str; 6] = ["core", "client", "compute", "worker", "web", "public"];
const PAUSE: Duration = Duration::from_millis(700);

/// Waits until a source is newer than `since`.
pub(crate) fn wait_for_change(workspace: &Workspace, since: SystemTime) {
    while !SOURCES.iter().any(|folder| newer(&workspace.path(folder), since)) {
        thread::sleep(PAUSE);
    }
}

fn newer(folder: &Path, since: SystemTime) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => newer(&entry.path(), since),
        Ok(meta) => meta.modified().is_ok_and(|time| time > since),
        Err(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_sees_only_later_files() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(newer(&sources, SystemTime::UNIX_EPOCH));
        assert!(!newer(&sources, SystemTime::now() + Duration::from_secs(3600)));
        assert!(!newer(Path::new("/no/such/folder"), SystemTime::UNIX_EPOCH));
    }
}
