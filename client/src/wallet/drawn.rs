//! Secrets that this browser draws once for each ledger, and keeps in the open: what needs them runs
//! while the wallet is locked.

use zeroize::Zeroizing;

use super::{VaultError, WalletError};
use crate::storage::{Batch, Named, Storage};

/// Takes the 32 bytes that are kept under a name, or draws and keeps some. Two that ask at once may
/// draw two.
///
/// # Errors
/// [`WalletError::Damaged`] where what is kept has another length; [`VaultError::NoRandomness`],
/// [`WalletError::Storage`].
pub(super) async fn drawn_once(
    storage: &dyn Storage,
    name: String,
) -> Result<Zeroizing<[u8; 32]>, WalletError> {
    let mut bytes = Zeroizing::new([0; 32]);
    if let Some(kept) = storage.get(Named::Meta, &name).await?.map(Zeroizing::new) {
        if kept.len() != bytes.len() {
            return Err(WalletError::Damaged);
        }
        bytes.copy_from_slice(&kept);
        return Ok(bytes);
    }
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| VaultError::NoRandomness)?;
    storage.commit(Batch::new().put(Named::Meta, name, bytes.to_vec())).await?;
    Ok(bytes)
}
