//! Simulators of a browser.

use crate::spawned::Spawned;

use super::{Launch, Line, Mail, Order, SimulatorError};

/// Starts workers from the module script at a URL.
pub(super) struct WebLaunch {
    url: String,
}

impl WebLaunch {
    pub(super) const fn new(url: String) -> Self {
        Self { url }
    }
}

impl Launch for WebLaunch {
    fn launch(&self, mail: Mail) -> Result<Box<dyn Line>, SimulatorError> {
        let worker = Spawned::start(&self.url, move |message| match message {
            Some(message) => mail.deliver(message),
            None => mail.broken(),
        });
        Ok(Box::new(worker.ok_or(SimulatorError::Unavailable)?))
    }
}

impl Line for Spawned {
    fn post(&self, order: &Order) {
        Self::post(self, order);
    }
}
