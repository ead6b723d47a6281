//! What is shown of the clients' jobs.

use std::time::Duration;

use alloy_primitives::{Address, B256};
use pinfi_client::miner::Served;
use pinfi_jobs::spec::JobId;
use pinfi_worker::rented::Claim;

/// How it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// No jobs are run.
    Off,
    /// The relay is being reached.
    Reaching,
    /// The device is dialled by this key.
    Reached(B256),
    /// Sessions are being ended.
    Ending,
    /// It failed, with the cause's name and words, and is tried again.
    Failed(String, String),
}

/// A job that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Running {
    /// Whose it is.
    pub(crate) client: Address,
    /// Its name.
    pub(crate) job: JobId,
    /// When it began, in the page's time.
    pub(crate) since: Duration,
    /// How long its steps took, in milliseconds.
    pub(crate) busy_ms: u64,
}

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    /// How it stands.
    pub(crate) phase: Phase,
    /// The relay where the device waits, or is to wait.
    pub(crate) relay: String,
    /// Who has a session.
    pub(crate) sessions: Vec<Claim>,
    /// What runs.
    pub(crate) running: Option<Running>,
    /// What was run.
    pub(crate) served: Served,
}
