//! The embedded ledger on a browser's own database, locks and channels.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

use std::cell::Cell;
use std::rc::Rc;

use alloy_primitives::Address;
use gloo_timers::future::TimeoutFuture;
use k256::ecdsa::SigningKey;
use pinfi_client::intent::{Intent, LedgerAction, SignedAction, Speed, address_of, sign};
use pinfi_client::sandbox::{Market, new_ledger};
use pinfi_client::settlement::embedded::{Damage, EmbeddedLedger, Ground, Mode, Recovery};
use pinfi_client::settlement::{Settlement, SettlementExt};
use pinfi_client::storage::{Batch, IndexedDb, Numbered};
use pinfi_core::units::{Secs, Wei};
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn me() -> Address {
    address_of(key().verifying_key())
}

async fn ground(name: &str) -> Ground {
    Ground::browser(name, Rc::new(IndexedDb::open(name).await.unwrap()))
}

/// Opens a tab on the database `name`.
async fn open(name: &str) -> (EmbeddedLedger, Option<Recovery>) {
    EmbeddedLedger::open(ground(name).await, new_ledger).await.unwrap()
}

fn faucet(ledger: &EmbeddedLedger, nonce: u64) -> SignedAction {
    let action = LedgerAction::Faucet { to: me(), amount: Wei(1) };
    let deadline = ledger.deadline_in(Secs(60));
    sign(&Intent::new(ledger.descriptor().domain, action, nonce, deadline), &key()).unwrap()
}

fn balance(ledger: &EmbeddedLedger) -> u128 {
    ledger.read(|l| l.accounts().balance(me()).0)
}

/// Waits for what another tab's news brings.
async fn until(what: impl Fn() -> bool) -> bool {
    for _ in 0..200 {
        if what() {
            return true;
        }
        TimeoutFuture::new(10).await;
    }
    false
}

#[wasm_bindgen_test]
async fn locks_are_exclusive_and_given_back() {
    let (one, other) = (ground("locks").await, ground("locks").await);
    let held = one.peers.hold("a", Mode::Exclusive).await.unwrap();
    assert!(other.peers.try_hold("a").await.is_none(), "one holder at a time");
    assert!(other.peers.try_hold("b").await.is_some(), "another lock is free");
    let waited = Rc::new(Cell::new(false));
    let (peers, done) = (Rc::clone(&other.peers), Rc::clone(&waited));
    spawn_local(async move {
        let _held = peers.hold("a", Mode::Exclusive).await.unwrap();
        done.set(true);
    });
    TimeoutFuture::new(50).await;
    assert!(!waited.get());
    drop(held);
    assert!(until(|| waited.get()).await);

    let shared = one.peers.hold("c", Mode::Shared).await.unwrap();
    let too = other.peers.hold("c", Mode::Shared).await.unwrap();
    assert!(one.peers.try_hold("c").await.is_none());
    drop((shared, too));
    // The browser frees a lock a moment after it was given back.
    let again = one.peers.hold("c", Mode::Exclusive).await;
    assert!(again.is_some());
}

#[wasm_bindgen_test]
async fn reload_finds_everything_again() {
    let (ledger, recovery) = open("reload").await;
    assert_eq!(recovery, None);
    ledger.submit_signed(faucet(&ledger, 0)).await.unwrap();
    let (again, recovery) = open("reload").await;
    assert_eq!(recovery, None);
    assert_eq!(again.ledger(), ledger.ledger());
    assert_eq!(again.activities(None), ledger.activities(None));
    let audit = again.audit(|_| ()).await.unwrap();
    assert_eq!((audit.records, audit.damage, audit.leads_here), (ledger.len(), None, true));
}

#[wasm_bindgen_test]
async fn two_tabs_stay_in_step() {
    let (one, _) = open("step").await;
    let (other, _) = open("step").await;
    one.submit_signed(faucet(&one, 0)).await.unwrap();
    assert!(until(|| balance(&other) == 1).await, "the news comes by itself");
    let fast = LedgerAction::SetSpeed { speed: Speed::MinuteASecond };
    let domain = other.descriptor().domain;
    let intent = Intent::new(domain, fast, 1, other.deadline_in(Secs(60)));
    other.submit_signed(sign(&intent, &key()).unwrap()).await.unwrap();
    assert!(until(|| one.speed() == Speed::MinuteASecond).await);
    assert!(until(|| one.now().since(other.now()) <= Secs(60)).await);

    let done = Rc::new(Cell::new(0));
    for nonce in 2..22 {
        let tab = if nonce % 2 == 0 { one.clone() } else { other.clone() };
        let done = Rc::clone(&done);
        let signed = faucet(&tab, nonce);
        spawn_local(async move {
            // All at once: the nonces tell in which order they were let in.
            if tab.submit_signed(signed).await.is_ok() {
                done.set(done.get() + 1);
            }
        });
    }
    assert!(until(|| done.get() == 20).await, "{} of 20", done.get());
    assert!(until(|| one.ledger() == other.ledger()).await);
    assert_eq!(balance(&one), 21);
}

#[wasm_bindgen_test]
async fn altered_record_is_cut_and_told() {
    let (ledger, _) = open("altered").await;
    ledger.submit_signed(faucet(&ledger, 0)).await.unwrap();
    ledger.submit_signed(faucet(&ledger, 1)).await.unwrap();
    let seq = ledger.len() - 1;
    let storage = Rc::clone(&ledger.ground().storage);
    let mut bytes = storage.last(Numbered::Log).await.unwrap().unwrap().1;
    bytes[0] ^= 1;
    let batch = Batch::new().delete_range(Numbered::Log, seq..=seq);
    storage.commit(batch.append(Numbered::Log, seq, bytes)).await.unwrap();
    drop(ledger);
    let (again, recovery) = open("altered").await;
    let recovery = recovery.unwrap();
    assert_eq!(recovery.damages, [Damage::Altered { seq }]);
    assert_eq!((recovery.kept, recovery.cut), (seq, 1));
    assert_eq!(balance(&again), 1, "the intact prefix is kept");
    let text = again.export_aside(&recovery.aside.unwrap()).await.unwrap();
    assert_eq!(text.lines().count(), 1);
}

#[wasm_bindgen_test]
async fn market_runs_by_itself_in_one_tab() {
    let (one, _) = open("market").await;
    let (other, _) = open("market").await;
    let fast = LedgerAction::SetSpeed { speed: Speed::HourASecond };
    let domain = one.descriptor().domain;
    let intent = Intent::new(domain, fast, 0, one.deadline_in(Secs(60)));
    one.submit_signed(sign(&intent, &key()).unwrap()).await.unwrap();
    let before = one.len();
    let markets = [
        Market::open(one.clone(), 1).await.unwrap(),
        Market::open(other.clone(), 2).await.unwrap(),
    ];
    markets.iter().for_each(Market::run);
    for _ in 0..6 {
        TimeoutFuture::new(1_000).await;
    }
    let settled = one.len() - before;
    assert!((1..=18).contains(&settled), "{settled} in six seconds");
    assert!(until(|| one.ledger() == other.ledger()).await);
}
