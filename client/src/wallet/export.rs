//! What leaves the wallet: each time against the password, whether it is unlocked or not.

use alloy_primitives::Address;

use super::{
    Entropy, Keystore, Origin, Password, Phrase, PrivateKey, Sealable, VaultError, VaultReply,
    VaultRequest, Wallet, WalletError,
};

impl Wallet {
    /// Decrypts an account's private key.
    ///
    /// # Errors
    /// [`WalletError::UnknownAccount`], [`WalletError::WrongPassword`], [`WalletError::Damaged`],
    /// [`WalletError::Vault`] or [`WalletError::Storage`].
    ///
    /// Warning: who has the key has the account.
    pub async fn export_key(
        &self,
        address: Address,
        password: &Password,
    ) -> Result<PrivateKey, WalletError> {
        let account = self.stored_book().await?.find(address)?.clone();
        let secrets = self.reveal(&[account.record()], password).await?;
        let secret = secrets.into_iter().next().ok_or(VaultError::Interrupted)?;
        let key = match account.origin {
            Origin::Imported => secret.into_key()?,
            Origin::Phrase { index, .. } => {
                let keys = self.derive(&secret.into_entropy(), vec![index]).await?;
                keys.into_iter().next().ok_or(VaultError::Interrupted)?
            }
        };
        if key.address()? != address {
            return Err(WalletError::Damaged);
        }
        Ok(key)
    }

    /// Writes an account's key as a keystore file under a password of its own.
    ///
    /// # Errors
    /// [`WalletError::WeakPassword`] of `file_password`; otherwise as [`Wallet::export_key`].
    pub async fn export_keystore(
        &self,
        address: Address,
        password: &Password,
        file_password: &Password,
    ) -> Result<Keystore, WalletError> {
        file_password.check_strength()?;
        let key = self.export_key(address, password).await?;
        let sealable = Sealable { secret: key.into(), address: Some(address) };
        let keystores = self.seal(vec![sealable], file_password, None).await?;
        Ok(keystores.into_iter().next().ok_or(VaultError::Interrupted)?)
    }

    /// Decrypts the phrase that an account comes from.
    ///
    /// # Errors
    /// [`WalletError::NoPhrase`] for an imported key; otherwise as [`Wallet::export_key`].
    ///
    /// Warning: who has the phrase has all its accounts, those to come too.
    pub async fn export_phrase(
        &self,
        address: Address,
        password: &Password,
    ) -> Result<Phrase, WalletError> {
        let account = self.stored_book().await?.find(address)?.clone();
        if account.origin == Origin::Imported {
            return Err(WalletError::NoPhrase { address });
        }
        let secrets = self.reveal(&[account.record()], password).await?;
        let secret = secrets.into_iter().next().ok_or(VaultError::Interrupted)?;
        let entropy: Entropy = secret.into_entropy();
        match self.ask(VaultRequest::WritePhrase { entropy }).await? {
            VaultReply::Phrase(phrase) => Ok(phrase),
            _ => Err(VaultError::Interrupted.into()),
        }
    }
}
