//! Which tiling of the product is the fastest on a device: measured, as no device tells.

use alloy_primitives::B256;
use pinfi_core::pocps::{Challenge, Work};
use web_time::Duration;
use wgpu::{Device, Queue};

use crate::chain::{Chain, Meter};
use crate::control::{Options, Progress};
use crate::error::ProveError;
use crate::machine::Machine;
use crate::memory::Memory;
use crate::plan::Plan;
use crate::tiling::Tiling;

/// How long each tiling is measured in a turn, after a round that finds its pace.
const MEASURED: Duration = Duration::from_millis(60);
/// How often all are measured, in turn, so that a machine that others use is unfair to none.
const TURNS: u32 = 2;
/// The matrix sides: the larger keeps a fast device busy, the smaller keeps a slow one from seconds
/// of a single round.
const SIDES: [u32; 2] = [256, 1024];
/// From so many operations a second on, a device is a fast one: a large round takes it 10 ms.
const FAST: f64 = 2e11;
/// The most rounds that are measured in one go.
const ROUNDS: u32 = 64;

/// Finds the fastest tiling for a device, in one or two seconds. The result holds for the device,
/// whatever the work, and is worth keeping: hand it on in [`Options::tiling`].
///
/// # Errors
/// As [`prove`](crate::prove).
pub async fn tune(device: &Device, queue: &Queue, options: &Options) -> Result<Tiling, ProveError> {
    let [small, large] = SIDES;
    let mut chain = begin(device, queue, small, options).await?;
    if chain.rate(MEASURED, |_| {}).await? >= FAST {
        chain = begin(device, queue, large, options).await?;
    }
    let limits = device.limits();
    let mut best = (Tiling::default(), 0.0);
    for _ in 0..TURNS {
        for tiling in Tiling::ALL.into_iter().filter(|tiling| tiling.fits(&limits)) {
            let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
            chain.cut(tiling);
            // A driver may refuse a kernel that keeps within the limits: another one will do.
            if scope.pop().await.is_some() {
                continue;
            }
            let rate = chain.rate(MEASURED, |_| {}).await?;
            if rate > best.1 {
                best = (tiling, rate);
            }
        }
    }
    Ok(best.0)
}

async fn begin(
    device: &Device,
    queue: &Queue,
    n: u32,
    options: &Options,
) -> Result<Chain, ProveError> {
    let work =
        Work::new(n, ROUNDS).map_err(|error| ProveError::Device { reason: error.to_string() })?;
    // Nothing is opened, so nothing is kept.
    let plan = Plan::new(work, &device.limits(), 0)?;
    let machine = Machine::new(device, queue, &plan, options).await?;
    let memory = Memory::new(device, &machine.kernels, &plan).await?;
    let mut chain =
        Chain { machine, challenge: Challenge { seed: B256::ZERO, work }, plan, memory };
    let mut silent = |_: Progress| {};
    let mut meter = Meter { progress: Progress::default(), report: &mut silent };
    chain.expand(&mut meter).await?;
    Ok(chain)
}
