//! Dedicated workers of a browser.

use core::{any::Any, time::Duration};

use gloo_timers::callback::Interval;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};
use zeroize::Zeroizing;

use crate::{FromWorker, ToWorker, WorkerError, decode, encode};

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
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&self.url, &options);
        let worker = worker.map_err(|_| WorkerError::Unavailable)?;
        let broken = inbox.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match read(&event) {
                Ok(message) => inbox.deliver(message),
                Err(_) => inbox.broken(),
            }
        });
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // Handled here: the page shows it in words.
            event.prevent_default();
            broken.broken();
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Box::new(WebLink { worker, _on_message: on_message, _on_error: on_error }))
    }

    fn every(&self, period: Duration, tick: Box<dyn FnMut()>) -> Box<dyn Any> {
        let millis = u32::try_from(period.as_millis()).unwrap_or(u32::MAX);
        Box::new(Interval::new(millis, tick))
    }

    fn now(&self) -> Duration {
        Duration::try_from_secs_f64(js_sys::Date::now() / 1_000.0).unwrap_or_default()
    }
}

struct WebLink {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Link for WebLink {
    fn post(&self, message: &ToWorker) {
        let Ok(bytes) = encode(message) else { return };
        let array = Uint8Array::from(bytes.as_slice());
        // Transferred, so that the only copy is the worker's, which wipes it.
        let _ = self.worker.post_message_with_transfer(&array, &Array::of1(&array.buffer()));
    }
}

impl Drop for WebLink {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn read(event: &MessageEvent) -> Result<FromWorker, WorkerError> {
    let array: Uint8Array = event.data().dyn_into().map_err(|_| WorkerError::Protocol)?;
    let bytes = Zeroizing::new(array.to_vec());
    array.fill(0, 0, array.length());
    decode(&bytes)
}
