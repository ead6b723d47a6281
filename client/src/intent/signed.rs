//! An action with its nonce, deadline and signature, and who signed it.

use std::borrow::Cow;

use alloy_primitives::{Address, B256, Bytes, keccak256};
use k256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use pinfi_core::units::Timestamp;
use serde::{Deserialize, Serialize};

use super::typed::hash_message;
use super::{Domain, IntentError, LedgerAction, WireError};

/// The length of r, s and v.
const SIGNATURE_LEN: usize = 65;

/// An action that awaits a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The ledger it is for.
    pub domain: Domain,
    /// What is to happen.
    pub action: LedgerAction,
    /// The account's next nonce: each is used once, in order, from 0.
    pub nonce: u64,
    /// The last second at which it may be applied, in the ledger's time.
    pub deadline: Timestamp,
}

impl Intent {
    /// Puts an action and what guards it together.
    pub fn new(
        domain: Domain,
        action: impl Into<LedgerAction>,
        nonce: u64,
        deadline: Timestamp,
    ) -> Self {
        Self { domain, action: action.into(), nonce, deadline }
    }

    /// Returns the 32 bytes to sign: the EIP-712 hash of the typed message under its domain.
    ///
    /// # Errors
    /// [`IntentError::Unwritable`] if a proof has no bytes.
    pub fn signing_hash(&self) -> Result<B256, IntentError> {
        signing_hash(self.domain.separator(), &self.action, self.nonce, self.deadline)
    }

    /// Returns the same for a caller who hashes often and keeps the domain's separator.
    ///
    /// # Errors
    /// As [`Self::signing_hash`].
    pub fn signing_hash_under(&self, separator: B256) -> Result<B256, IntentError> {
        signing_hash(separator, &self.action, self.nonce, self.deadline)
    }

    /// Returns EIP-712's `encodeType` of the message, as other programs state it.
    ///
    /// # Errors
    /// [`IntentError::Unwritable`] if a proof has no bytes.
    pub fn encode_type(&self) -> Result<Cow<'static, str>, IntentError> {
        hash_message(&self.action, self.nonce, self.deadline).map(|message| (message.encode_type)())
    }

    /// Joins a signature of [`Self::signing_hash`]: r, s and v, 65 bytes. Nothing is checked
    /// here; the ledger does.
    #[must_use]
    pub fn into_signed(self, signer: Address, signature: impl Into<Bytes>) -> SignedAction {
        let Self { domain, action, nonce, deadline } = self;
        SignedAction { domain, signer, action, nonce, deadline, signature: signature.into() }
    }
}

/// An action and its author's signature. What it says of itself is a claim until
/// [`recover`](Self::recover) has checked it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAction {
    /// The ledger it was signed for.
    pub domain: Domain,
    /// Who says to have signed.
    pub signer: Address,
    /// What is to happen.
    pub action: LedgerAction,
    /// Its number among the signer's actions, from 0.
    pub nonce: u64,
    /// The last second at which it may be applied, in the ledger's time.
    pub deadline: Timestamp,
    /// r, s and v: 65 bytes, v being 27 or 28.
    pub signature: Bytes,
}

impl SignedAction {
    /// Checks that it was signed for `domain` by the account that it names, and returns that.
    ///
    /// Nonce and deadline are the ledger's to check: they need its state.
    ///
    /// # Errors
    /// In this order: [`IntentError::WrongDomain`], [`IntentError::SignatureLength`],
    /// [`IntentError::SignatureRecoveryId`], [`IntentError::SignatureScalar`],
    /// [`IntentError::HighS`], [`IntentError::Unwritable`], [`IntentError::Unrecoverable`],
    /// [`IntentError::SignerMismatch`].
    pub fn recover(&self, domain: &Domain) -> Result<Address, IntentError> {
        if self.domain != *domain {
            return Err(IntentError::WrongDomain { signed: self.domain, expected: *domain });
        }
        // What is wrong with the signature itself is told before what is wrong with the words.
        parse_signature(&self.signature)?;
        let recovered = recover_hash(self.signing_hash()?, &self.signature)?;
        if recovered != self.signer {
            return Err(IntentError::SignerMismatch { claimed: self.signer, recovered });
        }
        Ok(recovered)
    }

    /// Returns the 32 bytes that were to be signed.
    ///
    /// # Errors
    /// [`IntentError::Unwritable`] if a proof has no bytes.
    pub fn signing_hash(&self) -> Result<B256, IntentError> {
        signing_hash(self.domain.separator(), &self.action, self.nonce, self.deadline)
    }

    /// Writes it as bytes, for the log.
    ///
    /// # Errors
    /// [`IntentError::Unwritable`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, IntentError> {
        postcard::to_allocvec(self).map_err(|_| IntentError::Unwritable)
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`WireError::BadBytes`] or [`WireError::TrailingBytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let (signed, rest) = postcard::take_from_bytes(bytes).map_err(|_| WireError::BadBytes)?;
        if rest.is_empty() {
            Ok(signed)
        } else {
            Err(WireError::TrailingBytes { count: rest.len() })
        }
    }
}

/// Signs an intent with a key in memory.
///
/// # Errors
/// [`IntentError::Unwritable`], or [`IntentError::Unrecoverable`] if the key cannot sign.
pub fn sign(intent: &Intent, key: &SigningKey) -> Result<SignedAction, IntentError> {
    let signature = sign_hash(intent.signing_hash()?, key)?;
    Ok(intent.clone().into_signed(address_of(key.verifying_key()), signature))
}

/// Signs a hash with a key in memory: r, s and v.
///
/// # Errors
/// [`IntentError::Unrecoverable`] if the key cannot sign.
pub fn sign_hash(hash: B256, key: &SigningKey) -> Result<[u8; SIGNATURE_LEN], IntentError> {
    let (signature, id) =
        key.sign_prehash_recoverable(hash.as_slice()).map_err(|_| IntentError::Unrecoverable)?;
    let mut bytes = [27 + id.to_byte(); SIGNATURE_LEN];
    bytes[..SIGNATURE_LEN - 1].copy_from_slice(&signature.to_bytes());
    Ok(bytes)
}

fn signing_hash(
    separator: B256,
    action: &LedgerAction,
    nonce: u64,
    deadline: Timestamp,
) -> Result<B256, IntentError> {
    let message = hash_message(action, nonce, deadline)?;
    let mut preimage = [0_u8; 66];
    preimage[..2].copy_from_slice(&[0x19, 0x01]);
    preimage[2..34].copy_from_slice(separator.as_slice());
    preimage[34..].copy_from_slice(message.hash.as_slice());
    Ok(keccak256(preimage))
}

/// Returns the account of a public key.
#[must_use]
pub fn address_of(key: &VerifyingKey) -> Address {
    let point = key.to_encoded_point(false);
    // The first byte says that the point is uncompressed.
    Address::from_slice(&keccak256(&point.as_bytes()[1..])[12..])
}

/// Returns the account whose signature of a hash it is: r, s and v.
pub(crate) fn recover_hash(hash: B256, signature: &[u8]) -> Result<Address, IntentError> {
    let (signature, id) = parse_signature(signature)?;
    let key = VerifyingKey::recover_from_prehash(hash.as_slice(), &signature, id)
        .map_err(|_| IntentError::Unrecoverable)?;
    Ok(address_of(&key))
}

fn parse_signature(bytes: &[u8]) -> Result<(Signature, RecoveryId), IntentError> {
    let Ok(parts) = <&[u8; SIGNATURE_LEN]>::try_from(bytes) else {
        return Err(IntentError::SignatureLength { len: bytes.len() });
    };
    let v = parts[SIGNATURE_LEN - 1];
    let id = match v {
        27 => RecoveryId::new(false, false),
        28 => RecoveryId::new(true, false),
        _ => return Err(IntentError::SignatureRecoveryId { v }),
    };
    let signature = Signature::from_slice(&parts[..SIGNATURE_LEN - 1])
        .map_err(|_| IntentError::SignatureScalar)?;
    if signature.normalize_s().is_some() {
        return Err(IntentError::HighS);
    }
    Ok((signature, id))
}
