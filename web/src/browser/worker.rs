//! Where the worker comes from.

use pinfi_worker::host::WorkerHost;

/// Makes the host of the worker that Trunk builds beside the page; nothing is loaded yet.
#[cfg(target_arch = "wasm32")]
pub(crate) fn worker_host() -> WorkerHost {
    WorkerHost::at("/pinfi-worker_loader.js")
}

/// Makes the host of a worker that can't be started: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn worker_host() -> WorkerHost {
    use core::{any::Any, time::Duration};

    use pinfi_worker::{
        WorkerError,
        host::{Inbox, Link, Platform},
    };

    struct NoBrowser;

    impl Platform for NoBrowser {
        fn start(&self, _: Inbox) -> Result<Box<dyn Link>, WorkerError> {
            Err(WorkerError::Unavailable)
        }
        fn every(&self, _: Duration, _: Box<dyn FnMut()>) -> Box<dyn Any> {
            Box::new(())
        }
        fn now(&self) -> Duration {
            Duration::ZERO
        }
    }

    WorkerHost::new(NoBrowser)
}
