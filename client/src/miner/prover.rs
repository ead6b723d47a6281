//! Who computes a challenge's chain.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_core::pocps::{ChainProver, Challenge, Committed, Response, Retain, verify};

use super::{Checkpoints, Cuts, NoCheckpoints, Note};

/// Why there is no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProverError {
    /// The device, or who asks it, failed.
    #[error("the device failed: {message}")]
    Device {
        /// In its words.
        message: String,
    },
    /// What was computed is gone.
    #[error("what was computed is gone")]
    Lost,
    /// The device computes something else than it did.
    #[error("{committed} was committed, but the device now computes {computed}")]
    OtherRoot {
        /// What the ledger has.
        committed: B256,
        /// What came out now.
        computed: B256,
    },
}

impl ProverError {
    /// Names the cause for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Device { .. } => "ProverFailed",
            Self::Lost => "ProofLost",
            Self::OtherRoot { .. } => "ProverDiffers",
        }
    }
}

/// Computes chains, and opens them.
///
/// Futures are not `Send`: a browser's handles belong to their thread.
#[async_trait(?Send)]
pub trait Prover {
    /// Computes a challenge's chain and returns the root of its rows. What was computed lately is kept
    /// to be opened.
    ///
    /// # Errors
    /// [`ProverError`].
    async fn commit(&self, challenge: Challenge) -> Result<B256, ProverError>;

    /// Opens the first `samples` that a beacon draws, in their order; computes the chain again where
    /// it was not kept.
    ///
    /// # Errors
    /// [`ProverError`].
    async fn open(
        &self,
        challenge: Challenge,
        beacon: B256,
        samples: u32,
    ) -> Result<Response, ProverError>;

    /// Hears which challenges may still be asked for: of all others nothing need be kept.
    fn retain(&self, _challenges: &[Challenge]) {}

    /// Gives what happened on the way of its proofs, each once.
    fn notes(&self) -> Vec<Note> {
        Vec::new()
    }
}

/// How many chains are kept to be opened: the epoch's, the one before, and a complaint's.
const KEPT: usize = 3;

/// Computes on the processor, on the thread that asks.
pub struct CpuProver {
    kept: RefCell<VecDeque<(Challenge, Committed)>>,
    checkpoints: Rc<dyn Checkpoints>,
    notes: RefCell<Vec<Note>>,
}

impl Default for CpuProver {
    /// Keeps no checkpoints.
    fn default() -> Self {
        Self::new(Rc::new(NoCheckpoints))
    }
}

impl CpuProver {
    /// Makes one that has no clock: it keeps a checkpoint after each round.
    #[must_use]
    pub fn new(checkpoints: Rc<dyn Checkpoints>) -> Self {
        Self { kept: RefCell::default(), checkpoints, notes: RefCell::default() }
    }

    async fn compute(&self, challenge: Challenge) -> Committed {
        let note = |note| self.notes.borrow_mut().push(note);
        let mut cuts = Cuts::new(challenge, self.checkpoints.as_ref(), &note);
        let mut prover = match cuts.find().await {
            Some(checkpoint) => {
                cuts.resumes(checkpoint.state());
                ChainProver::resume(checkpoint)
            }
            None => ChainProver::new(challenge, Retain::ALL),
        };
        loop {
            if let Some(committed) = prover.step(challenge.work.n()) {
                cuts.done().await;
                return committed;
            }
            if let Some(checkpoint) = prover.checkpoint() {
                cuts.keep(&checkpoint).await;
            }
        }
    }

    async fn with<T>(&self, challenge: Challenge, look: impl FnOnce(&mut Committed) -> T) -> T {
        let place = self.kept.borrow().iter().position(|(of, _)| *of == challenge);
        let found = place.and_then(|place| self.kept.borrow_mut().remove(place));
        let mut found = match found {
            Some((_, found)) => found,
            None => self.compute(challenge).await,
        };
        let seen = look(&mut found);
        let mut kept = self.kept.borrow_mut();
        kept.push_back((challenge, found));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        seen
    }
}

#[async_trait(?Send)]
impl Prover for CpuProver {
    async fn commit(&self, challenge: Challenge) -> Result<B256, ProverError> {
        Ok(self.with(challenge, |committed| committed.root()).await)
    }

    async fn open(
        &self,
        challenge: Challenge,
        beacon: B256,
        samples: u32,
    ) -> Result<Response, ProverError> {
        let response = self.with(challenge, |committed| committed.open(beacon, samples)).await;
        let checked = verify(&challenge, beacon, samples, &response);
        checked.map_err(|fault| ProverError::Device { message: fault.to_string() })?;
        Ok(response)
    }

    fn notes(&self) -> Vec<Note> {
        self.notes.take()
    }
}
