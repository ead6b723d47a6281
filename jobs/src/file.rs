//! Evidence as a file: JSON that names the ledger which it is about.

use alloy_primitives::{Address, Bytes};
use serde::{Deserialize, Serialize};

use crate::chain::Output;
use crate::check::Evidence;
use crate::receipt::SignedReceipt;

/// What such a file says of its form.
const FORM: &str = "pinfi-evidence-1";
/// Within how many bytes of its beginning it says so.
const HEAD: usize = 256;

/// Evidence, and the ledger under which its receipt was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFile {
    /// The chain whose ledger it is.
    pub chain_id: u64,
    /// The ledger's address.
    pub ledger: Address,
    /// What is shown.
    pub evidence: Evidence,
}

/// Why a text is no such file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It is of another form, or of none.
    #[error("this is no evidence: {reason}")]
    Form {
        /// What is wrong with it.
        reason: String,
    },
}

/// The file. Bytes are hexadecimal: as lists of numbers they would be twice as long.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    form: String,
    chain_id: u64,
    ledger: Address,
    unit: u32,
    receipt: SignedReceipt,
    job: Bytes,
    outputs: Vec<Part>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    binding: u32,
    bytes: Bytes,
}

impl EvidenceFile {
    /// Tells by its beginning whether a text means to be such a file.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        let head = text.as_bytes();
        let head = head.get(..HEAD).unwrap_or(head);
        head.windows(FORM.len()).any(|it| it == FORM.as_bytes())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`FileError::Form`], which nothing that is evidence gives.
    pub fn to_json(&self) -> Result<String, FileError> {
        let Evidence { receipt, job, outputs, unit } = self.evidence.clone();
        let outputs = outputs.into_iter();
        let outputs = outputs.map(|it| Part { binding: it.binding, bytes: it.bytes.into() });
        let (form, chain_id, ledger) = (FORM.to_owned(), self.chain_id, self.ledger);
        let (job, outputs) = (job.into(), outputs.collect());
        let written = Written { form, chain_id, ledger, unit, receipt, job, outputs };
        serde_json::to_string(&written).map_err(|error| wrong(&error))
    }

    /// Reads a file. What it says is a claim until it was judged.
    ///
    /// # Errors
    /// [`FileError::Form`].
    pub fn from_json(text: &str) -> Result<Self, FileError> {
        let written: Written = serde_json::from_str(text).map_err(|error| wrong(&error))?;
        let Written { form, chain_id, ledger, unit, receipt, job, outputs } = written;
        if form != FORM {
            return Err(FileError::Form { reason: format!("its form is {form:?}") });
        }
        let outputs = outputs.into_iter();
        let outputs = outputs.map(|it| Output { binding: it.binding, bytes: it.bytes.into() });
        let evidence = Evidence { receipt, job: job.into(), outputs: outputs.collect(), unit };
        Ok(Self { chain_id, ledger, evidence })
    }
}

fn wrong(error: &serde_json::Error) -> FileError {
    FileError::Form { reason: error.to_string() }
}
