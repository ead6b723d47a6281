//! Proofs on the GPU.

use alloy_primitives::B256;
use pinfi_compute::{Cancel, Committed, Gpu, GpuError, Options, ProveError};
use pinfi_core::pocps::{Challenge, Response};

use crate::{Benchmark, DeviceInfo, DeviceKind, WorkerError};

use super::Reporter;

/// Gives the device, and asks the browser for it the first time.
pub(super) async fn get(slot: &mut Option<Gpu>) -> Result<&mut Gpu, WorkerError> {
    match slot {
        Some(gpu) => Ok(gpu),
        None => {
            let gpu = Gpu::request().await.map_err(no_gpu)?;
            Ok(slot.insert(gpu))
        }
    }
}

pub(super) fn describe(gpu: &Gpu) -> DeviceInfo {
    let capabilities = gpu.capabilities();
    let kind = if capabilities.is_fallback { DeviceKind::SoftwareGpu } else { DeviceKind::Gpu };
    DeviceInfo {
        kind,
        name: capabilities.name.clone(),
        max_buffer_bytes: capabilities.max_buffer_bytes,
        max_binding_bytes: capabilities.max_binding_bytes,
    }
}

pub(super) async fn benchmark(
    gpu: &Gpu,
    cancel: Cancel,
    reporter: &mut Reporter<'_>,
) -> Result<Benchmark, WorkerError> {
    let options = Options { cancel, ..Options::default() };
    let on_progress =
        |progress: pinfi_compute::Progress| reporter.tell(progress.done, progress.total);
    let measured = pinfi_compute::benchmark(gpu.device(), gpu.queue(), &options, on_progress);
    let measured = measured.await.map_err(failed)?;
    Ok(Benchmark {
        device: describe(gpu),
        operations_per_second: measured.operations_per_second,
        hashes_per_second: measured.hashes_per_second,
    })
}

pub(super) async fn commit(
    gpu: &mut Gpu,
    challenge: Challenge,
    cancel: Cancel,
    reporter: &mut Reporter<'_>,
) -> Result<Committed, WorkerError> {
    let options = Options { cancel, ..Options::default() };
    let on_progress =
        |progress: pinfi_compute::Progress| reporter.tell(progress.done, progress.total);
    let proved = pinfi_compute::prove_recovering(gpu, challenge, &options, on_progress);
    proved.await.map_err(failed)
}

pub(super) async fn open(
    committed: &mut Committed,
    beacon: B256,
    samples: u32,
    reporter: &mut Reporter<'_>,
) -> Result<Response, WorkerError> {
    let on_progress =
        |progress: pinfi_compute::Progress| reporter.tell(progress.done, progress.total);
    committed.open(beacon, samples, on_progress).await.map_err(failed)
}

/// Drops a lost device, so that the next request asks for another.
pub(super) fn forget_if_lost<T>(
    slot: &mut Option<Gpu>,
    result: Result<T, WorkerError>,
) -> Result<T, WorkerError> {
    if matches!(result, Err(WorkerError::DeviceLost { .. })) {
        *slot = None;
    }
    result
}

fn no_gpu(error: GpuError) -> WorkerError {
    WorkerError::NoGpu { reason: error.to_string() }
}

fn failed(error: ProveError) -> WorkerError {
    match error {
        ProveError::Cancelled => WorkerError::Cancelled,
        ProveError::Refused(refusal) => WorkerError::Refused { reason: refusal.to_string() },
        ProveError::DeviceLost { .. } | ProveError::NotRecovered(_) => {
            WorkerError::DeviceLost { reason: error.to_string() }
        }
        ProveError::Device { .. } | ProveError::WrongResult(_) => {
            WorkerError::DeviceFault { reason: error.to_string() }
        }
    }
}
