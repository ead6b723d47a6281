//! Both sides together, over a link that encodes and decodes as the browser's does.
#![cfg(not(target_arch = "wasm32"))]

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
use pinfi_client::wallet::{
    Keystore, Password, Phrase, PrivateKey, ScryptCost, Sealable, Vault as _, VaultError,
    VaultReply, VaultRequest,
};
use pinfi_compute::Tiling;
use pinfi_core::pocps::{ChainProver, Challenge, Intensity, Retain, Work, verify};
use pinfi_worker::{
    DeviceChoice, DeviceKind, FromWorker, Progress, Reply, Request, RequestId, ToWorker,
    WorkerError, decode, encode,
    host::{Inbox, Link, Platform, WorkerHost, WorkerVault},
    serve::{Scope, Server},
};

/// A platform whose workers are servers in the same thread.
#[derive(Clone)]
struct Fake {
    spawner: LocalSpawner,
    clock: Rc<Cell<u64>>,
    started: Rc<Cell<u32>>,
    /// The inboxes of the workers so far, for what a test wants to say in their name.
    inboxes: Rc<RefCell<Vec<Inbox>>>,
    /// What the page has posted.
    posted: Rc<RefCell<Vec<String>>>,
    /// How long the server has rested.
    rested: Rc<Cell<Duration>>,
    /// What the server has kept about GPUs.
    tilings: Rc<RefCell<BTreeMap<String, Tiling>>>,
    behaviour: Behaviour,
    /// How the workers behave that a server asks in turn.
    helpers: Vec<Behaviour>,
}

#[derive(Clone, Copy, PartialEq)]
enum Behaviour {
    Serves,
    /// Its script can't even be named.
    Unstartable,
    /// It starts and says nothing.
    Mute,
}

impl Fake {
    fn new(pool: &LocalPool, behaviour: Behaviour) -> Self {
        Self {
            spawner: pool.spawner(),
            clock: Rc::default(),
            started: Rc::default(),
            inboxes: Rc::default(),
            posted: Rc::default(),
            rested: Rc::default(),
            tilings: Rc::default(),
            behaviour,
            helpers: Vec::new(),
        }
    }

    fn later(&self, task: impl FnOnce() + 'static) {
        let spawned = self.spawner.spawn_local(async move { task() });
        assert!(spawned.is_ok());
    }

    fn inbox(&self, worker: usize) -> Option<Inbox> {
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

struct FakeLink {
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

struct FakeScope {
    fake: Fake,
    inbox: Inbox,
}

/// Goes once round the queue, so that what was posted before is received.
async fn turn() {
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

    /// Each look at the clock takes 30 ms, so that every slice is short.
    fn now(&self) -> Duration {
        self.fake.clock.set(self.fake.clock.get() + 30);
        Duration::from_millis(self.fake.clock.get())
    }
}

type Outcome = Result<(), WorkerError>;

fn challenge(n: u32, rounds: u32) -> Result<Challenge, WorkerError> {
    let work = Work::new(n, rounds).map_err(|_| WorkerError::Protocol)?;
    Ok(Challenge { seed: B256::repeat_byte(7), work })
}

fn expected_root(challenge: Challenge) -> Option<B256> {
    ChainProver::new(challenge, Retain::NONE).step(u32::MAX).map(|committed| committed.root())
}

/// Notes what progress a request reports.
fn notes() -> (Rc<RefCell<Vec<Progress>>>, impl FnMut(Progress) + 'static) {
    let notes = Rc::new(RefCell::new(Vec::new()));
    let of_callback = Rc::clone(&notes);
    (notes, move |progress| of_callback.borrow_mut().push(progress))
}

#[test]
fn worker_that_does_not_start() {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Unstartable);
    let host = WorkerHost::new(fake.clone());
    for tries in 1..3 {
        let refused = pool.run_until(host.describe_gpu());
        assert_eq!(refused.err(), Some(WorkerError::Unavailable));
        assert_eq!(fake.started.get(), tries, "each request tries again");
    }
}

#[test]
fn worker_that_fails_before_it_listens() {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Mute);
    let host = WorkerHost::new(fake.clone());
    let running = host.describe_gpu();
    assert_eq!(fake.posted.borrow().len(), 0, "it would be lost");
    if let Some(inbox) = fake.inbox(0) {
        inbox.broken();
    }
    assert_eq!(pool.run_until(running).err(), Some(WorkerError::Unavailable));
}

#[test]
fn crash_fails_what_is_open_and_the_next_request_starts_another() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let challenge = challenge(64, 2)?;
    let commitment =
        pool.run_until(host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, |_| {}))?;

    let one = host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, |_| {});
    let other = host.benchmark(DeviceChoice::Cpu, |_| {});
    let first = fake.inbox(0).ok_or(WorkerError::Protocol)?;
    first.broken();
    assert_eq!(pool.run_until(one).err(), Some(WorkerError::Crashed));
    assert_eq!(pool.run_until(other).err(), Some(WorkerError::Crashed));
    assert_eq!(fake.started.get(), 1);

    let lost = pool.run_until(commitment.open(B256::ZERO, 32, |_| {}));
    assert!(matches!(lost, Err(WorkerError::UnknownJob { .. })), "{lost:?}");
    assert_eq!(fake.started.get(), 2);
    let running = host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, |_| {});
    first.broken();
    assert_eq!(pool.run_until(running)?.root(), commitment.root(), "the dead have no say");
    Ok(())
}

#[test]
fn commit_that_does_not_fit_the_cpu() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let refused = pool.run_until(host.commit(
        challenge(8192, 1)?,
        DeviceChoice::Cpu,
        Intensity::FULL,
        |_| {},
    ));
    let reason = "the work needs 1073741824 bytes of memory, of 536870912 on the CPU".to_owned();
    assert_eq!(refused.err(), Some(WorkerError::Refused { reason }));
    Ok(())
}

#[test]
fn commit_cancelled_on_its_way() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let slot = Rc::new(RefCell::new(None::<pinfi_worker::host::Canceller>));
    let of_callback = Rc::clone(&slot);
    let seen = Rc::new(Cell::new(Progress { done: 0, total: 1, is_estimate: false }));
    let last = Rc::clone(&seen);
    let running =
        host.commit(challenge(128, 16)?, DeviceChoice::Cpu, Intensity::FULL, move |progress| {
            last.set(progress);
            if let Some(canceller) = of_callback.borrow().as_ref() {
                canceller.cancel();
            }
        });
    slot.replace(Some(running.canceller()));
    assert_eq!(pool.run_until(running).err(), Some(WorkerError::Cancelled));
    assert!(seen.get().done < seen.get().total, "it did not run to its end");
    Ok(())
}

#[test]
fn cancel_before_the_worker_listens() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let running = host.commit(challenge(64, 2)?, DeviceChoice::Cpu, Intensity::FULL, |_| {});
    running.canceller().cancel();
    assert_eq!(pool.run_until(running).err(), Some(WorkerError::Cancelled));
    Ok(())
}

#[test]
fn dropped_request_is_cancelled_and_leaves_nothing() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let (progress, on_progress) = notes();
    drop(host.commit(challenge(64, 2)?, DeviceChoice::Cpu, Intensity::FULL, on_progress));
    pool.run_until_stalled();
    let posted = fake.posted.borrow().join("\n");
    assert!(posted.contains("Cancel { id: RequestId(1) }"), "{posted}");
    assert!(posted.contains("Forget { job: RequestId(1) }"), "{posted}");
    assert!(progress.borrow().is_empty());
    Ok(())
}

#[test]
fn open_of_a_forgotten_commitment() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let commitment =
        pool.run_until(host.commit(challenge(64, 2)?, DeviceChoice::Cpu, Intensity::FULL, |_| {}))?;
    let running = commitment.open(B256::ZERO, 32, |_| {});
    drop(commitment);
    pool.run_until(running)?;
    pool.run_until_stalled();
    let posted = fake.posted.borrow().join("\n");
    assert!(posted.contains("Forget { job: RequestId(1) }"), "{posted}");
    Ok(())
}

#[test]
fn vault_error_comes_through() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let vault = WorkerVault::new(WorkerHost::new(fake.clone()), |_| {});
    let phrase = Phrase::new("abandon about");
    let refused = pool.run_until(vault.perform(VaultRequest::ReadPhrase { phrase }));
    assert_eq!(refused.err(), Some(VaultError::PhraseLength { words: 2 }));
    let running = vault.perform(VaultRequest::NewPhrase { words: Default::default() });
    fake.later({
        let inbox = fake.inbox(0).ok_or(WorkerError::Protocol)?;
        move || inbox.broken()
    });
    assert_eq!(pool.run_until(running).err(), Some(VaultError::Interrupted));
    Ok(())
}

#[test]
fn vault_seals_and_opens_with_an_estimate() -> Outcome {
    let mut pool = LocalPool::new();
    let (progress, on_progress) = notes();
    let on_progress = RefCell::new(on_progress);
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let vault = WorkerVault::new(host, move |progress| on_progress.borrow_mut()(progress));
    let key = PrivateKey::from_hex(&"17".repeat(32)).map_err(|_| WorkerError::Protocol)?;
    let password = || Password::new("correct horse".to_owned());
    let secrets = vec![Sealable { secret: key.clone().into(), address: None }];
    let request = VaultRequest::Seal { secrets, password: password(), beside: None };
    let sealed = pool.run_until(vault.perform(request)).map_err(WorkerError::Vault)?;
    let VaultReply::Keystores(keystores) = sealed else { return Err(WorkerError::Protocol) };
    let request = VaultRequest::Open { keystores: keystores.clone(), password: password() };
    let opened = pool.run_until(vault.perform(request)).map_err(WorkerError::Vault)?;
    let VaultReply::Secrets(secrets) = opened else { return Err(WorkerError::Protocol) };
    assert_eq!(secrets.first().map(|secret| secret.as_bytes()), Some(key.as_bytes()));

    let wrong = Password::new("battery staple".to_owned());
    let request = VaultRequest::Open { keystores, password: wrong };
    let refused = pool.run_until(vault.perform(request));
    assert_eq!(refused.err(), Some(VaultError::WrongPassword));

    let progress = progress.borrow();
    assert_eq!(progress.len(), 9, "three ticks each");
    assert!(progress.iter().all(|one| one.is_estimate && one.fraction() < 1.0), "{progress:?}");
    let first: Vec<f64> = progress.iter().take(3).map(|one| one.fraction()).collect();
    assert!(first.is_sorted() && first.last() > first.first(), "{first:?}");
    Ok(())
}

#[test]
fn proof_on_the_cpu_verifies() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let challenge = challenge(64, 4)?;
    let (progress, on_progress) = notes();
    let commitment =
        pool.run_until(host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, on_progress))?;
    assert_eq!(Some(commitment.root()), expected_root(challenge));
    assert_eq!(commitment.device().kind, DeviceKind::Cpu, "labelled so");
    let fractions: Vec<f64> = progress.borrow().iter().map(|one| one.fraction()).collect();
    assert!(fractions.len() > 2 && fractions.is_sorted(), "{fractions:?}");
    assert_eq!(fractions.last(), Some(&1.0));
    assert!(progress.borrow().iter().all(|one| !one.is_estimate), "counted");

    for beacon in [B256::repeat_byte(1), B256::repeat_byte(2)] {
        let response = pool.run_until(commitment.open(beacon, 32, |_| {}))?;
        assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()));
    }
    Ok(())
}

#[test]
fn proof_on_whatever_device_there_is_agrees_with_the_cpu() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let challenge = challenge(64, 4)?;
    let device = pool.run_until(host.describe_gpu());
    let commitment =
        pool.run_until(host.commit(challenge, DeviceChoice::Auto, Intensity::FULL, |_| {}))?;
    assert_eq!(Some(commitment.root()), expected_root(challenge));
    match device {
        Ok(device) => assert_eq!(commitment.device(), &device),
        Err(WorkerError::NoGpu { reason }) => {
            assert!(!reason.is_empty());
            assert_eq!(commitment.device().kind, DeviceKind::Cpu);
        }
        Err(error) => return Err(error),
    }
    let beacon = B256::repeat_byte(9);
    let response = pool.run_until(commitment.open(beacon, 32, |_| {}))?;
    assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()));
    Ok(())
}

#[test]
fn share_refused_when_it_is_none() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let refused = pool.run_until(host.share(challenge(64, 2)?, 8..12)).err();
    let reason = "rows 8 to 12 are no share of a matrix with side 64".to_owned();
    assert_eq!(refused, Some(WorkerError::Refused { reason }));

    let (job, part) = pool.run_until(host.share(challenge(64, 2)?, 8..16))?;
    assert_eq!((part.state, part.first, part.words.len()), (0, 8, 8 * 64));
    let refused = pool.run_until(job.advance(vec![0; 64])).err();
    let reason = "a state has 4096 words, not 64".to_owned();
    assert_eq!(refused, Some(WorkerError::Refused { reason }));
    let lost = pool.run_until(job.advance(vec![0; 64 * 64])).err();
    assert!(matches!(lost, Some(WorkerError::UnknownJob { .. })), "{lost:?}");
    Ok(())
}

#[test]
fn commit_with_helpers_is_the_one_without() -> Outcome {
    let mut pool = LocalPool::new();
    let mut fake = Fake::new(&pool, Behaviour::Serves);
    fake.helpers = vec![Behaviour::Serves; 2];
    let host = WorkerHost::new(fake.clone());
    let challenge = challenge(64, 4)?;
    let (progress, on_progress) = notes();
    let commitment =
        pool.run_until(host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, on_progress))?;
    assert_eq!(Some(commitment.root()), expected_root(challenge));
    assert_eq!(fake.started.get(), 3);
    let fractions: Vec<f64> = progress.borrow().iter().map(|one| one.fraction()).collect();
    assert!(fractions.len() > 2 && fractions.is_sorted(), "{fractions:?}");
    assert_eq!(fractions.last(), Some(&1.0));
    let posted = fake.posted.borrow().join("\n");
    assert_eq!(posted.matches("request: Advance").count(), 2 * 4, "{posted}");
    assert_eq!(posted.matches("Forget").count(), 2, "{posted}");

    let beacon = B256::repeat_byte(1);
    let response = pool.run_until(commitment.open(beacon, 32, |_| {}))?;
    assert_eq!(verify(&challenge, beacon, 32, &response), Ok(()));
    Ok(())
}

#[test]
fn commit_rests_as_it_was_asked_to() -> Outcome {
    let challenge = challenge(64, 4)?;
    for helpers in [Vec::new(), vec![Behaviour::Serves]] {
        let mut pool = LocalPool::new();
        let mut fake = Fake::new(&pool, Behaviour::Serves);
        fake.helpers = helpers;
        let host = WorkerHost::new(fake.clone());
        let full = host.commit(challenge, DeviceChoice::Cpu, Intensity::FULL, |_| {});
        pool.run_until(full)?;
        assert_eq!(fake.rested.get(), Duration::ZERO);
        let began = fake.clock.get();
        let quarter = Intensity::try_from(25).map_err(|_| WorkerError::Protocol)?;
        let gentle = pool.run_until(host.commit(challenge, DeviceChoice::Cpu, quarter, |_| {}))?;
        assert_eq!(Some(gentle.root()), expected_root(challenge), "the same proof");
        let worked = Duration::from_millis(fake.clock.get() - began);
        let rested = fake.rested.get();
        assert!(rested > worked && rested <= worked * 3, "{rested:?} after {worked:?}");
    }
    Ok(())
}

#[test]
fn helper_that_fails_costs_its_help_only() -> Outcome {
    let challenge = challenge(64, 4)?;
    for helpers in [
        vec![Behaviour::Unstartable],
        vec![Behaviour::Serves, Behaviour::Unstartable],
        vec![Behaviour::Serves, Behaviour::Serves],
        vec![Behaviour::Serves, Behaviour::Mute],
    ] {
        let started = 1 + u32::try_from(helpers.len()).unwrap_or_default();
        let dies = helpers == [Behaviour::Serves; 2];
        let mut pool = LocalPool::new();
        let mut fake = Fake::new(&pool, Behaviour::Serves);
        fake.helpers = helpers;
        let host = WorkerHost::new(fake.clone());
        let of_progress = fake.clone();
        let died = Rc::new(Cell::new(false));
        let dead = Rc::clone(&died);
        let commitment = pool.run_until(host.commit(
            challenge,
            DeviceChoice::Cpu,
            Intensity::FULL,
            move |_| {
                // The second helper dies on the way.
                if let Some(helper) = of_progress.inbox(2).filter(|_| dies) {
                    helper.broken();
                    dead.set(true);
                }
            },
        ))?;
        assert_eq!(Some(commitment.root()), expected_root(challenge));
        assert_eq!((fake.started.get(), died.get()), (started, dies));
        // Together it would have taken two for each of four states.
        let posted = fake.posted.borrow().join("\n");
        assert!(posted.matches("request: Advance").count() < 2 * 4, "{posted}");
        let measured = pool.run_until(host.benchmark(DeviceChoice::Cpu, |_| {}))?;
        assert!(measured.operations_per_second > 0.0);
    }
    Ok(())
}

#[test]
fn cancel_while_a_helper_is_awaited() -> Outcome {
    let mut pool = LocalPool::new();
    let mut fake = Fake::new(&pool, Behaviour::Serves);
    fake.helpers = vec![Behaviour::Mute];
    let host = WorkerHost::new(fake.clone());
    let running = host.commit(challenge(64, 4)?, DeviceChoice::Cpu, Intensity::FULL, |_| {});
    // The helper never answers; by then the own share is computed.
    let canceller = running.canceller();
    let much_later = async move {
        for _ in 0..100 {
            turn().await;
        }
        canceller.cancel();
    };
    assert!(fake.spawner.spawn_local(much_later).is_ok());
    assert_eq!(pool.run_until(running).err(), Some(WorkerError::Cancelled));
    Ok(())
}

#[test]
fn benchmark_of_the_cpu_gives_speeds() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let (progress, on_progress) = notes();
    let benchmark = pool.run_until(host.benchmark(DeviceChoice::Cpu, on_progress))?;
    assert_eq!(benchmark.device.kind, DeviceKind::Cpu);
    assert!(benchmark.operations_per_second > 0.0 && benchmark.hashes_per_second > 0.0);
    assert!(progress.borrow().last().is_some_and(|last| last.done == last.total));
    Ok(())
}

#[test]
fn study_refused_when_the_matrices_are_none() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    for choice in [DeviceChoice::Cpu, DeviceChoice::Auto] {
        let refused = pool.run_until(host.study(choice, 100, |_| {})).err();
        assert!(matches!(refused, Some(WorkerError::Refused { .. })), "{refused:?}");
    }
    Ok(())
}

#[test]
fn study_of_the_cpu_compares_with_one_number_at_a_time() -> Outcome {
    let mut pool = LocalPool::new();
    let host = WorkerHost::new(Fake::new(&pool, Behaviour::Serves));
    let (progress, on_progress) = notes();
    let study = pool.run_until(host.study(DeviceChoice::Cpu, 64, on_progress))?;
    assert_eq!((study.device.kind, study.n, study.tile), (DeviceKind::Cpu, 64, 0));
    assert!(study.product > 0.0 && study.naive > 0.0, "{study:?}");
    assert!(study.expansion_secs > 0.0 && study.products_secs > 0.0, "{study:?}");
    let fractions: Vec<f64> = progress.borrow().iter().map(|one| one.fraction()).collect();
    assert!(fractions.len() > 1 && fractions.is_sorted(), "{fractions:?}");
    Ok(())
}

#[test]
fn tiling_is_found_once_and_kept() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let Ok(device) = pool.run_until(host.describe_gpu()) else {
        // Nothing is tuned on the CPU.
        pool.run_until(host.commit(
            challenge(64, 2)?,
            DeviceChoice::Auto,
            Intensity::FULL,
            |_| {},
        ))?;
        assert!(fake.tilings.borrow().is_empty());
        return Ok(());
    };
    pool.run_until(host.commit(challenge(64, 2)?, DeviceChoice::Auto, Intensity::FULL, |_| {}))?;
    let kept: Vec<String> = fake.tilings.borrow().keys().cloned().collect();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].ends_with(&device.name), "{kept:?}");

    // Another day's worker takes what is kept, not what it would find.
    let other = Tiling::ALL[6];
    fake.tilings.borrow_mut().insert(kept[0].clone(), other);
    let host = WorkerHost::new(fake.clone());
    pool.run_until(host.commit(challenge(128, 2)?, DeviceChoice::Auto, Intensity::FULL, |_| {}))?;
    assert_eq!(fake.tilings.borrow().get(&kept[0]), Some(&other));
    Ok(())
}

#[test]
fn one_worker_serves_all_and_starts_with_the_first_request() -> Outcome {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let host = WorkerHost::new(fake.clone());
    let vault = WorkerVault::new(host.clone(), |_| {});
    assert_eq!(fake.started.get(), 0, "a first visit loads nothing");
    pool.run_until(host.commit(challenge(64, 2)?, DeviceChoice::Cpu, Intensity::FULL, |_| {}))?;
    let request = VaultRequest::NewPhrase { words: Default::default() };
    assert!(pool.run_until(vault.perform(request)).is_ok());
    assert_eq!(fake.started.get(), 1);
    Ok(())
}

#[test]
fn decode_of_foreign_bytes() {
    for bytes in [&[][..], &[9, 9, 9], &[0xff; 40]] {
        assert_eq!(decode::<ToWorker>(bytes).err(), Some(WorkerError::Protocol));
        assert_eq!(decode::<FromWorker>(bytes).err(), Some(WorkerError::Protocol));
    }
}

#[test]
fn no_message_shows_a_secret() -> Outcome {
    let key = PrivateKey::from_hex(&"17".repeat(32)).map_err(|_| WorkerError::Protocol)?;
    let request = Request::Vault(VaultRequest::Seal {
        secrets: vec![Sealable { secret: key.clone().into(), address: None }],
        password: Password::new("correct horse".to_owned()),
        beside: Some(Keystore::new("{\"crypto\":1}".to_owned())),
    });
    let to = ToWorker::Run { id: RequestId(1), request };
    let result = Ok(Reply::Vault(VaultReply::Keys(vec![key])));
    let from = FromWorker::Done { id: RequestId(1), result };
    let shown = format!("{to:?} {from:?}");
    for secret in ["correct horse", "1717", "23, 23", "crypto"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    Ok(())
}

#[test]
fn worker_error_codes_are_stable() {
    let reason = String::new;
    let codes = [
        WorkerError::Cancelled,
        WorkerError::NoGpu { reason: reason() },
        WorkerError::Refused { reason: reason() },
        WorkerError::DeviceLost { reason: reason() },
        WorkerError::DeviceFault { reason: reason() },
        WorkerError::UnknownJob { job: RequestId(1) },
        WorkerError::Vault(VaultError::WrongPassword),
        WorkerError::Crashed,
        WorkerError::Unavailable,
        WorkerError::Protocol,
    ]
    .map(|error| error.code());
    let expected = [
        "worker_cancelled",
        "worker_no_gpu",
        "worker_refused",
        "worker_device_lost",
        "worker_device_fault",
        "worker_unknown_job",
        "wallet_wrong_password",
        "worker_crashed",
        "worker_unavailable",
        "worker_protocol",
    ];
    assert_eq!(codes, expected);
}
