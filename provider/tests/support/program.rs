//! The program of a provider as its owner runs it: a folder, a configuration, a process.
#![allow(dead_code, reason = "each test file uses its part of the shared")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use alloy_primitives::Address;
use futures_executor::block_on;
use pinfi_client::settlement::evm::ChainLedger;
use pinfi_core::game::GameAction;
use pinfi_core::units::{Secs, Timestamp};
use tempfile::TempDir;

use crate::support::*;

pub(crate) const PASSWORD: &str = "correct horse battery";
/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn provider() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pinfi-provider"));
    command.env_remove("PINFI_PASSWORD");
    command
}

pub(crate) fn output(command: &mut Command) -> (bool, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.success(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

pub(crate) fn private(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
}

/// A folder with a new key and its password; returns the key's address too.
pub(crate) fn folder() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let (key, password) = (folder.path().join("key.json"), folder.path().join("password"));
    private(&password, &format!("{PASSWORD}\n"));
    let (done, address) = output(provider().arg("new-key").args([&key, &password]));
    assert!(done, "{address}");
    (folder, address.trim().to_owned())
}

/// Writes a configuration, and returns its file.
pub(crate) fn config(folder: &TempDir, rpc: &str, more: &str) -> PathBuf {
    let file = folder.path().join("provider.toml");
    let device = if more.contains("device") { "" } else { "device = \"cpu\"\n" };
    let text = format!(
        "{device}metrics = \"127.0.0.1:0\"\n{more}\n[account]\nrpc = \"{rpc}\"\n\
         book = \"book.json\"\nkey = \"key.json\"\npassword = \"password\"\nstate = \"state\"\n\
         poll_secs = 1\npatience_secs = 5\n"
    );
    fs::write(&file, text).unwrap();
    file
}

/// A program that runs, and the lines that it says.
pub(crate) struct Running {
    pub(crate) child: Child,
    lines: Receiver<String>,
}

impl Running {
    pub(crate) fn start(config: &Path) -> Self {
        let mut child = provider().arg(config).stderr(Stdio::piped()).spawn().unwrap();
        let (to, lines) = channel();
        let said = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            said.lines().map_while(Result::ok).for_each(|line| drop(to.send(line)))
        });
        Self { child, lines }
    }

    /// Waits for a line with these words.
    pub(crate) fn says(&self, words: &str) -> String {
        let begun = Instant::now();
        let mut all = Vec::new();
        while let Some(rest) = PATIENCE.checked_sub(begun.elapsed()) {
            let Ok(line) = self.lines.recv_timeout(rest) else { break };
            if line.contains(words) {
                return line;
            }
            all.push(line);
        }
        panic!("never says {words}: {all:#?}")
    }

    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the figures from where a program has said that they are.
pub(crate) fn scrape(line: &str) -> String {
    let url = line.trim_start_matches("figures: ");
    ureq::get(url).call().unwrap().body_mut().read_to_string().unwrap()
}

/// A chain where a machine's own key, which owns nothing but what transactions cost, may answer for a
/// device from now on; with the machine's folder and that key's address.
pub(crate) fn appointed() -> (World, ChainLedger, TempDir, Address) {
    let world = World::new();
    let ledger = world.open();
    let mut params = params();
    (params.pocps.window, params.pocps.dispute) = (Secs(300), Secs(240));
    market_of(&ledger, params);
    let (folder, operator) = folder();
    let operator = operator.parse().unwrap();
    let node = world.anvil.node();
    let money = serde_json::json!([operator, "0xde0b6b3a7640000"]);
    block_on(node.call("anvil_setBalance", money)).unwrap();
    let until = Timestamp(u64::MAX);
    let appoint = GameAction::Appoint { stake: STAKE, operator, until };
    act(&ledger, &alice(), appoint.into());
    let book = serde_json::to_string(&world.book).unwrap();
    fs::write(folder.path().join("book.json"), book).unwrap();
    (world, ledger, folder, operator)
}
