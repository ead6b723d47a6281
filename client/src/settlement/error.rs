//! Why an action was not settled.

use pinfi_core::units::Wei;

use crate::intent::IntentError;
use crate::storage::StorageError;

/// A rule that a signed action breaks; it changed nothing and is not logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The signature, nonce or deadline does not hold.
    #[error(transparent)]
    Intent(#[from] IntentError),
    /// The protocol refuses it.
    #[error(transparent)]
    Protocol(#[from] pinfi_core::Error),
    /// Only a sandbox has a faucet and a clock to set.
    #[error("only a sandbox can do this")]
    SandboxOnly,
    /// The account had its share of the faucet today.
    #[error("{amount} wei were asked of the faucet, {left} are left for this account today")]
    FaucetDry {
        /// What was asked for.
        amount: Wei,
        /// What is left for the account until the ledger's next day.
        left: Wei,
    },
}

impl Rejection {
    /// Names the rule for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Intent(error) => error.code(),
            Self::Protocol(error) => error.code(),
            Self::SandboxOnly => "SandboxOnly",
            Self::FaucetDry { .. } => "FaucetDry",
        }
    }
}

/// Why a submission did not end in a receipt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SubmitError {
    /// The action breaks a rule.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The record could not be kept; the action did not happen.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The stored log no longer continues what this tab has seen: open the ledger anew to recover.
    #[error("the stored log was changed from outside at record {seq}")]
    LogChanged {
        /// The first record that does not follow.
        seq: u64,
    },
    /// The system gave no randomness, or no lock among tabs.
    #[error("the system refused {what}")]
    Unavailable {
        /// What was asked for.
        what: &'static str,
    },
}

impl SubmitError {
    /// Names the cause for screens and logs; stable between versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::Storage(error) => error.code(),
            Self::LogChanged { .. } => "LogChanged",
            Self::Unavailable { .. } => "Unavailable",
        }
    }
}
