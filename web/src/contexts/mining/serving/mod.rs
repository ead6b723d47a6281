//! This device for those who rent it: a worker of its own, beside the one that proves, waits at a relay
//! for their calls and runs their jobs. It ends with the machine, and goes on with the next visit.
//!
//! | file | what lives there |
//! |---|---|
//! | `choice` | whether, and at which relay |
//! | `shown` | what is shown of it |
//! | `hear` | what the worker says |
//! | `again` | when what has failed is tried again |

mod again;
mod choice;
mod hear;
mod shown;

pub(crate) use shown::{Phase, Running, Shown};

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use alloy_primitives::B256;
use leptos::prelude::*;
use pinfi_client::{
    intent::Domain,
    miner::Served,
    settlement::Settlement as Port,
    storage::Storage,
    wallet::{EndpointSecret, SessionKey, WalletError},
};
use pinfi_core::{
    game::{Endpoint, is_relay},
    stake::Rental,
    units::StakeId,
};
use pinfi_worker::rented::{self, Listen, RentedHost, Settled, ToRented};
use wasm_bindgen_futures::spawn_local;

use self::{again::Again, choice::Choice};
use super::millis;
use crate::{
    browser,
    contexts::{Prover, now},
};

/// How often the worker is told what the ledger says. Browsers slow it to once a minute in hidden tabs.
const BEAT: Duration = Duration::from_secs(1);
/// How long the worker may take to end its sessions.
const PARTING: Duration = Duration::from_secs(10);
/// How long a client has to hear what became of its job before a device that failed is dropped.
const HEARING: Duration = Duration::from_secs(1);

/// Writes down a failure: the cause's name and words.
type Fails = Box<dyn Fn(&str, &str)>;

/// What it needs of the machine that it belongs to.
pub(super) struct Owner {
    /// Gives the stakes that the machine answers for.
    pub(super) stakes: Box<dyn Fn() -> Vec<StakeId>>,
    /// Writes down a failure.
    pub(super) failed: Fails,
}

/// What follows once the sessions are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// Nothing.
    Rest,
    /// Another worker.
    Anew,
}

/// The clients' side of the machine of this tab.
pub(crate) struct Serving {
    storage: Rc<dyn Storage>,
    ledger: Rc<dyn Port>,
    domain: Domain,
    key: SessionKey,
    page_prover: Prover,
    owner: Owner,
    shown: ArcRwSignal<Shown>,
    host: RefCell<Option<RentedHost>>,
    /// Counts the workers: what one says that was dropped is not heard.
    worker: Cell<u32>,
    /// What follows the end of the sessions, while they are being ended.
    then: Cell<Option<Then>>,
    again: Cell<Again>,
    /// Whether the machine computes a proof.
    proves: Cell<bool>,
    /// What the worker was told of that last.
    told: Cell<bool>,
    /// Whether what was run has changed since it was kept.
    unkept: Cell<bool>,
    alive: Cell<bool>,
}

impl Serving {
    pub(super) fn new(
        (storage, ledger): super::Place,
        key: SessionKey,
        page_prover: Prover,
        owner: Owner,
    ) -> Rc<Self> {
        let domain = ledger.descriptor().domain;
        let shown = ArcRwSignal::new(Shown {
            phase: Phase::Off,
            relay: Choice::read(domain).relay,
            sessions: Vec::new(),
            running: None,
            served: Served::default(),
        });
        Rc::new(Self {
            storage,
            ledger,
            domain,
            key,
            page_prover,
            owner,
            shown,
            host: RefCell::default(),
            worker: Cell::default(),
            then: Cell::default(),
            again: Cell::default(),
            proves: Cell::default(),
            told: Cell::default(),
            unkept: Cell::default(),
            alive: Cell::new(true),
        })
    }

    /// Gives what is shown, and follows it.
    pub(crate) fn shown(&self) -> Shown {
        self.shown.get()
    }

    /// Begins to run clients' jobs, here and in later visits. The relay is one by [`is_relay`].
    pub(crate) fn turn_on(self: &Rc<Self>, relay: &str) {
        if !is_relay(relay) {
            return;
        }
        Choice { is_on: true, relay: relay.to_owned() }.write(self.domain);
        relay.clone_into(&mut self.shown.write().relay);
        self.again.set(Again::default());
        self.begin();
    }

    /// Ends all sessions in good order, and runs no more jobs.
    pub(crate) fn turn_off(self: &Rc<Self>) {
        let relay = self.shown.with_untracked(|shown| shown.relay.clone());
        Choice { is_on: false, relay }.write(self.domain);
        self.end(Then::Rest);
    }

    /// Gives the stakes for which the ledger has nobody, or another place than this one.
    pub(crate) fn unannounced(&self, key: B256) -> Vec<StakeId> {
        let ledger = self.ledger.ledger();
        let here = Endpoint { key, relay: self.shown.with_untracked(|shown| shown.relay.clone()) };
        let mut stakes = self.stakes();
        stakes.retain(|stake| ledger.game().endpoint(*stake) != Some(&here));
        stakes
    }

    /// Gives the stakes for which the ledger says where they are reached.
    pub(crate) fn announced(&self) -> Vec<StakeId> {
        let ledger = self.ledger.ledger();
        let mut stakes = (self.owner.stakes)();
        stakes.retain(|stake| ledger.game().endpoint(*stake).is_some());
        stakes
    }

    /// Gives the rentals that run of the stakes that are served.
    pub(crate) fn rentals(&self) -> Vec<(StakeId, Rental)> {
        let (ledger, now) = (self.ledger.ledger(), self.ledger.now());
        let running = |id: StakeId| Some((id, ledger.stake_of(id).ok()?.running_rental(now)?));
        self.stakes().into_iter().filter_map(running).collect()
    }

    /// Goes on where an earlier visit has left it on, and tells the worker what the ledger says.
    pub(super) fn run(self: &Rc<Self>) {
        let serving = Rc::clone(self);
        spawn_local(async move {
            if let Ok(served) = Served::of(serving.storage.as_ref(), serving.domain).await {
                serving.shown.write().served = served;
            }
            if Choice::read(serving.domain).is_on {
                serving.begin();
            }
            let mut before = now();
            while serving.alive.get() {
                serving.beat(now().saturating_sub(before)).await;
                before = now();
                browser::rest(BEAT).await;
            }
        });
    }

    /// Notes whether the machine computes a proof: that has a deadline, a job has none.
    pub(super) fn prove(&self, proves: bool) {
        self.proves.set(proves);
        self.tell_of_proofs();
    }

    /// Ends with the machine: in good order, but the page does not wait for that.
    pub(super) fn halt(self: &Rc<Self>) {
        self.alive.set(false);
        self.end(Then::Rest);
    }

    /// Gives the stakes that are served: those that the key may answer for, as its receipts count for
    /// no others.
    fn stakes(&self) -> Vec<StakeId> {
        let (ledger, now, key) = (self.ledger.ledger(), self.ledger.now(), self.key.address());
        let mut stakes = (self.owner.stakes)();
        stakes.retain(|stake| ledger.game().may_answer(*stake, key, now));
        stakes
    }

    fn served(&self) -> rented::Served {
        let rentals = self.rentals();
        let settled = |id: StakeId| {
            let (_, rental) = rentals.iter().find(|(of, _)| *of == id)?;
            Some(Settled { rental: rental.id, client: rental.renter, until: rental.until })
        };
        let stakes = self.stakes().into_iter().map(|id| (id, settled(id))).collect();
        rented::Served { now: self.ledger.now(), stakes }
    }

    fn say(&self, message: ToRented) {
        if let Some(host) = &*self.host.borrow() {
            host.say(message);
        }
    }

    fn phase(&self, phase: Phase) {
        if self.shown.with_untracked(|shown| shown.phase != phase) {
            self.shown.write().phase = phase;
        }
    }

    fn is_on(&self) -> bool {
        self.host.borrow().is_some() && self.then.get().is_none()
    }

    /// Starts a worker, once the one before has ended.
    fn begin(self: &Rc<Self>) {
        if self.then.get().is_some() {
            self.then.set(Some(Then::Anew));
            return;
        }
        if self.host.borrow().is_some() || !self.alive.get() {
            return;
        }
        self.phase(Phase::Reaching);
        let (number, serving) = (self.worker.get().wrapping_add(1), Rc::downgrade(self));
        self.worker.set(number);
        self.told.set(false);
        let host = browser::rented_host(true, move |message| {
            if let Some(serving) = serving.upgrade().filter(|it| it.worker.get() == number) {
                serving.hear(message);
            }
        });
        if self.worker.get() != number {
            // It could not be started, which was said at once.
            return;
        }
        self.host.replace(Some(host));
        let serving = Rc::clone(self);
        spawn_local(async move {
            let secret = EndpointSecret::of(serving.storage.as_ref(), serving.domain).await;
            if serving.worker.get() == number {
                serving.listen(secret);
            }
        });
    }

    fn listen(self: &Rc<Self>, secret: Result<EndpointSecret, WalletError>) {
        match secret {
            Ok(secret) => self.say(ToRented::Listen(Listen {
                secret: rented::EndpointSecret(*secret.bytes()),
                relay: self.shown.with_untracked(|shown| shown.relay.clone()),
                provider: self.key.address(),
                chain_id: self.domain.chain_id,
                ledger: self.domain.ledger,
                served: self.served(),
            })),
            Err(error) => self.fail(error.code(), &error.to_string()),
        }
        self.tell_of_proofs();
    }

    /// Ends the sessions, and the worker after them.
    fn end(self: &Rc<Self>, then: Then) {
        let was_ending = self.then.replace(Some(then)).is_some();
        if self.host.borrow().is_none() {
            self.ended();
            return;
        }
        if was_ending {
            return;
        }
        self.phase(Phase::Ending);
        self.say(ToRented::Stop);
        let (serving, number) = (Rc::clone(self), self.worker.get());
        spawn_local(async move {
            browser::rest(PARTING).await;
            if serving.worker.get() == number {
                serving.ended();
            }
        });
    }

    /// Drops the worker, and does what is to follow.
    fn ended(self: &Rc<Self>) {
        self.drop_worker();
        match self.then.take() {
            Some(Then::Anew) => self.begin(),
            Some(Then::Rest) | None => {
                self.again.set(Again::default());
                self.phase(Phase::Off);
            }
        }
    }

    /// Drops the worker, and tries again after a while.
    fn fail(self: &Rc<Self>, code: &str, reason: &str) {
        self.drop_worker();
        (self.owner.failed)(code, reason);
        self.again.set(self.again.get().after(now()));
        self.phase(Phase::Failed(code.to_owned(), reason.to_owned()));
    }

    /// Ends a worker whose device failed, and starts another. Clients hear first how their job ended.
    fn replace(self: &Rc<Self>, code: &str, reason: &str) {
        (self.owner.failed)(code, reason);
        let (serving, number) = (Rc::clone(self), self.worker.get());
        spawn_local(async move {
            browser::rest(HEARING).await;
            if serving.worker.get() == number && serving.is_on() {
                serving.end(Then::Anew);
            }
        });
    }

    fn drop_worker(&self) {
        self.worker.set(self.worker.get().wrapping_add(1));
        {
            let mut shown = self.shown.write();
            shown.sessions.clear();
            shown.running = None;
        }
        let host = self.host.take();
        // Later: it may be the one that is heard now.
        spawn_local(async move { drop(host) });
    }

    fn tell_of_proofs(&self) {
        let proves = self.proves.get() || untrack(|| self.page_prover.is_proving());
        if self.host.borrow().is_some() && self.told.replace(proves) != proves {
            self.say(ToRented::Proving(proves));
        }
    }

    /// Looks once, `passed` after the time before.
    async fn beat(self: &Rc<Self>, passed: Duration) {
        if self.again.get().is_due(now()) {
            self.again.set(self.again.get().tried());
            self.begin();
        }
        self.tell_of_proofs();
        if self.is_on() {
            self.say(ToRented::Served(self.served()));
            let at = self.ledger.now();
            self.shown.write().served.pass(at, millis(passed));
        }
        if self.unkept.replace(false) {
            let served = self.shown.with_untracked(|shown| shown.served.clone());
            // What is not kept is forgotten with the tab: the figures are for people alone.
            self.unkept.set(served.write(self.storage.as_ref(), self.domain).await.is_err());
        }
    }
}
