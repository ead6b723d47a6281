//! The worker as the miner's prover.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_client::miner::{Prover, ProverError};
use pinfi_core::pocps::{Challenge, Response};
use pinfi_worker::{
    DeviceChoice, DeviceKind, Progress, WorkerError,
    host::{Commitment, WorkerHost},
};

/// How many chains the worker keeps to be opened. Each takes the memory of all its rows.
const KEPT: usize = 2;

/// Hears how far a computation is; none: it has ended.
pub(super) type OnProgress = Rc<dyn Fn(Option<Progress>)>;

/// Computes on the GPU where there is one, else on the processor.
pub(super) struct WorkerProver {
    host: WorkerHost,
    kept: RefCell<VecDeque<(Challenge, Rc<Commitment>)>>,
    on_progress: OnProgress,
    on_device: Box<dyn Fn(DeviceKind)>,
}

impl WorkerProver {
    pub(super) fn new(
        host: WorkerHost,
        on_progress: OnProgress,
        on_device: Box<dyn Fn(DeviceKind)>,
    ) -> Self {
        Self { host, kept: RefCell::default(), on_progress, on_device }
    }

    fn found(&self, challenge: Challenge) -> Option<Rc<Commitment>> {
        let kept = self.kept.borrow();
        kept.iter().find(|(of, _)| *of == challenge).map(|(_, commitment)| Rc::clone(commitment))
    }

    async fn compute(&self, challenge: Challenge) -> Result<Rc<Commitment>, ProverError> {
        let on_progress = Rc::clone(&self.on_progress);
        let show = move |progress| on_progress(Some(progress));
        let computed = self.host.commit(challenge, DeviceChoice::Auto, show).await;
        (self.on_progress)(None);
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
