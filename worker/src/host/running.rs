//! A request under way.

use core::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_channel::oneshot;

use crate::{Reply, RequestId, WorkerError};

use super::{WorkerHost, desk::Answer};

/// Gives a request's result; dropping it cancels the request.
#[must_use = "dropping it cancels the request"]
pub struct Running<T> {
    host: WorkerHost,
    id: RequestId,
    done: oneshot::Receiver<Answer>,
    read: fn(&WorkerHost, RequestId, Reply) -> Option<T>,
    finished: bool,
}

impl<T> core::fmt::Debug for Running<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Running").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<T> Running<T> {
    pub(super) fn new(
        host: WorkerHost,
        id: RequestId,
        done: oneshot::Receiver<Answer>,
        read: fn(&WorkerHost, RequestId, Reply) -> Option<T>,
    ) -> Self {
        Self { host, id, done, read, finished: false }
    }

    /// Makes a handle that cancels the request while this one is awaited elsewhere.
    #[must_use]
    pub fn canceller(&self) -> Canceller {
        Canceller { host: self.host.clone(), id: self.id }
    }
}

impl<T> Future for Running<T> {
    type Output = Result<T, WorkerError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Poll::Ready(answer) = Pin::new(&mut self.done).poll(context) else {
            return Poll::Pending;
        };
        self.finished = true;
        // The sender is dropped without an answer only together with the host.
        let reply = answer.unwrap_or(Err(WorkerError::Crashed));
        Poll::Ready(
            reply.and_then(|reply| {
                (self.read)(&self.host, self.id, reply).ok_or(WorkerError::Protocol)
            }),
        )
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        if !self.finished {
            self.host.0.abandon(self.id);
        }
    }
}

/// Cancels one request, which then ends with [`WorkerError::Cancelled`].
#[derive(Clone, Debug)]
pub struct Canceller {
    host: WorkerHost,
    id: RequestId,
}

impl Canceller {
    /// Cancels the request; one that is over is left alone.
    pub fn cancel(&self) {
        self.host.0.cancel(self.id);
    }
}
