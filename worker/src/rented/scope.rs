//! The scope of the rented device's workers.

use core::{pin::Pin, time::Duration};
use std::rc::Rc;

use async_trait::async_trait;
use js_sys::{Array, Uint8Array};
use pinfi_session::network::Network;
use pinfi_worker::{
    decode, encode,
    rented::{FromRented, Scope, Server},
};
use wasm_bindgen::{JsCast as _, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Listens to the page until the worker is ended. A fault reaches the page as the worker's error.
/// Without a network it neither dials nor listens.
pub(crate) fn start(network: Option<Rc<dyn Network>>) {
    console_error_panic_hook::set_once();
    let server = Server::new(Rc::new(WorkerScope), network);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let bytes = event.data().dyn_into().ok().map(|array: Uint8Array| array.to_vec());
        // Page and worker are of one build: what can't be read was not said by the page.
        if let Some(message) = bytes.and_then(|bytes| decode(&bytes).ok()) {
            server.receive(message);
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // For the worker's life.
    on_message.forget();
    post(&FromRented::Ready);
}

struct WorkerScope;

#[async_trait(?Send)]
impl Scope for WorkerScope {
    fn post(&self, message: FromRented) {
        post(&message);
    }

    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()>>>) {
        spawn_local(task);
    }

    async fn breathe(&self) {
        // A timer, as a promise would run before the messages that wait.
        gloo_timers::future::TimeoutFuture::new(0).await;
    }

    async fn sleep(&self, time: Duration) {
        let millis = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        gloo_timers::future::TimeoutFuture::new(millis).await;
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(message: &FromRented) {
    let Ok(bytes) = encode(message) else { return };
    let array = Uint8Array::from(bytes.as_slice());
    // There is nobody to tell of a page that is gone.
    let _ = scope().post_message_with_transfer(&array, &Array::of1(&array.buffer()));
}
