//! Kernels that only measure: what the product is compared with.

use web_time::Duration;
use wgpu::{BindGroup, Buffer, Device};

use crate::chain::Spent;
use crate::error::ProveError;
use crate::kernels::{Kernel, PRODUCT, Params, Use};
use crate::machine::Machine;
use crate::pace::Pace;

const NAIVE: &str =
    concat!(include_str!("shaders/params.wgsl"), include_str!("shaders/naive.wgsl"));
const PEAK: &str = concat!(include_str!("shaders/params.wgsl"), include_str!("shaders/peak.wgsl"));
/// Independent chains of four-vectors in an invocation. How many keep a device busiest depends on
/// its registers and its latencies, so all are tried.
const CHAINS: [u32; 3] = [2, 4, 8];
/// Steps of each chain in one invocation.
const STEPS: u32 = 1024;
/// Invocations in a workgroup of either kernel.
pub(crate) const INVOCATIONS: u32 = 64;

/// Gives the source of the kernel with so many chains.
fn peak(chains: u32) -> String {
    let lines = |line: &dyn Fn(u32) -> String| (0..chains).map(line).collect::<String>();
    PEAK.replace("//BEGIN", &lines(&|i| format!("    var y{i} = plus + vec4<u32>({i}u);\n")))
        .replace("//STEP", &lines(&|i| format!("        y{i} = y{i} * by + plus;\n")))
        .replace("//END", &lines(&|i| format!("        ^ y{i}\n")))
}

/// Gives the kernels by name, as they are given to the device.
pub fn yardsticks() -> Vec<(String, String)> {
    let peaks = CHAINS.map(|chains| (format!("peak_{chains}"), peak(chains)));
    [("naive".to_owned(), NAIVE.to_owned())].into_iter().chain(peaks).collect()
}

/// One of them, ready to be dispatched.
pub(crate) struct Yardstick {
    kernel: Kernel,
    /// What a workgroup of it does, in integer operations.
    operations: u64,
    params: Params,
}

impl Yardstick {
    /// How many there are of the peak.
    pub(crate) const PEAKS: u64 = CHAINS.len() as u64;

    /// The product, an entry at a time.
    pub(crate) fn naive(device: &Device, params: Params) -> Self {
        let operations = 2 * u64::from(params.n) * u64::from(INVOCATIONS);
        Self { kernel: Kernel::new(device, ("naive", NAIVE), &PRODUCT), operations, params }
    }

    /// Multiplications and additions in registers, with each number of chains.
    pub(crate) fn peaks(device: &Device) -> Vec<Self> {
        let params =
            Params { seed: [0; 32], n: 0, first: 0, tag_or_round: 0x9e37_79b9, rows: STEPS };
        let with = |chains| Self {
            kernel: Kernel::new(device, ("peak", &peak(chains)), &[Use::Write]),
            operations: 2 * 4 * u64::from(chains) * u64::from(STEPS) * u64::from(INVOCATIONS),
            params,
        };
        CHAINS.into_iter().map(with).collect()
    }

    /// Binds it to buffers.
    pub(crate) fn bind(&self, machine: &Machine, buffers: &[&Buffer]) -> BindGroup {
        machine.kernels.bind(&machine.device, &self.kernel, buffers)
    }

    /// Runs `groups` workgroups, as many at a time as the pace allows; fewer on a device that takes longer
    /// than `within` for them.
    pub(crate) async fn run(
        &self,
        machine: &Machine,
        buffers: &BindGroup,
        pace: &mut Pace,
        groups: u32,
        within: Duration,
    ) -> Result<Spent, ProveError> {
        let mut spent = Spent::default();
        let mut first = 0;
        while first < groups && spent.time < within {
            machine.check()?;
            let now = pace.groups().min(groups - first);
            let mut batch = machine.batch();
            batch.dispatch(&self.kernel, buffers, Params { first, ..self.params }, now);
            let took = batch.submit().await?;
            pace.record(now, took);
            first += now;
            spent.add(u64::from(now) * self.operations, took);
        }
        Ok(spent)
    }
}
