//! How well the kernels use a device: the product beside a naive one and beside the device's own
//! peak, and where the time of a commitment goes.

use alloy_primitives::B256;
use pinfi_core::pocps::{Challenge, Work};
use web_time::{Duration, Instant};
use wgpu::{BindGroup, Buffer, BufferUsages, CommandEncoder, Device, Queue};

use crate::chain::{Chain, Meter, Spent};
use crate::commit::Shares;
use crate::control::{Options, Progress};
use crate::error::ProveError;
use crate::held::allocate;
use crate::machine::Machine;
use crate::memory::Memory;
use crate::pace::Pace;
use crate::plan::Plan;
use crate::yardstick::{INVOCATIONS, Yardstick};

/// How long each kernel is measured, after it has found its pace.
const MEASURED: Duration = Duration::from_millis(1_000);
/// How often all are measured, in turn, so that a machine that others use is unfair to none.
const TURNS: u32 = 3;
/// The most workgroups in one go of a kernel that has no work of its own.
const GROUPS: u32 = 1 << 14;

/// What a device does with one size of work. All rates are integer operations a second, a
/// multiplication and an addition being two; each is the best of several turns.
#[derive(Clone, Copy, Debug)]
pub struct Study {
    /// Multiplications and additions in registers alone: nothing is faster on this device.
    pub peak: f64,
    /// The product as it is used.
    pub product: f64,
    /// The product an entry at a time.
    pub naive: f64,
    /// Seconds that a commitment spent on expanding the seed.
    pub expansion_secs: f64,
    /// Seconds that its products take by themselves.
    pub products_secs: f64,
    /// Seconds that it took beyond those, for the hashing of rows beside its products.
    pub hashing_secs: f64,
}

impl Study {
    /// Gives the share of the device's peak that the product reaches.
    #[must_use]
    pub fn of_peak(&self) -> f64 {
        self.product / self.peak
    }

    /// Tells how many times faster the product is than the naive one.
    #[must_use]
    pub fn over_naive(&self) -> f64 {
        self.product / self.naive
    }

    /// Gives the share of a commitment's time that goes into products.
    #[must_use]
    pub fn products_share(&self) -> f64 {
        self.products_secs / (self.expansion_secs + self.products_secs + self.hashing_secs)
    }
}

/// Studies a device with work of a given size: about 15 seconds, and the time of three commitments.
/// Progress is in steps of the study.
///
/// # Errors
/// As [`prove`](crate::prove).
pub async fn study(
    device: &Device,
    queue: &Queue,
    work: Work,
    options: &Options,
    mut on_progress: impl FnMut(Progress),
) -> Result<Study, ProveError> {
    let plan = Plan::new(work, &device.limits(), options.keep_bytes)?;
    let machine = Machine::new(device, queue, &plan, options).await?;
    let memory = Memory::new(device, &machine.kernels, &plan).await?;
    let challenge = Challenge { seed: B256::repeat_byte(7), work };
    let mut chain = Chain { machine, challenge, plan, memory };
    let mut silent = |_: Progress| {};

    // Two commitments and the products of one, and in each turn the peaks, the product and the naive one.
    let mut steps = Progress { done: 0, total: 3 + u64::from(TURNS) * (Yardstick::PEAKS + 2) };
    let mut step = || {
        steps.done += 1;
        on_progress(steps);
    };

    // The first one finds the pace.
    chain.commit(None, &mut silent).await?;
    step();
    let (_, Shares { expansion, rounds }) = chain.commit(None, &mut silent).await?;
    step();
    let mut meter = Meter { progress: Progress::default(), report: &mut silent };
    let (until, skip) = (work.rounds(), |_: &mut CommandEncoder, _: u32, _: &Buffer| {});
    let (_, products) = chain.advance(0, until, &mut meter, skip, || false, None).await?;
    step();

    let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
    let machine = &chain.machine;
    let sink = allocate(device, 64 * 16, BufferUsages::STORAGE);
    let peaks = Yardstick::peaks(device).into_iter();
    let mut peaks: Vec<_> =
        peaks.map(|stick| Candidate::new(machine, stick, &[&sink], GROUPS)).collect();
    let [w, x0] = chain.memory.inputs();
    let stick = Yardstick::naive(device, chain.params(0));
    let entries = work.n() * work.n();
    let buffers = [w, x0, x0, &chain.memory.turns[1]];
    let mut naive = Candidate::new(machine, stick, &buffers, entries / INVOCATIONS);
    if let Some(error) = scope.pop().await {
        return Err(ProveError::Device { reason: error.to_string() });
    }
    let (mut peak, mut product, mut entry_at_a_time) = (0.0_f64, 0.0_f64, 0.0_f64);
    for _ in 0..TURNS {
        for candidate in &mut peaks {
            peak = peak.max(candidate.measure(&chain.machine).await?);
            step();
        }
        product = product.max(chain.rate(MEASURED, |_| {}).await?);
        step();
        entry_at_a_time = entry_at_a_time.max(naive.measure(&chain.machine).await?);
        step();
    }
    Ok(Study {
        peak,
        product,
        naive: entry_at_a_time,
        expansion_secs: expansion.time.as_secs_f64(),
        products_secs: products.time.as_secs_f64(),
        hashing_secs: rounds.time.saturating_sub(products.time).as_secs_f64(),
    })
}

/// A yardstick with its buffers, its pace, and how many workgroups make one go.
struct Candidate {
    stick: Yardstick,
    buffers: BindGroup,
    pace: Pace,
    groups: u32,
}

impl Candidate {
    fn new(machine: &Machine, stick: Yardstick, buffers: &[&Buffer], groups: u32) -> Self {
        let buffers = stick.bind(machine, buffers);
        let pace = Pace::new(machine.device.limits().max_compute_workgroups_per_dimension);
        Self { stick, buffers, pace, groups }
    }

    /// Runs for a while; gives the operations a second. The first turn finds the pace; the best
    /// one counts.
    async fn measure(&mut self, machine: &Machine) -> Result<f64, ProveError> {
        let mut spent = Spent::default();
        let start = Instant::now();
        while start.elapsed() < MEASURED {
            let Self { stick, buffers, pace, groups } = self;
            let passed = stick.run(machine, buffers, pace, *groups, MEASURED).await?;
            spent.add(passed.operations, passed.time);
        }
        spent.rate()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::error::Error;

    use super::*;
    use crate::gpu::Gpu;
    use crate::memory::readable;

    /// Runs round 0 with either kernel and reads the state that it gives.
    async fn first_state(is_naive: bool) -> Result<Vec<u8>, Box<dyn Error>> {
        let gpu = Gpu::request().await?;
        let work = Work::new(128, 1)?;
        let plan = Plan::new(work, &gpu.device().limits(), 0)?;
        let machine = Machine::new(gpu.device(), gpu.queue(), &plan, &Options::default()).await?;
        let memory = Memory::new(gpu.device(), &machine.kernels, &plan).await?;
        let challenge = Challenge { seed: B256::repeat_byte(3), work };
        let mut chain = Chain { machine, challenge, plan, memory };
        let mut silent = |_: Progress| {};
        let mut meter = Meter { progress: Progress::default(), report: &mut silent };
        chain.expand(&mut meter).await?;
        if is_naive {
            let stick = Yardstick::naive(gpu.device(), chain.params(0));
            let [w, x0] = chain.memory.inputs();
            let buffers = stick.bind(&chain.machine, &[w, x0, x0, &chain.memory.turns[0]]);
            let mut pace = Pace::new(1 << 10);
            let groups = work.n() * work.n() / INVOCATIONS;
            let all = Duration::MAX;
            stick.run(&chain.machine, &buffers, &mut pace, groups, all).await?;
        } else {
            chain.advance(0, 1, &mut meter, |_, _, _| {}, || false, None).await?;
        }
        let out = readable(gpu.device(), work.state_bytes()).await?;
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        let state = &chain.memory.turns[0];
        encoder.copy_buffer_to_buffer(state, 0, &out, 0, work.state_bytes());
        gpu.queue().submit([encoder.finish()]);
        Ok(chain.machine.watch.read(&out, work.state_bytes(), <[u8]>::to_vec).await?)
    }

    #[test]
    fn naive_computes_what_the_product_does() {
        pollster::block_on(async {
            let naive = first_state(true).await.unwrap();
            assert!(naive.iter().any(|&byte| byte != 0), "it computed something");
            assert_eq!(naive, first_state(false).await.unwrap());
        });
    }

    #[test]
    fn study_refused_when_the_work_does_not_fit() {
        pollster::block_on(async {
            let gpu = Gpu::request().await.unwrap();
            let work = Work::new(32, 1).unwrap();
            let refused = study(gpu.device(), gpu.queue(), work, &Options::default(), |_| {})
                .await
                .unwrap_err();
            assert!(matches!(refused, ProveError::Refused(_)), "{refused}");
        });
    }
}
