//! What tests of several files need.
// Clippy knows the tests' own functions as tests, not the helpers beside them.
#![allow(clippy::unwrap_used, dead_code, reason = "each file of tests uses some")]

pub(crate) mod wallet;

use std::sync::{Mutex, MutexGuard, PoisonError};

use pinfi_jobs::Refusal;
use pinfi_jobs::chain::Output;
use pinfi_jobs::library::{Task, from_u32, to_u32};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::run::{Cancel, Done, Outcome, Prepared, RunError, run};
use pinfi_jobs::spec::{Buffer, Dispatch, Element, Grain, Job, JobId, Module, Role, Work};

/// One device at a time: lavapipe takes every core.
static TURN: Mutex<()> = Mutex::new(());

pub(crate) struct Gpu {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    _turn: MutexGuard<'static, ()>,
}

/// Gives the device whose turn it is. Without any adapter these tests fail: a job that nobody
/// ran shows nothing.
pub(crate) fn gpu() -> Gpu {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    pollster::block_on(async {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let adapter = instance
            .request_adapter(&Default::default())
            .await
            .expect("a GPU or the software adapter lavapipe: apt-get install mesa-vulkan-drivers");
        let (device, queue) = adapter.request_device(&Default::default()).await.unwrap();
        Gpu { device, queue, _turn: turn }
    })
}

impl Gpu {
    pub(crate) fn run(&self, job: &Job, limits: &Limits) -> Result<Outcome, RunError> {
        self.watch(job, limits, &Cancel::default(), |_| {})
    }

    pub(crate) fn watch(
        &self,
        job: &Job,
        limits: &Limits,
        cancel: &Cancel,
        on_step: impl FnMut(&Done),
    ) -> Result<Outcome, RunError> {
        let prepared = Prepared::new(job, limits).unwrap();
        pollster::block_on(run(&self.device, &self.queue, &prepared, cancel, on_step))
    }
}

pub(crate) fn job(work: Work) -> Job {
    Job { id: JobId([7; 16]), grain: Grain::default(), work }
}

pub(crate) fn library(task: Task) -> Job {
    job(Work::Library(task))
}

pub(crate) fn buffer(binding: u32, element: Element, words: u32, role: Role) -> Buffer {
    Buffer { binding, element, words, role, contents: Vec::new() }
}

pub(crate) fn input(binding: u32, words: &[u32]) -> Buffer {
    let count = u32::try_from(words.len()).unwrap();
    Buffer { contents: from_u32(words), ..buffer(binding, Element::U32, count, Role::Input) }
}

pub(crate) fn once(entry: &str, groups: u32) -> Dispatch {
    Dispatch { entry: entry.to_owned(), groups: [groups, 1, 1], repeat: 1, shows: Vec::new() }
}

/// A module with one output of integers at binding 1, dispatched once.
pub(crate) fn module(source: &str, words: u32, groups: u32) -> Module {
    Module {
        source: source.to_owned(),
        buffers: vec![buffer(1, Element::U32, words, Role::Output)],
        plan: vec![once("main", groups)],
    }
}

pub(crate) fn refusal(module: Module, limits: &Limits) -> Refusal {
    Prepared::new(&job(Work::Module(module)), limits).unwrap_err()
}

pub(crate) fn words(outputs: &[Output], binding: u32) -> Vec<u32> {
    to_u32(&outputs.iter().find(|output| output.binding == binding).unwrap().bytes)
}
