//! Proofs on the CPU, in slices, so that a cancel is heard between two of them.

use core::time::Duration;

use alloy_primitives::B256;
use pinfi_compute::{Cancel, Observer as _, Options};
use pinfi_core::pocps::{
    ChainProver, Challenge, Checkpoint, Committed, Gathering, Pace, Part, Response, Retain, Rhythm,
    Share, Work, verify,
};

use crate::{Benchmark, DeviceInfo, DeviceKind, Study, WorkerError, host::WorkerHost};

use super::crew::{self, Crew};
use super::scalar::Scalar;
use super::{Reporter, Scope, Watch, refused};

/// How many bytes of states are kept until they are opened.
pub(super) const KEPT: Retain = Retain::IN_A_TAB;
/// How long the benchmark measures.
const MEASURED: Duration = Duration::from_millis(1_000);
/// How often a study measures each of two, in turn, so that a machine that others use is unfair to none.
const TURNS: u32 = 3;
/// Rounds of the commitment that a study tells of: as in the pools.
pub(super) const STUDIED: u32 = 64;
/// How many rows of the scalar product are computed between two looks at the clock.
const SLICE: u32 = 8;
/// The benchmark's matrix side: its matrices don't fit the first cache, as those of a pool don't, and
/// workers exchange states no more often than in a pool.
const SIDE: u32 = 512;

pub(super) const fn describe() -> DeviceInfo {
    DeviceInfo {
        kind: DeviceKind::Cpu,
        name: String::new(),
        max_buffer_bytes: 0,
        max_binding_bytes: 0,
    }
}

/// Commits with the help of other workers where there are any, else alone; goes on where an earlier
/// commitment was cut off.
pub(super) async fn commit(
    scope: &dyn Scope,
    challenge: Challenge,
    options: &Options,
    watch: &mut Watch<'_, '_>,
) -> Result<Committed, WorkerError> {
    let fits = challenge.work.check_memory();
    fits.map_err(|error| WorkerError::Refused { reason: error.to_string() })?;
    let helpers = scope.helpers(challenge.work);
    if helpers.is_empty() {
        return alone(scope, challenge, options, watch).await;
    }
    match crew::commit(scope, helpers, challenge, options, watch).await {
        Err(error) if crew::is_a_helpers(&error) => alone(scope, challenge, options, watch).await,
        result => result,
    }
}

/// Gives what to go on from, and tells that it is gone on from.
pub(super) async fn recall(watch: &mut Watch<'_, '_>) -> Option<Checkpoint> {
    let checkpoint = watch.recall().await?;
    watch.resumes(checkpoint.state());
    Some(checkpoint)
}

async fn alone(
    scope: &dyn Scope,
    challenge: Challenge,
    options: &Options,
    watch: &mut Watch<'_, '_>,
) -> Result<Committed, WorkerError> {
    let mut prover = match recall(watch).await {
        Some(checkpoint) => ChainProver::resume(checkpoint),
        None => ChainProver::new(challenge, KEPT),
    };
    let mut pace = Pace::default();
    let mut rhythm = Rhythm::new(options.checkpoint_after, scope.now());
    loop {
        let start = scope.now();
        if let Some(committed) = pace.slice(|| scope.now(), |rows| prover.step(rows)) {
            let total = prover.progress().total;
            watch.reporter.tell(total, total);
            return Ok(committed);
        }
        let progress = prover.progress();
        watch.reporter.tell(progress.done, progress.total);
        rest(scope, options, scope.now().saturating_sub(start)).await?;
        let begun = scope.now();
        if rhythm.is_due(begun)
            && let Some(checkpoint) = prover.checkpoint()
        {
            watch.keep(&checkpoint).await;
            rhythm.kept(begun, scope.now());
        }
    }
}

/// Computes a share's part of the state it is at; `on_rows` hears how many rows of it are done.
pub(super) async fn part(
    scope: &dyn Scope,
    share: &mut Share,
    cancel: &Cancel,
    mut on_rows: impl FnMut(u64),
) -> Result<Part, WorkerError> {
    let mut pace = Pace::default();
    loop {
        if let Some(part) = pace.slice(|| scope.now(), |rows| share.step(rows)) {
            return Ok(part);
        }
        on_rows(share.done());
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
    let challenge = committed.challenge();
    let mut opener = committed.opener(beacon, samples);
    let mut pace = Pace::default();
    loop {
        if let Some(response) = pace.slice(|| scope.now(), |rows| opener.step(rows)) {
            // What it went on from may have been anything.
            return verify(&challenge, beacon, samples, &response)
                .map(|()| response)
                .map_err(|fault| WorkerError::DeviceFault { reason: fault.to_string() });
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
    let helpers = scope.helpers(work);
    match measure(scope, helpers, work, cancel, reporter).await {
        Err(error) if crew::is_a_helpers(&error) => {
            measure(scope, Vec::new(), work, cancel, reporter).await
        }
        measured => measured,
    }
}

async fn measure(
    scope: &dyn Scope,
    helpers: Vec<WorkerHost>,
    work: Work,
    cancel: &Cancel,
    reporter: &mut Reporter<'_>,
) -> Result<Benchmark, WorkerError> {
    let challenge = Challenge { seed: B256::ZERO, work };
    let mut crew = Crew::begin(scope, helpers, challenge, Gathering::new(challenge, Retain::NONE))?;
    let total = millis(MEASURED);
    crew.state(cancel, |_| {}).await?;
    // Both matrices, eight words a hash, in this worker's own time: the others had to start.
    let hashes_per_second = rate(u64::from(SIDE) * u64::from(SIDE) / 4, crew.own_time());

    let start = scope.now();
    let mut operations = 0;
    loop {
        crew.state(cancel, |_| {}).await?;
        operations += 2 * u64::from(SIDE).pow(3);
        let passed = scope.now().saturating_sub(start);
        reporter.tell(millis(passed).min(total), total);
        if passed >= MEASURED {
            return Ok(Benchmark {
                device: describe(),
                operations_per_second: rate(operations, passed),
                hashes_per_second,
            });
        }
    }
}

/// Studies the CPU: all workers at a chain, beside one number at a time on one core.
pub(super) async fn study(
    scope: &dyn Scope,
    n: u32,
    cancel: &Cancel,
    reporter: &mut Reporter<'_>,
) -> Result<Study, WorkerError> {
    let work = Work::new(n, Work::MAX_ROUNDS).map_err(|error| refused(&error))?;
    let fits = work.check_memory();
    fits.map_err(|error| refused(&error))?;
    let challenge = Challenge { seed: B256::ZERO, work };
    let gathering = Gathering::new(challenge, Retain::NONE);
    let mut crew = Crew::begin(scope, scope.helpers(work), challenge, gathering)?;
    crew.state(cancel, |_| {}).await?;
    let expansion_secs = crew.own_time().as_secs_f64();
    let mut scalar = Scalar::new(n);
    let (mut product, mut naive) = (0.0_f64, 0.0_f64);
    for turn in 0..u64::from(TURNS) {
        reporter.tell(turn, u64::from(TURNS));
        let (mut states, start) = (0, scope.now());
        while scope.now().saturating_sub(start) < MEASURED {
            states += 1;
            if crew.state(cancel, |_| {}).await?.is_some() {
                // A small work is over soon; what was measured so far counts.
                break;
            }
        }
        let passed = scope.now().saturating_sub(start);
        product = product.max(rate(states * 2 * u64::from(n).pow(3), passed));

        let (mut rows, start) = (0, scope.now());
        while scope.now().saturating_sub(start) < MEASURED {
            (0..SLICE).for_each(|_| scalar.step());
            rows += u64::from(SLICE);
            give_way(scope, cancel).await?;
        }
        let passed = scope.now().saturating_sub(start);
        naive = naive.max(rate(rows * 2 * u64::from(n).pow(2), passed));
    }
    // The chain above is longer, so that it does not end while it is measured.
    let operations = u64::from(STUDIED) * 2 * u64::from(n).pow(3);
    let products_secs = operations as f64 / product;
    let device = describe();
    Ok(Study {
        device,
        n,
        tile: 0,
        peak: 0.0,
        product,
        naive,
        expansion_secs,
        products_secs,
        hashing_secs: 0.0,
    })
}

/// Gives way, for as long as the work that took so long must be followed by a rest.
pub(super) async fn rest(
    scope: &dyn Scope,
    options: &Options,
    took: Duration,
) -> Result<(), WorkerError> {
    let rest = options.intensity.rest_after(took);
    if !rest.is_zero() {
        scope.rest(rest).await;
    }
    give_way(scope, &options.cancel).await
}

pub(super) async fn give_way(scope: &dyn Scope, cancel: &Cancel) -> Result<(), WorkerError> {
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
