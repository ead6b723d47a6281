//! A verdict that anyone can check: seed, root, beacon, openings and outcome in one file.

use alloy_primitives::B256;
use serde::{Deserialize, Serialize};

use super::opening::Response;
use super::seed::SeedInputs;
use super::verify::{Fault, verify_against};
use super::work::{Challenge, Work};

/// Where the seed comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// From what binds it to a stake: the seed itself is recomputed.
    Inputs(SeedInputs),
    /// Given as it is.
    Seed(B256),
}

impl Origin {
    /// Gives the seed.
    #[must_use]
    pub fn seed(&self) -> B256 {
        match self {
            Self::Inputs(inputs) => inputs.seed(),
            Self::Seed(seed) => *seed,
        }
    }
}

/// The form of the file, so that a later one is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// The form described here.
    #[serde(rename = "PinFi.PoCPS.transcript.v1")]
    V1,
}

/// What became of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Every sample is right.
    Passed,
    /// The first fault found.
    Failed(Fault),
}

/// The record of one verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// The form of this file.
    pub format: Format,
    /// Where the seed comes from.
    pub origin: Origin,
    /// The size of the work.
    pub work: Work,
    /// The number of samples, q.
    pub samples: u32,
    /// The root that was committed.
    pub root: B256,
    /// What drew the samples, once the root was committed.
    pub beacon: B256,
    /// The root again, and the openings.
    pub response: Response,
    /// The verdict.
    pub outcome: Outcome,
}

/// The transcript claims another outcome than its own content gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the transcript's own content gives {found:?}")]
pub struct TranscriptError {
    /// What the check gives.
    pub found: Outcome,
}

impl Transcript {
    /// Verifies a response and records the verdict.
    #[must_use]
    pub fn record(
        origin: Origin,
        work: Work,
        samples: u32,
        root: B256,
        beacon: B256,
        response: Response,
    ) -> Self {
        let format = Format::V1;
        let outcome = Outcome::Passed;
        let mut record = Self { format, origin, work, samples, root, beacon, response, outcome };
        record.outcome = record.verdict();
        record
    }

    /// Gives the challenge that was answered.
    #[must_use]
    pub fn challenge(&self) -> Challenge {
        Challenge { seed: self.origin.seed(), work: self.work }
    }

    /// Verifies everything again and compares with the recorded outcome.
    ///
    /// # Errors
    /// [`TranscriptError`] where the outcome is not what the content gives.
    pub fn check(&self) -> Result<Outcome, TranscriptError> {
        let found = self.verdict();
        if found == self.outcome { Ok(found) } else { Err(TranscriptError { found }) }
    }

    fn verdict(&self) -> Outcome {
        let (root, beacon, q) = (self.root, self.beacon, self.samples);
        match verify_against(&self.challenge(), root, beacon, q, &self.response) {
            Ok(()) => Outcome::Passed,
            Err(fault) => Outcome::Failed(fault),
        }
    }
}
