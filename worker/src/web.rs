//! The scope of a dedicated worker.

use core::{pin::Pin, time::Duration};
use std::rc::Rc;

use async_trait::async_trait;
use js_sys::{Array, Uint8Array};
use pinfi_client::{
    storage::{Batch, IndexedDb, Named, Storage, StorageError},
    wallet::ScryptCost,
};
use pinfi_compute::Tiling;
use pinfi_core::pocps::Work;
use pinfi_worker::{
    FromWorker, ToWorker, WorkerError, decode, encode,
    host::WorkerHost,
    serve::{Scope, Server},
};
use wasm_bindgen::{JsCast as _, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, Event, MessageEvent};
use zeroize::Zeroizing;

/// Where it keeps what it found about GPUs.
const DATABASE: &str = "pinfi-gpus";
/// Where it keeps what proofs that are cut off go on from.
const PROOFS: &str = "pinfi-proofs";
/// How many workers compute together at most.
const MOST_WORKERS: f64 = 8.0;
/// How many bytes all helpers may take: each holds a state, and two copies of it as it comes in.
const HELPERS_MEMORY: u64 = 1 << 30;
/// How many operations are worth starting other workers: about a quarter of a second's.
const WORTH_HELP: u64 = 1 << 30;

/// Listens to the page until the worker is ended.
pub(crate) fn start() {
    std::panic::set_hook(Box::new(|info| {
        // The page can do nothing with the text, a developer can; it holds no secret, as the code
        // has no panic of its own.
        console_error_panic_hook::hook(info);
        crash();
    }));
    let scope = scope();
    // A trap without a panic, such as running out of memory in a task, is a rejected promise.
    for event in ["error", "unhandledrejection"] {
        let on_fault = Closure::<dyn FnMut(Event)>::new(|_| crash());
        let listener = on_fault.as_ref().unchecked_ref();
        // Without the listeners a fault would be silence; there is nobody to tell of that.
        let _ = scope.add_event_listener_with_callback(event, listener);
        // For the worker's life.
        on_fault.forget();
    }
    let server = Server::new(Rc::new(WorkerScope), ScryptCost::OWASP);
    let on_message =
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match read(&event) {
            Ok(message) => server.receive(message),
            Err(_) => crash(),
        });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    post(&FromWorker::Ready);
}

struct WorkerScope;

#[async_trait(?Send)]
impl Scope for WorkerScope {
    fn post(&self, message: FromWorker) {
        post(&message);
    }

    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()>>>) {
        spawn_local(task);
    }

    async fn breathe(&self) {
        // A timer, as a promise would run before the messages that wait.
        gloo_timers::future::TimeoutFuture::new(0).await;
    }

    async fn rest(&self, span: Duration) {
        let millis = u32::try_from(span.as_millis()).unwrap_or(u32::MAX);
        gloo_timers::future::TimeoutFuture::new(millis).await;
    }

    fn now(&self) -> Duration {
        let millis = scope().performance().map_or_else(js_sys::Date::now, |clock| clock.now());
        Duration::try_from_secs_f64(millis / 1_000.0).unwrap_or_default()
    }

    fn helpers(&self, work: Work) -> Vec<WorkerHost> {
        if work.operations() < WORTH_HELP {
            return Vec::new();
        }
        let scope = scope();
        let cores = scope.navigator().hardware_concurrency().clamp(1.0, MOST_WORKERS);
        // A number from 1 to 8.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let others = u64::from(cores as u32 - 1).min(HELPERS_MEMORY / (3 * work.state_bytes()));
        let url = scope.location().href();
        (0..others).map(|_| WorkerHost::at(url.clone())).collect()
    }

    async fn tiling_of(&self, gpu: &str) -> Option<Tiling> {
        let storage = IndexedDb::open(DATABASE).await.ok()?;
        let kept = storage.get(Named::Meta, gpu).await.ok()??;
        decode(&kept).ok()
    }

    async fn keep_tiling(&self, gpu: &str, tiling: Tiling) {
        // Without a database, as in a private window, it is found anew the next day.
        let (Ok(storage), Ok(bytes)) = (IndexedDb::open(DATABASE).await, encode(&tiling)) else {
            return;
        };
        let batch = Batch::default().put(Named::Meta, gpu, bytes.to_vec());
        let _ = storage.commit(batch).await;
    }

    async fn proofs(&self) -> Result<Rc<dyn Storage>, StorageError> {
        Ok(Rc::new(IndexedDb::open(PROOFS).await?))
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn crash() {
    post(&FromWorker::Crashed);
}

fn post(message: &FromWorker) {
    let Ok(bytes) = encode(message) else { return };
    let array = Uint8Array::from(bytes.as_slice());
    // Transferred, so that the only copy is the page's, which wipes it.
    let _ = scope().post_message_with_transfer(&array, &Array::of1(&array.buffer()));
}

fn read(event: &MessageEvent) -> Result<ToWorker, WorkerError> {
    let array: Uint8Array = event.data().dyn_into().map_err(|_| WorkerError::Protocol)?;
    let bytes = Zeroizing::new(array.to_vec());
    array.fill(0, 0, array.length());
    decode(&bytes)
}
