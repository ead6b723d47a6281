//! The client's end: opens with the page's signature, follows its jobs over as many connections as
//! it takes, and tells the page only what it has checked.

use core::cell::RefCell;
use core::pin::pin;
use std::rc::Rc;

use alloy_primitives::Bytes;
use alloy_sol_types::Eip712Domain;
use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use pinfi_jobs::sign::NotSigned;
use pinfi_jobs::spec::{Job, JobId};
use pinfi_session::claim::Opening;
use pinfi_session::follow::News;
use pinfi_session::opening::{SessionError, Terms, open};
use pinfi_session::orders::{Heard, Orders, Told};
use pinfi_session::talk::{ask, hear_event};
use pinfi_session::transport::{Connection, Incoming, Outgoing};
use pinfi_session::wire::{Claim, Event, Request};

use super::{Scope, Signed};
use crate::rented::{self, FromRented};
use crate::{DeviceInfo, DeviceKind};

/// A session, from the client's end.
pub(super) struct Client {
    scope: Rc<dyn Scope>,
    claim: Claim,
    orders: RefCell<Orders>,
    /// What was agreed on last.
    terms: RefCell<Option<Terms>>,
    /// Where requests go while a connection is open.
    asks: RefCell<Option<mpsc::UnboundedSender<Request>>>,
    signed: RefCell<Option<Signed>>,
}

impl Client {
    pub(super) fn new(scope: Rc<dyn Scope>, claim: Claim, domain: Eip712Domain) -> Self {
        let orders = RefCell::new(Orders::new(domain));
        let (terms, asks, signed) = (RefCell::default(), RefCell::default(), RefCell::default());
        Self { scope, claim, orders, terms, asks, signed }
    }

    /// Passes on what the page answers when it is asked to sign.
    pub(super) fn signed(&self, answer: Result<Bytes, String>) {
        if let Some(waiting) = self.signed.take() {
            // Who does not wait any more does not need it.
            let _ = waiting.send(answer);
        }
    }

    /// Asks the device's end for something.
    pub(super) fn ask(&self, request: Request) {
        if let Some(asks) = &*self.asks.borrow() {
            // Where nobody speaks any more the connection is lost, which is heard.
            let _ = asks.unbounded_send(request);
        }
    }

    /// Submits a job, and follows it; one that would be refused is not even sent. While the
    /// connection is being made anew it waits for that.
    pub(super) fn submit(&self, job: &[u8]) {
        let Ok(job) = Job::from_bytes(job) else { return };
        let id = job.id;
        let terms = self.terms.borrow().clone();
        let Some(terms) = terms else {
            return self.fail(id, "SessionClosed", "no session is open".to_owned());
        };
        let submitted = self.orders.borrow_mut().submit(job, self.claim, &terms);
        match submitted {
            Ok(request) => self.ask(request),
            Err(refusal) => self.fail(id, "JobRefused", refusal.to_string()),
        }
    }

    /// Opens a session over a connection, and follows what runs until it is over. Gives whether it
    /// was opened, and why it is over.
    pub(super) async fn serve(
        &self,
        mut connection: Connection,
        believes: impl FnOnce(&Terms) -> Result<(), SessionError>,
    ) -> (bool, SessionError) {
        let sign = async |opening: &Opening| self.sign(opening).await;
        let terms = match open(&mut connection, self.claim, sign).await {
            Ok(terms) => terms,
            Err(error) => return (false, error),
        };
        if let Err(error) = believes(&terms) {
            return (false, error);
        }
        let (asks, asked) = mpsc::unbounded();
        self.terms.replace(Some(terms.clone()));
        self.asks.replace(Some(asks));
        self.scope.post(FromRented::Opened(Box::new(told(&terms, &connection))));
        for request in self.orders.borrow().resume() {
            self.ask(request);
        }
        let Connection { mut outgoing, mut incoming, .. } = connection;
        let speak = pin!(speak(&mut *outgoing, asked));
        let listen = pin!(self.listen(&mut *incoming, &terms));
        let ended = match select(listen, speak).await {
            Either::Left((ended, _)) => ended,
            Either::Right(((), listen)) => listen.await,
        };
        self.asks.replace(None);
        (true, ended)
    }

    /// Has the page sign: it asks the user.
    async fn sign(&self, opening: &Opening) -> Result<Bytes, NotSigned> {
        let (sender, receiver) = oneshot::channel();
        self.signed.replace(Some(sender));
        self.scope.post(FromRented::Sign(*opening));
        let answer = receiver.await.unwrap_or_else(|_| Err("no answer".to_owned()));
        answer.map_err(|reason| NotSigned { account: opening.claim.client, reason })
    }

    async fn listen(&self, incoming: &mut dyn Incoming, terms: &Terms) -> SessionError {
        loop {
            match hear_event(incoming, &terms.offer.limits).await {
                Ok(Some(event)) => self.hear(event),
                Ok(None) => return SessionError::Closed,
                Err(error) => return error,
            }
        }
    }

    fn hear(&self, event: Event) {
        let Heard { news, requests } = self.orders.borrow_mut().hear(event);
        for request in requests {
            self.ask(request);
        }
        let Some((job, told)) = news else { return };
        match told {
            Told::Accepted { ahead } => self.scope.post(FromRented::Accepted { job, ahead }),
            Told::News { news: News::Step { partial, done, steps }, busy_millis } => {
                self.scope.post(FromRented::Step { job, partial, done, steps, busy_millis });
            }
            Told::News { news: News::Done { outputs, receipt }, .. } => {
                self.scope.post(FromRented::Done { job, outputs, receipt });
            }
            Told::News { news: News::Failed { code, reason }, .. } => {
                self.fail(job, &code, reason);
            }
            Told::News { news: News::Nothing, .. } => {}
            Told::Unbelieved(error) => self.fail(job, "JobUnbelieved", error.to_string()),
        }
    }

    fn fail(&self, job: JobId, code: &str, reason: String) {
        self.scope.post(FromRented::Failed { job, code: code.to_owned(), reason });
    }
}

/// Says to the page what was agreed on.
fn told(Terms { until, offer }: &Terms, connection: &Connection) -> rented::Terms {
    let kind = if offer.is_software { DeviceKind::SoftwareGpu } else { DeviceKind::Gpu };
    rented::Terms {
        until: *until,
        limits: offer.limits,
        device: DeviceInfo {
            kind,
            name: offer.device.clone(),
            max_buffer_bytes: offer.limits.buffer_bytes,
            max_binding_bytes: offer.limits.buffer_bytes,
        },
        provider: offer.provider,
        endpoint: connection.peer,
    }
}

/// Sends what is asked for, in its order.
async fn speak(outgoing: &mut dyn Outgoing, mut asked: mpsc::UnboundedReceiver<Request>) {
    while let Some(request) = asked.next().await {
        if ask(outgoing, request).await.is_err() {
            return;
        }
    }
}
