//! Why a signed action is not accepted, before the ledger's own rules are asked.

use alloy_primitives::Address;
use pinfi_core::units::Timestamp;
use serde::Serialize;

use super::Domain;

/// A refusal of a signature, or of the nonce and deadline under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[non_exhaustive]
pub enum IntentError {
    /// It was signed for another ledger.
    #[error("signed for ledger {} of chain {}, not this one", .signed.ledger, .signed.chain_id)]
    WrongDomain {
        /// The ledger it names.
        signed: Domain,
        /// This ledger.
        expected: Domain,
    },
    /// A signature is 65 bytes: r, s, v.
    #[error("a signature has 65 bytes, this one {len}")]
    SignatureLength {
        /// The length found.
        len: usize,
    },
    /// v says which of two keys signed: 27 or 28.
    #[error("the signature's v must be 27 or 28, it is {v}")]
    SignatureRecoveryId {
        /// The last byte found.
        v: u8,
    },
    /// r and s lie between 1 and the order of the curve.
    #[error("the signature's r or s is out of range")]
    SignatureScalar,
    /// The upper half of s is refused, or each signature would have a twin that nobody made.
    #[error("the signature's s is in the upper half of its range")]
    HighS,
    /// No key at all gives this signature.
    #[error("no account can have made this signature")]
    Unrecoverable,
    /// The signature is another account's, or one over other words.
    #[error("the signature is not that of {claimed} over this action")]
    SignerMismatch {
        /// The signer that the action names.
        claimed: Address,
        /// The account that the signature gives.
        recovered: Address,
    },
    /// The action was applied before.
    #[error("nonce {nonce} was used already; the next is {next}")]
    NonceUsed {
        /// The action's nonce.
        nonce: u64,
        /// The account's next nonce.
        next: u64,
    },
    /// An action of the account that comes before this one is missing.
    #[error("nonce {nonce} is ahead of the next, {next}")]
    NonceGap {
        /// The action's nonce.
        nonce: u64,
        /// The account's next nonce.
        next: u64,
    },
    /// The action came after the last second for which it was signed.
    #[error("the deadline {deadline} was before {now}")]
    DeadlineExpired {
        /// The last second.
        deadline: Timestamp,
        /// The ledger's time.
        now: Timestamp,
    },
    /// The action has no bytes to sign.
    #[error("the action cannot be written as bytes")]
    Unwritable,
}

impl IntentError {
    /// Names the error for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongDomain { .. } => "WrongDomain",
            Self::SignatureLength { .. } => "SignatureLength",
            Self::SignatureRecoveryId { .. } => "SignatureRecoveryId",
            Self::SignatureScalar => "SignatureScalar",
            Self::HighS => "HighS",
            Self::Unrecoverable => "Unrecoverable",
            Self::SignerMismatch { .. } => "SignerMismatch",
            Self::NonceUsed { .. } => "NonceUsed",
            Self::NonceGap { .. } => "NonceGap",
            Self::DeadlineExpired { .. } => "DeadlineExpired",
            Self::Unwritable => "Unwritable",
        }
    }
}

/// Why bytes or JSON are not a signed action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The text is not JSON, or not an object.
    #[error("this is not a JSON object")]
    NotJson,
    /// There is no action of this name.
    #[error("there is no action {name:?}")]
    UnknownAction {
        /// The name found.
        name: String,
    },
    /// The action or its envelope has no field of this name.
    #[error("there is no field {name:?} here")]
    UnknownField {
        /// The name found.
        name: String,
    },
    /// A field is not there.
    #[error("the field {name:?} is missing")]
    MissingField {
        /// The name expected.
        name: String,
    },
    /// A field's value is not of its kind, or not written in the one way it may be.
    #[error("the field {name:?} has a value that does not fit it")]
    BadValue {
        /// The field.
        name: String,
    },
    /// The bytes are cut short, or are not a signed action.
    #[error("the bytes are not a signed action")]
    BadBytes,
    /// More bytes follow a signed action.
    #[error("{count} bytes follow the signed action")]
    TrailingBytes {
        /// How many.
        count: usize,
    },
}

impl WireError {
    /// Names the error for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotJson => "NotJson",
            Self::UnknownAction { .. } => "UnknownAction",
            Self::UnknownField { .. } => "UnknownField",
            Self::MissingField { .. } => "MissingField",
            Self::BadValue { .. } => "BadValue",
            Self::BadBytes => "BadBytes",
            Self::TrailingBytes { .. } => "TrailingBytes",
        }
    }
}
