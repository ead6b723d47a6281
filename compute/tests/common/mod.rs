//! What holds on every adapter, natively and in a browser.
// Clippy knows the tests' own functions as tests, not the helpers beside them.
#![allow(clippy::unwrap_used)]

mod cuts;

pub(crate) use cuts::*;

use alloy_primitives::{B256, keccak256};
use pinfi_compute::{
    Cancel, Gpu, Options, Progress, ProveError, Refusal, Tiling, benchmark, prove, tune,
};
use pinfi_core::pocps::{ChainProver, Challenge, Response, Retain, Work, verify};

const Q: u32 = 32;

fn challenge(n: u32, rounds: u32) -> Challenge {
    let work = Work::new(n, rounds).unwrap();
    Challenge { seed: keccak256([n.to_be_bytes(), rounds.to_be_bytes()].concat()), work }
}

fn beacon(number: u8) -> B256 {
    B256::repeat_byte(number)
}

/// Root and response of the reference.
fn reference(challenge: Challenge, beacon: B256) -> (B256, Response) {
    let mut prover = ChainProver::new(challenge, Retain::ALL);
    let mut committed = prover.step(u32::MAX).unwrap();
    (committed.root(), committed.open(beacon, Q))
}

fn silent(_: Progress) {}

async fn equals_core(gpu: &Gpu, n: u32, rounds: u32, options: &Options) {
    device_equals_core(gpu.device(), gpu.queue(), n, rounds, options).await;
}

pub(crate) async fn device_equals_core(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    n: u32,
    rounds: u32,
    options: &Options,
) {
    let challenge = challenge(n, rounds);
    let (root, expected) = reference(challenge, beacon(1));
    let mut committed = prove(device, queue, challenge, options, silent).await.unwrap();
    assert_eq!(committed.root(), root, "root at n = {n}, rounds = {rounds}");
    assert_eq!(committed.challenge(), challenge);
    let response = committed.open(beacon(1), Q, silent).await.unwrap();
    assert_eq!(response, expected, "openings at n = {n}, rounds = {rounds}");
    assert_eq!(verify(&challenge, beacon(1), Q, &response), Ok(()));
    for (s, expected) in (0..).zip(expected.openings).step_by(11) {
        let opening = committed.open_sample(beacon(1), s, silent).await.unwrap();
        assert_eq!(opening, expected, "opening {s} alone at n = {n}, rounds = {rounds}");
    }
}

pub(crate) async fn every_tiling_equals_core(gpu: Gpu) {
    let limits = gpu.device().limits();
    let mut tried = 0;
    for tiling in Tiling::ALL.into_iter().filter(|tiling| tiling.fits(&limits)) {
        let options = Options { tiling, ..Options::default() };
        // Two tiles a side of the largest one, and half a tile, where the default steps in.
        equals_core(&gpu, 256, 2, &options).await;
        equals_core(&gpu, 64, 2, &options).await;
        tried += 1;
    }
    assert!(tried >= 6, "every device of WebGPU has room for all but the deepest: {tried}");
}

pub(crate) async fn tune_gives_a_tiling_that_fits_and_is_cancelled(gpu: Gpu) {
    let options = Options::default();
    options.cancel.cancel();
    let stopped = tune(gpu.device(), gpu.queue(), &options).await;
    assert_eq!(stopped, Err(ProveError::Cancelled));
    options.cancel.reset();
    let tiling = tune(gpu.device(), gpu.queue(), &options).await.unwrap();
    assert!(tiling.fits(&gpu.device().limits()), "{tiling:?}");
    equals_core(&gpu, 128, 4, &Options { tiling, ..Options::default() }).await;
}

pub(crate) async fn prove_refused_when_the_side_is_below_a_tile(gpu: Gpu) {
    let options = Options::default();
    let result = prove(gpu.device(), gpu.queue(), challenge(32, 2), &options, silent).await;
    let refusal = Refusal::SideTooSmall { n: 32, least: 64 };
    assert_eq!(result.unwrap_err(), ProveError::Refused(refusal));
    assert_eq!(gpu.fits(challenge(32, 2).work), Err(refusal));
    assert_eq!(gpu.fits(challenge(64, 2).work), Ok(()));
}

pub(crate) async fn prove_refused_when_a_matrix_exceeds_the_limits(gpu: Gpu) {
    // 4 GiB a matrix: more than any device binds today.
    let huge = challenge(Work::MAX_N, 1);
    let needed = huge.work.state_bytes();
    let limit = gpu.capabilities().max_binding_bytes;
    assert!(needed > limit, "this device binds {limit} bytes: raise the side of this test");
    let options = Options::default();
    let result = prove(gpu.device(), gpu.queue(), huge, &options, silent).await;
    let expected = ProveError::Refused(Refusal::BindingTooLarge { needed, limit });
    assert_eq!(result.as_ref().unwrap_err(), &expected);
    let words = result.unwrap_err().to_string();
    assert!(words.contains(&needed.to_string()) && words.contains(&limit.to_string()), "{words}");
}

pub(crate) async fn prove_cancelled_before_it_begins(gpu: Gpu) {
    let options = Options { cancel: Cancel::default(), ..Options::default() };
    options.cancel.cancel();
    assert!(options.cancel.is_cancelled());
    let result = prove(gpu.device(), gpu.queue(), challenge(64, 2), &options, silent).await;
    assert_eq!(result.unwrap_err(), ProveError::Cancelled);
}

pub(crate) async fn prove_cancelled_while_it_runs(gpu: Gpu) {
    let options = Options::default();
    let cancel = options.cancel.clone();
    let mut reports = 0;
    let result = prove(gpu.device(), gpu.queue(), challenge(128, 16), &options, |_| {
        reports += 1;
        if reports == 3 {
            cancel.cancel();
        }
    })
    .await;
    assert_eq!(result.unwrap_err(), ProveError::Cancelled);
    assert_eq!(reports, 3, "nothing is dispatched once it is cancelled");
    // The device is as good as before.
    equals_core(&gpu, 64, 2, &Options::default()).await;
}

pub(crate) async fn prove_reports_a_lost_device(gpu: Gpu) {
    let device = gpu.device().clone();
    let mut reports = 0;
    let options = Options::default();
    let result = prove(gpu.device(), gpu.queue(), challenge(128, 16), &options, |_| {
        reports += 1;
        if reports == 2 {
            device.destroy();
        }
    })
    .await;
    let error = result.unwrap_err();
    assert!(matches!(error, ProveError::DeviceLost { .. }), "{error:?}");
}

pub(crate) async fn prove_reports_an_error_of_the_device(gpu: Gpu) {
    let device = gpu.device().clone();
    let mut reports = 0;
    let options = Options::default();
    let result = prove(gpu.device(), gpu.queue(), challenge(128, 16), &options, |_| {
        reports += 1;
        if reports == 2 {
            // No buffer can be mapped for both.
            let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::MAP_WRITE;
            let _ = device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: 4,
                usage,
                mapped_at_creation: false,
            });
        }
    })
    .await;
    let error = result.unwrap_err();
    assert!(matches!(error, ProveError::Device { .. }), "{error:?}");
}

pub(crate) async fn open_reports_a_lost_device(gpu: Gpu) {
    let options = Options::default();
    let mut committed =
        prove(gpu.device(), gpu.queue(), challenge(64, 2), &options, silent).await.unwrap();
    gpu.device().destroy();
    let error = committed.open_sample(beacon(1), 0, silent).await.unwrap_err();
    assert!(matches!(error, ProveError::DeviceLost { .. }), "{error:?}");
    let error = committed.open(beacon(1), Q, silent).await.unwrap_err();
    assert!(matches!(error, ProveError::DeviceLost { .. }), "{error:?}");
}

pub(crate) async fn capabilities_describe_the_adapter(gpu: Gpu) {
    let capabilities = gpu.capabilities();
    assert!(!capabilities.backend.is_empty());
    assert!(capabilities.max_binding_bytes >= 128 << 20, "{capabilities:?}");
    assert!(capabilities.max_buffer_bytes >= 256 << 20, "{capabilities:?}");
    assert!(capabilities.max_workgroup_invocations >= 256, "{capabilities:?}");
    assert!(capabilities.max_workgroups >= 65_535, "{capabilities:?}");
}

pub(crate) async fn prove_equals_core_at_64(gpu: Gpu) {
    for rounds in [1, 2, 8, 32] {
        equals_core(&gpu, 64, rounds, &Options::default()).await;
    }
}

pub(crate) async fn prove_equals_core_at_128(gpu: Gpu) {
    for rounds in [1, 4, 16] {
        equals_core(&gpu, 128, rounds, &Options::default()).await;
    }
}

pub(crate) async fn prove_equals_core_at_256(gpu: Gpu) {
    for rounds in [2, 8] {
        equals_core(&gpu, 256, rounds, &Options::default()).await;
    }
}

pub(crate) async fn open_equals_core_when_no_state_is_kept(gpu: Gpu) {
    let options = Options { keep_bytes: 0, ..Options::default() };
    equals_core(&gpu, 64, 8, &options).await;
    let challenge = challenge(128, 4);
    let mut committed =
        prove(gpu.device(), gpu.queue(), challenge, &options, silent).await.unwrap();
    assert!(!committed.keeps_states());
    for number in [1, 2] {
        let response = committed.open(beacon(number), Q, silent).await.unwrap();
        assert_eq!(response, reference(challenge, beacon(number)).1);
    }
}

pub(crate) async fn open_again_after_a_cancel(gpu: Gpu) {
    let options = Options { keep_bytes: 0, ..Options::default() };
    let challenge = challenge(128, 4);
    let mut committed =
        prove(gpu.device(), gpu.queue(), challenge, &options, silent).await.unwrap();
    options.cancel.cancel();
    assert_eq!(committed.open(beacon(1), Q, silent).await, Err(ProveError::Cancelled));
    options.cancel.reset();
    let response = committed.open(beacon(1), Q, silent).await.unwrap();
    assert_eq!(response, reference(challenge, beacon(1)).1);
}

pub(crate) async fn progress_reaches_its_total(gpu: Gpu) {
    let mut reports: Vec<Progress> = Vec::new();
    let options = Options::default();
    let mut committed =
        prove(gpu.device(), gpu.queue(), challenge(128, 8), &options, |p| reports.push(p))
            .await
            .unwrap();
    assert!(committed.keeps_states());
    assert!(reports.is_sorted_by_key(|p| p.done) && reports.len() > 3, "{reports:?}");
    let last = reports.last().unwrap();
    assert_eq!((last.done, last.fraction()), (last.total, 1.0));
    let mut opened = Vec::new();
    committed.open(beacon(1), Q, |p| opened.push(p.fraction())).await.unwrap();
    assert_eq!(opened.last(), Some(&1.0));
}

pub(crate) async fn benchmark_measures_and_estimates(gpu: Gpu) {
    let mut last = Progress::default();
    let options = Options::default();
    let measured = benchmark(gpu.device(), gpu.queue(), &options, |p| last = p).await.unwrap();
    assert_eq!(last.fraction(), 1.0);
    assert!(measured.operations_per_second > 1e6, "{measured:?}");
    assert!(measured.hashes_per_second > 1e3, "{measured:?}");
    let small = measured.estimate(challenge(256, 8).work);
    let large = measured.estimate(challenge(256, 32).work);
    assert!(small < large && !small.is_zero(), "{small:?} and {large:?}");
    options.cancel.cancel();
    let cancelled = benchmark(gpu.device(), gpu.queue(), &options, silent).await;
    assert_eq!(cancelled.unwrap_err(), ProveError::Cancelled);
}
