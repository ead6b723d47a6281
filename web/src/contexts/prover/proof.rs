//! One proof from challenge to verdict.

use std::sync::Arc;

use alloy_primitives::{B256, U256};
use leptos::prelude::*;
use pinfi_core::{
    Action, Event, Events, Ledger,
    pocps::{Challenge, Intensity, Origin, PocpsParams, Response, SeedInputs, Transcript, Work},
    stake::Verification,
    units::{StakeId, Wei},
};
use pinfi_worker::{
    DeviceChoice, DeviceKind, WorkerError,
    host::{Commitment, Running},
};

use super::{Prover, per_mille, spoil::spoil};

/// What a proof is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Asking for a challenge.
    Challenge,
    /// Computing the chain.
    Compute,
    /// Committing to its root.
    Commit,
    /// Opening the samples that the beacon draws.
    Open,
    /// Handing them in, for the verdict.
    Respond,
}

impl Phase {
    /// All phases in their order.
    pub(crate) const ALL: [Self; 5] =
        [Self::Challenge, Self::Compute, Self::Commit, Self::Open, Self::Respond];
}

/// How a proof ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ending {
    /// The ledger found every sample right.
    Passed {
        /// How many proofs this stake has passed.
        passed: u32,
    },
    /// The ledger found a fault: the stake is gone.
    Slashed {
        /// The fault, in the verifier's words.
        fault: String,
        /// What was burned.
        burned: Wei,
        /// What the device's renter got back.
        refund: Wei,
    },
    /// The prover could not go on, or was cancelled.
    Stopped(WorkerError),
    /// The ledger refused a step, or it was not signed; the user was told.
    Refused,
}

/// A proof under way, or ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proof {
    /// The stake.
    pub(crate) stake: StakeId,
    /// What it is busy with, or was when it ended.
    pub(crate) phase: Phase,
    /// How far that is, in thousandths.
    pub(crate) per_mille: u32,
    /// What computes it.
    pub(crate) device: Option<DeviceKind>,
    /// How it ended, once it has.
    pub(crate) ending: Option<Ending>,
    /// The record that anyone can check, once there is a verdict.
    pub(crate) transcript: Option<Arc<Transcript>>,
}

/// What a proof needs of the world: the ledger as it is now, and signatures.
pub(crate) trait Steps {
    /// Gives the ledger as it is now.
    fn ledger(&self) -> Option<std::rc::Rc<Ledger>>;

    /// Signs and submits; none where that failed, which the user was told.
    async fn submit(&self, action: Action) -> Option<Events>;
}

/// Why a proof stops before its verdict.
enum Stop {
    Prover(WorkerError),
    Refused,
}

impl From<WorkerError> for Stop {
    fn from(error: WorkerError) -> Self {
        Self::Prover(error)
    }
}

impl Prover {
    /// Proves a stake: asks for a challenge unless one is open, computes, commits, opens and
    /// responds. With `spoiled` the answer is made wrong on purpose.
    ///
    /// Does nothing while another proof is under way.
    pub(crate) async fn prove(self, stake: StakeId, spoiled: bool, steps: impl Steps) {
        if self.proof.with_untracked(|proof| proof.as_ref().is_some_and(|p| p.ending.is_none())) {
            return;
        }
        self.proof.set(Some(Proof {
            stake,
            phase: Phase::Challenge,
            per_mille: 0,
            device: None,
            ending: None,
            transcript: None,
        }));
        let ending = match self.run(stake, spoiled, &steps).await {
            Ok(ending) => ending,
            Err(Stop::Prover(error)) => Ending::Stopped(error),
            Err(Stop::Refused) => Ending::Refused,
        };
        self.canceller.set_value(None);
        self.note(|proof| proof.ending = Some(ending));
    }

    async fn run(self, stake: StakeId, spoiled: bool, steps: &impl Steps) -> Result<Ending, Stop> {
        if open(steps, stake).is_none() {
            steps.submit(Action::Challenge { stake }).await.ok_or(Stop::Refused)?;
        }
        let asked = open(steps, stake).ok_or(Stop::Refused)?;
        let (rules, origin) = terms(steps, stake, &asked).ok_or(Stop::Refused)?;
        let work = rules.validate().map_err(|_| Stop::Refused)?;
        let challenge = Challenge { seed: asked.seed, work };

        self.enter(Phase::Compute);
        let commitment = self.compute(challenge).await?;
        self.note(|proof| proof.device = Some(commitment.device().kind));
        self.note_device(commitment.device());

        self.enter(Phase::Commit);
        let root = commitment.root();
        if asked.commitment.is_none() {
            steps.submit(Action::Commit { stake, root }).await.ok_or(Stop::Refused)?;
        }
        let answered = open(steps, stake).ok_or(Stop::Refused)?;
        let committed = answered.commitment.ok_or(Stop::Refused)?;

        self.enter(Phase::Open);
        let mut response = self.open(challenge, commitment, committed.beacon, rules).await?;
        if spoiled {
            spoil(&mut response);
        }

        self.enter(Phase::Respond);
        let kept = response.clone();
        let action = Action::Respond { stake, response: Box::new(response) };
        let events = steps.submit(action).await.ok_or(Stop::Refused)?;
        let record = record(origin, work, rules, committed.root, committed.beacon, kept);
        self.note(|proof| proof.transcript = Some(Arc::new(record)));
        verdict(events).ok_or(Stop::Refused)
    }

    /// Computes the chain; the GPU where there is one, else the processor.
    async fn compute(self, challenge: Challenge) -> Result<Commitment, WorkerError> {
        let show = move |progress| self.note(|proof| proof.per_mille = per_mille(progress));
        self.await_it(self.worker.host().commit(
            challenge,
            DeviceChoice::Auto,
            Intensity::FULL,
            show,
        ))
        .await
    }

    /// Opens the samples; computes the chain again where the worker was started anew since.
    async fn open(
        self,
        challenge: Challenge,
        commitment: Commitment,
        beacon: B256,
        rules: PocpsParams,
    ) -> Result<Response, WorkerError> {
        let show = move |progress| self.note(|proof| proof.per_mille = per_mille(progress));
        let opened = self.await_it(commitment.open(beacon, rules.samples, show)).await;
        match opened {
            Err(WorkerError::UnknownJob { .. } | WorkerError::Crashed) => {
                self.enter(Phase::Compute);
                let again = self.compute(challenge).await?;
                self.enter(Phase::Open);
                self.await_it(again.open(beacon, rules.samples, show)).await
            }
            opened => opened,
        }
    }

    async fn await_it<T>(self, running: Running<T>) -> Result<T, WorkerError> {
        self.canceller.set_value(Some(running.canceller()));
        let result = running.await;
        self.canceller.set_value(None);
        result
    }

    fn enter(self, phase: Phase) {
        self.note(|proof| (proof.phase, proof.per_mille) = (phase, 0));
    }

    fn note(self, change: impl FnOnce(&mut Proof)) {
        self.proof.update(|proof| {
            if let Some(proof) = proof {
                change(proof);
            }
        });
    }
}

fn open(steps: &impl Steps, stake: StakeId) -> Option<Verification> {
    steps.ledger()?.verification_of(stake).copied()
}

/// Gives what a challenge is answered by, and where its seed comes from.
fn terms(steps: &impl Steps, id: StakeId, asked: &Verification) -> Option<(PocpsParams, Origin)> {
    let ledger = steps.ledger()?;
    let stake = ledger.stake_of(id).ok()?;
    let rules = ledger.pool(stake.pool).ok()?.params().pocps;
    let config = ledger.config();
    let inputs = SeedInputs {
        chain_id: U256::from(config.chain_id),
        contract: config.address,
        stake: U256::from(id.0),
        provider: stake.provider,
        epoch: U256::from(asked.epoch),
        randomness: asked.randomness,
    };
    Some((rules, Origin::Inputs(inputs)))
}

fn record(
    origin: Origin,
    work: Work,
    rules: PocpsParams,
    root: B256,
    beacon: B256,
    response: Response,
) -> Transcript {
    Transcript::record(origin, work, rules.samples, root, beacon, response)
}

fn verdict(events: Events) -> Option<Ending> {
    events.into_iter().find_map(|event| match event {
        Event::Passed { passed, .. } => Some(Ending::Passed { passed }),
        Event::Slashed { fault, burned, refund, .. } => {
            Some(Ending::Slashed { fault, burned, refund })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
