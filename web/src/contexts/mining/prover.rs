//! The worker as the miner's prover.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::Duration,
};

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_client::miner::{Prover, ProverError};
use pinfi_core::pocps::{Challenge, Intensity, Response, Work};
use pinfi_worker::{
    DeviceChoice, DeviceKind, Progress, WorkerError,
    host::{Commitment, WorkerHost},
};

use crate::contexts::now;

/// How many chains the worker keeps to be opened. Each takes the memory of all its rows.
const KEPT: usize = 2;
/// The part of the time for an answer that the chain may take with its rests: the rest is for the
/// transaction, and for what goes wrong.
const SAFE: u32 = 4;

/// Hears how far a computation is; none: it has ended.
pub(super) type OnProgress = Rc<dyn Fn(Option<Progress>)>;

/// Computes on the GPU where there is one, else on the processor.
pub(super) struct WorkerProver {
    host: WorkerHost,
    kept: RefCell<VecDeque<(Challenge, Rc<Commitment>)>>,
    on_progress: OnProgress,
    on_device: Box<dyn Fn(DeviceKind)>,
    /// How hard the device is to work, and the time of the wall that an answer may take.
    wish: Cell<(Intensity, Duration)>,
    /// How long some work took the last time, without rests.
    took: Cell<Option<(Work, Duration)>>,
}

impl WorkerProver {
    pub(super) fn new(
        host: WorkerHost,
        on_progress: OnProgress,
        on_device: Box<dyn Fn(DeviceKind)>,
    ) -> Self {
        let wish = Cell::new((Intensity::FULL, Duration::ZERO));
        let (kept, took) = (RefCell::default(), Cell::new(None));
        Self { host, kept, on_progress, on_device, wish, took }
    }

    /// Says how hard the device is to work from now on, where an answer may take so long.
    pub(super) fn work_at(&self, intensity: Intensity, within: Duration) {
        self.wish.set((intensity, within));
    }

    fn found(&self, challenge: Challenge) -> Option<Rc<Commitment>> {
        let kept = self.kept.borrow();
        kept.iter().find(|(of, _)| *of == challenge).map(|(_, commitment)| Rc::clone(commitment))
    }

    async fn compute(&self, challenge: Challenge) -> Result<Rc<Commitment>, ProverError> {
        let on_progress = Rc::clone(&self.on_progress);
        let show = move |progress| on_progress(Some(progress));
        let (wanted, within) = self.wish.get();
        let intensity = affordable(wanted, challenge.work, self.took.get(), within);
        let start = now();
        let computed = self.host.commit(challenge, DeviceChoice::Auto, intensity, show).await;
        (self.on_progress)(None);
        let took = now().saturating_sub(start) * u32::from(intensity.percent()) / 100;
        self.took.set(computed.is_ok().then_some((challenge.work, took)));
        let commitment = Rc::new(computed.map_err(failed)?);
        (self.on_device)(commitment.device().kind);
        let mut kept = self.kept.borrow_mut();
        kept.retain(|(of, _)| *of != challenge);
        kept.push_back((challenge, Rc::clone(&commitment)));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(commitment)
    }
}

/// Gives the intensity that was asked for where an answer is safe with it: no rest is worth a stake.
/// Work that was not computed before is done at once.
fn affordable(
    wanted: Intensity,
    work: Work,
    took: Option<(Work, Duration)>,
    within: Duration,
) -> Intensity {
    let known = took.filter(|(of, _)| *of == work).map(|(_, took)| wanted.stretch(took));
    if known.is_some_and(|known| known <= within / SAFE) { wanted } else { Intensity::FULL }
}

fn failed(error: WorkerError) -> ProverError {
    ProverError::Device { message: error.to_string() }
}

#[async_trait(?Send)]
impl Prover for WorkerProver {
    async fn commit(&self, challenge: Challenge) -> Result<B256, ProverError> {
        match self.found(challenge) {
            Some(commitment) => Ok(commitment.root()),
            None => Ok(self.compute(challenge).await?.root()),
        }
    }

    async fn open(
        &self,
        challenge: Challenge,
        beacon: B256,
        samples: u32,
    ) -> Result<Response, ProverError> {
        if let Some(commitment) = self.found(challenge) {
            match commitment.open(beacon, samples, |_| {}).await {
                // The worker was started anew since.
                Err(WorkerError::UnknownJob { .. } | WorkerError::Crashed) => {}
                opened => return opened.map_err(failed),
            }
        }
        let again = self.compute(challenge).await?;
        again.open(beacon, samples, |_| {}).await.map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn affordable_is_full_where_rests_might_cost_the_stake() {
        let quarter = Intensity::try_from(25).unwrap();
        let (work, other) = (Work::new(256, 16).unwrap(), Work::new(256, 32).unwrap());
        let within = Duration::from_secs(160);
        let took = |seconds| Some((work, Duration::from_secs(seconds)));
        assert_eq!(affordable(quarter, work, None, within), Intensity::FULL, "nothing known");
        assert_eq!(affordable(quarter, other, took(1), within), Intensity::FULL, "other work");
        assert_eq!(affordable(quarter, work, took(11), within), Intensity::FULL, "44 s of 40");
        assert_eq!(affordable(quarter, work, took(10), within), quarter, "40 s of 40");
        assert_eq!(affordable(quarter, work, took(10), Duration::ZERO), Intensity::FULL);
    }
}
