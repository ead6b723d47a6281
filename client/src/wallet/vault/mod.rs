//! The slow and rare key work, behind a port.
//!
//! Deriving a key from a password takes half a second and 128 MiB, and phrases need a word list. So
//! none of it is in the page's own Wasm: the page asks a [`Vault`], which hands the request to a
//! worker. [`InlineVault`] does the work: in that worker, and in tests.

mod cipher;
mod inline;
mod kdf;
mod keystore;
mod phrase;

use alloy_primitives::Address;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Entropy, Password, Phrase, PrivateKey, Secret, VaultError};

pub use inline::InlineVault;
pub use kdf::ScryptCost;

/// Does the key work that is asked for.
#[async_trait(?Send)]
pub trait Vault {
    /// Answers one request.
    ///
    /// # Errors
    /// A [`VaultError`]; which ones, each request's text says.
    async fn perform(&self, request: VaultRequest) -> Result<VaultReply, VaultError>;
}

/// Asks a [`Vault`] for one piece of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum VaultRequest {
    /// Makes a new phrase; answered by [`VaultReply::Phrase`] or [`VaultError::NoRandomness`].
    NewPhrase {
        /// The phrase's length.
        words: WordCount,
    },
    /// Writes entropy as words; answered by [`VaultReply::Phrase`].
    WritePhrase {
        /// The entropy.
        entropy: Entropy,
    },
    /// Checks a phrase and reads its entropy; answered by [`VaultReply::Entropy`] or the
    /// [`VaultError`] that names the phrase's fault.
    ReadPhrase {
        /// The phrase.
        phrase: Phrase,
    },
    /// Derives the keys `m/44'/60'/0'/0/i`; answered by [`VaultReply::Keys`] in the same order.
    Derive {
        /// The phrase's entropy.
        entropy: Entropy,
        /// The values of i.
        indexes: Vec<u32>,
    },
    /// Encrypts secrets under one password, for one derivation; answered by
    /// [`VaultReply::Keystores`] in the same order.
    Seal {
        /// The secrets.
        secrets: Vec<Sealable>,
        /// The password.
        password: Password,
        /// A keystore that the password must open ([`VaultError::WrongPassword`]) and whose salt
        /// is used again, so that one derivation opens all of a wallet.
        beside: Option<Keystore>,
    },
    /// Decrypts keystores; answered by [`VaultReply::Secrets`] in the same order, or
    /// [`VaultError::WrongPassword`] where one of them does not open.
    Open {
        /// The keystores.
        keystores: Vec<Keystore>,
        /// The password.
        password: Password,
    },
}

/// Answers a [`VaultRequest`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum VaultReply {
    /// A phrase.
    Phrase(Phrase),
    /// A phrase's entropy.
    Entropy(Entropy),
    /// Derived keys.
    Keys(Vec<PrivateKey>),
    /// Sealed secrets.
    Keystores(Vec<Keystore>),
    /// Opened secrets.
    Secrets(Vec<Secret>),
}

/// Counts a new phrase's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WordCount {
    /// 12 words: 128 bits.
    #[default]
    Twelve,
    /// 24 words: 256 bits.
    TwentyFour,
}

/// States what is to be encrypted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sealable {
    /// The secret.
    pub secret: Secret,
    /// The address to write into the file beside it, for a key.
    pub address: Option<Address>,
}

/// Holds the JSON of one Web3 Secret Storage file, version 3.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keystore(String);

impl Keystore {
    /// Takes a file's text; it is read when it is opened.
    #[must_use]
    pub fn new(json: String) -> Self {
        Self(json)
    }

    /// Looks at the file's text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for Keystore {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Keystore(..)")
    }
}
