//! Scenario files: what an independent model computed, replayed to the last unit.

pub mod figure4;
pub mod lifecycle;
pub mod pocps;
pub mod transcript;

use alloc::string::{String, ToString};

use serde_json::Value;
use thiserror::Error;

/// What was replayed without a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Summary {
    /// A pool's life.
    Lifecycle(lifecycle::Summary),
    /// Proofs.
    Pocps(pocps::Summary),
    /// The phase diagram.
    Figure4(figure4::Summary),
    /// A verdict.
    Transcript(transcript::Summary),
}

/// The first thing in which a file and this implementation differ.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Difference {
    /// The file is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// The file is no pool's life, no list of proofs and no phase diagram.
    #[error(
        "neither a lifecycle file (an object with steps), nor a PoCPS file (a list), nor one of \
         Figure 4 (an object with lp_seller_boundary), nor a transcript (an object with a format)"
    )]
    UnknownForm,
    /// A pool's life differs.
    #[error(transparent)]
    Lifecycle(#[from] lifecycle::Difference),
    /// A proof differs.
    #[error(transparent)]
    Pocps(#[from] pocps::Difference),
    /// The phase diagram differs.
    #[error(transparent)]
    Figure4(#[from] figure4::Difference),
    /// A verdict does not follow.
    #[error(transparent)]
    Transcript(#[from] transcript::Difference),
}

/// Replays a file of any of these forms; its content tells which.
///
/// # Errors
/// The first [`Difference`].
pub fn replay(json: &str) -> Result<Summary, Difference> {
    let file: Value =
        serde_json::from_str(json).map_err(|error| Difference::NotJson(error.to_string()))?;
    match &file {
        Value::Object(object) if object.contains_key("steps") => {
            Ok(Summary::Lifecycle(lifecycle::replay(&file)?))
        }
        Value::Object(object) if object.contains_key("lp_seller_boundary") => {
            Ok(Summary::Figure4(figure4::replay(json)?))
        }
        Value::Object(object) if object.contains_key("format") => {
            Ok(Summary::Transcript(transcript::replay(&file, json)?))
        }
        Value::Array(_) => Ok(Summary::Pocps(pocps::replay(json)?)),
        _ => Err(Difference::UnknownForm),
    }
}

impl core::fmt::Display for Summary {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Lifecycle(summary) => write!(f, "{} steps", summary.steps),
            Self::Pocps(summary) => {
                write!(f, "{} proofs, {} values", summary.vectors, summary.compared)
            }
            Self::Transcript(summary) => summary.fmt(f),
            Self::Figure4(summary) => write!(
                f,
                "{} values, the boundary within {:.4}, areas and resting prices within {:.1e}",
                summary.compared, summary.worst_boundary, summary.worst_computed
            ),
        }
    }
}
