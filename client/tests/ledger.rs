//! The embedded ledger: what it refuses, what it keeps, how tabs stay in step.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

mod common;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use alloy_primitives::{Address, B256};
use async_trait::async_trait;
use common::{
    Machine, PIN, START, START_MS, account, alice, bob, genesis, new_test_ledger, signed, submit,
};
use futures_executor::{LocalPool, block_on};
use futures_util::FutureExt as _;
use pinfi_client::intent::{Domain, Intent, IntentError, LedgerAction, Speed, sign};
use pinfi_client::sandbox;
use pinfi_client::settlement::embedded::{
    Damage, EmbeddedLedger, Ground, Hold, Host, Mode, News, OpenError, Peers, Task,
};
use pinfi_client::settlement::{
    Receipt, Rejection, Settlement, SettlementExt, SubmitError, Update,
};
use pinfi_client::storage::{Batch, MemoryStorage, Named, Numbered, Storage, StorageError};
use pinfi_core::units::{Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Event};

fn pay(amount: u128) -> Action {
    Action::Transfer { to: account(&bob()), amount: Wei(amount) }
}

fn balance(ledger: &EmbeddedLedger, of: Address) -> Wei {
    ledger.read(|l| l.accounts().balance(of))
}

fn rejected(rejection: impl Into<Rejection>) -> Result<Receipt, SubmitError> {
    Err(rejection.into().into())
}

#[test]
fn submit_of_what_breaks_a_rule_changes_nothing() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    let first = signed(&ledger, &alice(), pay(1));
    block_on(ledger.submit_signed(first.clone())).unwrap();
    let domain = ledger.descriptor().domain;
    let intent = |action: LedgerAction, nonce, deadline| Intent { domain, action, nonce, deadline };
    let ok = ledger.deadline_in(Secs(60));
    let sign = |intent: Intent| sign(&intent, &alice()).unwrap();

    let elsewhere = Domain { chain_id: 1, ..domain };
    let wrong_domain = Intent { domain: elsewhere, ..intent(pay(1).into(), 1, ok) };
    let expired = Timestamp(START.0 - 1);
    let mut forged = sign(intent(pay(1).into(), 1, ok));
    forged.action = pay(2).into();
    let cases = [
        (first, "NonceUsed"),
        (sign(intent(pay(1).into(), 2, ok)), "NonceGap"),
        (sign(intent(pay(1).into(), 1, expired)), "DeadlineExpired"),
        (sign(wrong_domain), "WrongDomain"),
        (forged, "SignerMismatch"),
        (sign(intent(pay(2_000_000 * PIN).into(), 1, ok)), "InsufficientBalance"),
        (sign(intent(Action::Settle { stake: StakeId(9) }.into(), 1, ok)), "UnknownStake"),
    ];
    let told = Rc::new(Cell::new(0));
    let count = Rc::clone(&told);
    let _subscription = ledger.subscribe(Rc::new(move |_| count.set(count.get() + 1)));
    let (stored, shown) = (machine.everything(), ledger.ledger());
    for (signed, code) in cases {
        let error = block_on(ledger.submit_signed(signed)).unwrap_err();
        assert_eq!(error.code(), code);
        assert!(matches!(error, SubmitError::Rejected(_)));
        assert!(machine.everything() == stored, "{code} leaves the storage");
        assert_eq!(ledger.ledger(), shown, "{code} leaves the ledger");
        assert_eq!(block_on(ledger.nonce(account(&alice()))), Ok(1), "{code} leaves the nonce");
    }
    assert_eq!(told.get(), 0, "nobody is told");
}

#[test]
fn submit_at_the_deadline_is_accepted_and_a_second_later_not() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    let domain = ledger.descriptor().domain;
    let at = |nonce| sign(&Intent::new(domain, pay(1), nonce, START), &alice()).unwrap();
    block_on(ledger.submit_signed(at(0))).unwrap();
    machine.host.pass_ms(1_000);
    let now = Timestamp(START.0 + 1);
    let late = IntentError::DeadlineExpired { deadline: START, now };
    assert_eq!(block_on(ledger.submit_signed(at(1))), rejected(late));
}

#[test]
fn submit_of_sandbox_actions_elsewhere_is_sandbox_only() {
    let machine = Machine::new();
    let mut plain = genesis();
    plain.sandbox = None;
    let opened = block_on(EmbeddedLedger::open(machine.ground(), |_| Ok(plain.into())));
    let (ledger, _) = opened.unwrap();
    let to = account(&alice());
    let faucet = LedgerAction::Faucet { to, amount: Wei(1) };
    assert_eq!(submit(&ledger, &alice(), faucet), rejected(Rejection::SandboxOnly));
    let speed = LedgerAction::SetSpeed { speed: Speed::HourASecond };
    assert_eq!(submit(&ledger, &alice(), speed), rejected(Rejection::SandboxOnly));
    assert!(!ledger.descriptor().is_sandbox);
}

/// Storage that refuses to write while it is full.
struct Full {
    inner: MemoryStorage,
    full: Rc<Cell<bool>>,
}

#[async_trait(?Send)]
impl Storage for Full {
    async fn get(&self, store: Named, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.inner.get(store, name).await
    }
    async fn list(&self, store: Named) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        self.inner.list(store).await
    }
    async fn range(
        &self,
        store: Numbered,
        from: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Vec<u8>)>, StorageError> {
        self.inner.range(store, from, limit).await
    }
    async fn last(&self, store: Numbered) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
        self.inner.last(store).await
    }
    async fn commit(&self, batch: Batch) -> Result<(), StorageError> {
        if self.full.get() { Err(StorageError::Full) } else { self.inner.commit(batch).await }
    }
}

#[test]
fn submit_with_full_storage_changes_nothing_and_later_works() {
    let machine = Machine::new();
    let full = Rc::new(Cell::new(false));
    let storage = Full { inner: machine.storage.clone(), full: Rc::clone(&full) };
    let ground = Ground { storage: Rc::new(storage), ..machine.ground() };
    let (ledger, _) = block_on(EmbeddedLedger::open(ground, new_test_ledger)).unwrap();
    submit(&ledger, &alice(), pay(1)).unwrap();
    full.set(true);
    let (stored, shown) = (machine.everything(), ledger.ledger());
    let error = submit(&ledger, &alice(), pay(2)).unwrap_err();
    assert_eq!(error, SubmitError::Storage(StorageError::Full));
    assert!(machine.everything() == stored);
    assert_eq!(ledger.ledger(), shown);
    full.set(false);
    submit(&ledger, &alice(), pay(3)).unwrap();
    assert_eq!(balance(&ledger, account(&bob())), Wei(4));
}

#[test]
fn ledger_error_codes_are_stable() {
    let (amount, left) = (Wei(2), Wei(1));
    assert_eq!(Rejection::SandboxOnly.code(), "SandboxOnly");
    assert_eq!(Rejection::FaucetDry { amount, left }.code(), "FaucetDry");
    assert_eq!(Rejection::from(IntentError::HighS).code(), "HighS");
    assert_eq!(Rejection::from(pinfi_core::Error::BadDevices).code(), "BadDevices");
    assert_eq!(SubmitError::LogChanged { seq: 1 }.code(), "LogChanged");
    assert_eq!(SubmitError::Unavailable { what: "randomness" }.code(), "Unavailable");
    assert_eq!(SubmitError::from(StorageError::Full).code(), "storage_full");
    assert_eq!(OpenError::Unavailable { what: "randomness" }.code(), "Unavailable");
    let damages = [
        Damage::Genesis,
        Damage::Altered { seq: 1 },
        Damage::Missing { seq: 1 },
        Damage::Truncated { found: 1, expected: 2 },
        Damage::Head,
        Damage::Refused { seq: 1, code: "HighS" },
        Damage::Snapshot { seq: 1 },
    ];
    let codes = [
        "GenesisDamaged",
        "RecordAltered",
        "RecordMissing",
        "LogTruncated",
        "HeadDamaged",
        "RecordRefused",
        "SnapshotDamaged",
    ];
    assert_eq!(damages.map(|damage| damage.code()), codes);
}

#[test]
fn open_without_randomness_or_locks_says_which() {
    let machine = Machine::new();
    let without_locks = Ground { peers: Rc::new(NoPeers), ..machine.ground() };
    let error = block_on(EmbeddedLedger::open(without_locks, new_test_ledger)).err().unwrap();
    assert_eq!(error, OpenError::Unavailable { what: "a lock among tabs" });
    let without_randomness = Ground { host: Rc::new(NoRandomness), ..machine.ground() };
    let error = block_on(EmbeddedLedger::open(without_randomness.clone(), sandbox::new_ledger));
    assert_eq!(error.err().unwrap(), OpenError::Unavailable { what: "randomness" });
    let opened = block_on(EmbeddedLedger::open(without_randomness, new_test_ledger));
    let (ledger, _) = opened.unwrap();
    let error = submit(&ledger, &alice(), pay(1)).unwrap_err();
    assert_eq!(error, SubmitError::Unavailable { what: "randomness" });
    assert_eq!(machine.records(), 0);
}

/// A browser that gives no locks at all.
struct NoPeers;

#[async_trait(?Send)]
impl Peers for NoPeers {
    async fn hold(&self, _: &str, _: Mode) -> Option<Hold> {
        None
    }
    async fn try_hold(&self, _: &str) -> Option<Hold> {
        None
    }
    fn announce(&self, _: News) {}
    fn listen(&self, _: Box<dyn Fn(News)>) -> Hold {
        Hold::new(|| ())
    }
}

/// A machine without randomness.
struct NoRandomness;

impl Host for NoRandomness {
    fn wall_ms(&self) -> u64 {
        START_MS
    }
    fn random(&self) -> Option<B256> {
        None
    }
    fn spawn(&self, _: Task) {}
}

#[test]
fn locks_are_given_in_turn_and_skip_who_no_longer_waits() {
    let machine = Machine::new();
    let (one, other) = (machine.peers.another(), machine.peers.another());
    let held = block_on(one.hold("a", Mode::Exclusive)).unwrap();
    assert!(block_on(other.try_hold("a")).is_none());
    let mut gone = other.hold("a", Mode::Exclusive);
    assert!(gone.as_mut().now_or_never().is_none(), "it waits");
    let mut shared = other.hold("a", Mode::Shared);
    assert!(shared.as_mut().now_or_never().is_none());
    let mut shared_too = one.hold("a", Mode::Shared);
    assert!(shared_too.as_mut().now_or_never().is_none());
    let mut last = one.hold("a", Mode::Exclusive);
    assert!(last.as_mut().now_or_never().is_none());
    drop(gone);
    drop(held);
    let both = (shared.now_or_never().unwrap(), shared_too.now_or_never().unwrap());
    assert!(both.0.is_some() && both.1.is_some(), "shared together");
    assert!(last.as_mut().now_or_never().is_none(), "not while others hold it");
    drop(both);
    assert!(last.now_or_never().unwrap().is_some());
}

#[test]
fn submit_returns_what_happened_and_keeps_it() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    let told = Rc::new(RefCell::new(Vec::new()));
    let hear = Rc::clone(&told);
    let subscription =
        ledger.subscribe(Rc::new(move |update: &Update| hear.borrow_mut().push(update.clone())));
    machine.host.pass_ms(5_999);
    let receipt = submit(&ledger, &alice(), pay(7)).unwrap();

    let (from, to) = (account(&alice()), account(&bob()));
    assert_eq!(receipt.seq, 0);
    assert_eq!(receipt.time, Timestamp(START.0 + 5), "rounded down");
    assert_eq!(receipt.events, [Event::Transferred { from, to, amount: Wei(7) }]);
    assert_eq!(balance(&ledger, to), Wei(7));
    let activities = ledger.activities(None);
    assert_eq!(activities.len(), 1);
    assert_eq!(activities[0].action, "Transfer");
    assert_eq!(*told.borrow(), [Update::Applied(activities[0].clone())]);
    assert_eq!(ledger.activities(Some(to)), activities, "the receiver is named in it");
    assert_eq!(ledger.activities(Some(Address::ZERO)), []);

    drop(subscription);
    submit(&ledger, &alice(), pay(1)).unwrap();
    assert_eq!(told.borrow().len(), 1, "unsubscribed");

    let again = machine.open_whole();
    assert_eq!(again.ledger(), ledger.ledger(), "all is there after a reload");
    assert_eq!(again.activities(None), ledger.activities(None));
    assert_eq!(block_on(again.nonce(from)), Ok(2));
}

#[test]
fn held_ledger_does_not_change_under_its_reader() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    let before = ledger.ledger();
    submit(&ledger, &alice(), pay(7)).unwrap();
    assert_eq!(before.accounts().balance(account(&bob())), Wei::ZERO);
    assert_eq!(balance(&ledger, account(&bob())), Wei(7));
}

#[test]
fn two_tabs_see_each_others_actions() {
    let machine = Machine::new();
    let (one, other) = (machine.open_whole(), machine.open_whole());
    let told = Rc::new(Cell::new(0));
    let count = Rc::clone(&told);
    let _subscription = other.subscribe(Rc::new(move |_| count.set(count.get() + 1)));
    submit(&one, &alice(), pay(1)).unwrap();
    assert_eq!(other.len(), 0, "not heard yet");
    machine.settle_down();
    assert_eq!(other.len(), 1, "the news has come");
    assert_eq!(told.get(), 1);
    assert_eq!(one.ledger(), other.ledger());
    assert_eq!(one.activities(None), other.activities(None));
}

#[test]
fn two_tabs_that_write_without_hearing_stay_in_order() {
    let machine = Machine::new();
    let (one, other) = (machine.open_whole(), machine.open_whole());
    for nonce in 0..20 {
        // The other tab has the next nonce only once it has caught up, which submitting does.
        let tab = if nonce % 2 == 0 { &one } else { &other };
        let amount = u128::from(nonce) + 1;
        let domain = tab.descriptor().domain;
        let intent = Intent::new(domain, pay(amount), nonce, Timestamp(START.0 + 60));
        let receipt = block_on(tab.submit_signed(sign(&intent, &alice()).unwrap())).unwrap();
        assert_eq!(receipt.seq, nonce, "no record is overwritten");
    }
    block_on(one.catch_up()).unwrap();
    block_on(other.catch_up()).unwrap();
    assert_eq!(one.ledger(), other.ledger());
    assert_eq!(balance(&one, account(&bob())), Wei(210));
    assert_eq!(machine.open_whole().ledger(), one.ledger());
}

#[test]
fn many_submissions_at_once_are_settled_one_after_the_other() {
    let machine = Machine::new();
    let tabs = [machine.open_whole(), machine.open_whole(), machine.open_whole()];
    let domain = tabs[0].descriptor().domain;
    let mut pool = LocalPool::new();
    let accepted = Rc::new(Cell::new(0));
    let spawner = pool.spawner();
    for (number, tab) in (0..30).zip(tabs.iter().cycle()) {
        let tab = tab.clone();
        let accepted = Rc::clone(&accepted);
        let intent = Intent::new(domain, pay(1), number / 2, Timestamp(START.0 + 60));
        let task = async move {
            // Each nonce is sent twice: one of the two must lose.
            if tab.submit_signed(sign(&intent, &alice()).unwrap()).await.is_ok() {
                accepted.set(accepted.get() + 1);
            }
        };
        spawn(&spawner, task);
    }
    pool.run();
    assert_eq!(accepted.get(), 15);
    assert_eq!(machine.open_whole().len(), 15);
}

fn spawn(
    spawner: &futures_executor::LocalSpawner,
    task: impl std::future::Future<Output = ()> + 'static,
) {
    use futures_util::task::LocalSpawnExt as _;
    spawner.spawn_local(task).unwrap();
}

#[test]
fn reset_is_followed_by_the_other_tabs() {
    let machine = Machine::new();
    let (one, other) = (machine.open_whole(), machine.open_whole());
    submit(&one, &alice(), pay(1)).unwrap();
    machine.settle_down();
    let late = signed(&other, &alice(), pay(1));
    block_on(one.reset(new_test_ledger)).unwrap();
    assert_eq!(one.len(), 0);
    assert_eq!(balance(&one, account(&bob())), Wei::ZERO);

    // Submitted before the news is heard: refused, and the tab reads anew.
    let told = Rc::new(RefCell::new(Vec::new()));
    let hear = Rc::clone(&told);
    let _subscription =
        other.subscribe(Rc::new(move |update: &Update| hear.borrow_mut().push(update.clone())));
    let error = block_on(other.submit_signed(late)).unwrap_err();
    assert_eq!(error, SubmitError::LogChanged { seq: 1 });
    assert_eq!(*told.borrow(), [Update::Replaced]);
    assert_eq!(other.len(), 0);
    submit(&other, &alice(), pay(5)).unwrap();
    machine.settle_down();
    assert_eq!(one.ledger(), other.ledger());
    assert_eq!(machine.open_whole().len(), 1);
}

#[test]
fn reset_that_is_refused_leaves_the_ledger() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    submit(&ledger, &alice(), pay(1)).unwrap();
    let stored = machine.everything();
    let mut greedy = genesis();
    greedy.config.supply_cap = Wei(1);
    greedy.rewards = None;
    let error = block_on(ledger.reset(|_| Ok(greedy.into()))).unwrap_err();
    assert_eq!(error.code(), "SupplyCapExceeded");
    assert!(machine.everything() == stored);
    assert_eq!(ledger.len(), 1);
}

#[test]
fn news_that_nothing_follows_is_harmless() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    let stranger = machine.peers.another();
    stranger.announce(News::Grown);
    stranger.announce(News::Replaced);
    machine.settle_down();
    assert_eq!(ledger.len(), 0);
    submit(&ledger, &alice(), pay(1)).unwrap();
}

#[test]
fn time_never_goes_backwards() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    machine.host.pass_ms(100_000);
    let receipt = submit(&ledger, &alice(), pay(1)).unwrap();
    assert_eq!(receipt.time, Timestamp(START.0 + 100));
    machine.host.set_wall_ms(START_MS - 50_000);
    assert_eq!(ledger.now(), receipt.time, "not before the last record");
    let second = submit(&ledger, &alice(), pay(1)).unwrap();
    assert_eq!(second.time, receipt.time);
    machine.host.pass_ms(1_000);
    assert_eq!(ledger.now(), Timestamp(START.0 + 101), "and runs on from there");
    let again = machine.open_whole();
    assert_eq!(again.now(), Timestamp(START.0 + 101), "after a reload too");
}

#[test]
fn speed_is_set_for_all_tabs_and_survives_a_reload() {
    let machine = Machine::new();
    let (one, other) = (machine.open_whole(), machine.open_whole());
    machine.host.pass_ms(500);
    let fast = LedgerAction::SetSpeed { speed: Speed::HourASecond };
    submit(&one, &alice(), fast).unwrap();
    machine.settle_down();
    machine.host.pass_ms(2_000);
    for ledger in [&one, &other, &machine.open_whole()] {
        assert_eq!(ledger.speed(), Speed::HourASecond);
        assert_eq!(ledger.now(), Timestamp(START.0 + 7_200));
        assert_eq!(ledger.deadline_in(Secs(10)), Timestamp(START.0 + 7_200 + 36_000));
    }
    let slow = LedgerAction::SetSpeed { speed: Speed::Real };
    submit(&other, &alice(), slow).unwrap();
    machine.settle_down();
    machine.host.pass_ms(3_000);
    assert_eq!(one.now(), Timestamp(START.0 + 7_203));
    assert_eq!(other.now(), one.now());
}

#[test]
fn time_while_no_tab_is_open_passes_at_the_walls_pace() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    let fast = LedgerAction::SetSpeed { speed: Speed::HourASecond };
    submit(&ledger, &alice(), fast).unwrap();
    machine.host.pass_ms(2_000);
    block_on(ledger.keep_time()).unwrap();
    assert_eq!(ledger.now(), Timestamp(START.0 + 7_200));
    drop(ledger);
    machine.host.pass_ms(3_600_000);
    let again = machine.open_whole();
    assert_eq!(again.now(), Timestamp(START.0 + 7_200 + 3_600));
    machine.host.pass_ms(1_000);
    assert_eq!(again.now(), Timestamp(START.0 + 7_200 + 7_200), "and then runs fast again");
}

#[test]
fn export_imports_to_the_same_ledger() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    for amount in 1..=5 {
        machine.host.pass_ms(1_500);
        submit(&ledger, &alice(), pay(amount)).unwrap();
    }
    submit(&ledger, &alice(), LedgerAction::SetSpeed { speed: Speed::MinuteASecond }).unwrap();
    let text = block_on(ledger.export()).unwrap();
    assert_eq!(text.lines().count(), 7, "the genesis and six records");

    let elsewhere = Machine::new();
    let other = elsewhere.open_whole();
    submit(&other, &alice(), pay(99)).unwrap();
    block_on(other.import(&text)).unwrap();
    assert_eq!(other.ledger(), ledger.ledger());
    assert_eq!(other.genesis(), ledger.genesis());
    assert_eq!(other.activities(None), ledger.activities(None));
    assert_eq!(block_on(other.export()).unwrap(), text);
    assert_eq!(elsewhere.open_whole().ledger(), ledger.ledger());
    submit(&other, &alice(), pay(6)).unwrap();
}

#[test]
fn import_of_a_changed_export_is_refused_and_changes_nothing() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    submit(&ledger, &alice(), pay(1)).unwrap();
    submit(&ledger, &alice(), pay(2)).unwrap();
    let text = block_on(ledger.export()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let stored = machine.everything();
    let cases = [
        (String::new(), "NotJson"),
        (text.replacen("pinfi-ledger-1", "other", 1), "BadValue"),
        (text.replacen("\"seq\":\"1\"", "\"seq\":\"1\",\"memo\":\"\"", 1), "UnknownField"),
        (text.replacen("\"amount\":\"2\"", "\"amount\":\"3\"", 1), "RecordAltered"),
        (text.replacen("\"supplyCap\":\"3", "\"supplyCap\":\"2", 1), "RecordAltered"),
        (format!("{}\n{}\n", lines[0], lines[2]), "RecordAltered"),
        (format!("{}\n{}\n{}\n{}\n", lines[0], lines[1], lines[2], lines[2]), "RecordAltered"),
        (format!("{text}{{"), "NotJson"),
    ];
    for (changed, code) in cases {
        assert_ne!(changed, text);
        let error = block_on(ledger.import(&changed)).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(machine.everything() == stored);
    }
}

#[test]
fn audit_of_a_whole_log_leads_to_what_is_shown() {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    for amount in 1..=70 {
        submit(&ledger, &alice(), pay(amount)).unwrap();
    }
    let mut steps = Vec::new();
    let audit = block_on(ledger.audit(|records| steps.push(records))).unwrap();
    assert_eq!(audit.records, 70);
    assert_eq!(audit.damage, None);
    assert!(audit.leads_here);
    assert_eq!(steps, [16, 32, 48, 64, 70]);
}
