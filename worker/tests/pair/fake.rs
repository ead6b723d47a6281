//! A platform in one thread, whose links encode and decode as the browser's do.

use core::{
    any::Any,
    cell::{Cell, RefCell},
    pin::Pin,
    time::Duration,
};
use std::{collections::BTreeMap, rc::Rc};

use alloy_primitives::B256;
use async_trait::async_trait;
use futures_executor::{LocalPool, LocalSpawner};
use futures_util::task::LocalSpawnExt as _;
use pinfi_client::storage::{Storage, StorageError};
use pinfi_client::wallet::ScryptCost;
use pinfi_compute::Tiling;
use pinfi_core::pocps::{ChainProver, Challenge, Retain, Work};
use pinfi_worker::{
    FromWorker, Progress, ToWorker, WorkerError, decode, encode,
    host::{Inbox, Link, Platform, WorkerHost},
    serve::{Scope, Server},
};

/// A platform whose workers are servers in the same thread.
#[derive(Clone)]
pub(super) struct Fake {
    pub(super) spawner: LocalSpawner,
    pub(super) clock: Rc<Cell<u64>>,
    pub(super) started: Rc<Cell<u32>>,
    /// The inboxes of the workers so far, for what a test wants to say in their name.
    pub(super) inboxes: Rc<RefCell<Vec<Inbox>>>,
    /// What the page has posted.
    pub(super) posted: Rc<RefCell<Vec<String>>>,
    /// How long the server has rested.
    pub(super) rested: Rc<Cell<Duration>>,
    /// What the server has kept about GPUs.
    pub(super) tilings: Rc<RefCell<BTreeMap<String, Tiling>>>,
    /// What the server keeps of proofs; none where there is no storage.
    pub(super) proofs: Option<Rc<dyn Storage>>,
    pub(super) behaviour: Behaviour,
    /// How the workers behave that a server asks in turn.
    pub(super) helpers: Vec<Behaviour>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Behaviour {
    Serves,
    /// Its script can't even be named.
    Unstartable,
    /// It starts and says nothing.
    Mute,
}

impl Fake {
    pub(super) fn new(pool: &LocalPool, behaviour: Behaviour) -> Self {
        Self {
            spawner: pool.spawner(),
            clock: Rc::default(),
            started: Rc::default(),
            inboxes: Rc::default(),
            posted: Rc::default(),
            rested: Rc::default(),
            tilings: Rc::default(),
            proofs: None,
            behaviour,
            helpers: Vec::new(),
        }
    }

    pub(super) fn later(&self, task: impl FnOnce() + 'static) {
        let spawned = self.spawner.spawn_local(async move { task() });
        assert!(spawned.is_ok());
    }

    pub(super) fn inbox(&self, worker: usize) -> Option<Inbox> {
        self.inboxes.borrow().get(worker).cloned()
    }
}

impl Platform for Fake {
    fn start(&self, inbox: Inbox) -> Result<Box<dyn Link>, WorkerError> {
        self.started.set(self.started.get() + 1);
        self.inboxes.borrow_mut().push(inbox.clone());
        let server = match self.behaviour {
            Behaviour::Unstartable => return Err(WorkerError::Unavailable),
            Behaviour::Mute => None,
            Behaviour::Serves => {
                let scope = FakeScope { fake: self.clone(), inbox: inbox.clone() };
                self.later(move || inbox.deliver(FromWorker::Ready));
                let cost = ScryptCost::new(8, 1, 1).map_err(WorkerError::Vault)?;
                Some(Server::new(Rc::new(scope), cost))
            }
        };
        Ok(Box::new(FakeLink { fake: self.clone(), server }))
    }

    /// Ticks three times, at 400 ms each: as if the work had taken longer than expected.
    fn every(&self, _: Duration, mut tick: Box<dyn FnMut()>) -> Box<dyn Any> {
        for _ in 0..3 {
            self.clock.set(self.clock.get() + 400);
            tick();
        }
        Box::new(())
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.clock.get())
    }
}

pub(super) struct FakeLink {
    fake: Fake,
    server: Option<Rc<Server>>,
}

impl Link for FakeLink {
    fn post(&self, message: &ToWorker) {
        self.fake.posted.borrow_mut().push(format!("{message:?}"));
        let message = encode(message).and_then(|bytes| decode::<ToWorker>(&bytes));
        if let (Some(server), Ok(message)) = (self.server.clone(), message) {
            self.fake.later(move || server.receive(message));
        }
    }
}

pub(super) struct FakeScope {
    fake: Fake,
    inbox: Inbox,
}

/// Goes once round the queue, so that what was posted before is received.
pub(super) async fn turn() {
    let mut waited = false;
    core::future::poll_fn(|context| {
        if core::mem::replace(&mut waited, true) {
            return core::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        core::task::Poll::Pending
    })
    .await;
}

#[async_trait(?Send)]
impl Scope for FakeScope {
    fn post(&self, message: FromWorker) {
        let inbox = self.inbox.clone();
        let message = encode(&message).and_then(|bytes| decode(&bytes));
        self.fake.later(move || match message {
            Ok(message) => inbox.deliver(message),
            Err(_) => inbox.broken(),
        });
    }

    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()>>>) {
        assert!(self.fake.spawner.spawn_local(task).is_ok());
    }

    async fn breathe(&self) {
        turn().await;
    }

    async fn rest(&self, span: Duration) {
        self.fake.rested.set(self.fake.rested.get() + span);
        turn().await;
    }

    fn helpers(&self, _: Work) -> Vec<WorkerHost> {
        let with = |behaviour: &Behaviour| {
            let (behaviour, helpers) = (*behaviour, Vec::new());
            WorkerHost::new(Fake { behaviour, helpers, ..self.fake.clone() })
        };
        self.fake.helpers.iter().map(with).collect()
    }

    async fn tiling_of(&self, gpu: &str) -> Option<Tiling> {
        self.fake.tilings.borrow().get(gpu).copied()
    }

    async fn keep_tiling(&self, gpu: &str, tiling: Tiling) {
        self.fake.tilings.borrow_mut().insert(gpu.to_owned(), tiling);
    }

    async fn proofs(&self) -> Result<Rc<dyn Storage>, StorageError> {
        self.fake.proofs.clone().ok_or(StorageError::Unavailable)
    }

    /// Each look at the clock takes 30 ms, so that every slice is short.
    fn now(&self) -> Duration {
        self.fake.clock.set(self.fake.clock.get() + 30);
        Duration::from_millis(self.fake.clock.get())
    }
}

pub(super) type Outcome = Result<(), WorkerError>;

pub(super) fn challenge(n: u32, rounds: u32) -> Result<Challenge, WorkerError> {
    let work = Work::new(n, rounds).map_err(|_| WorkerError::Protocol)?;
    Ok(Challenge { seed: B256::repeat_byte(7), work })
}

pub(super) fn expected_root(challenge: Challenge) -> Option<B256> {
    ChainProver::new(challenge, Retain::NONE).step(u32::MAX).map(|committed| committed.root())
}

/// Notes what progress a request reports.
pub(super) fn notes() -> (Rc<RefCell<Vec<Progress>>>, impl FnMut(Progress) + 'static) {
    let notes = Rc::new(RefCell::new(Vec::new()));
    let of_callback = Rc::clone(&notes);
    (notes, move |progress| of_callback.borrow_mut().push(progress))
}
