//! The client's end of a session: opens with its holder's signature, follows its jobs, and tells only
//! what it has checked.
//!
//! | module | what lives there |
//! |---|---|
//! | `keep` | dialling a device, and dialling it again where the connection is lost |

mod keep;

use core::cell::{Cell, RefCell};
use core::fmt;
use core::pin::pin;
use core::time::Duration;
use std::rc::Rc;

use alloy_primitives::{Address, Bytes};
use alloy_sol_types::Eip712Domain;
use async_trait::async_trait;
use futures_channel::mpsc;
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use pinfi_jobs::Refusal;
use pinfi_jobs::limits::Limits;
use pinfi_jobs::sign::NotSigned;
use pinfi_jobs::spec::{Job, JobId};

pub use self::keep::{Device, Over};
use crate::bell::Bell;
use crate::claim::Opening;
use crate::opening::{SessionError, Terms, open};
use crate::orders::{Heard, Orders, Told};
use crate::talk::{ask, hear_event};
use crate::transport::{Connection, EndpointKey, Incoming, Outgoing};
use crate::wire::{Claim, Event, Request};

/// What a client needs of the program that it is in.
#[async_trait(?Send)]
pub trait Host {
    /// Signs as the rental's holder, or has the wallet do so that does.
    ///
    /// # Errors
    /// [`NotSigned`].
    async fn sign(&self, opening: &Opening) -> Result<Bytes, NotSigned>;

    /// Waits.
    async fn sleep(&self, time: Duration);

    /// Takes note of what happened.
    fn note(&self, notice: Notice<'_>);
}

/// What happens to a client.
#[derive(Debug)]
pub enum Notice<'a> {
    /// The session is open, for the first time or again.
    Opened {
        /// What was agreed on.
        terms: &'a Terms,
        /// The key that the device has proven to have.
        provider: EndpointKey,
    },
    /// The connection is lost, and is being made anew.
    Lost {
        /// Why.
        cause: &'a Over,
    },
    /// Something about a job is new.
    Job {
        /// Which.
        job: JobId,
        /// What.
        told: Told,
    },
}

/// Why a job was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// No session is open, or none any longer.
    #[error("no session is open")]
    Closed,
    /// The provider would refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl SubmitError {
    /// Names the cause; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Closed => "SessionClosed",
            Self::Refused(_) => "JobRefused",
        }
    }
}

/// A connection over which a session is open.
#[derive(Debug)]
pub struct OpenConnection {
    connection: Connection,
    terms: Terms,
}

/// A session with one device, from the client's end.
pub struct Client {
    host: Rc<dyn Host>,
    claim: Claim,
    orders: RefCell<Orders>,
    /// What was agreed on last.
    terms: RefCell<Option<Terms>>,
    /// Where requests go while a connection is open.
    asks: RefCell<Option<mpsc::UnboundedSender<Request>>>,
    is_closing: Cell<bool>,
    closing: Bell,
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Client({:?})", self.claim)
    }
}

impl Client {
    /// Begins without a connection, under a ledger's domain.
    #[must_use]
    pub fn new(host: Rc<dyn Host>, claim: Claim, domain: Eip712Domain) -> Self {
        Self {
            host,
            claim,
            orders: RefCell::new(Orders::new(domain)),
            terms: RefCell::default(),
            asks: RefCell::default(),
            is_closing: Cell::default(),
            closing: Bell::default(),
        }
    }

    /// Submits a job, follows it, and gives how many steps it has; one that would be refused is not
    /// even sent. While the connection is being made anew it waits for that.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub fn submit(&self, job: Job) -> Result<u64, SubmitError> {
        let terms = self.terms.borrow().clone().ok_or(SubmitError::Closed)?;
        let id = job.id;
        let request = self.orders.borrow_mut().submit(job, self.claim, &terms)?;
        self.ask(request);
        Ok(self.orders.borrow().steps(id))
    }

    /// Stops a job, now or once the connection is there again. That it has ended is told.
    pub fn cancel(&self, job: JobId) {
        let request = self.orders.borrow_mut().cancel(job);
        if let Some(request) = request {
            self.ask(request);
        }
    }

    /// Stops all jobs and closes the session in good order: [`Self::dial`] and [`Self::follow`] end.
    pub fn close(&self) {
        let requests = self.orders.borrow_mut().cancel_all();
        for request in requests {
            self.ask(request);
        }
        self.is_closing.set(true);
        self.terms.replace(None);
        // What was asked is still sent.
        self.asks.replace(None);
        self.closing.ring();
    }

    /// Opens a session over a connection. Receipts are believed of these accounts; without any, of
    /// whoever the other end names.
    ///
    /// # Errors
    /// [`SessionError`]; the connection is dropped.
    pub async fn open(
        &self,
        mut connection: Connection,
        signers: Option<&[Address]>,
    ) -> Result<OpenConnection, SessionError> {
        let sign = async |opening: &Opening| self.host.sign(opening).await;
        let terms = open(&mut connection, self.claim, sign).await?;
        let found = terms.offer.provider;
        if signers.is_some_and(|signers| !signers.contains(&found)) {
            return Err(SessionError::OtherSigner { found });
        }
        Ok(OpenConnection { connection, terms })
    }

    /// Follows all jobs over a connection, those of earlier ones too, until this end closes.
    ///
    /// # Errors
    /// [`SessionError`]: why the session, or its connection, has ended otherwise.
    pub async fn follow(&self, open: OpenConnection) -> Result<(), SessionError> {
        let OpenConnection { connection, terms } = open;
        let (asks, asked) = mpsc::unbounded();
        self.terms.replace(Some(terms.clone()));
        self.asks.replace(Some(asks));
        self.host.note(Notice::Opened { terms: &terms, provider: connection.peer });
        let resumed = self.orders.borrow().resume();
        for request in resumed {
            self.ask(request);
        }
        let Connection { mut outgoing, mut incoming, .. } = connection;
        let speak = pin!(speak(&mut *outgoing, asked));
        let listen = pin!(self.listen(&mut *incoming, &terms.offer.limits));
        let ended = match select(listen, speak).await {
            Either::Left((ended, _)) => ended,
            Either::Right((Said::All, _)) => SessionError::Closed,
            Either::Right((Said::Lost, listen)) => listen.await,
        };
        self.asks.replace(None);
        if self.is_closing.get() { Ok(()) } else { Err(ended) }
    }

    fn ask(&self, request: Request) {
        if let Some(asks) = &*self.asks.borrow() {
            // Where nobody speaks any more the connection is lost, which is heard.
            let _ = asks.unbounded_send(request);
        }
    }

    async fn listen(&self, incoming: &mut dyn Incoming, limits: &Limits) -> SessionError {
        loop {
            match hear_event(incoming, limits).await {
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
        if let Some((job, told)) = news {
            self.host.note(Notice::Job { job, told });
        }
    }
}

/// How speaking ended.
enum Said {
    /// This end has closed.
    All,
    /// The connection is lost.
    Lost,
}

/// Sends what is asked for, in its order.
async fn speak(outgoing: &mut dyn Outgoing, mut asked: mpsc::UnboundedReceiver<Request>) -> Said {
    while let Some(request) = asked.next().await {
        if ask(outgoing, request).await.is_err() {
            return Said::Lost;
        }
    }
    outgoing.finish().await;
    Said::All
}
