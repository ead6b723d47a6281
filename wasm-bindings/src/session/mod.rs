//! A client's session with a device that it rents.

mod heard;
mod job;
mod order;

use core::time::Duration;
use std::rc::Rc;

use alloy_primitives::{Bytes, hex};
use async_trait::async_trait;
use js_sys::Promise;
use pinfi_client::intent::Domain;
use pinfi_jobs::sign::NotSigned;
use pinfi_jobs::spec::{Job, JobId};
use pinfi_session::claim::Opening;
use pinfi_session::client::{self, Client, Device, Notice, Over};
use pinfi_session::dial::{Iroh, check};
use pinfi_session::network::DialError;
use pinfi_session::opening::SessionError;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use self::order::Order;
use crate::error::{malformed, refusal};
use crate::js::to_js;

pub use self::job::{judge_job, write_job};

#[wasm_bindgen]
extern "C" {
    /// Who signs, and hears what happens.
    pub type Host;
    /// Signs a message in the form of `eth_signTypedData_v4`; resolves to hexadecimal.
    #[wasm_bindgen(method, structural, catch)]
    fn sign(this: &Host, typed: &str) -> Result<Promise, JsValue>;
    /// Hears an event.
    #[wasm_bindgen(method, structural)]
    fn hear(this: &Host, event: JsValue);
}

/// A session with one device.
#[wasm_bindgen]
pub struct Session {
    client: Client,
    device: Device,
}

/// A job that was sent.
#[derive(Serialize)]
struct Sent {
    job: String,
    steps: u64,
}

/// What the other end called its refusal.
#[derive(Serialize)]
struct Word<'a> {
    code: &'a str,
}

#[wasm_bindgen]
impl Session {
    /// Takes what is needed to dial and to open; nothing is dialled yet.
    ///
    /// # Errors
    /// `MalformedInput`, `DialRelay`, `DialKey`.
    #[wasm_bindgen(constructor)]
    pub fn new(order: JsValue, host: Host) -> Result<Self, JsValue> {
        let Order { claim, domain, device } = Order::read(order)?;
        check(device.key, &device.relay).map_err(|error| undialled(&error))?;
        let program = Rc::new(Program { host, domain });
        Ok(Self { client: Client::new(program, claim, domain.eip712()), device })
    }

    /// Dials, opens, and follows all jobs until the session is closed or over.
    ///
    /// # Errors
    /// Those of dialling and of sessions.
    pub async fn dial(&self) -> Result<(), JsValue> {
        // A browser has no other way than the relay.
        let ended = self.client.dial(&Iroh::default(), &self.device).await;
        ended.map_err(|over| ended_by(&over))
    }

    /// Sends a job, and returns its name and its number of steps.
    ///
    /// # Errors
    /// `MalformedInput`, `JobRefused`, `SessionClosed`.
    pub fn submit(&self, job: &[u8]) -> Result<JsValue, JsValue> {
        let job = Job::from_bytes(job).map_err(malformed)?;
        let name = written(job.id);
        let steps = self.client.submit(job);
        let steps = steps.map_err(|error| refusal(error.code(), &error.to_string(), &()))?;
        to_js(&Sent { job: name, steps }).map_err(malformed)
    }

    /// Stops a job; that it has ended is heard.
    ///
    /// # Errors
    /// `MalformedInput`.
    pub fn cancel(&self, job: &[u8]) -> Result<(), JsValue> {
        self.client.cancel(read(job)?);
        Ok(())
    }

    /// Stops all jobs and closes in good order: [`Self::dial`] ends.
    pub fn close(&self) {
        self.client.close();
    }
}

impl core::fmt::Debug for Session {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Session(..)")
    }
}

/// JavaScript's side, as the client has it.
struct Program {
    host: Host,
    domain: Domain,
}

#[async_trait(?Send)]
impl client::Host for Program {
    async fn sign(&self, opening: &Opening) -> Result<Bytes, NotSigned> {
        let not_signed = |reason| NotSigned { account: opening.claim.client, reason };
        let typed = opening.typed_json(&self.domain.eip712());
        let asked = self.host.sign(&typed).map_err(|error| not_signed(words(&error)))?;
        let signed = JsFuture::from(asked).await.map_err(|error| not_signed(words(&error)))?;
        let bytes = signed.as_string().and_then(|signed| hex::decode(signed).ok());
        let bytes =
            bytes.ok_or_else(|| not_signed("what was given is no hexadecimal".to_owned()))?;
        Ok(bytes.into())
    }

    async fn sleep(&self, time: Duration) {
        let millis = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        gloo_timers::future::TimeoutFuture::new(millis).await;
    }

    fn note(&self, notice: Notice<'_>) {
        if let Some(event) = heard::event(&notice, self.domain) {
            self.host.hear(event);
        }
    }
}

/// What an error of JavaScript says.
fn words(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| "no reason was given".to_owned()),
    }
}

fn undialled(error: &DialError) -> JsValue {
    refusal(error.code(), &error.to_string(), &())
}

fn ended_by(over: &Over) -> JsValue {
    match over {
        Over::Session(SessionError::Refused { code, .. }) => {
            refusal(over.code(), &over.to_string(), &Word { code })
        }
        Over::Session(_) | Over::Dial(_) => refusal(over.code(), &over.to_string(), &()),
    }
}

/// A job's name in hexadecimal.
fn written(job: JobId) -> String {
    hex::encode_prefixed(job.0)
}

fn read(job: &[u8]) -> Result<JobId, JsValue> {
    job.try_into().map(JobId).map_err(|_| malformed("a job's name has 16 bytes"))
}
