//! The client's end: opens with the page's signature, follows its jobs, and tells the page only
//! what it has checked.

use core::cell::{Cell, RefCell};
use std::{collections::BTreeMap, rc::Rc};

use alloy_primitives::{Address, Bytes};
use alloy_sol_types::Eip712Domain;
use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt as _;
use pinfi_jobs::limits::Limits;
use pinfi_jobs::sign::NotSigned;
use pinfi_jobs::spec::{Job, JobId};
use pinfi_session::claim::Opening;
use pinfi_session::follow::{Follower, News};
use pinfi_session::opening::SessionError;
use pinfi_session::talk::{ask, hear_event};
use pinfi_session::transport::{Incoming, Outgoing};
use pinfi_session::wire::{Claim, Event, Request};

use super::{Scope, Signed};
use crate::rented::FromRented;

/// Has the page sign: it asks the user.
pub(super) async fn sign(
    opening: &Opening,
    scope: &dyn Scope,
    signed: &RefCell<Option<Signed>>,
) -> Result<Bytes, NotSigned> {
    let (sender, receiver) = oneshot::channel();
    signed.replace(Some(sender));
    scope.post(FromRented::Sign(*opening));
    let answer = receiver.await.unwrap_or_else(|_| Err("no answer".to_owned()));
    answer.map_err(|reason| NotSigned { account: opening.claim.client, reason })
}

/// An open session, from the client's end.
pub(super) struct Client {
    scope: Rc<dyn Scope>,
    claim: Claim,
    provider: Address,
    domain: Eip712Domain,
    limits: Limits,
    asks: mpsc::UnboundedSender<Request>,
    followed: RefCell<BTreeMap<JobId, Follower>>,
    /// How long the device has been at work on the job that runs, in milliseconds.
    busy: Rc<Cell<u64>>,
}

impl Client {
    pub(super) fn new(
        scope: Rc<dyn Scope>,
        claim: Claim,
        provider: Address,
        domain: Eip712Domain,
        limits: Limits,
        asks: mpsc::UnboundedSender<Request>,
        busy: Rc<Cell<u64>>,
    ) -> Self {
        let followed = RefCell::default();
        Self { scope, claim, provider, domain, limits, asks, followed, busy }
    }

    /// Asks the device's end for something.
    pub(super) fn ask(&self, request: Request) {
        // Where nobody speaks any more the session is over, which the page is told.
        let _ = self.asks.unbounded_send(request);
    }

    /// Submits a job, and follows it; one that would be refused is not even sent.
    pub(super) fn submit(&self, job: Vec<u8>) {
        let Ok(read) = Job::from_bytes(&job) else { return };
        match Follower::new(&read, &self.limits) {
            Ok(follower) => {
                self.followed.borrow_mut().insert(read.id, follower);
                self.ask(Request::Submit { job });
            }
            Err(refusal) => self.fail(read.id, "JobRefused", refusal.to_string()),
        }
    }

    /// Hears the device's end until the session is over, and tells why it is.
    pub(super) async fn listen(&self, mut incoming: Box<dyn Incoming>) -> SessionError {
        loop {
            match hear_event(&mut *incoming, &self.limits).await {
                Ok(Some(event)) => self.hear(event),
                Ok(None) => return SessionError::Closed,
                Err(error) => return error,
            }
        }
    }

    fn hear(&self, event: Event) {
        let id = match &event {
            Event::Accepted { job, ahead, .. } => {
                self.scope.post(FromRented::Accepted { job: *job, ahead: *ahead });
                return;
            }
            Event::Partial { job, .. } | Event::Ended { job, .. } => *job,
            Event::Rejected { job: Some(job), .. } => *job,
            Event::Rejected { job: None, .. } => return,
        };
        let mut followed = self.followed.borrow_mut();
        let Some(follower) = followed.get_mut(&id) else { return };
        match follower.hear(event, &self.claim, self.provider, &self.domain) {
            Ok(News::Nothing) => {}
            Ok(News::Step { partial, done, steps }) => {
                let busy_millis = self.busy.get();
                self.scope.post(FromRented::Step { job: id, partial, done, steps, busy_millis });
            }
            Ok(News::Done { outputs, receipt }) => {
                followed.remove(&id);
                self.ask(Request::Acknowledge { job: id });
                self.scope.post(FromRented::Done { job: id, outputs, receipt });
            }
            Ok(News::Failed { code, reason }) => {
                followed.remove(&id);
                self.fail(id, &code, reason);
            }
            Err(error) => {
                followed.remove(&id);
                self.ask(Request::Cancel { job: id });
                self.fail(id, "JobUnbelieved", error.to_string());
            }
        }
    }

    fn fail(&self, job: JobId, code: &str, reason: String) {
        self.scope.post(FromRented::Failed { job, code: code.to_owned(), reason });
    }
}

/// Sends what is asked for, in its order.
pub(super) async fn speak(
    mut outgoing: Box<dyn Outgoing>,
    mut asked: mpsc::UnboundedReceiver<Request>,
) {
    while let Some(request) = asked.next().await {
        if ask(&mut *outgoing, request).await.is_err() {
            return;
        }
    }
}
