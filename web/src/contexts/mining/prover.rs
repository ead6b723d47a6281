//! The worker as the miner's prover.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::Duration,
};

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_client::miner::{Note, Prover, ProverError};
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

/// How long it takes until a lost GPU is asked for again.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// How long at the most, after twice as long each time.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// Hears how far a computation is; none: it has ended.
pub(super) type OnProgress = Rc<dyn Fn(Option<Progress>)>;

/// Computes on the GPU where there is one, else on the processor.
pub(super) struct WorkerProver {
    host: WorkerHost,
    kept: RefCell<VecDeque<(Challenge, Rc<Commitment>)>>,
    on_progress: OnProgress,
    on_device: Box<dyn Fn(DeviceKind)>,
    loss: Rc<Loss>,
    /// How hard the device is to work, and the time of the wall that an answer may take.
    wish: Cell<(Intensity, Duration)>,
    /// How long some work took the last time, without rests.
    took: Cell<Option<(Work, Duration)>>,
    /// The seeds of the challenges that are not over.
    live: RefCell<Vec<B256>>,
    notes: Rc<RefCell<Vec<Note>>>,
}

/// Whether the GPU is lost.
struct Loss {
    /// When a lost GPU is asked for again; none where it is not lost.
    again: Cell<Option<Lost>>,
    /// Hears that it was lost.
    on_lost: Box<dyn Fn()>,
}

impl Loss {
    /// Takes note of it, once.
    fn note(&self) {
        if self.again.get().is_none() {
            self.again.set(Some(Lost::at(now())));
            (self.on_lost)();
        }
    }
}

/// A GPU that was lost, and is asked for again less and less often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lost {
    /// When it is asked for again.
    again: Duration,
    /// How long the next pause after that is.
    pause: Duration,
}

impl Lost {
    const fn at(now: Duration) -> Self {
        Self { again: now.saturating_add(FIRST_PAUSE), pause: FIRST_PAUSE.saturating_mul(2) }
    }

    /// Gives when it is asked for after another time in vain.
    fn once_more(self, now: Duration) -> Self {
        Self { again: now.saturating_add(self.pause), pause: (self.pause * 2).min(LONGEST_PAUSE) }
    }
}

impl WorkerProver {
    pub(super) fn new(
        host: WorkerHost,
        on_progress: OnProgress,
        on_device: Box<dyn Fn(DeviceKind)>,
        on_lost: Box<dyn Fn()>,
    ) -> Self {
        let wish = Cell::new((Intensity::FULL, Duration::ZERO));
        let (kept, took) = (RefCell::default(), Cell::new(None));
        let loss = Rc::new(Loss { again: Cell::new(None), on_lost });
        let (live, notes) = (RefCell::default(), Rc::default());
        Self { host, kept, on_progress, on_device, loss, wish, took, live, notes }
    }

    /// Tells whether the GPU was lost and is not back yet.
    pub(super) fn is_lost(&self) -> bool {
        self.loss.again.get().is_some()
    }

    /// Asks for a lost GPU again, where it is time for that.
    pub(super) async fn regain(&self) {
        let lost = self.loss.again.get().filter(|lost| lost.again <= now());
        let Some(lost) = lost else { return };
        let is_back = self.host.describe_gpu().await.is_ok();
        self.loss.again.set((!is_back).then(|| lost.once_more(now())));
    }

    /// Says how hard the device is to work from now on, where an answer may take so long.
    pub(super) fn work_at(&self, intensity: Intensity, within: Duration) {
        self.wish.set((intensity, within));
    }

    fn found(&self, challenge: Challenge) -> Option<Rc<Commitment>> {
        let kept = self.kept.borrow();
        kept.iter().find(|(of, _)| *of == challenge).map(|(_, commitment)| Rc::clone(commitment))
    }

    /// Hears what happens while it computes.
    fn hears(&self) -> impl Fn(Note) + 'static {
        let (loss, notes) = (Rc::clone(&self.loss), Rc::clone(&self.notes));
        move |note| {
            if let Note::DeviceLost { .. } = note {
                loss.note();
            }
            notes.borrow_mut().push(note);
        }
    }

    async fn compute(&self, challenge: Challenge) -> Result<Rc<Commitment>, ProverError> {
        let on_progress = Rc::clone(&self.on_progress);
        let show = move |progress| on_progress(Some(progress));
        let (wanted, within) = self.wish.get();
        let intensity = affordable(wanted, challenge.work, self.took.get(), within);
        let start = now();
        let choice = if self.is_lost() { DeviceChoice::Cpu } else { DeviceChoice::Auto };
        let running =
            self.host.commit_noted(challenge, choice, intensity, show.clone(), self.hears());
        self.host.retain(self.live.borrow().clone());
        let mut computed = running.await;
        match &computed {
            Err(WorkerError::DeviceLost { .. }) => {
                // Not to answer costs the stake: the processor tries, however long it takes.
                self.loss.note();
                let (choice, full) = (DeviceChoice::Cpu, Intensity::FULL);
                let running = self.host.commit_noted(challenge, choice, full, show, self.hears());
                computed = running.await;
            }
            // One that was lost on the way was had again.
            Ok(commitment) if commitment.device().kind != DeviceKind::Cpu => {
                self.loss.again.set(None);
            }
            _ => {}
        }
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

    fn retain(&self, challenges: &[Challenge]) {
        self.live.replace(challenges.iter().map(|challenge| challenge.seed).collect());
    }

    fn notes(&self) -> Vec<Note> {
        self.notes.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_gpu_is_asked_for_less_and_less_often() {
        let mut lost = Lost::at(Duration::ZERO);
        let mut pauses = vec![lost.again.as_secs()];
        for _ in 0..8 {
            let before = lost.again;
            lost = lost.once_more(before);
            pauses.push((lost.again - before).as_secs());
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 600, 600, 600]);
    }

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
