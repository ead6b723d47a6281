//! Workers that start, fail, are shared, and whose answers nobody wants any more.

use alloy_primitives::B256;
use futures_executor::LocalPool;
use pinfi_client::wallet::{Vault as _, VaultRequest};
use pinfi_core::pocps::Intensity;
use pinfi_worker::{
    DeviceChoice, WorkerError,
    host::{WorkerHost, WorkerVault},
};

use super::fake::*;

#[test]
fn worker_that_does_not_start() {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Unstartable);
    let host = WorkerHost::new(fake.clone());
    for tries in 1..3 {
        let refused = pool.run_until(host.describe_gpu());
        assert_eq!(refused.err(), Some(WorkerError::Unavailable));
        assert_eq!(fake.started.get(), tries, "each request tries again");
    }
}

#[test]
fn worker_that_fails_before_it_listens() {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Mute);
    let host = WorkerHost::new(fake.clone());
    let running = host.describe_gpu();
    assert_eq!(fake.posted.borrow().len(), 0, "it would be lost");
    if let Some(inbox) = fake.inbox(0) {
        inbox.broken();
    }
    assert_eq!(pool.run_until(running).err(), Some(WorkerError::Unavailable));
}

#[test]
fn crash_fails_what_is_open_and_the_next_request_starts_another() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let challenge = challenge(64, 2)?;
    let commitment =
        pool.run_until(host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, |_| {}))?;

    let one = host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, |_| {});
    let other = host.benchmark(DeviceChoice::Cpu, |_| {});
    let first = fake.inbox(0).ok_or(WorkerError::Protocol)?;
    first.broken();
    assert_eq!(pool.run_until(one).err(), Some(WorkerError::Crashed));
    assert_eq!(pool.run_until(other).err(), Some(WorkerError::Crashed));
    assert_eq!(fake.started.get(), 1);

    let lost = pool.run_until(commitment.open(B256::ZERO, 32, |_| {}));
    assert!(matches!(lost, Err(WorkerError::UnknownJob { .. })), "{lost:?}");
    assert_eq!(fake.started.get(), 2);
    let running = host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, |_| {});
    first.broken();
    assert_eq!(pool.run_until(running)?.root(), commitment.root(), "the dead have no say");
    Ok(())
}

#[test]
fn cancel_before_the_worker_listens() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let running = host.commit(challenge(64, 2)?, DeviceChoice::Cpu, Intensity::FULL, |_| {});
    running.canceller().cancel();
    assert_eq!(pool.run_until(running).err(), Some(WorkerError::Cancelled));
    Ok(())
}

#[test]
fn dropped_request_is_cancelled_and_leaves_nothing() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let (progress, on_progress) = notes();
    drop(host.commit(challenge(64, 2)?, DeviceChoice::Cpu, Intensity::FULL, on_progress));
    pool.run_until_stalled();
    let posted = fake.posted.borrow().join("\n");
    assert!(posted.contains("Cancel { id: RequestId(1) }"), "{posted}");
    assert!(posted.contains("Forget { job: RequestId(1) }"), "{posted}");
    assert!(progress.borrow().is_empty());
    Ok(())
}

#[test]
fn one_worker_serves_all_and_starts_with_the_first_request() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let vault = WorkerVault::new(host.clone(), |_| {});
    assert_eq!(fake.started.get(), 0, "a first visit loads nothing");
    pool.run_until(host.commit(challenge(64, 2)?, DeviceChoice::Cpu, Intensity::FULL, |_| {}))?;
    let request = VaultRequest::NewPhrase { words: Default::default() };
    assert!(pool.run_until(vault.perform(request)).is_ok());
    assert_eq!(fake.started.get(), 1);
    Ok(())
}
