//! A dedicated worker of a browser, as the page that started it sees it.

use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};
use zeroize::Zeroizing;

use crate::{decode, encode};

/// A running worker; dropping it ends the worker.
pub(crate) struct Spawned {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Spawned {
    /// Starts the module script at `url`; `None` if the browser forbids it. `hear` takes what the
    /// worker says, and `None` for a fault of it or a message that is none.
    pub(crate) fn start<M: DeserializeOwned + 'static>(
        url: &str,
        hear: impl Fn(Option<M>) + 'static,
    ) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(url, &options).ok()?;
        let hear = Rc::new(hear);
        let broken = Rc::clone(&hear);
        let on_message =
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| hear(read(&event)));
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // Handled here: the page shows it in words.
            event.prevent_default();
            broken(None);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Posts a message; a worker that is gone has told so.
    pub(crate) fn post(&self, message: &impl Serialize) {
        let Ok(bytes) = encode(message) else { return };
        let array = Uint8Array::from(bytes.as_slice());
        // Transferred, so that the only copy is the worker's, which wipes it.
        let _ = self.worker.post_message_with_transfer(&array, &Array::of1(&array.buffer()));
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Reads a message and wipes its bytes: some carry keys.
fn read<M: DeserializeOwned>(event: &MessageEvent) -> Option<M> {
    let array: Uint8Array = event.data().dyn_into().ok()?;
    let bytes = Zeroizing::new(array.to_vec());
    array.fill(0, 0, array.length());
    decode(&bytes).ok()
}
