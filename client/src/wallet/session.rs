//! A key that answers challenges while the wallet is locked.
//!
//! It is made here and kept in the open: who reads this browser's storage has it. What it may do is
//! little: the owner of a stake appoints it to commit and prove for that stake until a moment
//! ([`GameAction::Appoint`](pinfi_core::game::GameAction::Appoint)), and nothing else. On a chain it
//! also holds what its transactions cost.

use std::fmt;
use std::rc::Rc;

use alloy_primitives::Address;
use k256::ecdsa::SigningKey;

use super::WalletError;
use super::drawn::drawn_once;
use crate::intent::{Domain, address_of};
use crate::settlement::Signer;
use crate::storage::Storage;

/// A session's key. Its `Debug` shows the address alone.
#[derive(Clone)]
pub struct SessionKey(Rc<SigningKey>);

impl SessionKey {
    /// Takes the key that is kept for a ledger, or makes and keeps one.
    ///
    /// # Errors
    /// [`WalletError::Damaged`] where what is kept is no key;
    /// [`VaultError::NoRandomness`](super::VaultError::NoRandomness), [`WalletError::Storage`].
    pub async fn of(storage: &dyn Storage, domain: Domain) -> Result<Self, WalletError> {
        let name = format!("session/{}/{}", domain.chain_id, domain.ledger);
        let bytes = drawn_once(storage, name).await?;
        // All but one of 2^128 draws are a key.
        let key = SigningKey::from_slice(bytes.as_slice()).map_err(|_| WalletError::Damaged)?;
        Ok(Self(Rc::new(key)))
    }

    /// Returns the account.
    #[must_use]
    pub fn address(&self) -> Address {
        address_of(self.0.verifying_key())
    }

    /// Returns what signs.
    #[must_use]
    pub fn signer(&self) -> Rc<dyn Signer> {
        Rc::clone(&self.0) as Rc<dyn Signer>
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionKey").field(&self.address()).finish()
    }
}
