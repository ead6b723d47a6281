//! A verdict of the game that anyone can check, in one file.

use alloc::vec::Vec;

use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

use crate::pocps::{self, Challenge, Fault, Opening, PocpsParams, Response, SeedInputs, Work};

/// The form of the file, so that a later one is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GameFormat {
    /// The form described here.
    #[serde(rename = "PinFi.game.transcript.v1")]
    V1,
}

/// What became of a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Nothing stands against it.
    Passed,
    /// A sample was to be proved and was not in time.
    NotProved {
        /// The number of the sample.
        sample: u32,
    },
    /// The provider proved it wrongly.
    Failed(Fault),
}

/// A sample that was to be proved on the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofRecord {
    /// The number of the sample.
    pub sample: u32,
    /// What drew its place; none where it was never recorded.
    pub beacon: Option<B256>,
    /// What the provider opened; none where it did not.
    pub opening: Option<Opening>,
}

/// The record of one commitment and of what was said against it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GameTranscript {
    /// The form of this file.
    pub format: GameFormat,
    /// What the seed is made of: [`Ledger::seed_inputs`](crate::Ledger::seed_inputs).
    pub inputs: SeedInputs,
    /// What the pool asks of its devices.
    pub params: PocpsParams,
    /// The root that was committed.
    pub root: B256,
    /// The commitment's beacon, if it was recorded.
    pub beacon: Option<B256>,
    /// The openings that the provider published; empty where it withheld them.
    pub openings: Vec<Opening>,
    /// The samples that were to be proved on the ledger.
    pub proofs: Vec<ProofRecord>,
    /// What became of it.
    pub verdict: Verdict,
    /// The transaction that gave the verdict, where the ledger is on a chain.
    pub transaction: Option<B256>,
}

/// Why a transcript does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GameTranscriptError {
    /// No pool can have these parameters.
    #[error("the parameter {0} is out of bounds")]
    BadParameter(&'static str),
    /// It claims another verdict than its own content gives.
    #[error("the transcript's own content gives {found:?}")]
    WrongVerdict {
        /// What the content gives.
        found: Verdict,
    },
}

impl GameTranscript {
    /// Judges everything again and compares with the recorded verdict.
    ///
    /// # Errors
    /// [`GameTranscriptError`].
    pub fn check(&self) -> Result<Verdict, GameTranscriptError> {
        let found = self.judge()?;
        if found == self.verdict {
            Ok(found)
        } else {
            Err(GameTranscriptError::WrongVerdict { found })
        }
    }

    /// Gives the verdict that follows from the content: the first proof that is missing or wrong.
    ///
    /// # Errors
    /// [`GameTranscriptError::BadParameter`].
    pub fn judge(&self) -> Result<Verdict, GameTranscriptError> {
        let challenge = self.challenge()?;
        let q = self.params.samples;
        for ProofRecord { sample, beacon, opening } in &self.proofs {
            let (Some(beacon), Some(opening)) = (beacon, opening) else {
                return Ok(Verdict::NotProved { sample: *sample });
            };
            let checked = pocps::verify_sample(&challenge, self.root, *beacon, *sample, opening);
            if let Err(fault) = checked {
                return Ok(Verdict::Failed(fault));
            }
        }
        let due = self.beacon.is_some_and(|beacon| pocps::is_proof_due(self.root, beacon, q));
        if due && !self.proofs.iter().any(|proof| proof.sample == q) {
            return Ok(Verdict::NotProved { sample: q });
        }
        Ok(Verdict::Passed)
    }

    /// Looks at what the provider published, as a verifier does before it accuses. A ledger does
    /// not: a commitment with a fault here has passed all the same if nobody accused it.
    ///
    /// # Errors
    /// The first [`Fault`]; [`Fault::WrongCount`] too where the openings are withheld.
    pub fn check_published(&self) -> Result<(), Fault> {
        let expected = self.params.samples;
        let (Ok(challenge), Some(beacon)) = (self.challenge(), self.beacon) else {
            return Err(Fault::WrongCount { expected, found: 0 });
        };
        let response = Response { root: self.root, openings: self.openings.clone() };
        pocps::verify(&challenge, beacon, expected, &response)
    }

    fn challenge(&self) -> Result<Challenge, GameTranscriptError> {
        let work: Work = self.params.validate().map_err(GameTranscriptError::BadParameter)?;
        Ok(Challenge { seed: self.inputs.seed(), work })
    }
}
