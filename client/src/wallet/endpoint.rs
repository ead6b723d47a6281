//! The secret of the key that this browser's device is dialled by.
//!
//! It lies in the open, as the session's key does: the device is served while the wallet is locked. Who
//! has it can take calls in the device's place, and so keep clients from it and be sent their jobs. It
//! signs no receipt and moves nothing.

use std::fmt;

use zeroize::Zeroizing;

use super::WalletError;
use super::drawn::drawn_once;
use crate::intent::Domain;
use crate::storage::Storage;

/// An endpoint's secret: any 32 bytes are one of an ed25519 key. It is not shown.
pub struct EndpointSecret(Zeroizing<[u8; 32]>);

impl EndpointSecret {
    /// Takes the secret that is kept for a ledger, or draws and keeps one.
    ///
    /// # Errors
    /// [`WalletError::Damaged`] where what is kept has another length;
    /// [`VaultError::NoRandomness`](super::VaultError::NoRandomness), [`WalletError::Storage`].
    pub async fn of(storage: &dyn Storage, domain: Domain) -> Result<Self, WalletError> {
        let name = format!("endpoint/{}/{}", domain.chain_id, domain.ledger);
        drawn_once(storage, name).await.map(Self)
    }

    /// Gives the bytes, to whoever dials or listens with them.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for EndpointSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointSecret(..)")
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use alloy_primitives::Address;
    use futures_executor::block_on;

    use super::*;
    use crate::storage::{Batch, MemoryStorage, Named};

    const HERE: Domain = Domain { chain_id: 7, ledger: Address::ZERO };

    #[test]
    fn of_refuses_what_is_damaged_and_draws_nothing_in_its_place() {
        let storage = MemoryStorage::default();
        let name = format!("endpoint/{}/{}", HERE.chain_id, HERE.ledger);
        block_on(storage.commit(Batch::new().put(Named::Meta, name.clone(), vec![1; 31]))).unwrap();
        let refused = block_on(EndpointSecret::of(&storage, HERE));
        assert_eq!(refused.map(|_| ()), Err(WalletError::Damaged));
        assert_eq!(block_on(storage.get(Named::Meta, &name)).unwrap(), Some(vec![1; 31]));
    }

    #[test]
    fn of_draws_once_for_each_ledger_and_shows_nothing() {
        let storage = MemoryStorage::default();
        let secret = block_on(EndpointSecret::of(&storage, HERE)).unwrap();
        let again = block_on(EndpointSecret::of(&storage, HERE)).unwrap();
        assert_eq!(secret.bytes(), again.bytes());
        let elsewhere = Domain { chain_id: 8, ..HERE };
        let other = block_on(EndpointSecret::of(&storage, elsewhere)).unwrap();
        assert_ne!(other.bytes(), secret.bytes());
        assert_eq!(format!("{secret:?}"), "EndpointSecret(..)");
    }
}
