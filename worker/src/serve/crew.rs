//! One chain on several cores: this worker and others, each its share of every state.

use core::time::Duration;

use pinfi_compute::{Cancel, Observer as _, Options};
use pinfi_core::pocps::{
    Challenge, Checkpoint, Committed, Gathered, Gathering, Part, Rhythm, Share,
};

use futures_util::future::{Either, select};

use crate::WorkerError;
use crate::host::{Running, ShareJob, WorkerHost};

use super::cpu::{self, give_way};
use super::{Scope, Watch, refused};

/// Computes and commits.
pub(super) async fn commit(
    scope: &dyn Scope,
    helpers: Vec<WorkerHost>,
    challenge: Challenge,
    options: &Options,
    watch: &mut Watch<'_, '_>,
) -> Result<Committed, WorkerError> {
    let gathering = match cpu::recall(watch).await {
        Some(checkpoint) => Gathering::resume(checkpoint),
        None => Gathering::new(challenge, cpu::KEPT),
    };
    let mut crew = Crew::begin(scope, helpers, challenge, gathering)?;
    let rows = crew.own.rows();
    let total = rows * (1 + u64::from(challenge.work.rounds()));
    let mut rhythm = Rhythm::new(options.checkpoint_after, scope.now());
    loop {
        let start = scope.now();
        let before = rows * crew.states();
        let tell = |done| watch.reporter.tell(before + done, total);
        if let Some(committed) = crew.state(&options.cancel, tell).await? {
            watch.reporter.tell(total, total);
            return Ok(committed);
        }
        // The helpers rest too: they wait for this state.
        cpu::rest(scope, options, scope.now().saturating_sub(start)).await?;
        let begun = scope.now();
        if rhythm.is_due(begun)
            && let Some(checkpoint) = crew.checkpoint()
        {
            watch.keep(&checkpoint).await;
            rhythm.kept(begun, scope.now());
        }
    }
}

/// How long a helper may take beyond four times as long as this worker for its own part: what starts
/// must be loaded first. One that the browser has stopped never answers, and a deadline passes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Tells whether an error befell a helper, so that one can do without.
pub(super) const fn is_a_helpers(error: &WorkerError) -> bool {
    matches!(
        error,
        WorkerError::Crashed
            | WorkerError::Unavailable
            | WorkerError::Protocol
            | WorkerError::UnknownJob { .. }
    )
}

/// Several workers at one chain.
pub(super) struct Crew<'a> {
    scope: &'a dyn Scope,
    own: Share,
    own_time: Duration,
    others: Others,
    gathering: Gathering,
}

enum Others {
    /// They expand their matrices.
    Begun(Vec<Running<(ShareJob, Part)>>),
    /// They go on from this state.
    Ready { jobs: Vec<ShareJob>, state: u32, x: Vec<u32> },
}

impl<'a> Crew<'a> {
    /// Shares the work out, from where the gathering is; with no helpers, this worker does all of it.
    pub(super) fn begin(
        scope: &'a dyn Scope,
        helpers: Vec<WorkerHost>,
        challenge: Challenge,
        gathering: Gathering,
    ) -> Result<Self, WorkerError> {
        let workers = u32::try_from(helpers.len()).unwrap_or(u32::MAX).saturating_add(1);
        let mut shares = challenge.work.shares(workers).into_iter();
        let own = shares.next().ok_or(WorkerError::Protocol)?;
        let own = Share::new(challenge, own).map_err(|error| refused(&error))?;
        let begun =
            shares.zip(helpers).map(|(rows, helper)| helper.share(challenge, rows)).collect();
        let (own_time, others) = (Duration::ZERO, Others::Begun(begun));
        Ok(Self { scope, own, own_time, others, gathering })
    }

    /// Tells how long this worker took for its part of the last state.
    pub(super) const fn own_time(&self) -> Duration {
        self.own_time
    }

    /// Counts the states that are there, X_0 among them.
    fn states(&self) -> u64 {
        match &self.others {
            Others::Begun(_) => 0,
            Others::Ready { state, .. } => u64::from(*state) + 1,
        }
    }

    /// Copies what another crew could go on from.
    fn checkpoint(&self) -> Option<Checkpoint> {
        match &self.others {
            Others::Begun(_) => None,
            Others::Ready { x, .. } => self.gathering.checkpoint(x),
        }
    }

    async fn own_part(
        &mut self,
        cancel: &Cancel,
        on_rows: impl FnMut(u64),
    ) -> Result<Part, WorkerError> {
        let start = self.scope.now();
        let part = cpu::part(self.scope, &mut self.own, cancel, on_rows).await?;
        self.own_time = self.scope.now().saturating_sub(start);
        Ok(part)
    }

    /// Waits for a helper, but not for ever, and hears a cancel meanwhile.
    async fn answer<T>(&self, cancel: &Cancel, mut running: Running<T>) -> Result<T, WorkerError> {
        let start = self.scope.now();
        let patience = PATIENCE.saturating_add(self.own_time.saturating_mul(4));
        loop {
            let waiting = core::pin::pin!(give_way(self.scope, cancel));
            match select(&mut running, waiting).await {
                Either::Left((answer, _)) => return answer,
                Either::Right((way, _)) => way?,
            }
            if self.scope.now().saturating_sub(start) > patience {
                return Err(WorkerError::Crashed);
            }
        }
    }

    /// Computes the next state; after the last, gives the commitment. `on_rows` hears how many rows
    /// of the own share are done.
    pub(super) async fn state(
        &mut self,
        cancel: &Cancel,
        on_rows: impl FnMut(u64),
    ) -> Result<Option<Committed>, WorkerError> {
        let mut jobs = Vec::new();
        let parts = match core::mem::replace(&mut self.others, Others::Begun(Vec::new())) {
            Others::Begun(begun) => {
                let mut parts = vec![self.own_part(cancel, on_rows).await?];
                for running in begun {
                    let (job, part) = self.answer(cancel, running).await?;
                    jobs.push(job);
                    parts.push(part);
                }
                parts
            }
            Others::Ready { jobs: ready, state, x } => {
                let others: Vec<_> =
                    ready.iter().map(|job| job.advance(state, x.clone())).collect();
                jobs = ready;
                self.own.advance(state, x).map_err(|error| refused(&error))?;
                let mut parts = vec![self.own_part(cancel, on_rows).await?];
                for running in others {
                    parts.push(self.answer(cancel, running).await?);
                }
                parts
            }
        };
        match self.gathering.gather(&parts).map_err(|error| refused(&error))? {
            Gathered::State { state, x } => {
                self.others = Others::Ready { jobs, state, x };
                Ok(None)
            }
            Gathered::Committed(committed) => Ok(Some(*committed)),
        }
    }
}
