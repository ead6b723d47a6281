//! What this device can do, measured on the work itself.

use alloy_primitives::B256;
use pinfi_core::pocps::{Challenge, Work};
use serde::{Deserialize, Serialize};
use web_time::Duration;
use wgpu::{Device, Queue};

use crate::chain::{Chain, HASH_OPERATIONS, Meter, Spent};
use crate::control::{Options, Progress};
use crate::error::ProveError;
use crate::hashing::Hashing;
use crate::machine::Machine;
use crate::memory::Memory;
use crate::plan::Plan;

/// How long the products are measured.
const MEASURED: Duration = Duration::from_millis(1_000);
/// The matrix side that is measured: large enough to keep a fast device busy.
const SIDE: u32 = 1024;
/// The most rounds that are measured in one go.
const ROUNDS: u32 = 64;

/// The measured speed of a device.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    /// Integer operations a second in the matrix products: the work that counts.
    pub operations_per_second: f64,
    /// Hashes (keccak-f) a second, of the expansion and the commitment.
    pub hashes_per_second: f64,
}

impl Benchmark {
    /// Estimates how long a commitment to some work takes, hashes included.
    #[must_use]
    pub fn estimate(&self, work: Work) -> Duration {
        let n = u64::from(work.n());
        let hashes = n * n / 4 + u64::from(work.leaves()) * (n / 34 + 1);
        let seconds = work.operations() as f64 / self.operations_per_second
            + hashes as f64 / self.hashes_per_second;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

/// Measures a device for about two seconds.
///
/// # Errors
/// As [`prove`](crate::prove): the device may be too small, lost or at fault, and the caller may
/// cancel.
pub async fn benchmark(
    device: &Device,
    queue: &Queue,
    options: &Options,
    mut on_progress: impl FnMut(Progress),
) -> Result<Benchmark, ProveError> {
    let work = Work::new(SIDE, ROUNDS)
        .map_err(|error| ProveError::Device { reason: error.to_string() })?;
    // Nothing is opened, so nothing is kept.
    let plan = Plan::new(work, &device.limits(), 0)?;
    let machine = Machine::new(device, queue, &plan, options).await?;
    let memory = Memory::new(device, &machine.kernels, &plan).await?;
    let challenge = Challenge { seed: B256::ZERO, work };
    let mut chain = Chain { machine, challenge, plan, memory };
    let mut silent = |_: Progress| {};
    let mut meter = Meter { progress: Progress::default(), report: &mut silent };

    let mut hashes = Spent::default();
    chain.expand(&mut meter).await?;
    let expanded = chain.expand(&mut meter).await?;
    hashes.add(expanded.operations, expanded.time);
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let total = millis(MEASURED);
    let on_time = |passed| on_progress(Progress { done: millis(passed), total });
    let operations_per_second = chain.rate(MEASURED, on_time).await?;
    let (_, leaves) = chain.hash(Hashing::new(0, 0..1, work.n()), &mut meter).await?;
    hashes.add(leaves.operations, leaves.time);
    Ok(Benchmark {
        operations_per_second,
        hashes_per_second: hashes.rate()? / HASH_OPERATIONS as f64,
    })
}
