//! What a server needs of the worker around it.

use core::{pin::Pin, time::Duration};
use std::rc::Rc;

use async_trait::async_trait;
use pinfi_client::storage::{Storage, StorageError};
use pinfi_compute::Tiling;
use pinfi_core::pocps::Work;

use crate::{FromWorker, RequestId, host::WorkerHost};

/// Posts, spawns and keeps time.
#[async_trait(?Send)]
pub trait Scope {
    /// Posts a message to the page.
    fn post(&self, message: FromWorker);

    /// Runs a task beside the others.
    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()>>>);

    /// Gives way until the messages that have come are received.
    async fn breathe(&self);

    /// Waits for a while, and receives messages meanwhile.
    async fn rest(&self, span: Duration);

    /// Tells the time since any fixed moment.
    fn now(&self) -> Duration;

    /// Gives other workers that may help with some work: one for each other core, or none where they
    /// are not worth being started. None is started before it is asked, and each ends when it is
    /// dropped.
    fn helpers(&self, work: Work) -> Vec<WorkerHost>;

    /// Gives the tiling that was found for a GPU on an earlier day, if it was kept.
    async fn tiling_of(&self, gpu: &str) -> Option<Tiling>;

    /// Keeps the tiling that was found for a GPU. Where that fails, it is found again another day.
    async fn keep_tiling(&self, gpu: &str, tiling: Tiling);

    /// Gives the storage of what proofs that are cut off go on from.
    ///
    /// # Errors
    /// [`StorageError`] where there is none.
    async fn proofs(&self) -> Result<Rc<dyn Storage>, StorageError>;
}

/// How often progress is told at most: no eye follows more.
const PERIOD: Duration = Duration::from_millis(50);

/// Tells the page how far one request is.
pub(super) struct Reporter<'a> {
    scope: &'a dyn Scope,
    id: RequestId,
    told: Option<Duration>,
}

impl<'a> Reporter<'a> {
    pub(super) const fn new(scope: &'a dyn Scope, id: RequestId) -> Self {
        Self { scope, id, told: None }
    }

    pub(super) fn tell(&mut self, done: u64, total: u64) {
        let now = self.scope.now();
        let due = self.told.is_none_or(|told| now.saturating_sub(told) >= PERIOD);
        if due || done >= total {
            self.told = Some(now);
            self.scope.post(FromWorker::Progress { id: self.id, done, total });
        }
    }
}
