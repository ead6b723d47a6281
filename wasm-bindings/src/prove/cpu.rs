//! On the CPU, in slices, so that the host is not held up and a cancel is heard.

use core::time::Duration;

use js_sys::{Date, Function};
use pinfi_core::pocps::{ChainProver, Committed, Opener, Pace, Response, Retain};
use wasm_bindgen::prelude::*;

use super::task::{Task, give_way, read_beacon, written};
use crate::error::{malformed, refusal};

/// A proof on the CPU.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CpuProof {
    task: Task,
    committed: Option<Committed>,
}

#[wasm_bindgen]
impl CpuProof {
    /// Takes what is to be proved; nothing is computed yet.
    ///
    /// # Errors
    /// `MalformedInput`; `WorkTooLarge` where the matrices take more memory than a tab has.
    #[wasm_bindgen(constructor)]
    pub fn new(task: JsValue) -> Result<Self, JsValue> {
        let task = Task::read(task)?;
        let fits = task.challenge().work.check_memory();
        fits.map_err(|error| refusal("WorkTooLarge", &error.to_string(), &error))?;
        Ok(Self { task, committed: None })
    }

    /// Computes the chain and returns the root to commit to. `progress` is told the fraction done
    /// and answers whether to go on.
    ///
    /// # Errors
    /// `Cancelled`.
    pub async fn commit(&mut self, progress: &Function) -> Result<String, JsValue> {
        let mut prover = ChainProver::new(self.task.challenge(), Retain::IN_A_TAB);
        let mut pace = Pace::default();
        let committed = loop {
            if let Some(committed) = pace.slice(now, |rows| prover.step(rows)) {
                break committed;
            }
            let at = prover.progress();
            give_way(progress, at.done, at.total).await?;
        };
        let root = committed.root().to_string();
        self.committed = Some(committed);
        Ok(root)
    }

    /// Opens the samples that a beacon draws.
    ///
    /// # Errors
    /// `NothingCommitted`, `Cancelled`, `MalformedInput`.
    pub async fn open(
        &mut self,
        beacon: &[u8],
        samples: u32,
        progress: &Function,
    ) -> Result<JsValue, JsValue> {
        let beacon = read_beacon(beacon)?;
        let opener = self.committed()?.opener(beacon, samples);
        let response = opened(opener, progress).await?;
        self.task.answer(beacon, samples, response)
    }

    /// Opens the one sample that a beacon draws, as an accusation asks for it.
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
        let opener = self.committed()?.sample_opener(beacon, sample);
        let response = opened(opener, progress).await?;
        let opening = response.openings.first();
        written(opening.ok_or_else(|| malformed("nothing was opened"))?)
    }
}

impl CpuProof {
    fn committed(&mut self) -> Result<&mut Committed, JsValue> {
        let none = || refusal("NothingCommitted", "nothing was committed yet", &());
        self.committed.as_mut().ok_or_else(none)
    }
}

async fn opened(mut opener: Opener<'_>, progress: &Function) -> Result<Response, JsValue> {
    let mut pace = Pace::default();
    loop {
        if let Some(response) = pace.slice(now, |rows| opener.step(rows)) {
            return Ok(response);
        }
        let at = opener.progress();
        give_way(progress, at.done, at.total).await?;
    }
}

/// The time since 1970; the machine's clock may be set back meanwhile.
fn now() -> Duration {
    Duration::try_from_secs_f64(Date::now() / 1_000.0).unwrap_or_default()
}
