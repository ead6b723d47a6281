//! A job of this tab's session.

use std::{sync::Arc, time::Duration};

use alloy_primitives::B256;
use leptos::prelude::*;
use pinfi_core::units::{StakeId, Timestamp};
use pinfi_jobs::{
    chain::{Output, Partial},
    library::{OUTPUT_BINDING, Task},
    receipt::SignedReceipt,
    spec::{Job, Work},
};
use pinfi_worker::rented::Fault;

use super::{
    kept::{Check, End, Kept, Shelf},
    words,
};
use crate::contexts::now;

/// How a job stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stand {
    /// It waits for a proof to end.
    Held,
    /// It is on its way, or behind so many.
    Waiting(u32),
    /// It runs: steps done, steps in all, and the device's share of the time in per mille.
    Running { done: u64, steps: u64, share: u32 },
    /// It is done.
    Done(Arc<Finished>),
    /// It ended without a result: the cause's name, and what was said.
    Failed(String, String),
}

impl Stand {
    /// Tells whether it has ended.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(..))
    }

    /// Tells whether it ended without a result by the device's doing.
    pub(super) fn never_came(&self) -> bool {
        let Self::Failed(code, _) = self else { return false };
        matches!(code.as_str(), "JobStuck" | "JobDeviceLost" | "JobUnbelieved")
    }
}

/// What a job gave.
#[derive(Debug, PartialEq)]
pub(super) struct Finished {
    pub(super) outputs: Vec<Output>,
    pub(super) receipt: SignedReceipt,
    /// The device's share of the time, in per mille.
    pub(super) share: u32,
}

/// What the processor says of a sample.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    None,
    Running,
    /// So many units of so many are right.
    Passed(u32, u32),
    Wrong(Fault),
}

/// A job of this session.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) job: Arc<Job>,
    pub(super) stand: ArcRwSignal<Stand>,
    pub(super) verdict: ArcRwSignal<Verdict>,
    /// What has come so far of a picture; other work is shown when it is done.
    pub(super) partial: ArcRwSignal<Vec<Output>>,
    /// Whose it is, and when it was begun, for those that are remembered.
    begun: Option<(Shelf, Timestamp)>,
    stake: StakeId,
    input_hash: B256,
    /// When it was sent; none before that.
    pub(super) sent: ArcRwSignal<Option<Duration>>,
    /// Whether it is to stop as soon as the device can be told.
    pub(super) stops: ArcRwSignal<bool>,
}

impl Entry {
    pub(super) fn new(job: Job, stake: StakeId, begun: Option<(Shelf, Timestamp)>) -> Self {
        let partial = match &job.work {
            Work::Library(task @ Task::ImageFilter(_)) => task.shape().map_or_else(
                |_| Vec::new(),
                |shape| {
                    let bytes = u64::from(shape.units) * shape.unit_bytes;
                    let bytes = vec![0; usize::try_from(bytes).unwrap_or_default()];
                    vec![Output { binding: OUTPUT_BINDING, bytes }]
                },
            ),
            Work::Library(_) | Work::Module(_) => Vec::new(),
        };
        Self {
            input_hash: job.hash(),
            stake,
            job: Arc::new(job),
            stand: ArcRwSignal::new(Stand::Waiting(0)),
            verdict: ArcRwSignal::new(Verdict::None),
            partial: ArcRwSignal::new(partial),
            begun,
            sent: ArcRwSignal::new(None),
            stops: ArcRwSignal::new(false),
        }
    }

    pub(super) fn step(&self, partial: &Partial, done: u64, steps: u64, busy_millis: u64) {
        self.partial.update(|outputs| {
            for piece in &partial.pieces {
                let _is_of_picture = piece.put(outputs);
            }
        });
        self.stand.set(Stand::Running { done, steps, share: self.share(busy_millis) });
    }

    pub(super) fn share(&self, busy_millis: u64) -> u32 {
        let took = self.sent.get_untracked().map_or(Duration::ZERO, |it| now().saturating_sub(it));
        let took = took.as_millis().max(1);
        u32::try_from(u128::from(busy_millis) * 1_000 / took).unwrap_or(1_000).min(1_000)
    }

    /// Gives what is remembered of it, and whose it is.
    pub(super) fn kept(&self) -> Option<(Shelf, Kept)> {
        let (shelf, begun) = self.begun?;
        let end = match self.stand.get_untracked() {
            Stand::Held | Stand::Waiting(_) | Stand::Running { .. } => End::Open,
            Stand::Done(finished) => End::Done(Box::new(finished.receipt.clone())),
            Stand::Failed(code, _) => End::Failed(code),
        };
        let check = match self.verdict.get_untracked() {
            Verdict::None | Verdict::Running => Check::None,
            Verdict::Passed(units, of) => Check::Passed(units, of),
            Verdict::Wrong(fault) => Check::Wrong(fault.unit),
        };
        let stake = self.stake;
        let (job, input_hash) = (self.job.id, self.input_hash);
        let kind = words::kind(&self.job.work).to_owned();
        Some((shelf, Kept { job, kind, stake, input_hash, begun, end, check }))
    }

    pub(super) fn is_over(&self) -> bool {
        self.stand.with_untracked(Stand::is_over)
    }

    /// Tells whether it has ended and gives no cause to complain.
    pub(super) fn is_spent(&self) -> bool {
        let is_fine = |it: &Verdict| matches!(it, Verdict::None | Verdict::Passed(..));
        let is_over = |it: &Stand| it.is_over() && !it.never_came();
        self.stand.with_untracked(is_over) && self.verdict.with_untracked(is_fine)
    }
}
