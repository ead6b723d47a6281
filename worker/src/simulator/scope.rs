//! The scope of the simulator's worker.

use core::time::Duration;

use js_sys::{Array, Uint8Array};
use pinfi_worker::{
    decode, encode,
    simulator::{FromSimulator, simulate},
};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Listens for an order. A fault while it is carried out reaches the page as the worker's error.
pub(crate) fn start() {
    console_error_panic_hook::set_once();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        let order = event.data().dyn_into().ok().map(|array: Uint8Array| array.to_vec());
        match order.and_then(|bytes| decode(&bytes).ok()) {
            Some(order) => simulate(order, now, |message| post(&message)),
            None => post(&FromSimulator::Refused("not an order".to_owned())),
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // For the worker's life.
    on_message.forget();
    post(&FromSimulator::Ready);
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn now() -> Duration {
    let millis = scope().performance().map_or_else(js_sys::Date::now, |clock| clock.now());
    Duration::try_from_secs_f64(millis / 1_000.0).unwrap_or_default()
}

fn post(message: &FromSimulator) {
    let Ok(bytes) = encode(message) else { return };
    let array = Uint8Array::from(bytes.as_slice());
    // There is nobody to tell of a page that is gone.
    let _ = scope().post_message_with_transfer(&array, &Array::of1(&array.buffer()));
}
