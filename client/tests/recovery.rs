//! Damage to a stored log: found, cut, kept aside, told.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

mod common;

use std::cell::RefCell;
use std::rc::Rc;

use alloy_primitives::{B256, keccak256};
use common::{Machine, START, account, alice, bob, submit};
use futures_executor::block_on;
use pinfi_client::settlement::embedded::{Damage, EmbeddedLedger, Record, Recovery};
use pinfi_client::settlement::{Settlement, SettlementExt, SubmitError, Update};
use pinfi_client::storage::{Batch, Named, Numbered, Storage};
use pinfi_core::Action;
use pinfi_core::units::{Timestamp, Wei};
use proptest::prelude::*;
use serde_json::Value;

const GENESIS: &str = "ledger/genesis";
const HEAD: &str = "ledger/head";
const CLOCK: &str = "ledger/clock";

fn pay(amount: u128) -> Action {
    Action::Transfer { to: account(&bob()), amount: Wei(amount) }
}

/// A machine whose log has so many payments of 1 wei to Bob, all tabs closed.
fn machine_with(records: u64) -> Machine {
    let machine = Machine::new();
    let ledger = machine.open_whole();
    for _ in 0..records {
        machine.host.pass_ms(1_000);
        submit(&ledger, &alice(), pay(1)).unwrap();
    }
    machine
}

thread_local! {
    static SHORT: Machine = machine_with(6);
    static LONG: Machine = machine_with(64);
}

fn received(ledger: &EmbeddedLedger) -> u128 {
    ledger.read(|l| l.accounts().balance(account(&bob())).0)
}

/// Opens what was damaged, and checks that the prefix is whole and goes on.
fn assert_recovers(machine: &Machine, kept: u64, cut: u64, lost: u64, damages: &[Damage]) {
    let (ledger, recovery) = machine.open();
    let recovery = recovery.expect("the damage is told");
    assert_eq!((recovery.kept, recovery.cut, recovery.lost), (kept, cut, lost));
    assert_eq!(recovery.damages, damages);
    assert_eq!(recovery.aside.is_some(), cut > 0);
    assert_eq!(ledger.len(), kept);
    assert_eq!(received(&ledger), u128::from(kept));
    assert_eq!(machine.records(), kept);
    assert_eq!(block_on(ledger.asides()).unwrap().len(), usize::from(cut > 0));
    if let Some(name) = &recovery.aside {
        let text = block_on(ledger.export_aside(name)).unwrap();
        assert_eq!(text.lines().count() as u64, cut, "what was cut can be exported");
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert!(line["bytes"].as_str().unwrap().starts_with("0x"));
        }
    }
    submit(&ledger, &alice(), pay(1)).unwrap();
    let again = machine.open_whole();
    assert_eq!(again.ledger(), ledger.ledger(), "repaired for good");
    let audit = block_on(again.audit(|_| ())).unwrap();
    assert_eq!((audit.damage, audit.leads_here), (None, true));
}

/// Writes records from `seq` on anew, changed, with links that fit.
fn forge(machine: &Machine, seq: u64, change: impl Fn(&mut Record)) {
    let link = |bytes: &[u8]| B256::from_slice(&bytes[bytes.len() - 32..]);
    let mut head = match seq.checked_sub(1) {
        Some(before) => link(&machine.record(before)),
        None => link(&machine.meta(GENESIS).unwrap()),
    };
    let end = machine.records();
    for number in seq..end {
        let bytes = machine.record(number);
        let mut record: Record = postcard::from_bytes(&bytes[..bytes.len() - 32]).unwrap();
        if number == seq {
            change(&mut record);
        }
        let body = postcard::to_allocvec(&record).unwrap();
        head = keccak256([head.as_slice(), &body].concat());
        machine.replace_record(number, [body.as_slice(), head.as_slice()].concat());
    }
    machine.put_meta(HEAD, postcard::to_allocvec(&(end, head)).unwrap());
}

#[test]
fn open_with_a_truncated_tail_tells_what_is_lost() {
    let machine = machine_with(5);
    machine.delete_records(3..=4);
    assert_recovers(&machine, 3, 0, 2, &[Damage::Truncated { found: 3, expected: 5 }]);
}

#[test]
fn open_with_all_records_gone_tells_it() {
    let machine = machine_with(5);
    machine.delete_records(0..=4);
    assert_recovers(&machine, 0, 0, 5, &[Damage::Truncated { found: 0, expected: 5 }]);
}

#[test]
fn open_with_a_missing_record_cuts_there() {
    let machine = machine_with(5);
    machine.delete_records(2..=2);
    assert_recovers(&machine, 2, 2, 1, &[Damage::Missing { seq: 2 }]);
}

#[test]
fn open_with_swapped_records_cuts_there() {
    let machine = machine_with(5);
    let (second, third) = (machine.record(1), machine.record(2));
    machine.replace_record(1, third);
    machine.replace_record(2, second);
    assert_recovers(&machine, 1, 4, 0, &[Damage::Altered { seq: 1 }]);
}

#[test]
fn open_with_an_appended_copy_cuts_it() {
    let machine = machine_with(5);
    machine.replace_record(5, machine.record(4));
    assert_recovers(&machine, 5, 1, 0, &[Damage::Altered { seq: 5 }]);
}

#[test]
fn open_without_the_head_tells_it() {
    let machine = machine_with(5);
    block_on(machine.storage.commit(Batch::new().delete(Named::Meta, HEAD))).unwrap();
    assert_recovers(&machine, 5, 0, 0, &[Damage::Head]);
}

#[test]
fn open_with_an_altered_head_tells_it() {
    for at in 1..33 {
        let machine = machine_with(2);
        let mut head = machine.meta(HEAD).unwrap();
        head[at] ^= 1;
        machine.put_meta(HEAD, head);
        assert_recovers(&machine, 2, 0, 0, &[Damage::Head]);
    }
}

#[test]
fn open_without_the_clock_goes_on_from_the_last_record() {
    let machine = machine_with(5);
    block_on(machine.storage.commit(Batch::new().delete(Named::Meta, CLOCK))).unwrap();
    let ledger = machine.open_whole();
    assert_eq!(ledger.now(), Timestamp(START.0 + 5));
}

#[test]
fn open_with_a_damaged_genesis_starts_anew_and_keeps_the_log_aside() {
    for damage in [None, Some(0_usize), Some(40)] {
        let machine = machine_with(5);
        match damage {
            None => {
                let batch = Batch::new().delete(Named::Meta, GENESIS);
                block_on(machine.storage.commit(batch)).unwrap();
            }
            Some(at) => {
                let mut genesis = machine.meta(GENESIS).unwrap();
                genesis[at] ^= 1;
                machine.put_meta(GENESIS, genesis);
            }
        }
        assert_recovers(&machine, 0, 5, 0, &[Damage::Genesis]);
    }
}

#[test]
fn open_with_a_forged_record_is_refused_by_its_signature() {
    type Change = fn(&mut Record);
    let cases: [(Change, &str); 6] = [
        (|record| record.signed.action = pay(1_000).into(), "SignerMismatch"),
        (|record| record.signed.signer = account(&bob()), "SignerMismatch"),
        (|record| record.signed.nonce = 7, "SignerMismatch"),
        (|record| record.time = Timestamp(record.time.0 + 3_600), "DeadlineExpired"),
        (|record| record.time = START, "OutOfOrder"),
        (|record| record.seq = 9, "OutOfOrder"),
    ];
    for (change, code) in cases {
        let machine = machine_with(5);
        forge(&machine, 2, change);
        assert_recovers(&machine, 2, 3, 0, &[Damage::Refused { seq: 2, code }]);
    }
}

#[test]
fn open_with_a_replayed_record_is_refused_by_its_nonce() {
    let machine = machine_with(5);
    let first: Record = {
        let bytes = machine.record(0);
        postcard::from_bytes(&bytes[..bytes.len() - 32]).unwrap()
    };
    forge(&machine, 4, |record| record.signed = first.signed.clone());
    assert_recovers(&machine, 4, 1, 0, &[Damage::Refused { seq: 4, code: "NonceUsed" }]);
}

#[test]
fn open_takes_the_newest_of_two_snapshots() {
    let machine = machine_with(200);
    let numbers: Vec<_> = machine.snapshots().into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, [128, 192]);
    let ledger = machine.open_whole();
    assert_eq!(received(&ledger), 200);
    assert_eq!(block_on(ledger.nonce(account(&alice()))), Ok(200));
}

#[test]
fn open_with_altered_snapshots_falls_back_and_tells_it() {
    for bad in [&[192][..], &[128, 192]] {
        let machine = machine_with(200);
        for (number, mut bytes) in machine.snapshots() {
            if bad.contains(&number) {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                let batch = Batch::new().delete_range(Numbered::Snapshots, number..=number).append(
                    Numbered::Snapshots,
                    number,
                    bytes,
                );
                block_on(machine.storage.commit(batch)).unwrap();
            }
        }
        let damages: Vec<_> = bad.iter().rev().map(|&seq| Damage::Snapshot { seq }).collect();
        assert_recovers(&machine, 200, 0, 0, &damages);
    }
}

#[test]
fn open_with_a_snapshot_of_another_log_does_not_take_it() {
    let (machine, other) = (machine_with(64), Machine::new());
    let ledger = other.open_whole();
    for _ in 0..64 {
        submit(&ledger, &alice(), pay(2)).unwrap();
    }
    let (number, bytes) = other.snapshots().pop().unwrap();
    assert_eq!(number, 64);
    let batch = Batch::new().delete_range(Numbered::Snapshots, 64..=64).append(
        Numbered::Snapshots,
        64,
        bytes,
    );
    block_on(machine.storage.commit(batch)).unwrap();
    assert_recovers(&machine, 64, 0, 0, &[Damage::Snapshot { seq: 64 }]);
}

#[test]
fn open_with_an_alteration_before_the_snapshot_still_finds_it() {
    let machine = machine_with(70);
    let mut bytes = machine.record(10);
    bytes[3] ^= 1;
    machine.replace_record(10, bytes);
    assert_recovers(&machine, 10, 60, 0, &[Damage::Altered { seq: 10 }]);
}

#[test]
fn open_with_log_and_head_cut_back_is_found_by_the_snapshot() {
    let machine = machine_with(70);
    let link = machine.record(59);
    machine.delete_records(60..=69);
    let head = B256::from_slice(&link[link.len() - 32..]);
    machine.put_meta(HEAD, postcard::to_allocvec(&(60_u64, head)).unwrap());
    assert_recovers(&machine, 60, 0, 0, &[Damage::Truncated { found: 60, expected: 64 }]);
}

#[test]
fn audit_finds_what_a_forged_snapshot_hides() {
    let machine = machine_with(64);
    let (number, bytes) = machine.snapshots().pop().unwrap();
    let mut body = bytes[..bytes.len() - 32].to_vec();
    // Bob's balance follows his address.
    let bob = account(&bob());
    let at = body.windows(20).position(|window| window == bob.as_slice()).unwrap() + 20;
    assert_eq!(body[at], 64);
    body[at] = 99;
    let digest = keccak256(&body);
    let batch = Batch::new().delete_range(Numbered::Snapshots, number..=number).append(
        Numbered::Snapshots,
        number,
        [body.as_slice(), digest.as_slice()].concat(),
    );
    block_on(machine.storage.commit(batch)).unwrap();
    let ledger = machine.open_whole();
    assert_eq!(received(&ledger), 99, "a digest proves no author");
    let audit = block_on(ledger.audit(|_| ())).unwrap();
    assert_eq!((audit.records, audit.damage, audit.leads_here), (64, None, false));
}

#[test]
fn audit_finds_an_alteration_while_the_ledger_is_open() {
    let machine = machine_with(5);
    let ledger = machine.open_whole();
    let mut bytes = machine.record(3);
    bytes[0] ^= 1;
    machine.replace_record(3, bytes);
    let audit = block_on(ledger.audit(|_| ())).unwrap();
    assert_eq!((audit.records, audit.leads_here), (3, false));
    assert_eq!(audit.damage, Some(Damage::Altered { seq: 3 }));
}

#[test]
fn submit_after_the_log_was_cut_behind_its_back_recovers() {
    let machine = machine_with(5);
    let ledger = machine.open_whole();
    let told = Rc::new(RefCell::new(Vec::new()));
    let hear = Rc::clone(&told);
    let _subscription =
        ledger.subscribe(Rc::new(move |update: &Update| hear.borrow_mut().push(update.clone())));
    machine.delete_records(3..=4);
    let batch = Batch::new().delete(Named::Meta, HEAD);
    block_on(machine.storage.commit(batch)).unwrap();
    let error = submit(&ledger, &alice(), pay(1)).unwrap_err();
    assert_eq!(error, SubmitError::LogChanged { seq: 5 });
    let damages = vec![Damage::Head];
    let recovery = Recovery { kept: 3, cut: 0, lost: 0, damages, aside: None };
    assert_eq!(*told.borrow(), [Update::Damaged(recovery)]);
    assert_eq!(received(&ledger), 3);
    submit(&ledger, &alice(), pay(1)).unwrap();
    assert_eq!(machine.open_whole().ledger(), ledger.ledger());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn law_any_altered_byte_is_found_and_the_prefix_kept(
        seq in 0_u64..6, at: prop::sample::Index, mask in 1_u8..=255,
    ) {
        let machine = SHORT.with(Machine::copy);
        let mut bytes = machine.record(seq);
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        machine.replace_record(seq, bytes);
        assert_recovers(&machine, seq, 6 - seq, 0, &[Damage::Altered { seq }]);
    }

    #[test]
    fn law_any_shortened_or_prolonged_record_is_found(
        seq in 0_u64..6, keep: prop::sample::Index, more in 0_usize..40,
    ) {
        let machine = SHORT.with(Machine::copy);
        let mut bytes = machine.record(seq);
        let len = if more == 0 { keep.index(bytes.len()) } else { bytes.len() + more };
        bytes.resize(len, 0);
        machine.replace_record(seq, bytes);
        assert_recovers(&machine, seq, 6 - seq, 0, &[Damage::Altered { seq }]);
    }

    #[test]
    fn law_any_altered_byte_of_a_snapshot_is_found(at: prop::sample::Index, mask in 1_u8..=255) {
        let machine = LONG.with(Machine::copy);
        let (number, mut bytes) = machine.snapshots().pop().unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        let batch = Batch::new()
            .delete_range(Numbered::Snapshots, number..=number)
            .append(Numbered::Snapshots, number, bytes);
        block_on(machine.storage.commit(batch)).unwrap();
        assert_recovers(&machine, 64, 0, 0, &[Damage::Snapshot { seq: 64 }]);
    }
}
