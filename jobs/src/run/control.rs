//! How a caller stops a job, and what it hears of one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use web_time::Duration;

use crate::chain::Partial;

/// Stops a job: clones share one flag, which is looked at between two steps.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the job to stop: it ends with `Cancelled` once the step that runs is done.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Tells whether it was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A step that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What it gave.
    pub partial: Partial,
    /// How many steps the job has.
    pub steps: u64,
    /// How long it took, from its submission until its result was here.
    pub took: Duration,
}
