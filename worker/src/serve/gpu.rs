//! Proofs on the GPU.

use alloy_primitives::B256;
use pinfi_compute::{
    Cancel, Capabilities, Committed, Gpu, GpuError, Observer as _, Options, ProveError, Start,
    Tiling,
};
use pinfi_core::pocps::{Challenge, Response, Work};

use crate::{Benchmark, DeviceInfo, DeviceKind, Study, WorkerError};

use super::cpu::STUDIED;
use super::{Reporter, Scope, Watch, refused};

/// The device, and how its products are cut, once that is known.
pub(super) struct Device {
    gpu: Gpu,
    tiling: Option<Tiling>,
}

impl Device {
    /// Completes options with the tiling that is the fastest here: found the first time that this
    /// machine works with the GPU, and kept.
    async fn options(
        &mut self,
        scope: &dyn Scope,
        options: Options,
    ) -> Result<Options, WorkerError> {
        let tiling = match self.tiling {
            Some(tiling) => tiling,
            None => self.find_tiling(scope, &options).await?,
        };
        self.tiling = Some(tiling);
        Ok(Options { tiling, ..options })
    }

    async fn find_tiling(
        &self,
        scope: &dyn Scope,
        options: &Options,
    ) -> Result<Tiling, WorkerError> {
        let Capabilities { name, backend, .. } = self.gpu.capabilities();
        let key = format!("{backend}/{name}");
        if let Some(kept) = scope.tiling_of(&key).await {
            return Ok(kept);
        }
        let tuned = pinfi_compute::tune(self.gpu.device(), self.gpu.queue(), options);
        let tiling = tuned.await.map_err(failed)?;
        scope.keep_tiling(&key, tiling).await;
        Ok(tiling)
    }
}

/// Gives the device, and asks the browser for it the first time.
pub(super) async fn get(slot: &mut Option<Device>) -> Result<&mut Device, WorkerError> {
    match slot {
        Some(device) => Ok(device),
        None => {
            let gpu = Gpu::request().await.map_err(no_gpu)?;
            Ok(slot.insert(Device { gpu, tiling: None }))
        }
    }
}

pub(super) fn describe(device: &Device) -> DeviceInfo {
    let capabilities = device.gpu.capabilities();
    let kind = if capabilities.is_fallback { DeviceKind::SoftwareGpu } else { DeviceKind::Gpu };
    DeviceInfo {
        kind,
        name: capabilities.name.clone(),
        max_buffer_bytes: capabilities.max_buffer_bytes,
        max_binding_bytes: capabilities.max_binding_bytes,
    }
}

pub(super) async fn benchmark(
    scope: &dyn Scope,
    device: &mut Device,
    cancel: Cancel,
    reporter: &mut Reporter<'_>,
) -> Result<Benchmark, WorkerError> {
    let options = device.options(scope, Options { cancel, ..Options::default() }).await?;
    let gpu = &device.gpu;
    let on_progress =
        |progress: pinfi_compute::Progress| reporter.tell(progress.done, progress.total);
    let measured = pinfi_compute::benchmark(gpu.device(), gpu.queue(), &options, on_progress);
    let measured = measured.await.map_err(failed)?;
    Ok(Benchmark {
        device: describe(device),
        operations_per_second: measured.operations_per_second,
        hashes_per_second: measured.hashes_per_second,
    })
}

/// Studies the device with matrices of side `n`.
pub(super) async fn study(
    scope: &dyn Scope,
    device: &mut Device,
    n: u32,
    cancel: Cancel,
    reporter: &mut Reporter<'_>,
) -> Result<Study, WorkerError> {
    let options = device.options(scope, Options { cancel, ..Options::default() }).await?;
    let gpu = &device.gpu;
    let work = Work::new(n, STUDIED).map_err(|error| refused(&error))?;
    let on_progress =
        |progress: pinfi_compute::Progress| reporter.tell(progress.done, progress.total);
    let study = pinfi_compute::study(gpu.device(), gpu.queue(), work, &options, on_progress);
    let study = study.await.map_err(failed)?;
    Ok(Study {
        device: describe(device),
        n,
        tile: options.tiling.tile(),
        peak: study.peak,
        product: study.product,
        naive: study.naive,
        expansion_secs: study.expansion_secs,
        products_secs: study.products_secs,
        hashing_secs: study.hashing_secs,
    })
}

pub(super) async fn commit(
    scope: &dyn Scope,
    device: &mut Device,
    challenge: Challenge,
    options: Options,
    watch: &mut Watch<'_, '_>,
) -> Result<Committed, WorkerError> {
    let options = device.options(scope, options).await?;
    let start = watch.recall().await.map_or(Start::Anew(challenge), Start::From);
    let proved = pinfi_compute::prove_recovering(&mut device.gpu, start, &options, watch);
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
    slot: &mut Option<Device>,
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
