//! Dedicated workers of a browser.

use core::{any::Any, time::Duration};

use gloo_timers::callback::Interval;

use crate::{ToWorker, WorkerError, spawned::Spawned};

use super::{Inbox, Link, Platform};

/// Starts workers from the module script at a URL.
pub(super) struct WebPlatform {
    url: String,
}

impl WebPlatform {
    pub(super) const fn new(url: String) -> Self {
        Self { url }
    }
}

impl Platform for WebPlatform {
    fn start(&self, inbox: Inbox) -> Result<Box<dyn Link>, WorkerError> {
        let worker = Spawned::start(&self.url, move |message| match message {
            Some(message) => inbox.deliver(message),
            None => inbox.broken(),
        });
        Ok(Box::new(worker.ok_or(WorkerError::Unavailable)?))
    }

    fn every(&self, period: Duration, tick: Box<dyn FnMut()>) -> Box<dyn Any> {
        let millis = u32::try_from(period.as_millis()).unwrap_or(u32::MAX);
        Box::new(Interval::new(millis, tick))
    }

    fn now(&self) -> Duration {
        Duration::try_from_secs_f64(js_sys::Date::now() / 1_000.0).unwrap_or_default()
    }
}

impl Link for Spawned {
    fn post(&self, message: &ToWorker) {
        Self::post(self, message);
    }
}
