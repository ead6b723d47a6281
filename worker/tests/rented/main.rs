//! The rented device's two sides joined by a queue, as a browser joins them, on a real device.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use core::{cell::RefCell, pin::Pin, task::Poll, time::Duration};
use std::{collections::VecDeque, rc::Rc};

use alloy_primitives::{Address, B256, Bytes};
use async_trait::async_trait;
use futures_executor::{LocalPool, LocalSpawner};
use futures_util::{future::lazy, task::LocalSpawnExt as _};
use k256::ecdsa::SigningKey;
use pinfi_client::intent::Domain;
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::chain::Output;
use pinfi_jobs::library::{HashSearch, MatrixProduct, Scalar, Task, from_u32};
use pinfi_jobs::spec::{Buffer, Dispatch, Element, Grain, Job, JobId, Module, Role, Work};
use pinfi_session::network::Network;
use pinfi_worker::rented::{
    Device, Ears, FromRented, Launch, Line, Moment, Order, RentedHost, Scope, Server, Settled,
    Terms, ToRented,
};
use pinfi_worker::{decode, encode};

const UNTIL: Timestamp = Timestamp(5_000);
const DOMAIN: Domain = Domain { chain_id: 31_337, ledger: Address::repeat_byte(7) };

mod network;
mod remote;

/// A browser of one worker, with a network or without.
struct Browser {
    spawner: LocalSpawner,
    is_broken: bool,
    network: Option<Rc<dyn Network>>,
}

impl Launch for Browser {
    fn launch(&self, ears: Ears) -> Option<Box<dyn Line>> {
        if self.is_broken {
            return None;
        }
        let scope = Worker { spawner: self.spawner.clone(), ears };
        scope.post(FromRented::Ready);
        let (spawner, network) = (self.spawner.clone(), self.network.clone());
        Some(Box::new(Wire { server: Server::new(Rc::new(scope), network), spawner }))
    }
}

struct Worker {
    spawner: LocalSpawner,
    ears: Ears,
}

#[async_trait(?Send)]
impl Scope for Worker {
    fn post(&self, message: FromRented) {
        let (ears, bytes) = (self.ears.clone(), encode(&message).unwrap());
        let task = lazy(move |_| ears.hear(Some(decode(&bytes).unwrap())));
        self.spawner.spawn_local(task).unwrap();
    }

    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()>>>) {
        self.spawner.spawn_local(task).unwrap();
    }

    async fn breathe(&self) {}

    async fn sleep(&self, time: Duration) {
        // A second is over when all else had its turn a few times; what is longer never ends here.
        if time > Duration::from_secs(1) {
            std::future::pending::<()>().await;
        }
        for _ in 0..10 {
            network::turn().await;
        }
    }
}

struct Wire {
    server: Rc<Server>,
    spawner: LocalSpawner,
}

impl Line for Wire {
    fn post(&self, message: &ToRented) {
        let (server, bytes) = (Rc::clone(&self.server), encode(message).unwrap());
        let task = lazy(move |_| server.receive(decode(&bytes).unwrap()));
        self.spawner.spawn_local(task).unwrap();
    }
}

/// The page: what it hears, and who signs for it.
struct Page {
    pool: LocalPool,
    host: RentedHost,
    heard: Rc<RefCell<VecDeque<Option<FromRented>>>>,
    key: SigningKey,
}

fn key(byte: u8) -> SigningKey {
    SigningKey::from_slice(&[byte; 32]).unwrap()
}

fn account(byte: u8) -> Address {
    Address::from_private_key(&key(byte))
}

fn moment(now: u64) -> Moment {
    let settled = Settled { rental: RentalId(6), client: account(8), until: UNTIL };
    Moment { now: Timestamp(now), rental: Some(settled) }
}

impl Page {
    fn new(signer: u8) -> Self {
        Self::with(LocalPool::new(), signer, None)
    }

    fn with(pool: LocalPool, signer: u8, network: Option<Rc<dyn Network>>) -> Self {
        let page = Self::beside(pool.spawner(), signer, network);
        Self { pool, ..page }
    }

    /// A page in the thread of another one, which runs both.
    fn beside(spawner: LocalSpawner, signer: u8, network: Option<Rc<dyn Network>>) -> Self {
        let browser = Browser { spawner, is_broken: false, network };
        let heard = Rc::<RefCell<VecDeque<_>>>::default();
        let ear = Rc::clone(&heard);
        let host = RentedHost::start(&browser, move |it| ear.borrow_mut().push_back(it));
        Self { pool: LocalPool::new(), host, heard, key: key(signer) }
    }

    fn try_next(&self) -> Option<FromRented> {
        self.heard.borrow_mut().pop_front().map(Option::unwrap)
    }

    fn signature(&self, digest: B256) -> Bytes {
        let (signature, id) = self.key.sign_prehash_recoverable(digest.as_slice()).unwrap();
        [signature.to_bytes().to_vec(), vec![27 + id.to_byte()]].concat().into()
    }

    fn order(&self) {
        let (stake, rental, client) = (StakeId(5), RentalId(6), account(8));
        let Domain { chain_id, ledger } = DOMAIN;
        let moment = moment(1_000);
        let device = Device::Here;
        let order = Order { stake, rental, client, chain_id, ledger, moment, device };
        self.host.say(ToRented::Open(order));
    }

    fn next(&mut self) -> FromRented {
        let heard = Rc::clone(&self.heard);
        let next = std::future::poll_fn(move |context| match heard.borrow_mut().pop_front() {
            Some(message) => Poll::Ready(message.unwrap()),
            None => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        });
        self.pool.run_until(next)
    }

    /// Lets all that runs go on for so many turns.
    fn let_run(&mut self, mut turns: u32) {
        self.pool.run_until(std::future::poll_fn(|context| {
            if turns == 0 {
                return Poll::Ready(());
            }
            turns -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        }));
    }

    /// Signs what is asked for, and gives what comes then.
    fn sign(&mut self) -> FromRented {
        let FromRented::Sign(opening) = self.next() else { panic!("nothing to sign") };
        assert_eq!(opening.claim.client, account(8), "signed by whoever the page says it is");
        let signature = self.signature(opening.signing_hash(&DOMAIN.eip712()));
        self.host.say(ToRented::Signed(Ok(signature)));
        self.next()
    }

    fn opened() -> (Self, Terms) {
        let mut page = Self::new(8);
        page.order();
        let FromRented::Opened(terms) = page.sign() else { panic!("not opened") };
        assert_eq!(terms.until, UNTIL);
        (page, *terms)
    }

    fn submit(&self, job: &Job) {
        self.host.say(ToRented::Submit { job: job.to_bytes() });
    }

    /// Gives how a job ends, and the steps before.
    fn end(&mut self) -> (u64, FromRented) {
        let mut count = 0;
        loop {
            match self.next() {
                FromRented::Accepted { .. } => {}
                FromRented::Step { done, .. } => {
                    count += 1;
                    assert_eq!(done, count);
                }
                other => return (count, other),
            }
        }
    }

    fn failure(&mut self) -> (String, String) {
        match self.end().1 {
            FromRented::Failed { code, reason, .. } => (code, reason),
            other => panic!("{other:?}"),
        }
    }
}

fn task() -> Task {
    Task::MatrixProduct(MatrixProduct {
        scalar: Scalar::U32,
        rows: 12,
        inner: 8,
        columns: 6,
        a: from_u32(&(0..96).collect::<Vec<_>>()),
        b: from_u32(&(0..48).collect::<Vec<_>>()),
    })
}

fn job(id: u8) -> Job {
    Job { id: JobId([id; 16]), grain: Grain(0), work: Work::Library(task()) }
}

/// A job of so many steps, each of which takes a moment.
fn long(id: u8) -> Job {
    let search = HashSearch { text: b"long".to_vec(), start: 0, segments: 4_096, zero_bits: 60 };
    let work = Work::Library(Task::HashSearch(search));
    Job { id: JobId([id; 16]), grain: Grain(0), work }
}

fn endless() -> Job {
    let source = "
        @group(0) @binding(0) var<storage, read_write> out: array<u32>;
        @compute @workgroup_size(1) fn main() { loop { out[0] += 1u; } }";
    let out = Buffer {
        binding: 0,
        element: Element::U32,
        words: 1,
        role: Role::Output,
        contents: Vec::new(),
    };
    let once = Dispatch { entry: "main".to_owned(), groups: [1; 3], repeat: 1, shows: Vec::new() };
    let module = Module { source: source.to_owned(), buffers: vec![out], plan: vec![once] };
    Job { id: JobId([9; 16]), grain: Grain::default(), work: Work::Module(module) }
}

#[test]
fn worker_that_does_not_start_is_told_at_once() {
    let pool = LocalPool::new();
    let browser = Browser { spawner: pool.spawner(), is_broken: true, network: None };
    let heard = Rc::<RefCell<Vec<_>>>::default();
    let ear = Rc::clone(&heard);
    let _host = RentedHost::start(&browser, move |it| ear.borrow_mut().push(it));
    assert_eq!(*heard.borrow(), [None]);
}

#[test]
fn open_rejects_a_stranger_and_a_rental_that_is_over() {
    let over = |heard: FromRented| match heard {
        FromRented::Over { code, reason } => (code, reason),
        other => panic!("{other:?}"),
    };
    let mut stranger = Page::new(9);
    stranger.order();
    let (code, reason) = over(stranger.sign());
    assert_eq!(code, "SessionRefused");
    assert!(reason.contains("SessionSignature"), "{reason}");

    let mut late = Page::new(8);
    late.order();
    late.host.say(ToRented::Ledger(moment(5_000)));
    let (_, reason) = over(late.sign());
    assert!(reason.contains("SessionNotRented"), "{reason}");

    let mut unwilling = Page::new(8);
    unwilling.order();
    let FromRented::Sign(_) = unwilling.next() else { panic!("nothing to sign") };
    unwilling.host.say(ToRented::Signed(Err("declined".to_owned())));
    let (code, reason) = over(unwilling.next());
    assert_eq!(code, "SessionNotSigned");
    assert!(reason.contains("declined"), "{reason}");
}

#[test]
fn jobs_that_are_refused_or_endless_end_with_their_cause_and_the_next_one_runs() {
    let (mut page, _) = Page::opened();
    let huge = HashSearch { text: Vec::new(), start: 0, segments: 1 << 21, zero_bits: 1 };
    page.submit(&Job { work: Work::Library(Task::HashSearch(huge)), ..job(1) });
    let (code, reason) = page.failure();
    assert_eq!(code, "JobRefused");
    assert!(reason.contains("2097152"), "{reason}");
    page.submit(&endless());
    let (code, reason) = page.failure();
    assert_eq!(code, "JobOutOfIterations", "{reason}");
    page.submit(&job(2));
    assert!(matches!(page.end(), (12, FromRented::Done { .. })));
}

#[test]
fn job_streams_its_steps_and_ends_with_a_receipt_that_holds() {
    let (mut page, terms) = Page::opened();
    let job = job(1);
    page.submit(&job);
    let (12, FromRented::Done { job: id, outputs, receipt }) = page.end() else {
        panic!("not done after 12 steps")
    };
    assert_eq!(id, job.id);
    assert_eq!(receipt.check(&DOMAIN.eip712()), Ok(()));
    assert_eq!(receipt.receipt.provider, terms.provider);
    assert_eq!(receipt.receipt.client, account(8));
    assert_eq!(receipt.receipt.input_hash, job.hash());

    let check = |page: &mut Page, outputs: Vec<Output>| {
        let (job, seed) = (job.to_bytes(), B256::repeat_byte(1));
        page.host.say(ToRented::Check { job, outputs, seed, count: 20 });
        let FromRented::Checked { units: 12, of: 12, result, .. } = page.next() else {
            panic!("not checked")
        };
        result
    };
    assert_eq!(check(&mut page, outputs.clone()), Ok(()));
    let mut wrong = outputs;
    wrong[0].bytes[0] ^= 1;
    let fault = check(&mut page, wrong).unwrap_err();
    assert_eq!(fault.unit, 0);
    assert!(fault.reason.contains("unit 0"), "{fault:?}");
}

#[test]
fn job_is_cancelled_and_the_next_one_runs() {
    let (mut page, _) = Page::opened();
    page.submit(&long(3));
    page.submit(&job(4));
    while !matches!(page.next(), FromRented::Step { .. }) {}
    page.host.say(ToRented::Cancel { job: JobId([3; 16]) });
    // What there is to say of two jobs comes in turns.
    let (mut cancelled, mut done, mut steps) = (None, None, 0);
    while cancelled.is_none() || done.is_none() {
        match page.next() {
            FromRented::Accepted { .. } => {}
            FromRented::Step { job, .. } => steps += u32::from(job == JobId([4; 16])),
            FromRented::Failed { job, code, .. } => cancelled = Some((job, code)),
            FromRented::Done { job, .. } => done = Some(job),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(cancelled, Some((JobId([3; 16]), "JobCancelled".to_owned())));
    assert_eq!((done, steps), (Some(JobId([4; 16])), 12));
}

#[test]
fn end_of_the_rental_ends_the_job_and_the_session() {
    let (mut page, _) = Page::opened();
    page.submit(&long(3));
    while !matches!(page.next(), FromRented::Step { .. }) {}
    page.host.say(ToRented::Ledger(moment(5_000)));
    let failed = loop {
        match page.next() {
            FromRented::Step { .. } | FromRented::Accepted { .. } => {}
            other => break other,
        }
    };
    let FromRented::Failed { code, .. } = failed else { panic!("{failed:?}") };
    assert_eq!(code, "RentalOver");
    let FromRented::Over { reason, .. } = page.next() else { panic!("not over") };
    assert!(reason.contains("SessionNotRented"), "{reason}");
}

#[test]
fn malformed_signature_opens_nothing() {
    let mut page = Page::new(8);
    page.order();
    let FromRented::Sign(_) = page.next() else { panic!("nothing to sign") };
    page.host.say(ToRented::Signed(Ok(Bytes::from(vec![1; 64]))));
    let FromRented::Over { code, .. } = page.next() else { panic!("opened") };
    assert_eq!(code, "SessionRefused");
}
