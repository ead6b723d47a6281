//! Why an action was not settled.

use alloy_primitives::{B256, U256};
use pinfi_core::units::Wei;
use pinfi_evm::Refusal;

use super::SignError;
use super::evm::{ChainError, TransactionError};
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
    /// A contract refuses it for a reason that only contracts have.
    #[error(transparent)]
    Contract(Box<Refusal>),
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
    pub fn code(&self) -> &'static str {
        match self {
            Self::Intent(error) => error.code(),
            Self::Protocol(error) => error.code(),
            Self::Contract(refusal) => refusal.name().unwrap_or("ContractRefusal"),
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
    /// There is no signature.
    #[error(transparent)]
    Signer(#[from] SignError),
    /// The chain cannot be reached, or says what makes no sense.
    #[error(transparent)]
    Chain(Box<ChainError>),
    /// The transaction ended otherwise.
    #[error(transparent)]
    Transaction(Box<TransactionError>),
    /// The account cannot pay for the transaction itself.
    #[error(
        "the transaction may cost {needed} wei of the chain's own money, the account has {balance}"
    )]
    Gas {
        /// The most that it may cost.
        needed: U256,
        /// What the account has.
        balance: U256,
    },
    /// Fees have risen beyond what the account has agreed to; nothing was sent.
    #[error("the transaction may now cost {needed} wei of the chain's own money, not {agreed}")]
    FeeRisen {
        /// The most that the account has agreed to.
        agreed: U256,
        /// The most that it may cost now.
        needed: U256,
    },
    /// None of our own transactions of this hash waits for a block any more.
    #[error("{hash} does not wait for a block any more")]
    NotWaiting {
        /// The hash.
        hash: B256,
    },
    /// The chain's contracts do not know this action.
    #[error("the contracts on this chain know no {action}")]
    Unsupported {
        /// The action's name.
        action: &'static str,
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
            Self::Signer(error) => error.code(),
            Self::Chain(error) => error.code(),
            Self::Transaction(error) => error.code(),
            Self::Gas { .. } => "GasUnaffordable",
            Self::FeeRisen { .. } => "FeeRisen",
            Self::NotWaiting { .. } => "NotWaiting",
            Self::Unsupported { .. } => "Unsupported",
        }
    }
}
