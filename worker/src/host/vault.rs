//! The wallet's vault, in the worker.

use std::rc::Rc;

use async_trait::async_trait;
use pinfi_client::wallet::{Vault, VaultError, VaultReply, VaultRequest};

use crate::{Progress, WorkerError};

use super::WorkerHost;

/// Does the wallet's key work in the worker.
#[derive(Clone)]
pub struct WorkerVault {
    host: WorkerHost,
    on_progress: Rc<dyn Fn(Progress)>,
}

impl core::fmt::Debug for WorkerVault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("WorkerVault(..)")
    }
}

impl WorkerVault {
    /// Makes a vault that tells `on_progress` how far a key derivation is: an estimate, as the
    /// library that derives tells nothing on its way.
    #[must_use]
    pub fn new(host: WorkerHost, on_progress: impl Fn(Progress) + 'static) -> Self {
        Self { host, on_progress: Rc::new(on_progress) }
    }
}

#[async_trait(?Send)]
impl Vault for WorkerVault {
    async fn perform(&self, request: VaultRequest) -> Result<VaultReply, VaultError> {
        let on_progress = Rc::clone(&self.on_progress);
        let running = self.host.vault(request, move |progress| on_progress(progress));
        running.await.map_err(|error| match error {
            WorkerError::Vault(error) => error,
            _ => VaultError::Interrupted,
        })
    }
}
