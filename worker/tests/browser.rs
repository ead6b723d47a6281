//! The page's side with real workers of a browser. What they run is a few lines of JavaScript in
//! place of the server, which has its own tests.
#![cfg(target_arch = "wasm32")]

use alloy_primitives::B256;
use js_sys::{Array, encode_uri_component};
use pinfi_worker::{
    DeviceInfo, DeviceKind, FromWorker, Reply, RequestId, WorkerError, encode, host::WorkerHost,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Makes a worker's address out of its script.
fn script(text: &str) -> String {
    format!("data:text/javascript,{}", String::from(encode_uri_component(text)))
}

/// Writes a message as the server posts it.
fn posting(message: &FromWorker) -> String {
    let bytes = encode(message).map(|bytes| bytes.to_vec()).unwrap_or_default();
    let list: Array = bytes.into_iter().map(wasm_bindgen::JsValue::from).collect();
    format!("postMessage(new Uint8Array([{}]));", String::from(list.join(",")))
}

fn device() -> DeviceInfo {
    DeviceInfo {
        kind: DeviceKind::Gpu,
        name: "a device".to_owned(),
        max_buffer_bytes: 1,
        max_binding_bytes: 2,
    }
}

/// Answers the request of that number.
fn answer(id: u32) -> String {
    let result = Ok(Reply::Device(device()));
    posting(&FromWorker::Done { id: RequestId(id), result })
}

#[wasm_bindgen_test]
async fn script_that_is_missing() {
    let host = WorkerHost::at("/no-such-worker.js");
    assert_eq!(host.describe_gpu().await.err(), Some(WorkerError::Unavailable));
    assert_eq!(host.describe_gpu().await.err(), Some(WorkerError::Unavailable), "again");
}

#[wasm_bindgen_test]
async fn script_that_fails_before_it_listens() {
    let host = WorkerHost::at(script("nonsense("));
    assert_eq!(host.describe_gpu().await.err(), Some(WorkerError::Unavailable));
}

#[wasm_bindgen_test]
async fn worker_that_posts_something_else() {
    let host = WorkerHost::at(script("postMessage('hello');"));
    assert_eq!(host.describe_gpu().await.err(), Some(WorkerError::Unavailable));
    let ready = posting(&FromWorker::Ready);
    let host = WorkerHost::at(script(&format!("{ready} onmessage = () => postMessage(1);")));
    assert_eq!(host.describe_gpu().await.err(), Some(WorkerError::Crashed));
}

#[wasm_bindgen_test]
async fn worker_that_throws_and_the_one_after_it() {
    let ready = posting(&FromWorker::Ready);
    // Numbers go on: the first request meets a fault, the second an answer.
    let serve = format!("{} else throw new Error('fault');", answer(2));
    let serve = format!("{ready} onmessage = ({{ data }}) => {{ if (data[1] === 2) {serve} }};");
    let host = WorkerHost::at(script(&serve));
    assert_eq!(host.describe_gpu().await.err(), Some(WorkerError::Crashed));
    assert_eq!(host.describe_gpu().await, Ok(device()), "another worker was started");
}

#[wasm_bindgen_test]
async fn worker_that_says_it_crashed() {
    let ready = posting(&FromWorker::Ready);
    let crashed = posting(&FromWorker::Crashed);
    let host = WorkerHost::at(script(&format!("{ready} onmessage = () => {{ {crashed} }};")));
    assert_eq!(host.describe_gpu().await.err(), Some(WorkerError::Crashed));
}

#[wasm_bindgen_test]
async fn answer_to_another_request() {
    let ready = posting(&FromWorker::Ready);
    let result = Ok(Reply::Committed { root: B256::ZERO, device: device() });
    let wrong = posting(&FromWorker::Done { id: RequestId(1), result });
    let host = WorkerHost::at(script(&format!("{ready} onmessage = () => {{ {wrong} }};")));
    assert_eq!(host.describe_gpu().await.err(), Some(WorkerError::Protocol));
}

#[wasm_bindgen_test]
async fn request_waits_until_the_worker_listens_and_its_buffer_is_handed_over() {
    let ready = posting(&FromWorker::Ready);
    let listen = format!(
        "setTimeout(() => {{ onmessage = ({{ data }}) => {{
            if (data instanceof Uint8Array && data.byteLength === data.buffer.byteLength) {{
                {} }} }}; {ready} }}, 50);",
        answer(1),
    );
    let host = WorkerHost::at(script(&listen));
    assert_eq!(host.describe_gpu().await, Ok(device()));
}
