//! Secrets as types: shown by nothing, wiped when dropped.
//!
//! Each keeps its bytes on the heap, so that moving the value leaves no copy behind. They serialise
//! for one purpose: to cross over to the worker that does the slow key work.

use core::fmt;

use alloy_primitives::{Address, B256, hex, keccak256};
use k256::ecdsa::SigningKey;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::WalletError;

macro_rules! redacted {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}

redacted!(Password, PrivateKey, Phrase, Entropy, Secret);

/// Holds a password as it was typed, in UTF-8.
#[derive(Clone, Serialize, Deserialize)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Bounds a new wallet's password from below, in characters.
    pub const MIN_CHARS: usize = 8;

    /// Takes a password over.
    #[must_use]
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }

    /// Looks at the bytes that go into the key derivation.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Refuses a password that is too short to protect a new wallet.
    ///
    /// # Errors
    /// [`WalletError::WeakPassword`].
    pub fn check_strength(&self) -> Result<(), WalletError> {
        if self.0.chars().count() < Self::MIN_CHARS {
            return Err(WalletError::WeakPassword { min_chars: Self::MIN_CHARS });
        }
        Ok(())
    }
}

/// Holds a secp256k1 private key: 32 bytes, in range.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Zeroizing<Vec<u8>>", into = "Zeroizing<Vec<u8>>")]
pub struct PrivateKey(Zeroizing<Vec<u8>>);

impl PrivateKey {
    /// Takes the 32 big-endian bytes of a key.
    ///
    /// # Errors
    /// [`WalletError::InvalidKey`] unless it is in 1 to n − 1.
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Result<Self, WalletError> {
        // `from_slice` would take shorter keys and pad them.
        if bytes.len() != 32 || SigningKey::from_slice(&bytes).is_err() {
            return Err(WalletError::InvalidKey);
        }
        Ok(Self(bytes))
    }

    /// Reads a key from 64 hexadecimal digits, with or without `0x` and surrounding blanks.
    ///
    /// # Errors
    /// [`WalletError::InvalidKey`].
    pub fn from_hex(text: &str) -> Result<Self, WalletError> {
        let bytes = hex::decode(text.trim()).map_err(|_| WalletError::InvalidKey)?;
        Self::from_bytes(Zeroizing::new(bytes))
    }

    /// Writes the key as `0x` and 64 digits, for an export.
    #[must_use]
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode_prefixed(self.0.as_slice()))
    }

    /// Looks at the 32 big-endian bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Computes the key's address.
    ///
    /// # Errors
    /// [`WalletError::InvalidKey`], which a checked key does not give.
    pub fn address(&self) -> Result<Address, WalletError> {
        let point = self.signing_key()?.verifying_key().to_encoded_point(false);
        // The first byte says "uncompressed"; the address is of the two coordinates.
        let hash: B256 = keccak256(point.as_bytes().get(1..).ok_or(WalletError::InvalidKey)?);
        Ok(Address::from_word(hash))
    }

    /// Makes the signing form, which wipes itself when dropped.
    pub(super) fn signing_key(&self) -> Result<SigningKey, WalletError> {
        SigningKey::from_slice(&self.0).map_err(|_| WalletError::InvalidKey)
    }
}

impl TryFrom<Zeroizing<Vec<u8>>> for PrivateKey {
    type Error = WalletError;

    fn try_from(bytes: Zeroizing<Vec<u8>>) -> Result<Self, Self::Error> {
        Self::from_bytes(bytes)
    }
}

impl From<PrivateKey> for Zeroizing<Vec<u8>> {
    fn from(key: PrivateKey) -> Self {
        key.0
    }
}

/// Holds a BIP-39 phrase: lower-case words with single blanks between them, not yet checked.
#[derive(Clone, Serialize, Deserialize)]
pub struct Phrase(Zeroizing<String>);

impl Phrase {
    /// Takes a phrase as typed or pasted: case, line breaks and double blanks don't matter.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let mut words = Zeroizing::new(String::with_capacity(typed.len()));
        for word in typed.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
        }
        Self(words)
    }

    /// Looks at the words, to show them on the user's demand.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Holds what a phrase stands for: 16 to 32 bytes of randomness.
#[derive(Clone, Serialize, Deserialize)]
pub struct Entropy(Zeroizing<Vec<u8>>);

impl Entropy {
    /// Takes entropy over; [`super::VaultRequest`]s check its length.
    #[must_use]
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// Looks at the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Holds what a keystore encrypts; its owner knows whether that is a key or entropy.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes decrypted bytes over.
    #[must_use]
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// Looks at the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads the secret as entropy.
    #[must_use]
    pub fn into_entropy(self) -> Entropy {
        Entropy(self.0)
    }

    /// Reads the secret as a key.
    ///
    /// # Errors
    /// [`WalletError::InvalidKey`].
    pub fn into_key(self) -> Result<PrivateKey, WalletError> {
        PrivateKey::from_bytes(self.0)
    }
}

impl From<PrivateKey> for Secret {
    fn from(key: PrivateKey) -> Self {
        Self(key.0)
    }
}

impl From<Entropy> for Secret {
    fn from(entropy: Entropy) -> Self {
        Self(entropy.0)
    }
}
