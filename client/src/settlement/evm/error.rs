//! What goes wrong between us and a chain.

use alloy_primitives::{Address, B256, Bytes};
use pinfi_evm::{Gap, Refusal};

use super::transport::TransportError;

/// Why a node's answer is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// There was no answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The node asks for a pause that is longer than we wait for.
    #[error("the node refuses to answer so often")]
    TooManyRequests,
    /// The node's HTTP server failed.
    #[error("the node answered with HTTP status {status}")]
    Status {
        /// The status.
        status: u16,
    },
    /// The answer is not what the method gives.
    #[error("the node's answer to {method} makes no sense")]
    Garbage {
        /// The method.
        method: &'static str,
    },
    /// The node refuses the request.
    #[error("the node refuses {method}: {message} ({code})")]
    Node {
        /// The method.
        method: &'static str,
        /// The error's code.
        code: i64,
        /// Its words.
        message: String,
        /// What a reverted call returned.
        data: Option<Bytes>,
    },
    /// The node is of another chain than the address book.
    #[error("the node is of chain {found}, the address book of chain {expected}")]
    WrongChain {
        /// The address book's.
        expected: u64,
        /// The node's.
        found: u64,
    },
    /// There is no contract where the address book says.
    #[error("there is no contract at {address}")]
    NoContract {
        /// The address.
        address: Address,
    },
    /// The contract there is not the one of the address book.
    #[error("the code at {address} is not that of the address book")]
    OtherCode {
        /// The address.
        address: Address,
    },
    /// The logs do not make a history: the node leaves some out, or has others.
    #[error("the node's logs make no history: {0}")]
    Gap(#[from] Gap),
    /// The state that the logs lead to is not the chain's.
    #[error("the logs lead to another {what} than the chain has")]
    Diverged {
        /// The first view that differs.
        what: String,
    },
    /// The chain was reorganised while it was read; reading again helps.
    #[error("the chain was reorganised meanwhile")]
    Reorganised,
}

impl ChainError {
    /// Names the cause for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transport(TransportError::Unreachable) => "NodeUnreachable",
            Self::Transport(TransportError::TimedOut) => "NodeTimedOut",
            Self::TooManyRequests => "NodeTooManyRequests",
            Self::Status { .. } => "NodeStatus",
            Self::Garbage { .. } => "NodeGarbage",
            Self::Node { .. } => "NodeRefused",
            Self::WrongChain { .. } => "WrongChain",
            Self::NoContract { .. } => "NoContract",
            Self::OtherCode { .. } => "OtherCode",
            Self::Gap(_) => "LogsIncomplete",
            Self::Diverged { .. } => "StateDiverged",
            Self::Reorganised => "Reorganised",
        }
    }

    /// Returns what a call was reverted with, if that is what happened.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Node { data: Some(data), .. } => Some(Refusal::decode(data)),
            _ => None,
        }
    }
}

/// How a transaction ended that did not do what it was to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransactionError {
    /// Another transaction of the account took its place.
    #[error("another transaction took the place of {hash}")]
    Replaced {
        /// Its hash.
        hash: B256,
    },
    /// An empty transaction of the account took its place.
    #[error("{hash} was cancelled")]
    Cancelled {
        /// Its hash.
        hash: B256,
    },
    /// The node does not know it any more, also after it was sent again.
    #[error("the chain dropped {hash}")]
    Dropped {
        /// Its hash.
        hash: B256,
    },
    /// It is still not in a block. It may yet be.
    #[error("{hash} is not in a block yet; it may still come")]
    TimedOut {
        /// Its hash.
        hash: B256,
    },
    /// It is in a block and did nothing.
    #[error("{hash} was refused on the chain: {refusal}")]
    Reverted {
        /// Its hash.
        hash: B256,
        /// Why.
        refusal: Refusal,
    },
}

impl TransactionError {
    /// Names the cause for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Replaced { .. } => "TransactionReplaced",
            Self::Cancelled { .. } => "TransactionCancelled",
            Self::Dropped { .. } => "TransactionDropped",
            Self::TimedOut { .. } => "TransactionTimedOut",
            Self::Reverted { .. } => "TransactionReverted",
        }
    }
}
