//! The worker in a browser.

use crate::spawned::Spawned;

use super::{Ears, Launch, Line, ToRented};

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
    fn launch(&self, ears: Ears) -> Option<Box<dyn Line>> {
        let worker = Spawned::start(&self.url, move |message| ears.hear(message))?;
        Some(Box::new(worker))
    }
}

impl Line for Spawned {
    fn post(&self, message: &ToRented) {
        Self::post(self, message);
    }
}
