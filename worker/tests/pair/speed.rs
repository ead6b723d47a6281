//! How fast a device is, and the tiling that suits it.

use futures_executor::LocalPool;
use pinfi_compute::Tiling;
use pinfi_core::pocps::Intensity;
use pinfi_worker::{DeviceChoice, DeviceKind, WorkerError, host::WorkerHost};

use super::fake::*;

#[test]
fn benchmark_of_the_cpu_gives_speeds() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let (progress, on_progress) = notes();
    let benchmark = pool.run_until(host.benchmark(DeviceChoice::Cpu, on_progress))?;
    assert_eq!(benchmark.device.kind, DeviceKind::Cpu);
    assert!(benchmark.operations_per_second > 0.0 && benchmark.hashes_per_second > 0.0);
    assert!(progress.borrow().last().is_some_and(|last| last.done == last.total));
    Ok(())
}

#[test]
fn study_refused_when_the_matrices_are_none() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    for choice in [DeviceChoice::Cpu, DeviceChoice::Auto] {
        let refused = pool.run_until(host.study(choice, 100, |_| {})).err();
        assert!(matches!(refused, Some(WorkerError::Refused { .. })), "{refused:?}");
    }
    Ok(())
}

#[test]
fn study_of_the_cpu_compares_with_one_number_at_a_time() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let (progress, on_progress) = notes();
    let study = pool.run_until(host.study(DeviceChoice::Cpu, 64, on_progress))?;
    assert_eq!((study.device.kind, study.n, study.tile), (DeviceKind::Cpu, 64, 0));
    assert!(study.product > 0.0 && study.naive > 0.0, "{study:?}");
    assert!(study.expansion_secs > 0.0 && study.products_secs > 0.0, "{study:?}");
    let fractions: Vec<f64> = progress.borrow().iter().map(|one| one.fraction()).collect();
    assert!(fractions.len() > 1 && fractions.is_sorted(), "{fractions:?}");
    Ok(())
}

#[test]
fn tiling_is_found_once_and_kept() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let Ok(device) = pool.run_until(host.describe_gpu()) else {
        // Nothing is tuned on the CPU.
        pool.run_until(host.commit(
            challenge(64, 2)?,
            DeviceChoice::Auto,
            Intensity::FULL,
            |_| {},
        ))?;
        assert!(fake.tilings.borrow().is_empty());
        return Ok(());
    };
    pool.run_until(host.commit(challenge(64, 2)?, DeviceChoice::Auto, Intensity::FULL, |_| {}))?;
    let kept: Vec<String> = fake.tilings.borrow().keys().cloned().collect();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].ends_with(&device.name), "{kept:?}");

    // Another day's worker takes what is kept, not what it would find.
    let other = Tiling::ALL[6];
    fake.tilings.borrow_mut().insert(kept[0].clone(), other);
    let host = WorkerHost::new(fake.clone());
    pool.run_until(host.commit(challenge(128, 2)?, DeviceChoice::Auto, Intensity::FULL, |_| {}))?;
    assert_eq!(fake.tilings.borrow().get(&kept[0]), Some(&other));
    Ok(())
}
