//! Checks a transcript of either kind: the verdict of one verifier, or of the game.

use alloc::string::{String, ToString};

use serde::Deserialize;
use serde_json::Value;

use crate::game::{GameTranscript, GameTranscriptError, Verdict};
use crate::pocps::{Fault, Outcome, Transcript, TranscriptError};

/// What a transcript says, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// One verifier looked at all samples.
    Verifier(Outcome),
    /// The game gave the verdict; beside it what the published openings show.
    Game(Verdict, Result<(), Fault>),
}

/// Why a transcript does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Difference {
    /// The file is not of this form.
    #[error("not a transcript: {0}")]
    Form(String),
    /// The outcome does not follow from the content.
    #[error(transparent)]
    Verifier(#[from] TranscriptError),
    /// The verdict does not follow from the content.
    #[error(transparent)]
    Game(#[from] GameTranscriptError),
}

/// Checks a transcript, given as its text too.
pub(super) fn replay(file: &Value, json: &str) -> Result<Summary, Difference> {
    if file.get("verdict").is_some() {
        let transcript: GameTranscript = read(json)?;
        return Ok(Summary::Game(transcript.check()?, transcript.check_published()));
    }
    let transcript: Transcript = read(json)?;
    Ok(Summary::Verifier(transcript.check()?))
}

/// From the text: a `Value` has no numbers of 128 bits, as amounts may be.
fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Difference> {
    serde_json::from_str(json).map_err(|error| Difference::Form(error.to_string()))
}

impl core::fmt::Display for Summary {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Verifier(Outcome::Passed) => f.write_str("the proof passed"),
            Self::Verifier(Outcome::Failed(fault)) => write!(f, "the proof failed: {fault}"),
            Self::Game(verdict, published) => {
                match verdict {
                    Verdict::Passed => f.write_str("the commitment passed")?,
                    Verdict::NotProved { sample } => write!(f, "sample {sample} was not proved")?,
                    Verdict::Failed(fault) => write!(f, "the proof failed: {fault}")?,
                }
                match published {
                    Ok(()) => f.write_str("; all published openings are right"),
                    Err(fault) => write!(f, "; published: {fault}"),
                }
            }
        }
    }
}
