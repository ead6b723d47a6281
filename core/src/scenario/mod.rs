//! Scenario files: what an independent model computed, replayed to the last unit.

pub mod lifecycle;
pub mod pocps;

use alloc::string::{String, ToString};

use serde_json::Value;
use thiserror::Error;

/// What was replayed without a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// A pool's life.
    Lifecycle(lifecycle::Summary),
    /// Proofs.
    Pocps(pocps::Summary),
}

/// The first thing in which a file and this implementation differ.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Difference {
    /// The file is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// The file is neither a pool's life nor a list of proofs.
    #[error("neither a lifecycle file (an object with steps) nor a PoCPS file (a list)")]
    UnknownForm,
    /// A pool's life differs.
    #[error(transparent)]
    Lifecycle(#[from] lifecycle::Difference),
    /// A proof differs.
    #[error(transparent)]
    Pocps(#[from] pocps::Difference),
}

/// Replays a file of either form; its content tells which.
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
        }
    }
}
