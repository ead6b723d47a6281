//! The programs themselves: what they refuse, and a provider that is killed in the middle.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

#[path = "../../deploy/tests/support/mod.rs"]
mod support;

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use futures_executor::block_on;
use pinfi_client::settlement::evm::ChainLedger;
use pinfi_client::settlement::{Settlement as _, SettlementExt as _};
use pinfi_core::game::{Committed, GameAction};
use pinfi_core::units::{Secs, Timestamp};
use tempfile::TempDir;

use support::*;

const PASSWORD: &str = "correct horse battery";
/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(120);

fn provider() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pinfi-provider"));
    command.env_remove("PINFI_PASSWORD");
    command
}

fn output(command: &mut Command) -> (bool, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.success(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

fn private(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
}

/// A folder with a new key and its password; returns the key's address too.
fn folder() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let (key, password) = (folder.path().join("key.json"), folder.path().join("password"));
    private(&password, &format!("{PASSWORD}\n"));
    let (done, address) = output(provider().arg("new-key").args([&key, &password]));
    assert!(done, "{address}");
    (folder, address.trim().to_owned())
}

/// Writes a configuration, and returns its file.
fn config(folder: &TempDir, rpc: &str, more: &str) -> PathBuf {
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

#[test]
fn start_without_what_it_needs_is_refused_and_tells_no_secret() {
    const WRONG: &str = "staple of purple horses";
    let (folder, _) = folder();
    let refused = |more: &str, words: &str| {
        let file = config(&folder, "http://127.0.0.1:1", more);
        let (done, said) = output(provider().arg(file));
        assert!(!done && said.contains(words), "{words}: {said}");
        assert!(![PASSWORD, WRONG].iter().any(|word| said.contains(word)), "{said}");
    };
    refused("colour = 7", "unknown field `colour`");
    refused("device = \"abacus\"", "unknown variant `abacus`");
    refused("", "book.json");
    let book = include_str!("../../deploy/tests/support/book.json");
    fs::write(folder.path().join("book.json"), book).unwrap();
    refused("", "the node");
    private(&folder.path().join("password"), &format!("{WRONG}\n"));
    refused("", "wrong password");
    fs::set_permissions(folder.path().join("key.json"), Permissions::from_mode(0o644)).unwrap();
    refused("", "can be read by others");
    let (done, said) = output(provider().args(["new-key", "/dev/null/x"]));
    assert!(!done && said.contains("PINFI_PASSWORD"), "{said}");
    let (done, said) = output(&mut provider());
    assert!(!done && said.contains("pinfi-provider CONFIG"), "{said}");
}

/// A program that runs, and the lines that it says.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(config: &Path) -> Self {
        let mut child = provider().arg(config).stderr(Stdio::piped()).spawn().unwrap();
        let (to, lines) = channel();
        let said = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            said.lines().map_while(Result::ok).for_each(|line| drop(to.send(line)))
        });
        Self { child, lines }
    }

    /// Waits for a line with these words.
    fn says(&self, words: &str) -> String {
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

    fn signal(&self, signal: &str) {
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

fn committed(ledger: &ChainLedger) -> Option<Committed> {
    block_on(ledger.sync()).unwrap();
    ledger.read(|ledger| {
        let epoch = ledger.game().epoch(POOL)?.id;
        ledger.game().trial(STAKE, epoch)?.committed.clone()
    })
}

/// Waits for what the chain comes to, a second of its time after another.
fn until<T>(world: &World, what: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(found) = look() {
            return found;
        }
        world.anvil.pass(1).unwrap();
        thread::sleep(Duration::from_millis(500));
    }
    panic!("never: {what}")
}

/// A chain where a machine's own key, which owns nothing but what transactions cost, is to answer for a
/// device from now on; with the machine's folder and its configuration.
fn appointed() -> (World, ChainLedger, TempDir, PathBuf) {
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
    let config = config(&folder, &world.anvil.url(), "openings = \"127.0.0.1:0\"");
    world.anvil.pass(BUCKET - ledger.now().0 % BUCKET).unwrap();
    (world, ledger, folder, config)
}

#[test]
fn provider_killed_between_commitment_and_proof_proves_when_it_is_back_and_ends_in_good_order() {
    let (world, ledger, _folder, config) = appointed();

    let running = Running::start(&config);
    until(&world, "it commits", || committed(&ledger));
    running.signal("-KILL");
    drop(running);
    let epoch = ledger.read(|ledger| ledger.game().epoch(POOL).unwrap().id);
    act(&ledger, &bob(), GameAction::Accuse { stake: STAKE, epoch, sample: 3 }.into());

    let mut running = Running::start(&config);
    let figures = running.says("figures: ");
    until(&world, "it proves", || {
        committed(&ledger).filter(|committed| committed.accusations[&3].proved)
    });
    world.anvil.pass(240).unwrap();
    until(&world, "the epoch passes", || {
        block_on(ledger.sync()).unwrap();
        ledger.read(|ledger| (ledger.stake_of(STAKE).unwrap().passed == 1).then_some(()))
    });
    let url = figures.trim_start_matches("figures: ");
    let text = ureq::get(url).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(text.contains("pinfi_up 1") && text.contains("pinfi_stakes 1"), "{text}");
    assert!(text.contains("pinfi_moves_total{kind=\"Prove\"} 1"), "{text}");
    running.signal("-TERM");
    running.says("stopping");
    assert!(running.child.wait().unwrap().success());
}

#[test]
fn transaction_that_no_block_takes_is_outbid_and_gets_there() {
    let (world, ledger, _folder, config) = appointed();
    let running = Running::start(&config);
    running.says("answering for stakes 0");
    // No more blocks: what is sent now, waits.
    mine(&world.anvil.url(), 0);
    running.says("are offered now");
    running.says("are offered now");
    mine(&world.anvil.url(), 1);
    until(&world, "it commits", || committed(&ledger));
}

#[test]
fn second_signal_ends_it_at_once() {
    let (world, _, _folder, config) = appointed();
    let mut running = Running::start(&config);
    running.says("answering for stakes 0");
    mine(&world.anvil.url(), 0);
    // It has a transaction on its way that it would follow.
    running.says("are offered now");
    running.signal("-INT");
    running.says("stopping");
    running.signal("-INT");
    assert_eq!(running.child.wait().unwrap().code(), Some(130));
}
