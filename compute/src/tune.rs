//! Which tiling of the product is the fastest on a device: measured, as no device tells.

use alloy_primitives::B256;
use pinfi_core::pocps::{Challenge, Work};
use web_time::Duration;
use wgpu::{Device, Queue};

use crate::chain::{Chain, Meter, Spent};
use crate::control::{Options, Progress};
use crate::error::ProveError;
use crate::machine::Machine;
use crate::memory::Memory;
use crate::plan::Plan;
use crate::tiling::Tiling;

/// How long each tiling is measured in a turn, once its pace is found.
const MEASURED: Duration = Duration::from_millis(120);
/// How often all are measured, in turn, so that a machine that others use is unfair to none.
const TURNS: u32 = 2;
/// The matrix side: a smaller one keeps no fast device busy, and fits the caches of a slow one, where
/// another tiling is the fastest than in those that the pools ask for.
const SIDE: u32 = 1024;

/// Finds the fastest tiling for a device, in two or three seconds. The result holds for the device,
/// whatever the work, and is worth keeping: hand it on in [`Options::tiling`].
///
/// # Errors
/// As [`prove`](crate::prove).
pub async fn tune(device: &Device, queue: &Queue, options: &Options) -> Result<Tiling, ProveError> {
    let mut chain = begin(device, queue, options).await?;
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
            let rate = sample(&mut chain).await?;
            if rate > best.1 {
                best = (tiling, rate);
            }
        }
    }
    Ok(best.0)
}

async fn begin(device: &Device, queue: &Queue, options: &Options) -> Result<Chain, ProveError> {
    let work =
        Work::new(SIDE, 1).map_err(|error| ProveError::Device { reason: error.to_string() })?;
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

/// Computes parts of a product for a while, as many as the device can: a slow one needs seconds for the
/// whole. Gives the operations a second.
async fn sample(chain: &mut Chain) -> Result<f64, ProveError> {
    let tiling = chain.machine.kernels.tiling;
    let tiles = tiling.groups(SIDE);
    let (mut first, mut spent, mut is_paced) = (0, Spent::default(), false);
    while spent.time < MEASURED {
        chain.machine.check()?;
        let most = chain.machine.gemm.groups();
        let (mut products, mut batch) = (0, chain.machine.batch());
        while products < most && !batch.is_full() {
            let groups = (most - products).min(tiles - first);
            let buffers = chain.memory.round(0);
            batch.dispatch(&chain.machine.kernels.gemm, buffers, chain.params(first), groups);
            products += groups;
            first = (first + groups) % tiles;
        }
        let took = batch.submit().await?;
        chain.machine.gemm.record(products, took);
        if is_paced {
            spent.add(u64::from(products) * tiling.operations(SIDE), took);
        }
        // The next one would be of about this size, or can't be larger.
        is_paced |= products < most || chain.machine.gemm.groups() / 2 <= products;
    }
    spent.rate()
}
