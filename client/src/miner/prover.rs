//! Who computes a challenge's chain.

use std::cell::RefCell;
use std::collections::VecDeque;

use alloy_primitives::B256;
use async_trait::async_trait;
use pinfi_core::pocps::{ChainProver, Challenge, Committed, Response, Retain};

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
}

/// How many chains are kept to be opened: the epoch's, the one before, and a complaint's.
const KEPT: usize = 3;

/// Computes on the processor, on the thread that asks.
#[derive(Default)]
pub struct CpuProver {
    kept: RefCell<VecDeque<(Challenge, Committed)>>,
}

impl CpuProver {
    fn with<T>(&self, challenge: Challenge, look: impl FnOnce(&mut Committed) -> T) -> T {
        let mut kept = self.kept.borrow_mut();
        let place = kept.iter().position(|(of, _)| *of == challenge);
        let mut found = match place.and_then(|place| kept.remove(place)) {
            Some((_, found)) => found,
            None => ChainProver::new(challenge, Retain::ALL).finish(),
        };
        let seen = look(&mut found);
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
        Ok(self.with(challenge, |committed| committed.root()))
    }

    async fn open(
        &self,
        challenge: Challenge,
        beacon: B256,
        samples: u32,
    ) -> Result<Response, ProverError> {
        Ok(self.with(challenge, |committed| committed.open(beacon, samples)))
    }
}
