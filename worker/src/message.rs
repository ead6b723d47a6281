//! What the page and its worker say to each other.

use core::ops::Range;

use alloy_primitives::B256;
use pinfi_client::miner::Note;
use pinfi_client::wallet::{VaultReply, VaultRequest};
use pinfi_core::pocps::{Challenge, Intensity, Response};
use serde::{Deserialize, Serialize};

use crate::{Words, WorkerError};

/// Numbers a request; a commitment is known by the number of the request that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RequestId(pub u32);

/// Goes from the page to the worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
    /// Asks for work.
    Run {
        /// The request's number; never used twice in one worker's life.
        id: RequestId,
        /// The work.
        request: Request,
    },
    /// Stops a request, which then ends with [`WorkerError::Cancelled`]. A key derivation can't be
    /// stopped on its way.
    Cancel {
        /// The request's number.
        id: RequestId,
    },
    /// Gives a commitment's memory back.
    Forget {
        /// The commitment.
        job: RequestId,
    },
    /// Removes what is kept of proofs that were cut off, but for these challenges.
    Retain {
        /// Their seeds.
        seeds: Vec<B256>,
    },
}

/// Goes from the worker to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// The worker listens.
    Ready,
    /// How far a request is.
    Progress {
        /// The request's number.
        id: RequestId,
        /// Work done.
        done: u64,
        /// Work in all.
        total: u64,
    },
    /// What happened on a request's way.
    Noted {
        /// The request's number.
        id: RequestId,
        /// What it was.
        note: Note,
    },
    /// How long a request will take that can't tell how far it is.
    Expect {
        /// The request's number.
        id: RequestId,
        /// The whole of it, in milliseconds: an estimate.
        millis: u64,
    },
    /// A request's end.
    Done {
        /// The request's number.
        id: RequestId,
        /// What came of it.
        result: Result<Reply, WorkerError>,
    },
    /// The worker's last word: it can't go on.
    Crashed,
}

/// Asks the worker for one piece of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Key work; answered by [`Reply::Vault`].
    Vault(VaultRequest),
    /// Looks for a GPU; answered by [`Reply::Device`] or [`WorkerError::NoGpu`].
    DescribeGpu,
    /// Measures a device; answered by [`Reply::Benchmark`].
    Benchmark {
        /// Which device.
        choice: DeviceChoice,
    },
    /// Studies how well a device is used; answered by [`Reply::Study`] after some 15 seconds.
    Study {
        /// Which device.
        choice: DeviceChoice,
        /// The side of the matrices.
        n: u32,
    },
    /// Computes a challenge's chain; answered by [`Reply::Committed`].
    Commit {
        /// The challenge.
        challenge: Challenge,
        /// On which device.
        choice: DeviceChoice,
        /// How hard it works.
        intensity: Intensity,
    },
    /// Opens the samples that a beacon draws; answered by [`Reply::Opened`].
    Open {
        /// The commitment.
        job: RequestId,
        /// The beacon.
        beacon: B256,
        /// How many samples.
        samples: u32,
    },
    /// Begins a share of a challenge's chain, on the CPU; answered by [`Reply::Part`] of X_0.
    Share {
        /// The challenge.
        challenge: Challenge,
        /// Which rows of each state, as [`Work::shares`](pinfi_core::pocps::Work::shares) cuts them.
        rows: Range<u32>,
    },
    /// Goes on with a share; answered by [`Reply::Part`] of the state after the one that comes with it.
    Advance {
        /// The share.
        job: RequestId,
        /// The number of the state that comes with it.
        state: u32,
        /// The whole state, X_`state`.
        x: Words,
    },
}

/// Answers a [`Request`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Reply {
    /// Of key work.
    Vault(VaultReply),
    /// What the GPU says of itself.
    Device(DeviceInfo),
    /// What was measured.
    Benchmark(Benchmark),
    /// What was found about a device.
    Study(Study),
    /// The root to commit to; the commitment is kept under the request's number.
    Committed {
        /// The root.
        root: B256,
        /// The device that computed it.
        device: DeviceInfo,
    },
    /// The opened samples, already checked.
    Opened(Response),
    /// A share's rows of a state; the share is kept under the number of the request that began it.
    Part {
        /// Which state.
        state: u32,
        /// Its first row.
        first: u32,
        /// The rows.
        words: Words,
        /// The leaf of each row; none of X_0.
        leaves: Vec<B256>,
    },
}

/// Chooses what computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceChoice {
    /// The GPU where there is one, else the CPU. A challenge that the GPU refuses is refused: who
    /// wants it done slowly says so.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
}

/// Tells what kind of device computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceKind {
    /// A GPU.
    Gpu,
    /// A GPU that is software on the CPU: right, but slow.
    SoftwareGpu,
    /// The CPU, as many of its cores as the browser names.
    Cpu,
}

/// Describes a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// What kind it is.
    pub kind: DeviceKind,
    /// Its name, or the empty text where the browser masks it.
    pub name: String,
    /// The largest buffer, in bytes; 0 where it has no such limit.
    pub max_buffer_bytes: u64,
    /// The largest part of a buffer that a kernel can see, in bytes; 0 where it has no such limit.
    pub max_binding_bytes: u64,
}

/// Tells how fast a device is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    /// The device.
    pub device: DeviceInfo,
    /// Integer operations a second in the matrix products.
    pub operations_per_second: f64,
    /// Hashes (keccak-f) a second, of the expansion and the commitment.
    pub hashes_per_second: f64,
}

/// Tells how well a device is used: all rates are integer operations a second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Study {
    /// The device.
    pub device: DeviceInfo,
    /// The side of the matrices.
    pub n: u32,
    /// The side of what a workgroup computes, as it was tuned; 0 on the CPU.
    pub tile: u32,
    /// What the device can do at the very most, in registers alone; 0 on the CPU, where it is not
    /// measured.
    pub peak: f64,
    /// The product as proofs use it.
    pub product: f64,
    /// The product as one would first write it: an entry at a time, and on the CPU one number at a
    /// time, on one core.
    pub naive: f64,
    /// Seconds that a commitment spent on expanding the seed.
    pub expansion_secs: f64,
    /// Seconds that its products take by themselves; on the CPU with the hashing of their rows.
    pub products_secs: f64,
    /// Seconds that it took beyond those, for the hashing of rows beside its products; 0 on the CPU.
    pub hashing_secs: f64,
}

/// Tells how far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Work done, in units that only the fraction gives a meaning.
    pub done: u64,
    /// Work in all, more than 0.
    pub total: u64,
    /// Whether it is guessed from the time that passed and a rehearsal, rather than counted.
    pub is_estimate: bool,
}

impl Progress {
    /// Gives the share that is done, 0 to 1.
    #[must_use]
    // Rounded to a double: it is drawn as a bar.
    #[allow(clippy::cast_precision_loss)]
    pub fn fraction(self) -> f64 {
        if self.total == 0 { 0.0 } else { (self.done as f64 / self.total as f64).min(1.0) }
    }
}
