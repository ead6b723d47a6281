//! Where things are.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use crate::cmd::Cmd;

/// The root of the repository and the paths that hang on it.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds the root: the parent of this crate, which cargo names at run time.
    pub(crate) fn find() -> Result<Self, String> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .ok_or("run this as `cargo xtask …`, so that cargo says where the repository is")?;
        let root = Path::new(&manifest).parent().ok_or("the repository has no root folder")?;
        Ok(Self { root: root.to_path_buf() })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The folder of the pinned command-line tools, outside the user's own cargo folder.
    pub(crate) fn tools(&self) -> PathBuf {
        self.path(".tools")
    }

    /// The folder that cargo builds into, wherever the user put it.
    pub(crate) fn target(&self) -> Result<PathBuf, String> {
        let metadata = Cmd::cargo(self)
            .words("metadata --offline --locked --no-deps --format-version 1")
            .output()
            .ok_or("cargo metadata failed")?;
        quoted(&metadata, "target_directory")
            .map(PathBuf::from)
            .ok_or_else(|| "cargo metadata names no target folder".to_owned())
    }

    /// The search path of every command run from here: our tools first, then npm's, then the user's.
    pub(crate) fn search_path(&self) -> OsString {
        self.search_path_after(None)
    }

    /// The same, with a folder of the repository before all.
    pub(crate) fn search_path_after(&self, folder: Option<&str>) -> OsString {
        let ours = [self.tools().join("bin"), self.path("node_modules/.bin")];
        let users = env::var_os("PATH").unwrap_or_default();
        let first = folder.map(|folder| self.path(folder));
        let all = first.into_iter().chain(ours).chain(env::split_paths(&users));
        env::join_paths(all).unwrap_or(users)
    }

    /// The version of `package` in Cargo.lock, the one place where it is pinned.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String, String> {
        let lock = fs::read_to_string(self.path("Cargo.lock"))
            .map_err(|error| format!("cannot read Cargo.lock: {error}"))?;
        version_in_lock(&lock, package)
            .map(str::to_owned)
            .ok_or_else(|| format!("Cargo.lock does not name {package}"))
    }
}

fn version_in_lock<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// The value of the first `"key":"value"` in compact JSON; no path of ours needs escapes.
fn quoted<'json>(json: &'json str, key: &str) -> Option<&'json str> {
    let (_, rest) = json.split_once(&format!("\"{key}\":\""))?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_of_absent_key_is_none() {
        assert_eq!(quoted(r#"{"a":"b"}"#, "c"), None);
    }

    #[test]
    fn quoted_of_key() {
        assert_eq!(
            quoted(r#"{"x":1,"target_directory":"/a/b","z":2}"#, "target_directory"),
            Some("/a/b")
        );
    }

    const LOCK: &str = "[[package]]\nname = \"one-two\"\nversion = \"9.9.9\"\n\n[[package]]\nname = \"one\"\nversion = \"0.2.1\"\n";

    #[test]
    fn version_in_lock_of_absent_package_is_none() {
        assert_eq!(version_in_lock(LOCK, "two"), None);
    }

    #[test]
    fn version_in_lock_matches_the_whole_name() {
        assert_eq!(version_in_lock(LOCK, "one"), Some("0.2.1"));
    }
}
