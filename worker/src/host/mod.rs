//! The page's side: one worker, started when it is first needed and again after a crash.

mod desk;
mod platform;
mod running;
mod share;
mod vault;
#[cfg(target_arch = "wasm32")]
mod web;

use std::rc::Rc;

use alloy_primitives::B256;
use pinfi_client::miner::Note;
use pinfi_client::wallet::{VaultReply, VaultRequest};
use pinfi_core::pocps::{Challenge, Intensity, Response};

use crate::{
    Benchmark, DeviceChoice, DeviceInfo, Progress, Reply, Request, RequestId, Study, ToWorker,
};

use desk::Desk;
pub use platform::{Inbox, Link, Platform};
pub use running::{Canceller, Running};
pub use share::ShareJob;
pub use vault::WorkerVault;

/// Asks the worker for work. Clones share the worker; it stops with the last of them.
#[derive(Clone)]
pub struct WorkerHost(Rc<Desk>);

impl core::fmt::Debug for WorkerHost {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("WorkerHost(..)")
    }
}

impl WorkerHost {
    /// Makes a host on a platform; nothing is started yet.
    #[must_use]
    pub fn new(platform: impl Platform + 'static) -> Self {
        Self(Desk::new(Box::new(platform)))
    }

    /// Makes a host in a browser, whose worker is the module script at `url`; nothing is loaded
    /// yet.
    #[cfg(target_arch = "wasm32")]
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self::new(web::WebPlatform::new(url.into()))
    }

    /// Looks for a GPU and describes it.
    ///
    /// # Errors
    /// The future gives [`NoGpu`](crate::WorkerError::NoGpu), or that the worker failed.
    pub fn describe_gpu(&self) -> Running<DeviceInfo> {
        self.run(
            Request::DescribeGpu,
            |_| {},
            |_, _, reply| match reply {
                Reply::Device(device) => Some(device),
                _ => None,
            },
        )
    }

    /// Measures a device for one or two seconds.
    ///
    /// # Errors
    /// The future gives that it was cancelled, or that the device or the worker failed.
    pub fn benchmark(
        &self,
        choice: DeviceChoice,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Running<Benchmark> {
        self.run(Request::Benchmark { choice }, on_progress, |_, _, reply| match reply {
            Reply::Benchmark(benchmark) => Some(benchmark),
            _ => None,
        })
    }

    /// Studies how well a device is used with matrices of side `n`, for about 15 seconds.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub fn study(
        &self,
        choice: DeviceChoice,
        n: u32,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Running<Study> {
        self.run(Request::Study { choice, n }, on_progress, |_, _, reply| match reply {
            Reply::Study(study) => Some(study),
            _ => None,
        })
    }

    /// Computes a challenge's chain: the first phase of a proof.
    ///
    /// # Errors
    /// The future gives that it was cancelled, that the challenge does not fit, or that the device
    /// or the worker failed.
    pub fn commit(
        &self,
        challenge: Challenge,
        choice: DeviceChoice,
        intensity: Intensity,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Running<Commitment> {
        self.commit_noted(challenge, choice, intensity, on_progress, |_| {})
    }

    /// Computes as [`Self::commit`] does; `on_note` hears what happens on the way.
    ///
    /// A chain that was cut off, in this worker's life or an earlier one, goes on from the last checkpoint
    /// that was kept of it.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub fn commit_noted(
        &self,
        challenge: Challenge,
        choice: DeviceChoice,
        intensity: Intensity,
        on_progress: impl FnMut(Progress) + 'static,
        on_note: impl Fn(Note) + 'static,
    ) -> Running<Commitment> {
        let request = Request::Commit { challenge, choice, intensity };
        let (id, done) = self.0.run(request, Box::new(on_progress), Some(Rc::new(on_note)));
        Running::new(self.clone(), id, done, |host, job, reply| match reply {
            Reply::Committed { root, device } => {
                Some(Commitment { host: host.clone(), job, root, device })
            }
            _ => None,
        })
    }

    /// Has removed what is kept of chains that were cut off, but for these challenges. Without a worker
    /// nothing is done.
    pub fn retain(&self, seeds: Vec<B256>) {
        self.0.tell(ToWorker::Retain { seeds });
    }

    /// Does key work.
    fn vault(
        &self,
        request: VaultRequest,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Running<VaultReply> {
        self.run(Request::Vault(request), on_progress, |_, _, reply| match reply {
            Reply::Vault(reply) => Some(reply),
            _ => None,
        })
    }

    fn run<T>(
        &self,
        request: Request,
        on_progress: impl FnMut(Progress) + 'static,
        read: fn(&Self, RequestId, Reply) -> Option<T>,
    ) -> Running<T> {
        let (id, done) = self.0.run(request, Box::new(on_progress), None);
        Running::new(self.clone(), id, done, read)
    }
}

/// Holds the worker's memory of a committed chain until it is dropped.
#[derive(Debug)]
pub struct Commitment {
    host: WorkerHost,
    job: RequestId,
    root: B256,
    device: DeviceInfo,
}

impl Commitment {
    /// Gives the root to commit to.
    #[must_use]
    pub const fn root(&self) -> B256 {
        self.root
    }

    /// Tells which device computed it.
    #[must_use]
    pub const fn device(&self) -> &DeviceInfo {
        &self.device
    }

    /// Opens the samples that the beacon draws: the second phase of a proof. May be called again.
    ///
    /// # Errors
    /// The future gives [`UnknownJob`](crate::WorkerError::UnknownJob) where the worker was
    /// started anew since, that it was cancelled, or that the device or the worker failed.
    pub fn open(
        &self,
        beacon: B256,
        samples: u32,
        on_progress: impl FnMut(Progress) + 'static,
    ) -> Running<Response> {
        let request = Request::Open { job: self.job, beacon, samples };
        self.host.run(request, on_progress, |_, _, reply| match reply {
            Reply::Opened(response) => Some(response),
            _ => None,
        })
    }
}

impl Drop for Commitment {
    fn drop(&mut self) {
        self.host.0.tell(ToWorker::Forget { job: self.job });
    }
}
