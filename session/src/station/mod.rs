//! A device that serves its clients, over as many connections as come: sessions open, jobs run one
//! by one, receipts are signed.
//!
//! Whoever has the device lets [`Station::serve`] have each connection, keeps [`Station::work`]
//! running beside them, and calls [`Station::look`] when the ledger has moved on. What the station
//! holds is bounded: so many connections that are not open yet, one session a rental, in each one a
//! frame on its way; jobs and results within the queue's capacity.
//!
//! | file | what lives there |
//! |---|---|
//! | `door` | those who are about to open a session |
//! | `session` | one open session: what its client is told |
//! | `work` | the jobs, one by one |
//! | `gpu` | the GPU as what they run on |

mod door;
mod gpu;
mod session;
mod work;

use core::cell::{Cell, RefCell};
use core::pin::pin;
use core::time::Duration;
use std::collections::BTreeMap;
use std::rc::Rc;

use alloy_sol_types::Eip712Domain;
use async_trait::async_trait;
use futures_util::future::{Either, select};
use pinfi_core::units::{RentalId, StakeId};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::{Capacity, Ending, Key};
use pinfi_jobs::receipt::{Receipt, SignedReceipt};
use pinfi_jobs::run::{Cancel, Done, Outcome, RunError};
use pinfi_jobs::sign::NotSigned;
use pinfi_jobs::spec::Job;

use self::door::Door;
pub use self::gpu::{Always, GpuMachine, Turn};
use self::session::Session;
use self::work::Running;
use crate::bell::Bell;
use crate::desk::Desk;
use crate::opening::{Opened, SessionError, accept};
use crate::rentals::Rentals;
use crate::talk::hear_request;
use crate::transport::{Connection, Incoming};
use crate::wire::{Claim, Offer, Request};

/// Clients that are about to open a session, at a time.
const OPENING: usize = 32;
/// How long a client may take to open a session.
const OPENING_SECS: u64 = 60;
/// How often it is looked again for a rental that is not heard of yet, and how many times.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
const LOOKS: u32 = 20;
/// How long a client may take to hear that its session is over.
const PARTING: Duration = Duration::from_secs(5);

/// What jobs run on.
#[async_trait(?Send)]
pub trait Machine {
    /// Runs a job that was judged under these limits, telling of each step. A device that it
    /// leaves unfit is replaced before the next job.
    ///
    /// # Errors
    /// [`RunError`].
    async fn run(
        &self,
        job: &Job,
        limits: &Limits,
        cancel: &Cancel,
        on_step: &mut dyn FnMut(Done),
    ) -> Result<Outcome, RunError>;
}

/// What a station needs of where it is.
#[async_trait(?Send)]
pub trait Place {
    /// The ledger.
    fn rentals(&self) -> &dyn Rentals;

    /// Lets the provider whom a receipt names sign it.
    ///
    /// # Errors
    /// [`NotSigned`].
    async fn sign(&self, receipt: Receipt) -> Result<SignedReceipt, NotSigned>;

    /// What jobs run on.
    fn machine(&self) -> &dyn Machine;

    /// Waits.
    async fn sleep(&self, time: Duration);

    /// Hears what happens, to show or count it.
    fn note(&self, notice: Notice<'_>);
}

/// What happens at a station.
#[derive(Clone, Copy, Debug)]
pub enum Notice<'a> {
    /// A session is open.
    Opened {
        /// Whose.
        claim: &'a Claim,
    },
    /// A session is over.
    Closed {
        /// Whose.
        claim: &'a Claim,
    },
    /// A job begins.
    Began {
        /// Which.
        key: &'a Key,
    },
    /// A step is done.
    Step {
        /// Of which job.
        key: &'a Key,
        /// How long it took.
        took: Duration,
    },
    /// A job has ended.
    Ended {
        /// Which.
        key: &'a Key,
        /// How.
        ending: &'a Ending,
    },
}

/// A device that serves its clients.
pub struct Station {
    place: Rc<dyn Place>,
    offer: Offer,
    domain: Eip712Domain,
    desk: RefCell<Desk>,
    running: RefCell<Option<Running>>,
    sessions: RefCell<BTreeMap<(StakeId, RentalId), Rc<Session>>>,
    door: Door,
    stops: Cell<bool>,
    /// A job has come, or the station is to stop.
    work: Bell,
    /// A session is over.
    parting: Bell,
}

impl core::fmt::Debug for Station {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Station({:?})", self.offer)
    }
}

impl Station {
    /// Begins without a session. Clients sign under a ledger's domain.
    #[must_use]
    pub fn new(
        place: Rc<dyn Place>,
        offer: Offer,
        domain: Eip712Domain,
        capacity: Capacity,
    ) -> Rc<Self> {
        let desk = RefCell::new(Desk::new(offer.limits, capacity));
        Rc::new(Self {
            place,
            offer,
            domain,
            desk,
            running: RefCell::default(),
            sessions: RefCell::default(),
            door: Door::new(OPENING),
            stops: Cell::default(),
            work: Bell::default(),
            parting: Bell::default(),
        })
    }

    /// Gives the bytes that are held for jobs and results.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        self.desk.borrow().queue().held_bytes()
    }

    /// Gives how many sessions are open.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.borrow().len()
    }

    /// Opens a session over a connection and serves it until it is over.
    ///
    /// # Errors
    /// Why it was not opened, or is over; none where its client has closed it.
    pub async fn serve(&self, mut connection: Connection) -> Result<(), SessionError> {
        let opened = self.open(&mut connection).await?;
        let session = Rc::new(Session::new(opened.claim));
        self.enter(&session);
        self.place.note(Notice::Opened { claim: &opened.claim });
        let Connection { mut outgoing, mut incoming, .. } = connection;
        let outcome = {
            let speak = pin!(session.speak(&mut *outgoing, &self.desk));
            let hear = pin!(async {
                match self.hear(&session, &mut *incoming).await {
                    Ok(()) => Ok(()),
                    Err(error) => {
                        session.end(error.clone());
                        self.place.sleep(PARTING).await;
                        Err(error)
                    }
                }
            });
            match select(hear, speak).await {
                Either::Left((heard, _)) => heard,
                Either::Right((cause, _)) => Err(cause),
            }
        };
        self.leave(&session);
        self.place.note(Notice::Closed { claim: &opened.claim });
        outcome
    }

    /// Ends sessions whose rental is over, and their jobs. To be called when the ledger has moved
    /// on, and from time to time.
    pub fn look(&self) {
        let rentals = self.place.rentals();
        let over: Vec<_> = {
            let sessions = self.sessions.borrow();
            let is_over =
                |session: &&Rc<Session>| Opened { claim: session.claim }.check(rentals).is_err();
            sessions.values().filter(is_over).map(Rc::clone).collect()
        };
        for session in over {
            self.desk.borrow_mut().end_rental(&session.claim, rentals.now());
            session.end(SessionError::NotRented);
        }
        if let Some(running) = &*self.running.borrow() {
            running.look(rentals);
        }
        self.desk.borrow_mut().expire(rentals.now());
        self.work.ring();
    }

    /// Ends in good order: what runs is cancelled, all sessions are told, and no more are opened.
    pub fn stop(&self) {
        self.stops.set(true);
        if let Some(running) = &*self.running.borrow() {
            running.cancel();
        }
        for session in self.sessions.borrow().values() {
            session.end(SessionError::Stopping);
        }
        self.work.ring();
    }

    /// Waits until no session is open, which after [`stop`](Self::stop) takes some seconds at most.
    pub async fn parted(&self) {
        while self.sessions() > 0 {
            self.parting.heard().await;
        }
    }

    async fn open(&self, connection: &mut Connection) -> Result<Opened, SessionError> {
        if self.stops.get() {
            return Err(SessionError::Stopping);
        }
        let guest = self.door.enter();
        let mut looks = 0;
        let later = async || {
            looks += 1;
            self.place.sleep(LOOK_AGAIN).await;
            looks <= LOOKS
        };
        let rentals = self.place.rentals();
        let accepted = pin!(accept(connection, &self.offer, &self.domain, rentals, later));
        let slow = pin!(self.place.sleep(Duration::from_secs(OPENING_SECS)));
        let crowded = pin!(guest.must_leave());
        match select(accepted, select(slow, crowded)).await {
            Either::Left((opened, _)) => opened,
            Either::Right((Either::Left(_), _)) => {
                Err(SessionError::Slow { seconds: OPENING_SECS })
            }
            Either::Right((Either::Right(_), _)) => Err(SessionError::Crowded { most: OPENING }),
        }
    }

    /// Lets a session in. One of the same rental is over: its connection counts as lost.
    fn enter(&self, session: &Rc<Session>) {
        let Claim { stake, rental, .. } = session.claim;
        let before = self.sessions.borrow_mut().insert((stake, rental), Rc::clone(session));
        if let Some(before) = before {
            before.end(SessionError::Replaced);
        }
    }

    fn leave(&self, session: &Rc<Session>) {
        let Claim { stake, rental, .. } = session.claim;
        let mut sessions = self.sessions.borrow_mut();
        if sessions.get(&(stake, rental)).is_some_and(|found| Rc::ptr_eq(found, session)) {
            sessions.remove(&(stake, rental));
        }
        self.parting.ring();
    }

    /// Hears requests until the client closes.
    async fn hear(
        &self,
        session: &Session,
        incoming: &mut dyn Incoming,
    ) -> Result<(), SessionError> {
        let opened = Opened { claim: session.claim };
        loop {
            let request = {
                let request = pin!(hear_request(incoming, &self.offer.limits));
                match select(request, pin!(session.ended())).await {
                    Either::Left((request, _)) => request?,
                    Either::Right((cause, _)) => return Err(cause),
                }
            };
            let Some(request) = request else { return Ok(()) };
            let rentals = self.place.rentals();
            opened.check(rentals)?;
            if let Request::Cancel { job } = request
                && let Some(running) = &*self.running.borrow()
                && running.key == (Key { client: session.claim.client, job })
            {
                running.cancel();
            }
            let answer = self.desk.borrow_mut().handle(session.claim, request, rentals.now());
            self.work.ring();
            session.answer(answer).await;
        }
    }
}
