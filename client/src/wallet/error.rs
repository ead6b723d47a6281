//! What can go wrong with keys. No variant carries a secret, nor a part of one.

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use crate::storage::StorageError;

/// Says why the wallet refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WalletError {
    /// The keys are not in memory: the wallet has to be unlocked first.
    #[error("the wallet is locked")]
    Locked,
    /// The password does not open what is stored.
    #[error("wrong password")]
    WrongPassword,
    /// The file's own password does not open it.
    #[error("wrong password for this file")]
    WrongFilePassword,
    /// A new wallet's password is too short.
    #[error("the password needs at least {min_chars} characters")]
    WeakPassword {
        /// The fewest characters that are taken.
        min_chars: usize,
    },
    /// The wallet has no such account.
    #[error("no account {address} in this wallet")]
    UnknownAccount {
        /// The address that was asked for.
        address: Address,
    },
    /// The wallet has this account already.
    #[error("account {address} is in this wallet already")]
    AccountExists {
        /// The address that was to be added.
        address: Address,
    },
    /// An imported key has no phrase to show or to derive more accounts from.
    #[error("account {address} does not come from a phrase")]
    NoPhrase {
        /// The account's address.
        address: Address,
    },
    /// The bytes or digits are no private key.
    #[error("not a private key")]
    InvalidKey,
    /// Another change of the wallet is not finished.
    #[error("the wallet is busy")]
    Busy,
    /// What is stored contradicts itself: an account's key has another address, or a record cannot
    /// be read.
    #[error("the stored wallet is damaged")]
    Damaged,
    /// The slow key work failed.
    #[error(transparent)]
    Vault(VaultError),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl WalletError {
    /// Names the error for screens and logs; stable between versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Locked => "wallet_locked",
            Self::WrongPassword => "wallet_wrong_password",
            Self::WrongFilePassword => "wallet_wrong_file_password",
            Self::Busy => "wallet_busy",
            Self::WeakPassword { .. } => "wallet_weak_password",
            Self::UnknownAccount { .. } => "wallet_unknown_account",
            Self::AccountExists { .. } => "wallet_account_exists",
            Self::NoPhrase { .. } => "wallet_no_phrase",
            Self::InvalidKey => "wallet_invalid_key",
            Self::Damaged => "wallet_damaged",
            Self::Vault(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }
}

impl From<VaultError> for WalletError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::WrongPassword => Self::WrongPassword,
            VaultError::InvalidKey => Self::InvalidKey,
            error => Self::Vault(error),
        }
    }
}

/// Says why the slow key work failed; it crosses over from the worker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[non_exhaustive]
pub enum VaultError {
    /// The keystore's check value is not this password's.
    #[error("wrong password")]
    WrongPassword,
    /// A phrase has 12, 15, 18, 21 or 24 words.
    #[error("a phrase has 12, 15, 18, 21 or 24 words, not {words}")]
    PhraseLength {
        /// The words that were there.
        words: usize,
    },
    /// A word is not in the English list of BIP-39.
    #[error("word {position} is not in the list")]
    PhraseWord {
        /// The word's place, from 1.
        position: usize,
    },
    /// The words are all known, but they don't belong together.
    #[error("the phrase's checksum is wrong: a word is mistaken or out of place")]
    PhraseChecksum,
    /// The bytes are no private key.
    #[error("not a private key")]
    InvalidKey,
    /// The file is no Web3 Secret Storage of version 3; `field` is what is missing or malformed.
    #[error("not a keystore file: {field}")]
    InvalidKeystore {
        /// The field's name in the format's text.
        field: String,
    },
    /// The file asks for a cipher or a derivation that is not supported, or for too much memory.
    #[error("unsupported keystore: {field}")]
    UnsupportedKeystore {
        /// The field's name in the format's text.
        field: String,
    },
    /// The platform gave no randomness.
    #[error("no secure randomness here")]
    NoRandomness,
    /// The work was cancelled, or the worker that did it stopped.
    #[error("the key work was interrupted")]
    Interrupted,
}

impl VaultError {
    /// Names the error for screens and logs; stable between versions.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongPassword => "wallet_wrong_password",
            Self::PhraseLength { .. } => "wallet_phrase_length",
            Self::PhraseWord { .. } => "wallet_phrase_word",
            Self::PhraseChecksum => "wallet_phrase_checksum",
            Self::InvalidKey => "wallet_invalid_key",
            Self::InvalidKeystore { .. } => "wallet_invalid_keystore",
            Self::UnsupportedKeystore { .. } => "wallet_unsupported_keystore",
            Self::NoRandomness => "wallet_no_randomness",
            Self::Interrupted => "wallet_interrupted",
        }
    }
}
