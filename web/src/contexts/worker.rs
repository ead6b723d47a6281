//! What runs off the page: proofs and key derivation.

use leptos::prelude::*;
use pinfi_worker::host::WorkerHost;

use crate::browser;

/// The worker's host, made when it is first asked for: a first visit needs neither.
#[derive(Clone, Copy)]
pub(crate) struct Worker(StoredValue<Option<WorkerHost>, LocalStorage>);

impl Worker {
    /// Provides the context; nothing is loaded yet.
    pub(crate) fn provide() -> Self {
        let worker = Self(StoredValue::new_local(None));
        provide_context(worker);
        worker
    }

    /// Makes a worker of another kind, for tests.
    #[cfg(test)]
    pub(crate) fn of(host: WorkerHost) -> Self {
        Self(StoredValue::new_local(Some(host)))
    }

    /// Takes the context.
    pub(crate) fn use_it() -> Self {
        expect_context()
    }

    /// Gives the host that asks the worker.
    pub(crate) fn host(self) -> WorkerHost {
        let kept =
            self.0.try_update_value(|host| host.get_or_insert_with(browser::worker_host).clone());
        kept.unwrap_or_else(browser::worker_host)
    }
}
