//! Chains on the CPU that are cut off and go on, alone and with helpers.

use core::cell::RefCell;
use std::rc::Rc;

use alloy_primitives::B256;
use async_trait::async_trait;
use futures_executor::LocalPool;
use futures_util::FutureExt as _;
use pinfi_client::{
    miner::{Checkpoints as _, Note, StoredCheckpoints},
    storage::{Batch, MemoryStorage, Named, Numbered, Storage, StorageError},
};
use pinfi_core::pocps::{ChainProver, Challenge, Checkpoint, Intensity, Retain, verify};
use pinfi_worker::{
    DeviceChoice, WorkerError,
    host::{Canceller, Commitment, Running, WorkerHost},
};

use super::fake::*;

/// A database without room.
struct Full(MemoryStorage);

#[async_trait(?Send)]
impl Storage for Full {
    async fn get(&self, store: Named, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.0.get(store, name).await
    }

    async fn list(&self, store: Named) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        self.0.list(store).await
    }

    async fn range(
        &self,
        store: Numbered,
        from: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Vec<u8>)>, StorageError> {
        self.0.range(store, from, limit).await
    }

    async fn last(&self, store: Numbered) -> Result<Option<(u64, Vec<u8>)>, StorageError> {
        self.0.last(store).await
    }

    async fn commit(&self, _: Batch) -> Result<(), StorageError> {
        Err(StorageError::Full)
    }
}

type Notes = Rc<RefCell<Vec<Note>>>;

/// Commits on the CPU, and notes what happens on the way.
fn commit(host: &WorkerHost, challenge: Challenge) -> (Running<Commitment>, Notes) {
    let notes = Notes::default();
    let of_callback = Rc::clone(&notes);
    let on_note = move |note| of_callback.borrow_mut().push(note);
    let (choice, full) = (DeviceChoice::Cpu, Intensity::FULL);
    (host.commit_noted(challenge, choice, full, |_| {}, on_note), notes)
}

/// Long enough, by the clock of these tests, that checkpoints are worth it.
fn long() -> Result<Challenge, WorkerError> {
    challenge(64, 64)
}

fn stored(storage: &MemoryStorage, challenge: Challenge) -> Option<Vec<u8>> {
    let checkpoints = StoredCheckpoints::new(Rc::new(storage.clone()));
    // At once: it is asked for while others run.
    checkpoints.read(challenge.seed).now_or_never()?.ok()?
}

fn store(storage: &MemoryStorage, challenge: Challenge, bytes: Vec<u8>) {
    let checkpoints = StoredCheckpoints::new(Rc::new(storage.clone()));
    assert_eq!(checkpoints.write(challenge.seed, bytes).now_or_never(), Some(Ok(())));
}

#[test]
fn storage_without_room_is_told_once_and_the_chain_goes_on() -> Outcome {
    for helpers in [Vec::new(), vec![Behaviour::Serves]] {
        let mut pool = LocalPool::new();
        let mut fake = Fake::new(&pool, Behaviour::Serves);
        fake.helpers = helpers;
        fake.proofs = Some(Rc::new(Full(MemoryStorage::new())));
        let (running, notes) = commit(&WorkerHost::new(fake.clone()), long()?);
        assert_eq!(Some(pool.run_until(running)?.root()), expected_root(long()?));
        let code = "storage_full".to_owned();
        let message = "the browser's storage is full".to_owned();
        assert_eq!(*notes.borrow(), [Note::Unkept { code, message }]);
    }
    Ok(())
}

#[test]
fn chain_begins_anew_where_what_was_kept_is_damaged() -> Outcome {
    let mut pool = LocalPool::new();
    let mut fake = Fake::new(&pool, Behaviour::Serves);
    let (challenge, storage) = (challenge(64, 4)?, MemoryStorage::new());
    store(&storage, challenge, vec![1; 100]);
    fake.proofs = Some(Rc::new(storage.clone()));
    let (running, notes) = commit(&WorkerHost::new(fake), challenge);
    assert_eq!(Some(pool.run_until(running)?.root()), expected_root(challenge));
    let (code, message) = ("CheckpointUnknown".to_owned(), "this is no checkpoint".to_owned());
    assert_eq!(*notes.borrow(), [Note::SetAside { code, message }]);
    assert_eq!(stored(&storage, challenge), None);
    Ok(())
}

#[test]
fn made_up_checkpoint_gives_no_response() -> Outcome {
    let mut pool = LocalPool::new();
    let mut fake = Fake::new(&pool, Behaviour::Serves);
    let (challenge, storage) = (challenge(64, 4)?, MemoryStorage::new());
    let leaves = vec![B256::ZERO; 64];
    let made_up = Checkpoint::new(challenge, 1, vec![0; 64 * 64], leaves);
    store(&storage, challenge, made_up.map_err(|_| WorkerError::Protocol)?.to_bytes());
    fake.proofs = Some(Rc::new(storage));
    let (running, _) = commit(&WorkerHost::new(fake), challenge);
    let commitment = pool.run_until(running)?;
    let opened = pool.run_until(commitment.open(B256::ZERO, 32, |_| {}));
    assert!(matches!(opened, Err(WorkerError::DeviceFault { .. })), "{opened:?}");
    Ok(())
}

#[test]
fn chain_that_was_cut_off_goes_on_from_what_was_kept_last() -> Outcome {
    for helpers in [Vec::new(), vec![Behaviour::Serves; 2]] {
        let mut pool = LocalPool::new();
        let mut fake = Fake::new(&pool, Behaviour::Serves);
        let storage = MemoryStorage::new();
        fake.helpers = helpers;
        fake.proofs = Some(Rc::new(storage.clone()));
        let challenge = long()?;
        let host = WorkerHost::new(fake.clone());
        // Cut off some time after something was kept.
        let (canceller, kept) = (Rc::new(RefCell::new(None::<Canceller>)), storage.clone());
        let of_callback = Rc::clone(&canceller);
        let running = host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, move |progress| {
            if progress.done * 3 > progress.total * 2 && stored(&kept, challenge).is_some() {
                of_callback.borrow().iter().for_each(Canceller::cancel);
            }
        });
        canceller.replace(Some(running.canceller()));
        assert_eq!(pool.run_until(running).err(), Some(WorkerError::Cancelled));
        let kept = stored(&storage, challenge).unwrap_or_default();
        let kept = Checkpoint::from_bytes(&kept, challenge).map_err(|_| WorkerError::Protocol)?;
        assert!(kept.state() > 16, "kept again and again: {}", kept.state());

        // By another worker, as after a reload.
        let (running, notes) = commit(&WorkerHost::new(fake.clone()), challenge);
        let commitment = pool.run_until(running)?;
        assert_eq!(Some(commitment.root()), expected_root(challenge));
        assert_eq!(*notes.borrow(), [Note::Resumed { state: kept.state(), rounds: 64 }]);
        let beacon = B256::repeat_byte(1);
        let response = pool.run_until(commitment.open(beacon, 32, |_| {}))?;
        assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()));
        assert_eq!(stored(&storage, challenge), None, "it is computed");
    }
    Ok(())
}

#[test]
fn helpers_and_one_alone_go_on_from_each_boundary() -> Outcome {
    let challenge = challenge(64, 8)?;
    for state in 1..8 {
        for helpers in [Vec::new(), vec![Behaviour::Serves; 2], vec![Behaviour::Unstartable]] {
            let mut pool = LocalPool::new();
            let mut fake = Fake::new(&pool, Behaviour::Serves);
            let storage = MemoryStorage::new();
            let mut prover = ChainProver::new(challenge, Retain::NONE);
            assert!(prover.step(64 * (1 + state)).is_none());
            let kept = prover.checkpoint().ok_or(WorkerError::Protocol)?;
            store(&storage, challenge, kept.to_bytes());
            fake.helpers = helpers;
            fake.proofs = Some(Rc::new(storage));
            let (running, notes) = commit(&WorkerHost::new(fake), challenge);
            assert_eq!(Some(pool.run_until(running)?.root()), expected_root(challenge));
            let resumed = Note::Resumed { state, rounds: 8 };
            assert!(notes.borrow().contains(&resumed), "{notes:?}");
        }
    }
    Ok(())
}

#[test]
fn retain_removes_what_is_kept_of_challenges_that_are_over() -> Outcome {
    let mut pool = LocalPool::new();
    let mut fake = Fake::new(&pool, Behaviour::Serves);
    let storage = MemoryStorage::new();
    let (over, open) = (challenge(64, 2)?, challenge(64, 4)?);
    let open = Challenge { seed: B256::repeat_byte(9), ..open };
    store(&storage, over, vec![1]);
    store(&storage, open, vec![2]);
    fake.proofs = Some(Rc::new(storage.clone()));
    let host = WorkerHost::new(fake);
    host.retain(vec![]);
    pool.run_until_stalled();
    assert!(stored(&storage, over).is_some(), "no worker is started for it");
    let running = host.describe_gpu();
    host.retain(vec![open.seed]);
    let _ = pool.run_until(running);
    pool.run_until_stalled();
    assert_eq!((stored(&storage, over), stored(&storage, open)), (None, Some(vec![2])));
    Ok(())
}
