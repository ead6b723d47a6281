//! What runs off the page: proofs and key derivation.

use leptos::prelude::*;
use pinfi_worker::host::WorkerHost;

use crate::browser;

/// The worker, started when it is first needed.
#[derive(Clone, Copy)]
pub(crate) struct Worker(StoredValue<WorkerHost, LocalStorage>);

impl Worker {
    /// Provides the context; nothing is loaded yet.
    pub(crate) fn provide() -> Self {
        let worker = Self(StoredValue::new_local(browser::worker_host()));
        provide_context(worker);
        worker
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Gives the host that asks the worker.
    pub(crate) fn host(self) -> WorkerHost {
        self.0.get_value()
    }
}
