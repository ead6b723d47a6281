//! Running other programs.

use std::{
    ffi::OsStr,
    process::{Child, Command, Stdio},
};

use crate::workspace::Workspace;

/// A program to run in the repository root with our tools on its search path.
pub(crate) struct Cmd {
    inner: Command,
    /// What a person would type: for messages.
    shown: String,
}

impl Cmd {
    pub(crate) fn new(workspace: &Workspace, program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let mut inner = Command::new(program);
        inner.current_dir(workspace.root()).env("PATH", workspace.search_path());
        // Cargo hands its own variables to whatever it runs; a nested cargo must not inherit the
        // folder of this crate.
        inner.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_PKG_NAME");
        Self { inner, shown: program.to_string_lossy().into_owned() }
    }

    pub(crate) fn cargo(workspace: &Workspace) -> Self {
        Self::new(workspace, "cargo")
    }

    /// Adds the words of `line`, split at spaces.
    pub(crate) fn words(self, line: &str) -> Self {
        line.split_whitespace().fold(self, Self::arg)
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.shown.push(' ');
        self.shown.push_str(&arg.as_ref().to_string_lossy());
        self.inner.arg(arg);
        self
    }

    pub(crate) fn args<I: IntoIterator<Item: AsRef<OsStr>>>(self, args: I) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(key, value);
        self
    }

    /// Runs it with its output on ours.
    ///
    /// # Errors
    /// Says which command could not be started or did not succeed.
    pub(crate) fn run(mut self) -> Result<(), String> {
        println!("   $ {}", self.brief());
        let status = self.inner.stdin(Stdio::null()).status().map_err(|e| self.not_started(&e))?;
        if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", self.brief())) }
    }

    /// Runs it and returns what it printed, trimmed, or nothing when it failed in any way.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self.inner.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    }

    /// Starts it and leaves it running.
    pub(crate) fn spawn(mut self) -> Result<Child, String> {
        self.inner.stdin(Stdio::null()).spawn().map_err(|e| self.not_started(&e))
    }

    /// The command without the tail of a long list of files.
    fn brief(&self) -> String {
        const LIMIT: usize = 90;
        match self.shown.char_indices().nth(LIMIT) {
            Some((end, _)) => format!("{}…", &self.shown[..end]),
            None => self.shown.clone(),
        }
    }

    fn not_started(&self, error: &std::io::Error) -> String {
        format!("cannot start `{}`: {error}", self.shown)
    }
}
