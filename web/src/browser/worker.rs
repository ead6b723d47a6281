//! Where the workers come from.

use pinfi_worker::{
    host::WorkerHost,
    rented::{FromRented, RentedHost},
    simulator::SimulatorHost,
};

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

/// Makes the host of the simulator that Trunk builds beside the page; nothing is loaded yet.
#[cfg(target_arch = "wasm32")]
pub(crate) fn simulator_host() -> SimulatorHost {
    SimulatorHost::at("/pinfi-simulator_loader.js")
}

/// Makes the host of a simulator that can't be started: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn simulator_host() -> SimulatorHost {
    use pinfi_worker::simulator::{Launch, Line, Mail, SimulatorError};

    struct NoBrowser;

    impl Launch for NoBrowser {
        fn launch(&self, _: Mail) -> Result<Box<dyn Line>, SimulatorError> {
            Err(SimulatorError::Unavailable)
        }
    }

    SimulatorHost::new(NoBrowser)
}

/// Starts the worker behind a rental: one that dials the device, or one that stands in for it.
#[cfg(target_arch = "wasm32")]
pub(crate) fn rented_host(dials: bool, hear: impl Fn(Option<FromRented>) + 'static) -> RentedHost {
    let url = if dials { "/pinfi-remote_loader.js" } else { "/pinfi-rented_loader.js" };
    RentedHost::at(url, hear)
}

/// Starts none: natively only tests run.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn rented_host(_: bool, hear: impl Fn(Option<FromRented>) + 'static) -> RentedHost {
    use pinfi_worker::rented::{Ears, Launch, Line};

    struct NoBrowser;

    impl Launch for NoBrowser {
        fn launch(&self, _: Ears) -> Option<Box<dyn Line>> {
            None
        }
    }

    RentedHost::start(&NoBrowser, hear)
}
