//! A share of a chain in another worker.

use core::ops::Range;

use pinfi_core::pocps::{Challenge, Part};

use crate::{Reply, Request, RequestId, ToWorker, Words};

use super::{Running, WorkerHost};

/// Holds the worker's share of a chain until it is dropped.
#[derive(Debug)]
pub struct ShareJob {
    host: WorkerHost,
    job: RequestId,
}

impl WorkerHost {
    /// Begins a share of a challenge's chain, on the CPU; with it comes its part of X_0.
    ///
    /// # Errors
    /// The future gives [`Refused`](crate::WorkerError::Refused) for rows that are no share, that it
    /// was cancelled, or that the worker failed.
    pub fn share(&self, challenge: Challenge, rows: Range<u32>) -> Running<(ShareJob, Part)> {
        let request = Request::Share { challenge, rows };
        self.run(
            request,
            |_| {},
            |host, job, reply| Some((ShareJob { host: host.clone(), job }, part(reply)?)),
        )
    }
}

impl ShareJob {
    /// Computes its part of what follows X_`state`, from all of that.
    ///
    /// # Errors
    /// The future gives [`UnknownJob`](crate::WorkerError::UnknownJob) where the worker was started
    /// anew since, [`Refused`](crate::WorkerError::Refused) for a state that it is
    /// past, that it was cancelled, or that the worker failed.
    pub fn advance(&self, state: u32, x: Vec<u32>) -> Running<Part> {
        let request = Request::Advance { job: self.job, state, x: Words(x) };
        self.host.run(request, |_| {}, |_, _, reply| part(reply))
    }
}

impl Drop for ShareJob {
    fn drop(&mut self) {
        self.host.0.tell(ToWorker::Forget { job: self.job });
    }
}

fn part(reply: Reply) -> Option<Part> {
    match reply {
        Reply::Part { state, first, words, leaves } => {
            Some(Part { state, first, words: words.0, leaves })
        }
        _ => None,
    }
}
