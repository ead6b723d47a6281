//! A machine, its tabs and its people, for the tests of the ledger.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part of the shared")]

use std::rc::Rc;

use alloy_primitives::Address;
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::intent::{Intent, LedgerAction, SignedAction, address_of, sign};
use pinfi_client::sandbox;
use pinfi_client::settlement::embedded::{
    EmbeddedLedger, Genesis, Ground, Host, ManualHost, MemoryPeers, NewLedger, OpenError, Recovery,
    SandboxRules,
};
use pinfi_client::settlement::{Receipt, Settlement, SettlementExt, SubmitError};
use pinfi_client::storage::{Batch, MemoryStorage, Named, Numbered, Storage};
use pinfi_core::ledger::Config;
use pinfi_core::rewards::RewardsConfig;
use pinfi_core::units::{Secs, Timestamp, Wei};

pub const PIN: u128 = 1_000_000_000_000_000_000;
/// A Monday at noon.
pub const START_MS: u64 = 1_800_000_000_000;
pub const START: Timestamp = Timestamp(START_MS / 1_000);

/// Somebody with a key and 1 000 000 PIN.
pub fn alice() -> SigningKey {
    SigningKey::from_slice(&[0xa1; 32]).unwrap()
}

/// Somebody with a key and nothing.
pub fn bob() -> SigningKey {
    SigningKey::from_slice(&[0xb0; 32]).unwrap()
}

pub fn account(key: &SigningKey) -> Address {
    address_of(key.verifying_key())
}

pub fn genesis() -> Genesis {
    let address = Address::repeat_byte(0x77);
    Genesis {
        name: "Test".into(),
        config: Config {
            chain_id: sandbox::CHAIN_ID,
            address,
            minter: address,
            supply_cap: Wei(u128::MAX),
        },
        created: START,
        allocations: vec![(account(&alice()), Wei(1_000_000 * PIN))],
        rewards: Some(RewardsConfig::with_defaults(
            START,
            account(&alice()),
            account(&alice()),
            account(&bob()),
        )),
        sandbox: Some(SandboxRules { faucet_daily: Wei(100 * PIN), simulated: Vec::new() }),
    }
}

pub fn new_test_ledger(_: &dyn Host) -> Result<NewLedger, OpenError> {
    Ok(genesis().into())
}

/// One browser: what is stored, its tabs, its clock.
#[derive(Default)]
pub struct Machine {
    pub storage: MemoryStorage,
    pub peers: MemoryPeers,
    pub host: ManualHost,
}

impl Machine {
    pub fn new() -> Self {
        let machine = Self::default();
        machine.host.set_wall_ms(START_MS);
        machine
    }

    pub fn ground(&self) -> Ground {
        Ground {
            storage: Rc::new(self.storage.clone()),
            peers: Rc::new(self.peers.another()),
            host: Rc::new(self.host.clone()),
        }
    }

    /// Opens a tab.
    pub fn open(&self) -> (EmbeddedLedger, Option<Recovery>) {
        block_on(EmbeddedLedger::open(self.ground(), new_test_ledger)).unwrap()
    }

    /// Opens a tab whose stored log is whole.
    pub fn open_whole(&self) -> EmbeddedLedger {
        let (ledger, recovery) = self.open();
        assert_eq!(recovery, None);
        ledger
    }

    /// Lets the tabs hear the news.
    pub fn settle_down(&self) {
        loop {
            let tasks = self.host.take_tasks();
            if tasks.is_empty() {
                return;
            }
            for task in tasks {
                block_on(task);
            }
        }
    }

    /// Copies what is stored to another machine; its clock stands where this one's does.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        copy.host.set_wall_ms(self.host.wall_ms());
        let mut batch = Batch::new();
        for (name, bytes) in block_on(self.storage.list(Named::Meta)).unwrap() {
            batch = batch.put(Named::Meta, name, bytes);
        }
        for store in [Numbered::Log, Numbered::Snapshots] {
            for (number, bytes) in block_on(self.storage.range(store, 0, u32::MAX)).unwrap() {
                batch = batch.append(store, number, bytes);
            }
        }
        block_on(copy.storage.commit(batch)).unwrap();
        copy
    }

    pub fn record(&self, seq: u64) -> Vec<u8> {
        let records = block_on(self.storage.range(Numbered::Log, seq, 1)).unwrap();
        assert_eq!(records[0].0, seq);
        records[0].1.clone()
    }

    /// Changes what is stored behind the ledger's back.
    pub fn replace_record(&self, seq: u64, bytes: Vec<u8>) {
        let batch =
            Batch::new().delete_range(Numbered::Log, seq..=seq).append(Numbered::Log, seq, bytes);
        block_on(self.storage.commit(batch)).unwrap();
    }

    pub fn delete_records(&self, numbers: std::ops::RangeInclusive<u64>) {
        let batch = Batch::new().delete_range(Numbered::Log, numbers);
        block_on(self.storage.commit(batch)).unwrap();
    }

    pub fn records(&self) -> u64 {
        block_on(self.storage.range(Numbered::Log, 0, u32::MAX)).unwrap().len() as u64
    }

    pub fn snapshots(&self) -> Vec<(u64, Vec<u8>)> {
        block_on(self.storage.range(Numbered::Snapshots, 0, u32::MAX)).unwrap()
    }

    pub fn meta(&self, name: &str) -> Option<Vec<u8>> {
        block_on(self.storage.get(Named::Meta, name)).unwrap()
    }

    pub fn put_meta(&self, name: &str, bytes: Vec<u8>) {
        block_on(self.storage.commit(Batch::new().put(Named::Meta, name, bytes))).unwrap();
    }

    /// Returns everything that is stored, to compare.
    pub fn everything(&self) -> impl PartialEq + std::fmt::Debug + use<> {
        block_on(async {
            (
                self.storage.list(Named::Meta).await.unwrap(),
                self.storage.range(Numbered::Log, 0, u32::MAX).await.unwrap(),
                self.storage.range(Numbered::Snapshots, 0, u32::MAX).await.unwrap(),
            )
        })
    }
}

pub fn signed(
    ledger: &EmbeddedLedger,
    key: &SigningKey,
    action: impl Into<LedgerAction>,
) -> SignedAction {
    let nonce = block_on(ledger.nonce(account(key))).unwrap();
    let deadline = ledger.deadline_in(Secs(60));
    sign(&Intent::new(ledger.descriptor().domain, action, nonce, deadline), key).unwrap()
}

pub fn submit(
    ledger: &EmbeddedLedger,
    key: &SigningKey,
    action: impl Into<LedgerAction>,
) -> Result<Receipt, SubmitError> {
    let nonce = block_on(ledger.nonce(account(key))).unwrap();
    let deadline = ledger.deadline_in(Secs(60));
    let intent = Intent::new(ledger.descriptor().domain, action, nonce, deadline);
    block_on(ledger.submit(intent, key))
}
