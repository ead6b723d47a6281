//! The worker's side: takes requests one by one and answers each once.

mod checkpoints;
mod cpu;
mod crew;
mod gpu;
mod scalar;
mod scope;

use core::cell::RefCell;
use std::{collections::BTreeMap, rc::Rc};

use alloy_primitives::B256;
use futures_util::lock::Mutex;
use pinfi_client::miner::{Checkpoints as _, Cuts, Note};
use pinfi_client::wallet::{InlineVault, ScryptCost, VaultRequest};
use pinfi_compute::{Cancel, Options};
use pinfi_core::pocps::{Challenge, Intensity, Part, Response, Share};

use crate::{DeviceChoice, FromWorker, Reply, Request, RequestId, ToWorker, Words, WorkerError};

use checkpoints::{OfScope, Watch};
use scope::Reporter;
pub use scope::Scope;

/// Answers the page's requests.
pub struct Server {
    scope: Rc<dyn Scope>,
    vault: InlineVault,
    /// The device, once it was asked for. One proof at a time: the lock is the queue.
    gpu: Mutex<Option<gpu::Device>>,
    /// One chain on the CPU at a time, with all workers there are.
    cpu: Mutex<()>,
    /// The commitments and shares; `None` while one is at work.
    jobs: RefCell<BTreeMap<RequestId, Option<Job>>>,
    cancels: RefCell<BTreeMap<RequestId, Cancel>>,
}

/// What stays in the worker between two requests.
enum Job {
    Committed(Committed),
    Share(Box<Share>),
}

enum Committed {
    Gpu(Box<pinfi_compute::Committed>, Cancel),
    Cpu(Box<pinfi_core::pocps::Committed>),
}

impl core::fmt::Debug for Server {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Server(..)")
    }
}

impl Server {
    /// Makes a server whose vault seals at `cost`.
    #[must_use]
    pub fn new(scope: Rc<dyn Scope>, cost: ScryptCost) -> Rc<Self> {
        Rc::new(Self {
            scope,
            vault: InlineVault::new(cost),
            gpu: Mutex::new(None),
            cpu: Mutex::new(()),
            jobs: RefCell::default(),
            cancels: RefCell::default(),
        })
    }

    /// Takes one message.
    pub fn receive(self: &Rc<Self>, message: ToWorker) {
        match message {
            ToWorker::Run { id, request: Request::Vault(request) } => self.key_work(id, &request),
            ToWorker::Run { id, request } => {
                // Taken now: the page may forget the commitment with its next message.
                let job = self.take(&request);
                let cancel = Cancel::default();
                self.cancels.borrow_mut().insert(id, cancel.clone());
                let server = Rc::clone(self);
                self.scope.spawn(Box::pin(async move {
                    let result = server.answer(id, request, job, cancel).await;
                    server.cancels.borrow_mut().remove(&id);
                    server.scope.post(FromWorker::Done { id, result });
                }));
            }
            ToWorker::Cancel { id } => {
                if let Some(cancel) = self.cancels.borrow().get(&id) {
                    cancel.cancel();
                }
            }
            ToWorker::Forget { job } => {
                self.jobs.borrow_mut().remove(&job);
            }
            ToWorker::Retain { seeds } => {
                let scope = Rc::clone(&self.scope);
                self.scope.spawn(Box::pin(async move {
                    let stays = |seed: B256| seeds.contains(&seed);
                    // What stays makes room for others later.
                    let _ = OfScope(&*scope).retain(&stays).await;
                }));
            }
        }
    }

    /// Does key work at once, although it holds up everything else for half a second: a proof
    /// under way is slower by no more than that, and a user waits for an unlock.
    fn key_work(&self, id: RequestId, request: &VaultRequest) {
        if let Some(estimate) = self.vault.estimate(request, || self.scope.now()) {
            let millis = u64::try_from(estimate.as_millis()).unwrap_or(u64::MAX);
            self.scope.post(FromWorker::Expect { id, millis });
        }
        let result = self.vault.answer(request).map(Reply::Vault).map_err(WorkerError::Vault);
        self.scope.post(FromWorker::Done { id, result });
    }

    async fn answer(
        &self,
        id: RequestId,
        request: Request,
        job: Option<Job>,
        cancel: Cancel,
    ) -> Result<Reply, WorkerError> {
        match request {
            Request::Vault(_) => Err(WorkerError::Protocol),
            Request::DescribeGpu => {
                let mut slot = self.gpu.lock().await;
                gpu::get(&mut slot).await.map(|gpu| Reply::Device(gpu::describe(gpu)))
            }
            Request::Benchmark { choice } => self.benchmark(id, choice, cancel).await,
            Request::Study { choice, n } => self.study(id, choice, n, cancel).await,
            Request::Commit { challenge, choice, intensity } => {
                self.commit(id, challenge, choice, intensity, cancel).await
            }
            Request::Open { job: of, beacon, samples } => {
                let Some(Job::Committed(mut committed)) = job else {
                    return Err(WorkerError::UnknownJob { job: of });
                };
                let result = self.open(id, &mut committed, beacon, samples, &cancel).await;
                // A cancelled or lost device is of no more use.
                if result.is_ok() || matches!(&committed, Committed::Cpu(_)) {
                    self.put_back(of, Job::Committed(committed));
                }
                result.map(Reply::Opened)
            }
            Request::Share { challenge, rows } => {
                let share = Share::new(challenge, rows).map_err(|error| refused(&error))?;
                let mut share = Box::new(share);
                let part = cpu::part(&*self.scope, &mut share, &cancel, |_| {}).await?;
                self.jobs.borrow_mut().insert(id, Some(Job::Share(share)));
                Ok(reply(part))
            }
            Request::Advance { job: of, state, x } => {
                let Some(Job::Share(mut share)) = job else {
                    return Err(WorkerError::UnknownJob { job: of });
                };
                share.advance(state, x.0).map_err(|error| refused(&error))?;
                let part = cpu::part(&*self.scope, &mut share, &cancel, |_| {}).await?;
                self.put_back(of, Job::Share(share));
                Ok(reply(part))
            }
        }
    }

    async fn benchmark(
        &self,
        id: RequestId,
        choice: DeviceChoice,
        cancel: Cancel,
    ) -> Result<Reply, WorkerError> {
        let mut slot = self.gpu.lock().await;
        let mut reporter = Reporter::new(&*self.scope, id);
        let benchmark = match self.choose(choice, &mut slot).await {
            Some(gpu) => {
                let result = gpu::benchmark(&*self.scope, gpu, cancel, &mut reporter).await;
                gpu::forget_if_lost(&mut slot, result)?
            }
            None => cpu::benchmark(&*self.scope, &cancel, &mut reporter).await?,
        };
        Ok(Reply::Benchmark(benchmark))
    }

    async fn study(
        &self,
        id: RequestId,
        choice: DeviceChoice,
        n: u32,
        cancel: Cancel,
    ) -> Result<Reply, WorkerError> {
        let mut slot = self.gpu.lock().await;
        let mut reporter = Reporter::new(&*self.scope, id);
        let study = match self.choose(choice, &mut slot).await {
            Some(gpu) => {
                let result = gpu::study(&*self.scope, gpu, n, cancel, &mut reporter).await;
                gpu::forget_if_lost(&mut slot, result)?
            }
            None => {
                drop(slot);
                let _turn = self.cpu.lock().await;
                cpu::study(&*self.scope, n, &cancel, &mut reporter).await?
            }
        };
        Ok(Reply::Study(study))
    }

    async fn commit(
        &self,
        id: RequestId,
        challenge: Challenge,
        choice: DeviceChoice,
        intensity: Intensity,
        cancel: Cancel,
    ) -> Result<Reply, WorkerError> {
        let mut slot = self.gpu.lock().await;
        let mut reporter = Reporter::new(&*self.scope, id);
        let options = Options { cancel: cancel.clone(), intensity, ..Options::default() };
        if cancel.is_cancelled() {
            return Err(WorkerError::Cancelled);
        }
        let checkpoints = OfScope(&*self.scope);
        let on_note = |note: Note| self.scope.post(FromWorker::Noted { id, note });
        let mut cuts = Cuts::new(challenge, &checkpoints, &on_note);
        let (committed, root, device) = match self.choose(choice, &mut slot).await {
            Some(gpu) => {
                let mut watch = Watch { reporter: &mut reporter, cuts: &mut cuts };
                let scope = &*self.scope;
                let result = gpu::commit(scope, gpu, challenge, options, &mut watch).await;
                let device = gpu::describe(gpu);
                let committed = gpu::forget_if_lost(&mut slot, result)?;
                let root = committed.root();
                (Committed::Gpu(Box::new(committed), cancel), root, device)
            }
            None => {
                drop(slot);
                let _turn = self.cpu.lock().await;
                if cancel.is_cancelled() {
                    return Err(WorkerError::Cancelled);
                }
                let scope = &*self.scope;
                let mut watch = Watch { reporter: &mut reporter, cuts: &mut cuts };
                let committed = cpu::commit(scope, challenge, &options, &mut watch).await?;
                let root = committed.root();
                (Committed::Cpu(Box::new(committed)), root, cpu::describe())
            }
        };
        cuts.done().await;
        self.jobs.borrow_mut().insert(id, Some(Job::Committed(committed)));
        Ok(Reply::Committed { root, device })
    }

    async fn open(
        &self,
        id: RequestId,
        committed: &mut Committed,
        beacon: B256,
        samples: u32,
        cancel: &Cancel,
    ) -> Result<Response, WorkerError> {
        let mut reporter = Reporter::new(&*self.scope, id);
        match committed {
            Committed::Gpu(committed, of_job) => {
                // The device's work looks at the flag that it was begun with.
                self.cancels.borrow_mut().insert(id, of_job.clone());
                if cancel.is_cancelled() {
                    return Err(WorkerError::Cancelled);
                }
                let mut slot = self.gpu.lock().await;
                let result = gpu::open(committed, beacon, samples, &mut reporter).await;
                gpu::forget_if_lost(&mut slot, result)
            }
            Committed::Cpu(committed) => {
                cpu::open(&*self.scope, committed, beacon, samples, cancel, &mut reporter).await
            }
        }
    }

    /// Takes the commitment or share that a request is about, but for its place.
    fn take(&self, request: &Request) -> Option<Job> {
        let (Request::Open { job, .. } | Request::Advance { job, .. }) = request else {
            return None;
        };
        self.jobs.borrow_mut().get_mut(job).and_then(Option::take)
    }

    /// Puts a commitment back, unless it was forgotten meanwhile.
    fn put_back(&self, id: RequestId, job: Job) {
        if let Some(place) = self.jobs.borrow_mut().get_mut(&id) {
            *place = Some(job);
        }
    }

    /// Gives the GPU where it is wanted and there is one.
    async fn choose<'a>(
        &self,
        choice: DeviceChoice,
        slot: &'a mut Option<gpu::Device>,
    ) -> Option<&'a mut gpu::Device> {
        match choice {
            DeviceChoice::Cpu => None,
            DeviceChoice::Auto => gpu::get(slot).await.ok(),
        }
    }
}

fn refused(error: &impl ToString) -> WorkerError {
    WorkerError::Refused { reason: error.to_string() }
}

fn reply(part: Part) -> Reply {
    let Part { state, first, words, leaves } = part;
    Reply::Part { state, first, words: Words(words), leaves }
}
