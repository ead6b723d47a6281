//! Programs of the system's package manager.

use std::{env, path::PathBuf};

use super::timed;
use crate::{cmd::Cmd, workspace::Workspace};

/// Installs packages where the user may; else says what to run by hand. The steps that need a missing
/// part fail then; all others can run.
pub(super) fn install(workspace: &Workspace, packages: &[&str]) {
    if packages.is_empty() {
        return;
    }
    let list = packages.join(" ");
    let outcome = match apt(workspace) {
        Some(apt) => timed(&list, || {
            Cmd::new(workspace, apt[0]).args(&apt[1..]).words("update -qq").run()?;
            Cmd::new(workspace, apt[0])
                .args(&apt[1..])
                .words("install -y -qq --no-install-recommends")
                .args(packages)
                .env("DEBIAN_FRONTEND", "noninteractive")
                .run()
        }),
        None => Err("this user may not install packages".to_owned()),
    };
    if let Err(error) = outcome {
        println!("   not set up: {list}: {error}; run `apt-get install {list}` by hand");
    }
}

/// Installs the compiler of the C that a crate of the page has: the cryptography of the transport.
pub(super) fn compiler(workspace: &Workspace) {
    if on_path("clang").is_none() {
        install(workspace, &["clang"]);
    }
}

/// The apt-get of a user who may use it without being asked for a password.
fn apt(workspace: &Workspace) -> Option<&'static [&'static str]> {
    on_path("apt-get")?;
    if Cmd::new(workspace, "id").arg("-u").output()? == "0" {
        return Some(&["apt-get"]);
    }
    Cmd::new(workspace, "sudo").words("-n true").output().map(|_| &["sudo", "-n", "apt-get"][..])
}

/// Finds a program on the search path.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
