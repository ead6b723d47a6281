//! Builds only what something has changed for since it was built.

use std::{
    fs::{self, File},
    io,
    path::Path,
    time::SystemTime,
};

use crate::{watch, workspace::Workspace};

/// Something that is built from the page's sources and `beside`.
pub(crate) struct Product {
    /// Its name for people, and that of its stamp.
    pub(crate) name: &'static str,
    /// A file of it: without that it was never built, or thrown away.
    pub(crate) made: &'static str,
    /// What it is made of beside the page's sources.
    pub(crate) beside: &'static [&'static str],
}

impl Product {
    /// Builds it, unless it is as its sources are.
    pub(crate) fn build(
        &self,
        workspace: &Workspace,
        build: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), String> {
        let Self { name, made, .. } = self;
        // Its time is that of the last whole build's beginning.
        let stamp = workspace.target()?.join(format!("{name}.stamp"));
        if self.is_fresh(workspace, &stamp) {
            println!("   the {name} is as its sources are; delete {made} to build it anew");
            return Ok(());
        }
        let begun = SystemTime::now();
        // Gone until the build is whole.
        match fs::remove_file(&stamp) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(because(&error)),
            _ => build()?,
        }
        // What changes while it is being built is newer than the build.
        let stamped = File::create(&stamp).and_then(|file| file.set_modified(begun));
        stamped.map_err(|error| because(&error))
    }

    fn is_fresh(&self, workspace: &Workspace, stamp: &Path) -> bool {
        let built = fs::metadata(stamp).and_then(|meta| meta.modified());
        workspace.path(self.made).is_file()
            && built.is_ok_and(|built| !watch::changed(workspace, self.beside, built))
    }
}

fn because(error: &io::Error) -> String {
    format!("the stamp of a build: {error}")
}
