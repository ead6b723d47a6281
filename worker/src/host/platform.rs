//! What a host needs of the world around it.

use core::{any::Any, time::Duration};
use std::rc::Weak;

use crate::{FromWorker, ToWorker, WorkerError};

use super::desk::Desk;

/// Starts workers and keeps time.
pub trait Platform {
    /// Starts a worker that delivers its messages to `inbox`.
    ///
    /// # Errors
    /// [`WorkerError::Unavailable`].
    fn start(&self, inbox: Inbox) -> Result<Box<dyn Link>, WorkerError>;

    /// Calls `tick` again and again until the returned value is dropped.
    fn every(&self, period: Duration, tick: Box<dyn FnMut()>) -> Box<dyn Any>;

    /// Tells the time since any fixed moment.
    fn now(&self) -> Duration;
}

/// Reaches one worker; dropping it ends the worker.
pub trait Link {
    /// Posts a message.
    fn post(&self, message: &ToWorker);
}

/// Takes what one worker says.
#[derive(Clone)]
pub struct Inbox {
    pub(super) desk: Weak<Desk>,
    /// Tells this worker's messages from those of one before it.
    pub(super) generation: u64,
}

impl core::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Inbox").field("generation", &self.generation).finish_non_exhaustive()
    }
}

impl Inbox {
    /// Delivers a message.
    pub fn deliver(&self, message: FromWorker) {
        if let Some(desk) = self.desk.upgrade() {
            desk.hear(self.generation, message);
        }
    }

    /// Reports that the worker can't go on.
    pub fn broken(&self) {
        self.deliver(FromWorker::Crashed);
    }
}
