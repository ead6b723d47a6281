//! The programs themselves: what they refuse, and a provider that is killed in the middle.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

#[path = "support/program.rs"]
mod program;
#[path = "../../deploy/tests/support/mod.rs"]
mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use futures_executor::block_on;
use pinfi_client::settlement::evm::ChainLedger;
use pinfi_client::settlement::{Settlement as _, SettlementExt as _};
use pinfi_core::game::{Committed, GameAction};
use tempfile::TempDir;

use program::{PASSWORD, PATIENCE, Running, config, folder, output, private, provider, scrape};
use support::*;

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

/// A chain where a machine's own key is to answer for a device from now on, as a new epoch begins; with
/// the machine's folder and its configuration.
fn appointed() -> (World, ChainLedger, TempDir, PathBuf) {
    let (world, ledger, folder, _) = program::appointed();
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
    let text = scrape(&figures);
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
