//! Slither, the contracts' analyser, in a Python environment of its own.

use std::{fs, path::PathBuf};

use super::timed;
use crate::{cmd::Cmd, workspace::Workspace};

const REQUIREMENTS: &str = "contracts/slither-requirements.txt";
const FOLDER: &str = ".tools/slither";
/// A copy of the list that the environment was made from.
const STAMP: &str = ".tools/slither/requirements-copy.txt";

/// Installs it unless it is there in the listed versions. Returns its path.
///
/// # Errors
/// Says what is missing and how to install it by hand.
pub(crate) fn slither(workspace: &Workspace) -> Result<PathBuf, String> {
    let path = workspace.path(FOLDER).join("bin/slither");
    let list = fs::read(workspace.path(REQUIREMENTS))
        .map_err(|error| format!("cannot read {REQUIREMENTS}: {error}"))?;
    if path.is_file() && fs::read(workspace.path(STAMP)).is_ok_and(|copy| copy == list) {
        return Ok(path);
    }
    if Cmd::new(workspace, "python3").words("-c pass").output().is_none() {
        return Err("Slither needs Python 3: run `apt-get install python3-venv` by hand".to_owned());
    }
    timed("Slither", || {
        Cmd::new(workspace, "python3").words("-m venv --clear").arg(FOLDER).run().map_err(
            |error| format!("{error}; run `apt-get install python3-venv` by hand and try again"),
        )?;
        Cmd::new(workspace, ".tools/slither/bin/pip")
            .words("install --quiet --disable-pip-version-check --requirement")
            .arg(REQUIREMENTS)
            .run()
    })?;
    fs::write(workspace.path(STAMP), list)
        .map_err(|error| format!("cannot write {STAMP}: {error}"))?;
    Ok(path)
}
