//! Proofs, alone and with helpers.

use core::{
    cell::{Cell, RefCell},
    time::Duration,
};
use std::rc::Rc;

use alloy_primitives::B256;
use futures_executor::LocalPool;
use futures_util::task::LocalSpawnExt as _;
use pinfi_core::pocps::{Intensity, verify};
use pinfi_worker::{DeviceChoice, DeviceKind, Progress, WorkerError, host::WorkerHost};

use super::fake::*;

#[test]
fn commit_that_does_not_fit_the_cpu() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let refused = pool.run_until(host.commit(
        challenge(8192, 1)?,
        DeviceChoice::Cpu,
        Intensity::FULL,
        |_| {},
    ));
    let reason = "the work needs 1073741824 bytes of memory, of 536870912 on the CPU".to_owned();
    assert_eq!(refused.err(), Some(WorkerError::Refused { reason }));
    Ok(())
}

#[test]
fn commit_cancelled_on_its_way() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let slot = Rc::new(RefCell::new(None::<pinfi_worker::host::Canceller>));
    let of_callback = Rc::clone(&slot);
    let seen = Rc::new(Cell::new(Progress { done: 0, total: 1, is_estimate: false }));
    let last = Rc::clone(&seen);
    let running =
        host.commit(challenge(128, 16)?, DeviceChoice::Cpu, Intensity::FULL, move |progress| {
            last.set(progress);
            if let Some(canceller) = of_callback.borrow().as_ref() {
                canceller.cancel();
            }
        });
    slot.replace(Some(running.canceller()));
    assert_eq!(pool.run_until(running).err(), Some(WorkerError::Cancelled));
    assert!(seen.get().done < seen.get().total, "it did not run to its end");
    Ok(())
}

#[test]
fn open_of_a_forgotten_commitment() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let commitment =
        pool.run_until(host.commit(challenge(64, 2)?, DeviceChoice::Cpu, Intensity::FULL, |_| {}))?;
    let running = commitment.open(B256::ZERO, 32, |_| {});
    drop(commitment);
    pool.run_until(running)?;
    pool.run_until_stalled();
    let posted = fake.posted.borrow().join("\n");
    assert!(posted.contains("Forget { job: RequestId(1) }"), "{posted}");
    Ok(())
}

#[test]
fn proof_on_the_cpu_verifies() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let challenge = challenge(64, 4)?;
    let (progress, on_progress) = notes();
    let commitment =
        pool.run_until(host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, on_progress))?;
    assert_eq!(Some(commitment.root()), expected_root(challenge));
    assert_eq!(commitment.device().kind, DeviceKind::Cpu, "labelled so");
    let fractions: Vec<f64> = progress.borrow().iter().map(|one| one.fraction()).collect();
    assert!(fractions.len() > 2 && fractions.is_sorted(), "{fractions:?}");
    assert_eq!(fractions.last(), Some(&1.0));
    assert!(progress.borrow().iter().all(|one| !one.is_estimate), "counted");

    for beacon in [B256::repeat_byte(1), B256::repeat_byte(2)] {
        let response = pool.run_until(commitment.open(beacon, 32, |_| {}))?;
        assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()));
    }
    Ok(())
}

#[test]
fn proof_on_whatever_device_there_is_agrees_with_the_cpu() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let challenge = challenge(64, 4)?;
    let device = pool.run_until(host.describe_gpu());
    let commitment =
        pool.run_until(host.commit(challenge, DeviceChoice::Auto, Intensity::FULL, |_| {}))?;
    assert_eq!(Some(commitment.root()), expected_root(challenge));
    match device {
        Ok(device) => assert_eq!(commitment.device(), &device),
        Err(WorkerError::NoGpu { reason }) => {
            assert!(!reason.is_empty());
            assert_eq!(commitment.device().kind, DeviceKind::Cpu);
        }
        Err(error) => return Err(error),
    }
    let beacon = B256::repeat_byte(9);
    let response = pool.run_until(commitment.open(beacon, 32, |_| {}))?;
    assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()));
    Ok(())
}

#[test]
fn share_refused_when_it_is_none() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let refused = pool.run_until(host.share(challenge(64, 2)?, 8..12)).err();
    let reason = "rows 8 to 12 are no share of a matrix with side 64".to_owned();
    assert_eq!(refused, Some(WorkerError::Refused { reason }));

    let (job, part) = pool.run_until(host.share(challenge(64, 2)?, 8..16))?;
    assert_eq!((part.state, part.first, part.words.len()), (0, 8, 8 * 64));
    let refused = pool.run_until(job.advance(0, vec![0; 64])).err();
    let reason = "a state has 4096 words, not 64".to_owned();
    assert_eq!(refused, Some(WorkerError::Refused { reason }));
    let lost = pool.run_until(job.advance(0, vec![0; 64 * 64])).err();
    assert!(matches!(lost, Some(WorkerError::UnknownJob { .. })), "{lost:?}");
    Ok(())
}

#[test]
fn commit_with_helpers_is_the_one_without() -> Outcome {
    let mut pool = LocalPool::new();
    let mut fake = Fake::new(&pool, Behaviour::Serves);
    fake.helpers = vec![Behaviour::Serves; 2];
    let host = WorkerHost::new(fake.clone());
    let challenge = challenge(64, 4)?;
    let (progress, on_progress) = notes();
    let commitment =
        pool.run_until(host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, on_progress))?;
    assert_eq!(Some(commitment.root()), expected_root(challenge));
    assert_eq!(fake.started.get(), 3);
    let fractions: Vec<f64> = progress.borrow().iter().map(|one| one.fraction()).collect();
    assert!(fractions.len() > 2 && fractions.is_sorted(), "{fractions:?}");
    assert_eq!(fractions.last(), Some(&1.0));
    let posted = fake.posted.borrow().join("\n");
    assert_eq!(posted.matches("request: Advance").count(), 2 * 4, "{posted}");
    assert_eq!(posted.matches("Forget").count(), 2, "{posted}");

    let beacon = B256::repeat_byte(1);
    let response = pool.run_until(commitment.open(beacon, 32, |_| {}))?;
    assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()));
    Ok(())
}

#[test]
fn commit_rests_as_it_was_asked_to() -> Outcome {
    let challenge = challenge(64, 4)?;
    for helpers in [Vec::new(), vec![Behaviour::Serves]] {
        let mut pool = LocalPool::new();
        let mut fake = Fake::new(&pool, Behaviour::Serves);
        fake.helpers = helpers;
        let host = WorkerHost::new(fake.clone());
        let full = host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, |_| {});
        pool.run_until(full)?;
        assert_eq!(fake.rested.get(), Duration::ZERO);
        let began = fake.clock.get();
        let quarter = Intensity::try_from(25).map_err(|_| WorkerError::Protocol)?;
        let gentle = pool.run_until(host.commit(challenge, DeviceChoice::Cpu, quarter, |_| {}))?;
        assert_eq!(Some(gentle.root()), expected_root(challenge), "the same proof");
        let worked = Duration::from_millis(fake.clock.get() - began);
        let rested = fake.rested.get();
        assert!(rested > worked && rested <= worked * 3, "{rested:?} after {worked:?}");
    }
    Ok(())
}

#[test]
fn helper_that_fails_costs_its_help_only() -> Outcome {
    let challenge = challenge(64, 4)?;
    for helpers in [
        vec![Behaviour::Unstartable],
        vec![Behaviour::Serves, Behaviour::Unstartable],
        vec![Behaviour::Serves, Behaviour::Serves],
        vec![Behaviour::Serves, Behaviour::Mute],
    ] {
        let started = 1 + u32::try_from(helpers.len()).unwrap_or_default();
        let dies = helpers == [Behaviour::Serves; 2];
        let mut pool = LocalPool::new();
        let mut fake = Fake::new(&pool, Behaviour::Serves);
        fake.helpers = helpers;
        let host = WorkerHost::new(fake.clone());
        let of_progress = fake.clone();
        let died = Rc::new(Cell::new(false));
        let dead = Rc::clone(&died);
        let commitment = pool.run_until(host.commit(
            challenge,
            DeviceChoice::Cpu,
            Intensity::FULL,
            move |_| {
                // The second helper dies on the way.
                if let Some(helper) = of_progress.inbox(2).filter(|_| dies) {
                    helper.broken();
                    dead.set(true);
                }
            },
        ))?;
        assert_eq!(Some(commitment.root()), expected_root(challenge));
        assert_eq!((fake.started.get(), died.get()), (started, dies));
        // Together it would have taken two for each of four states.
        let posted = fake.posted.borrow().join("\n");
        assert!(posted.matches("request: Advance").count() < 2 * 4, "{posted}");
        let measured = pool.run_until(host.benchmark(DeviceChoice::Cpu, |_| {}))?;
        assert!(measured.operations_per_second > 0.0);
    }
    Ok(())
}

#[test]
fn cancel_while_a_helper_is_awaited() -> Outcome {
    let mut pool = LocalPool::new();
    let mut fake = Fake::new(&pool, Behaviour::Serves);
    fake.helpers = vec![Behaviour::Mute];
    let host = WorkerHost::new(fake.clone());
    let running = host.commit(challenge(64, 4)?, DeviceChoice::Cpu, Intensity::FULL, |_| {});
    // The helper never answers; by then the own share is computed.
    let canceller = running.canceller();
    let much_later = async move {
        for _ in 0..100 {
            turn().await;
        }
        canceller.cancel();
    };
    assert!(fake.spawner.spawn_local(much_later).is_ok());
    assert_eq!(pool.run_until(running).err(), Some(WorkerError::Cancelled));
    Ok(())
}
