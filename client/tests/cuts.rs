//! A prover that was cut off: what it finds, and what it must not take.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use alloy_primitives::B256;
use async_trait::async_trait;
use futures_executor::block_on;
use pinfi_client::miner::{
    Checkpoints, CpuProver, Cuts, Deed, Did, Note, Prover, ProverError, StoredCheckpoints, Task,
};
use pinfi_client::storage::{MemoryStorage, StorageError};
use pinfi_core::pocps::{ChainProver, Challenge, Checkpoint, Committed, Retain, Work, verify};
use pinfi_core::units::{StakeId, Timestamp};

const BEACON: B256 = B256::repeat_byte(9);
const SAMPLES: u32 = 32;

fn challenge(seed: u8) -> Challenge {
    Challenge { seed: B256::repeat_byte(seed), work: Work::new(16, 8).unwrap() }
}

fn whole(challenge: Challenge) -> Committed {
    ChainProver::new(challenge, Retain::ALL).finish()
}

fn cut(challenge: Challenge, rounds: u32) -> Checkpoint {
    let mut prover = ChainProver::new(challenge, Retain::NONE);
    assert!(prover.step(challenge.work.n() * (1 + rounds)).is_none());
    prover.checkpoint().unwrap()
}

fn memory() -> Rc<StoredCheckpoints> {
    Rc::new(StoredCheckpoints::new(Rc::new(MemoryStorage::new())))
}

fn read(of: &dyn Checkpoints, challenge: Challenge) -> Option<Vec<u8>> {
    block_on(of.read(challenge.seed)).unwrap()
}

/// Refuses whatever is to be kept.
#[derive(Default)]
struct Full {
    asked: Cell<u32>,
}

#[async_trait(?Send)]
impl Checkpoints for Full {
    async fn read(&self, _: B256) -> Result<Option<Vec<u8>>, StorageError> {
        Err(StorageError::Unavailable)
    }

    async fn write(&self, _: B256, _: Vec<u8>) -> Result<(), StorageError> {
        self.asked.set(self.asked.get() + 1);
        Err(StorageError::Full)
    }

    async fn retain(&self, _: &dyn Fn(B256) -> bool) -> Result<(), StorageError> {
        Err(StorageError::Unavailable)
    }
}

#[test]
fn storage_that_refuses_is_noted_once_and_the_proof_goes_on() {
    let full = Rc::new(Full::default());
    let prover = CpuProver::new(Rc::clone(&full) as _);
    let root = block_on(prover.commit(challenge(1))).unwrap();
    assert_eq!(root, whole(challenge(1)).root());
    let (code, message) = ("storage_full".to_owned(), "the browser's storage is full".to_owned());
    assert_eq!(prover.notes(), [Note::Unkept { code, message }]);
    assert_eq!(prover.notes(), [], "each once");
    assert_eq!(full.asked.get(), 1, "it is not asked again");
}

#[test]
fn what_is_damaged_or_foreign_is_set_aside_and_the_proof_begins_anew() {
    let good = cut(challenge(1), 3).to_bytes();
    let mut flipped = good.clone();
    flipped[100] ^= 4;
    let mut version = good.clone();
    version[8] += 1;
    for (bytes, code) in [
        (cut(challenge(2), 3).to_bytes(), "CheckpointForeign"),
        (good[..good.len() - 1].to_vec(), "CheckpointLength"),
        (flipped, "CheckpointDamaged"),
        (version, "CheckpointVersion"),
        (b"something else".to_vec(), "CheckpointUnknown"),
    ] {
        let checkpoints = memory();
        block_on(checkpoints.write(challenge(1).seed, bytes)).unwrap();
        let prover = CpuProver::new(Rc::clone(&checkpoints) as _);
        let root = block_on(prover.commit(challenge(1))).unwrap();
        assert_eq!(root, whole(challenge(1)).root(), "{code}");
        let notes = prover.notes();
        let told: Vec<&str> = notes
            .iter()
            .map(|note| match note {
                Note::SetAside { code, .. } => code.as_str(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(told, [code]);
        assert_eq!(read(checkpoints.as_ref(), challenge(1)), None, "{code}: it is removed");
    }
}

#[test]
fn made_up_checkpoint_gives_no_response() {
    let (mut x, leaves) = cut(challenge(1), 3).into_parts();
    x[0] ^= 1;
    let made_up = Checkpoint::new(challenge(1), 3, x, leaves).unwrap();
    let checkpoints = memory();
    block_on(checkpoints.write(challenge(1).seed, made_up.to_bytes())).unwrap();
    let prover = CpuProver::new(checkpoints);
    let opened = block_on(prover.open(challenge(1), BEACON, SAMPLES));
    assert!(matches!(opened, Err(ProverError::Device { .. })), "{opened:?}");
}

#[test]
fn prover_goes_on_from_each_boundary_and_opens_as_one_that_was_not_cut() {
    let expected = whole(challenge(1)).open(BEACON, SAMPLES);
    assert_eq!(verify(&challenge(1), BEACON, SAMPLES, &expected), Ok(()));
    for state in 1..8 {
        let checkpoints = memory();
        let bytes = cut(challenge(1), state).to_bytes();
        block_on(checkpoints.write(challenge(1).seed, bytes)).unwrap();
        let prover = CpuProver::new(Rc::clone(&checkpoints) as _);
        assert_eq!(block_on(prover.commit(challenge(1))), Ok(expected.root));
        assert_eq!(prover.notes(), [Note::Resumed { state, rounds: 8 }]);
        assert_eq!(read(checkpoints.as_ref(), challenge(1)), None, "its work is done");
        assert_eq!(block_on(prover.open(challenge(1), BEACON, SAMPLES)), Ok(expected.clone()));
    }
}

/// Remembers what was kept, all of it.
#[derive(Default)]
struct Remembers(RefCell<Vec<Vec<u8>>>);

#[async_trait(?Send)]
impl Checkpoints for Remembers {
    async fn read(&self, _: B256) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.0.borrow().last().cloned())
    }

    async fn write(&self, _: B256, bytes: Vec<u8>) -> Result<(), StorageError> {
        self.0.borrow_mut().push(bytes);
        Ok(())
    }

    async fn retain(&self, _: &dyn Fn(B256) -> bool) -> Result<(), StorageError> {
        Ok(())
    }
}

#[test]
fn each_state_on_the_way_is_kept_and_the_last_one_found() {
    let remembers = Rc::new(Remembers::default());
    let prover = CpuProver::new(Rc::clone(&remembers) as _);
    block_on(prover.commit(challenge(1))).unwrap();
    assert_eq!(prover.notes(), []);
    let expected: Vec<_> = (1..8).map(|state| cut(challenge(1), state).to_bytes()).collect();
    assert_eq!(*remembers.0.borrow(), expected);
    let ignore = |_: Note| {};
    let mut cuts = Cuts::new(challenge(1), remembers.as_ref(), &ignore);
    assert_eq!(block_on(cuts.find()).map(|found| found.state()), Some(7));
}

#[test]
fn notes_are_deeds_of_the_diary() {
    let of = |note| {
        let Deed { at, stake, duty, did } = Deed::of_note(Timestamp(7), StakeId(3), note);
        assert_eq!((at, stake), (Timestamp(7), StakeId(3)));
        (duty, did)
    };
    let text = |text: &str| text.to_owned();
    let failed = |code| Did::Failed { code: text(code), message: text("why") };
    let resumed = Note::Resumed { state: 2, rounds: 8 };
    assert_eq!(of(resumed), (Task::GoOn { state: 2, rounds: 8 }, Did::Done));
    let aside = Note::SetAside { code: text("CheckpointDamaged"), message: text("why") };
    assert_eq!(of(aside), (Task::Recall, failed("CheckpointDamaged")));
    let unkept = Note::Unkept { code: text("storage_full"), message: text("why") };
    assert_eq!(of(unkept), (Task::Save, failed("storage_full")));
    let lost = Note::DeviceLost { reason: text("why") };
    assert_eq!(of(lost), (Task::UseGpu, failed("DeviceLost")));
}
