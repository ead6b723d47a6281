//! Proofs on the CPU, in slices, so that a cancel is heard between two of them.

use core::time::Duration;

use alloy_primitives::B256;
use pinfi_compute::Cancel;
use pinfi_core::pocps::{ChainProver, Challenge, Committed, Response, Retain, Work};

use crate::{Benchmark, DeviceInfo, DeviceKind, WorkerError};

use super::{Reporter, Scope};

/// How long a slice is meant to take.
const SLICE: Duration = Duration::from_millis(50);
/// How many bytes of states are kept until they are opened.
const KEPT: Retain = Retain { bytes: 256 << 20 };
/// How many matrices the chain itself holds.
const MATRICES: u64 = 4;
/// How many bytes they may take: twice what the largest pool asks for, and what a tab can have.
const MAX_MEMORY: u64 = 512 << 20;
/// How long the benchmark measures.
const MEASURED: Duration = Duration::from_millis(1_000);
/// The benchmark's matrix side: its matrices don't fit the first cache, as those of a pool don't.
const SIDE: u32 = 256;

pub(super) const fn describe() -> DeviceInfo {
    DeviceInfo {
        kind: DeviceKind::Cpu,
        name: String::new(),
        max_buffer_bytes: 0,
        max_binding_bytes: 0,
    }
}

pub(super) async fn commit(
    scope: &dyn Scope,
    challenge: Challenge,
    cancel: &Cancel,
    reporter: &mut Reporter<'_>,
) -> Result<Committed, WorkerError> {
    let needed = challenge.work.state_bytes().saturating_mul(MATRICES);
    if needed > MAX_MEMORY {
        let reason = format!("it needs {needed} bytes of memory, of {MAX_MEMORY} on the CPU");
        return Err(WorkerError::Refused { reason });
    }
    let mut prover = ChainProver::new(challenge, KEPT);
    let mut pace = Pace::new();
    loop {
        if let Some(committed) = pace.slice(scope, |rows| prover.step(rows)) {
            let total = prover.progress().total;
            reporter.tell(total, total);
            return Ok(committed);
        }
        let progress = prover.progress();
        reporter.tell(progress.done, progress.total);
        give_way(scope, cancel).await?;
    }
}

pub(super) async fn open(
    scope: &dyn Scope,
    committed: &mut Committed,
    beacon: B256,
    samples: u32,
    cancel: &Cancel,
    reporter: &mut Reporter<'_>,
) -> Result<Response, WorkerError> {
    let mut opener = committed.opener(beacon, samples);
    let mut pace = Pace::new();
    loop {
        if let Some(response) = pace.slice(scope, |rows| opener.step(rows)) {
            return Ok(response);
        }
        let progress = opener.progress();
        reporter.tell(progress.done, progress.total);
        give_way(scope, cancel).await?;
    }
}

/// Measures the expansion, which is hashes, and then the rounds, which are almost all products.
pub(super) async fn benchmark(
    scope: &dyn Scope,
    cancel: &Cancel,
    reporter: &mut Reporter<'_>,
) -> Result<Benchmark, WorkerError> {
    let work = Work::new(SIDE, Work::MAX_ROUNDS).map_err(|_| WorkerError::Protocol)?;
    let challenge = Challenge { seed: B256::ZERO, work };
    let mut prover = ChainProver::new(challenge, Retain::NONE);
    let start = scope.now();
    // Both matrices, eight words a hash.
    prover.step(SIDE);
    let hashes = u64::from(SIDE) * u64::from(SIDE) / 4;
    let hashes_per_second = rate(hashes, scope.now().saturating_sub(start));

    let start = scope.now();
    let first = prover.progress().done;
    let total = millis(MEASURED);
    let mut pace = Pace::new();
    loop {
        pace.slice(scope, |rows| prover.step(rows));
        let passed = scope.now().saturating_sub(start);
        reporter.tell(millis(passed).min(total), total);
        if passed >= MEASURED {
            let rows = prover.progress().done - first;
            let operations = rows * 2 * u64::from(SIDE) * u64::from(SIDE);
            return Ok(Benchmark {
                device: describe(),
                operations_per_second: rate(operations, passed),
                hashes_per_second,
            });
        }
        give_way(scope, cancel).await?;
    }
}

/// Finds how many rows fill a slice.
struct Pace {
    rows: u32,
}

impl Pace {
    const fn new() -> Self {
        Self { rows: 8 }
    }

    fn slice<T>(&mut self, scope: &dyn Scope, work: impl FnOnce(u32) -> T) -> T {
        let start = scope.now();
        let result = work(self.rows);
        let took = scope.now().saturating_sub(start);
        if took < SLICE / 2 {
            self.rows = self.rows.saturating_mul(2);
        } else if took > SLICE * 2 {
            self.rows = (self.rows / 2).max(1);
        }
        result
    }
}

async fn give_way(scope: &dyn Scope, cancel: &Cancel) -> Result<(), WorkerError> {
    scope.breathe().await;
    if cancel.is_cancelled() { Err(WorkerError::Cancelled) } else { Ok(()) }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

// A speed needs no more digits than a double has.
#[allow(clippy::cast_precision_loss)]
fn rate(count: u64, took: Duration) -> f64 {
    // A coarse clock may not have moved.
    count as f64 / took.as_secs_f64().max(1e-3)
}
