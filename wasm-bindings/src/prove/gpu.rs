//! On the GPU.

use js_sys::Function;
use pinfi_compute::{Cancel, Committed, GpuError, Options, Progress, ProveError, prove};
use wasm_bindgen::prelude::*;

use super::task::{Task, cancelled, read_beacon, tell, written};
use crate::error::{malformed, refusal};
use crate::js::to_js;

/// A GPU of this machine.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Gpu(pinfi_compute::Gpu);

#[wasm_bindgen]
impl Gpu {
    /// Asks the host for its fastest GPU.
    ///
    /// # Errors
    /// `NoAdapter`, `NoDevice`.
    pub async fn request() -> Result<Gpu, JsValue> {
        pinfi_compute::Gpu::request().await.map(Gpu).map_err(|error| {
            let code = match error {
                GpuError::NoAdapter { .. } => "NoAdapter",
                GpuError::NoDevice { .. } => "NoDevice",
            };
            refusal(code, &error.to_string(), &())
        })
    }

    /// Says what is known of it.
    ///
    /// # Errors
    /// None: what is known can be written.
    pub fn capabilities(&self) -> Result<JsValue, JsValue> {
        to_js(self.0.capabilities()).map_err(malformed)
    }

    /// Computes the chain of a task; the result holds the root to commit to.
    ///
    /// # Errors
    /// `MalformedInput`, `WorkRefused`, `Cancelled`, `DeviceLost`, `DeviceFault`.
    pub async fn commit(&self, task: JsValue, progress: &Function) -> Result<GpuProof, JsValue> {
        let task = Task::read(task)?;
        let watch = Watch::new(progress);
        let (device, queue) = (self.0.device(), self.0.queue());
        let committed = prove(device, queue, task.challenge(), &watch.options, |at| watch.hear(at));
        match committed.await {
            Ok(committed) => Ok(GpuProof { task, committed, cancel: watch.options.cancel }),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// A proof on the GPU whose chain is computed. Holds the device's memory until it is freed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct GpuProof {
    task: Task,
    committed: Committed,
    cancel: Cancel,
}

#[wasm_bindgen]
impl GpuProof {
    /// Returns the root to commit to.
    #[must_use]
    pub fn root(&self) -> String {
        self.committed.root().to_string()
    }

    /// Opens the samples that a beacon draws; checked here before it is given.
    ///
    /// # Errors
    /// `MalformedInput`, `Cancelled`, `DeviceLost`, `DeviceFault`.
    pub async fn open(
        &mut self,
        beacon: &[u8],
        samples: u32,
        progress: &Function,
    ) -> Result<JsValue, JsValue> {
        let beacon = read_beacon(beacon)?;
        // A call before this one may have been cancelled.
        self.cancel.reset();
        let cancel = self.cancel.clone();
        let hear = |at: Progress| heard(progress, &cancel, at);
        let response = self.committed.open(beacon, samples, hear).await;
        self.task.answer(beacon, samples, response.map_err(|error| failed(&error))?)
    }

    /// Opens the one sample that a beacon draws, as an accusation asks for it; checked too.
    ///
    /// # Errors
    /// As [`Self::open`].
    #[wasm_bindgen(js_name = openSample)]
    pub async fn open_sample(
        &mut self,
        beacon: &[u8],
        sample: u32,
        progress: &Function,
    ) -> Result<String, JsValue> {
        let beacon = read_beacon(beacon)?;
        self.cancel.reset();
        let cancel = self.cancel.clone();
        let hear = |at: Progress| heard(progress, &cancel, at);
        let opening = self.committed.open_sample(beacon, sample, hear).await;
        written(&opening.map_err(|error| failed(&error))?)
    }
}

/// Passes progress on and hears whether the caller wants more.
struct Watch<'a> {
    progress: &'a Function,
    options: Options,
}

impl<'a> Watch<'a> {
    fn new(progress: &'a Function) -> Self {
        Self { progress, options: Options::default() }
    }

    fn hear(&self, at: Progress) {
        heard(self.progress, &self.options.cancel, at);
    }
}

fn heard(progress: &Function, cancel: &Cancel, at: Progress) {
    // Who throws while being told wants no more either.
    if !tell(progress, at.done, at.total).unwrap_or(false) {
        cancel.cancel();
    }
}

fn failed(error: &ProveError) -> JsValue {
    let code = match error {
        ProveError::Refused(_) => "WorkRefused",
        ProveError::Cancelled => return cancelled(),
        ProveError::DeviceLost { .. } | ProveError::NotRecovered(_) => "DeviceLost",
        ProveError::Device { .. } | ProveError::WrongResult(_) => "DeviceFault",
    };
    refusal(code, &error.to_string(), &())
}
