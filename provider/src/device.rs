//! The device that proves: the GPU, and all cores where there is none.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_client::miner::{Checkpoints as _, Cuts, Note, Prover, ProverError};
#[cfg(feature = "gpu")]
use pinfi_core::pocps::Checkpoint;
use pinfi_core::pocps::{self, Challenge, Response, verify};

use crate::checkpoints::FileCheckpoints;
use crate::config::DeviceChoice;
use crate::cores;
use crate::figures::Figures;
use crate::stop::Stop;

/// A device, with the proof that it has computed last.
pub struct Device {
    #[cfg(feature = "gpu")]
    gpu: RefCell<Option<pinfi_compute::Gpu>>,
    name: String,
    #[cfg(feature = "gpu")]
    tiling: std::cell::Cell<Option<pinfi_compute::Tiling>>,
    #[cfg(feature = "gpu")]
    falls_back: bool,
    stop: Stop,
    figures: Figures,
    proof: RefCell<Option<Proof>>,
    checkpoints: FileCheckpoints,
    /// The seeds that may still be asked for.
    live: RefCell<Vec<B256>>,
    notes: RefCell<Vec<Note>>,
    busy: Busy,
}

/// Tells whether a proof is being computed or opened: clones tell of the same device.
#[derive(Clone, Debug, Default)]
pub struct Busy(Arc<AtomicBool>);

impl Busy {
    /// Tells whether it is so now.
    #[must_use]
    pub fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn begin(&self) -> While<'_> {
        self.0.store(true, Ordering::Relaxed);
        While(self)
    }
}

/// It is so for as long as this is there.
struct While<'a>(&'a Busy);

impl Drop for While<'_> {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Relaxed);
    }
}

enum Proof {
    #[cfg(feature = "gpu")]
    Gpu(Box<pinfi_compute::Committed>),
    Cores(Box<pocps::Committed>),
}

impl Device {
    /// Takes the device that is asked for.
    ///
    /// # Errors
    /// [`ProverError::Device`] where a GPU is asked for and there is none.
    #[cfg(feature = "gpu")]
    pub fn new(
        choice: DeviceChoice,
        checkpoints: FileCheckpoints,
        stop: &Stop,
        figures: &Figures,
    ) -> Result<Self, ProverError> {
        let found = || futures_executor::block_on(pinfi_compute::Gpu::request());
        let gpu = match choice {
            DeviceChoice::Cpu => None,
            DeviceChoice::Gpu => Some(found().map_err(|error| failed(&error))?),
            // A driver in software is slower than the cores themselves.
            DeviceChoice::Auto => found().ok().filter(|gpu| !gpu.capabilities().is_fallback),
        };
        let name = gpu.as_ref().map_or("CPU", |gpu| &gpu.capabilities().name).to_owned();
        Ok(Self {
            gpu: RefCell::new(gpu),
            name,
            tiling: std::cell::Cell::default(),
            falls_back: choice != DeviceChoice::Gpu,
            stop: stop.clone(),
            figures: figures.clone(),
            proof: RefCell::default(),
            checkpoints,
            live: RefCell::default(),
            notes: RefCell::default(),
            busy: Busy::default(),
        })
    }

    /// Takes the cores: this program was built without the GPU.
    ///
    /// # Errors
    /// [`ProverError::Device`] where a GPU is asked for.
    #[cfg(not(feature = "gpu"))]
    pub fn new(
        choice: DeviceChoice,
        checkpoints: FileCheckpoints,
        stop: &Stop,
        figures: &Figures,
    ) -> Result<Self, ProverError> {
        if choice == DeviceChoice::Gpu {
            let message = "this program was built without the GPU".to_owned();
            return Err(ProverError::Device { message });
        }
        let (stop, figures) = (stop.clone(), figures.clone());
        Ok(Self {
            name: "CPU".to_owned(),
            stop,
            figures,
            proof: RefCell::default(),
            checkpoints,
            live: RefCell::default(),
            notes: RefCell::default(),
            busy: Busy::default(),
        })
    }

    /// Returns its name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives what tells whether it proves.
    #[must_use]
    pub fn busy(&self) -> Busy {
        self.busy.clone()
    }

    async fn compute(&self, challenge: Challenge) -> Result<Proof, ProverError> {
        let begun = Instant::now();
        let live = self.live.borrow().clone();
        let stays = |seed| seed == challenge.seed || live.contains(&seed);
        // What stays makes room for others later.
        let _ = self.checkpoints.retain(&stays).await;
        let note = |note| self.notes.borrow_mut().push(note);
        let mut cuts = Cuts::new(challenge, &self.checkpoints, &note);
        let proof = self.compute_untimed(challenge, &mut cuts).await;
        if proof.is_ok() {
            cuts.done().await;
        }
        self.figures.proving.inc_by(begun.elapsed().as_secs_f64());
        proof
    }

    async fn compute_untimed(
        &self,
        challenge: Challenge,
        cuts: &mut Cuts<'_>,
    ) -> Result<Proof, ProverError> {
        #[cfg(feature = "gpu")]
        if let Some(proof) = self.compute_on_gpu(challenge, cuts).await? {
            return Ok(proof);
        }
        let proof = cores::prove(challenge, &self.stop, cuts).await;
        Ok(Proof::Cores(Box::new(proof.ok_or(ProverError::Lost)?)))
    }

    /// None where there is no GPU, or it failed and the cores may take over.
    #[cfg(feature = "gpu")]
    async fn compute_on_gpu(
        &self,
        challenge: Challenge,
        cuts: &mut Cuts<'_>,
    ) -> Result<Option<Proof>, ProverError> {
        use pinfi_compute::{Options, ProveError, Start, prove_recovering, tune};

        // Out of its place meanwhile: nothing stays borrowed while this waits.
        let Some(mut gpu) = self.gpu.take() else { return Ok(None) };
        let mut options =
            Options { keep_bytes: KEEP_BYTES, cancel: self.stop.cancel(), ..Options::default() };
        if self.tiling.get().is_none() {
            // A failure shows again in the proof, which tells of it.
            self.tiling.set(tune(gpu.device(), gpu.queue(), &options).await.ok());
        }
        options.tiling = self.tiling.get().unwrap_or_default();
        let start = cuts.find().await.map_or(Start::Anew(challenge), Start::From);
        let proof = prove_recovering(&mut gpu, start, &options, &mut Watch(cuts)).await;
        self.gpu.replace(Some(gpu));
        match proof {
            Ok(proof) => Ok(Some(Proof::Gpu(Box::new(proof)))),
            // Late is better than never, and the next time the GPU may be well again.
            Err(error) if self.falls_back && error != ProveError::Cancelled => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// The most memory of the GPU that states are kept in until they are opened.
#[cfg(feature = "gpu")]
const KEEP_BYTES: u64 = 4 << 30;

#[cfg(feature = "gpu")]
fn failed(error: &dyn std::error::Error) -> ProverError {
    ProverError::Device { message: error.to_string() }
}

#[async_trait(?Send)]
impl Prover for Device {
    async fn commit(&self, challenge: Challenge) -> Result<B256, ProverError> {
        let _while = self.busy.begin();
        if let Some(proof) = self.proof.borrow().as_ref()
            && proof.challenge() == challenge
        {
            return Ok(proof.root());
        }
        // Of the one before nothing is needed while this runs: its memory is.
        self.proof.take();
        let proof = self.compute(challenge).await?;
        let root = proof.root();
        self.proof.replace(Some(proof));
        Ok(root)
    }

    async fn open(
        &self,
        challenge: Challenge,
        beacon: B256,
        samples: u32,
    ) -> Result<Response, ProverError> {
        let _while = self.busy.begin();
        let kept = self.proof.take().filter(|proof| proof.challenge() == challenge);
        let mut proof = match kept {
            Some(proof) => proof,
            None => self.compute(challenge).await?,
        };
        let response = match &mut proof {
            // Where it fails it is not put back, and is computed anew.
            #[cfg(feature = "gpu")]
            Proof::Gpu(proof) => {
                let opened = proof.open(beacon, samples, |_| {}).await;
                opened.map_err(|error| failed(&error))?
            }
            Proof::Cores(proof) => {
                let response = proof.open(beacon, samples);
                // What it went on from may have been anything.
                verify(&challenge, beacon, samples, &response)
                    .map_err(|fault| ProverError::Device { message: fault.to_string() })?;
                response
            }
        };
        self.proof.replace(Some(proof));
        Ok(response)
    }

    fn retain(&self, challenges: &[Challenge]) {
        self.live.replace(challenges.iter().map(|challenge| challenge.seed).collect());
    }

    fn notes(&self) -> Vec<Note> {
        self.notes.take()
    }
}

/// Keeps what a proof on the GPU can go on from.
#[cfg(feature = "gpu")]
struct Watch<'a, 'b>(&'a mut Cuts<'b>);

#[cfg(feature = "gpu")]
impl pinfi_compute::Observer for Watch<'_, '_> {
    fn progress(&mut self, _: pinfi_compute::Progress) {}

    fn resumes(&mut self, state: u32) {
        self.0.resumes(state);
    }

    async fn keep(&mut self, checkpoint: &Checkpoint) {
        self.0.keep(checkpoint).await;
    }

    async fn recall(&mut self) -> Option<Checkpoint> {
        self.0.find().await
    }

    fn lost(&mut self, reason: &str) {
        self.0.note(Note::DeviceLost { reason: reason.to_owned() });
    }
}

impl Proof {
    const fn challenge(&self) -> Challenge {
        match self {
            #[cfg(feature = "gpu")]
            Self::Gpu(proof) => proof.challenge(),
            Self::Cores(proof) => proof.challenge(),
        }
    }

    const fn root(&self) -> B256 {
        match self {
            #[cfg(feature = "gpu")]
            Self::Gpu(proof) => proof.root(),
            Self::Cores(proof) => proof.root(),
        }
    }
}
