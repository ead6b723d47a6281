//! Whole proofs, on a ledger and a worker in memory.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    collections::BTreeMap,
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use pinfi_core::{
    pocps::{ChainProver, Committed, Outcome, Retain},
    units::Timestamp,
};
use pinfi_worker::{
    DeviceInfo, FromWorker, Reply, Request, RequestId, ToWorker,
    host::{Inbox, Link, Platform, WorkerHost},
};

use super::*;
use crate::{
    contexts::Worker,
    fixture::{ALICE, Market},
};

/// A worker that computes on core's reference prover, when it is pumped.
#[derive(Clone, Default)]
struct Bench(Rc<BenchState>);

#[derive(Default)]
struct BenchState {
    inbox: RefCell<Option<Inbox>>,
    is_ready: Cell<bool>,
    queue: RefCell<Vec<ToWorker>>,
    chains: RefCell<BTreeMap<RequestId, Committed>>,
    /// What the next commitment fails with.
    breaks: RefCell<Option<WorkerError>>,
    /// Whether the next opening finds its chain gone.
    forgets: Cell<bool>,
    /// How many chains were computed.
    computed: Cell<u32>,
}

impl Platform for Bench {
    fn start(&self, inbox: Inbox) -> Result<Box<dyn Link>, WorkerError> {
        *self.0.inbox.borrow_mut() = Some(inbox);
        self.0.is_ready.set(false);
        Ok(Box::new(self.clone()))
    }

    fn every(&self, _: Duration, _: Box<dyn FnMut()>) -> Box<dyn Any> {
        Box::new(())
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl Link for Bench {
    fn post(&self, message: &ToWorker) {
        let message = match message {
            ToWorker::Run { id, request } => ToWorker::Run { id: *id, request: request.clone() },
            ToWorker::Cancel { id } => ToWorker::Cancel { id: *id },
            ToWorker::Forget { job } => ToWorker::Forget { job: *job },
            ToWorker::Retain { seeds } => ToWorker::Retain { seeds: seeds.clone() },
        };
        self.0.queue.borrow_mut().push(message);
    }
}

impl Bench {
    fn pump(&self) {
        let Some(inbox) = self.0.inbox.borrow().clone() else { return };
        if !self.0.is_ready.replace(true) {
            inbox.deliver(FromWorker::Ready);
        }
        let messages = self.0.queue.take();
        for message in messages {
            if let ToWorker::Run { id, request } = message {
                inbox.deliver(FromWorker::Progress { id, done: 1, total: 2 });
                inbox.deliver(FromWorker::Done { id, result: self.answer(id, request) });
            }
        }
    }

    fn answer(&self, id: RequestId, request: Request) -> Result<Reply, WorkerError> {
        match request {
            Request::Commit { challenge, .. } => {
                if let Some(error) = self.0.breaks.take() {
                    return Err(error);
                }
                self.0.computed.set(self.0.computed.get() + 1);
                let chain = ChainProver::new(challenge, Retain::ALL).step(u32::MAX).unwrap();
                let root = chain.root();
                self.0.chains.borrow_mut().insert(id, chain);
                let device = DeviceInfo {
                    kind: DeviceKind::Cpu,
                    name: String::new(),
                    max_buffer_bytes: 0,
                    max_binding_bytes: 0,
                };
                Ok(Reply::Committed { root, device })
            }
            Request::Open { job, beacon, samples } => {
                if self.0.forgets.replace(false) {
                    return Err(WorkerError::UnknownJob { job });
                }
                let mut chains = self.0.chains.borrow_mut();
                Ok(Reply::Opened(chains.get_mut(&job).unwrap().open(beacon, samples)))
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Alice at the ledger; `refuses` is the name of a step that she does not sign.
#[derive(Clone)]
struct Alice {
    market: Rc<RefCell<Market>>,
    signed: Rc<RefCell<Vec<&'static str>>>,
    refuses: &'static str,
}

impl Alice {
    fn new() -> Self {
        let market = Rc::new(RefCell::new(Market::open()));
        Self { market, signed: Rc::default(), refuses: "" }
    }

    fn stake(&self) -> StakeId {
        self.market.borrow().lp
    }
}

impl Steps for Alice {
    fn ledger(&self) -> Option<Rc<Ledger>> {
        Some(Rc::new(self.market.borrow().ledger.clone()))
    }

    async fn submit(&self, action: Action) -> Option<Events> {
        let name = match action {
            Action::Challenge { .. } => "challenge",
            Action::Commit { .. } => "commit",
            _ => "respond",
        };
        if name == self.refuses {
            return None;
        }
        self.signed.borrow_mut().push(name);
        self.market.borrow_mut().try_act(ALICE, &action).ok()
    }
}

fn prover(bench: &Bench) -> Prover {
    Prover {
        worker: Worker::of(WorkerHost::new(bench.clone())),
        device: RwSignal::new(super::super::Device::Unknown),
        measurement: RwSignal::new(super::super::Measurement::None),
        proof: RwSignal::new(None),
        canceller: StoredValue::new_local(None),
    }
}

/// Proves to the end and gives what is shown then.
fn prove(bench: &Bench, prover: Prover, alice: &Alice, spoiled: bool) -> Proof {
    let mut proving = pin!(prover.prove(alice.stake(), spoiled, alice.clone()));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..20 {
        if let Poll::Ready(()) = proving.as_mut().poll(&mut context) {
            return prover.proof.get_untracked().unwrap();
        }
        bench.pump();
    }
    panic!("it never ends: {:?}", prover.proof.get_untracked());
}

#[test]
fn prove_of_a_spoiled_answer_is_slashed() {
    let (bench, alice) = (Bench::default(), Alice::new());
    let proof = prove(&bench, prover(&bench), &alice, true);
    assert!(matches!(proof.ending, Some(Ending::Slashed { .. })), "{:?}", proof.ending);
    let transcript = proof.transcript.unwrap();
    assert!(matches!(transcript.check(), Ok(Outcome::Failed(_))), "the file says so too");
    let market = alice.market.borrow();
    assert!(!market.ledger.stake_of(market.lp).unwrap().is_active());
}

#[test]
fn prove_ends_where_a_step_is_refused() {
    for (refuses, phase) in
        [("challenge", Phase::Challenge), ("commit", Phase::Commit), ("respond", Phase::Respond)]
    {
        let (bench, alice) = (Bench::default(), Alice { refuses, ..Alice::new() });
        let proof = prove(&bench, prover(&bench), &alice, false);
        assert_eq!((proof.ending, proof.phase), (Some(Ending::Refused), phase));
        // Willing again, she goes on from where the ledger stands, and signs nothing twice.
        let willing = Alice { refuses: "", ..alice };
        let proof = prove(&bench, prover(&bench), &willing, false);
        assert_eq!(proof.ending, Some(Ending::Passed { passed: 1 }), "after {refuses}");
        assert_eq!(*willing.signed.borrow(), ["challenge", "commit", "respond"]);
    }
}

#[test]
fn prove_stops_where_the_device_is_lost_and_goes_on_later() {
    let (bench, alice) = (Bench::default(), Alice::new());
    let lost = WorkerError::DeviceLost { reason: "unplugged".to_owned() };
    *bench.0.breaks.borrow_mut() = Some(lost.clone());
    let prover = prover(&bench);
    let proof = prove(&bench, prover, &alice, false);
    assert_eq!((proof.ending, proof.phase), (Some(Ending::Stopped(lost)), Phase::Compute));
    assert!(!prover.is_proving(), "another may begin");
    let proof = prove(&bench, prover, &alice, false);
    assert_eq!(proof.ending, Some(Ending::Passed { passed: 1 }));
    assert_eq!(*alice.signed.borrow(), ["challenge", "commit", "respond"]);
}

#[test]
fn prove_computes_again_what_the_worker_forgot() {
    let (bench, alice) = (Bench::default(), Alice::new());
    bench.0.forgets.set(true);
    let proof = prove(&bench, prover(&bench), &alice, false);
    assert_eq!(proof.ending, Some(Ending::Passed { passed: 1 }));
    assert_eq!(bench.0.computed.get(), 2);
}

#[test]
fn prove_after_the_deadline_is_refused() {
    let (bench, alice) = (Bench::default(), Alice::new());
    let stake = alice.stake();
    alice.market.borrow_mut().act(ALICE, Action::Challenge { stake });
    let late = Timestamp(alice.market.borrow().now.0 + 601);
    alice.market.borrow_mut().now = late;
    let proof = prove(&bench, prover(&bench), &alice, false);
    assert_eq!(proof.ending, Some(Ending::Refused));
    assert_eq!(proof.transcript, None);
}

#[test]
fn prove_passes_and_leaves_a_transcript_that_checks() {
    let (bench, alice) = (Bench::default(), Alice::new());
    let proof = prove(&bench, prover(&bench), &alice, false);
    assert_eq!(proof.ending, Some(Ending::Passed { passed: 1 }));
    assert_eq!((proof.phase, proof.device), (Phase::Respond, Some(DeviceKind::Cpu)));
    assert_eq!(proof.transcript.unwrap().check().unwrap(), Outcome::Passed);
    assert_eq!(*alice.signed.borrow(), ["challenge", "commit", "respond"]);
    assert_eq!(bench.0.computed.get(), 1);
}
