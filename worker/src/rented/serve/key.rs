//! The key that the device's end signs with: drawn for a session, and gone with it.

use alloy_primitives::{Address, B256, Bytes};
use async_trait::async_trait;
use k256::ecdsa::SigningKey;
use pinfi_jobs::sign::{NotSigned, Sign};
use pinfi_session::opening::SessionError;

/// What the recovery number begins at in Ethereum's signatures.
const V: u8 = 27;

/// A key in memory.
pub(super) struct Key(SigningKey);

impl Key {
    /// Draws a key.
    pub(super) fn draw() -> Result<Self, SessionError> {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        getrandom::fill(&mut *bytes).map_err(|_| SessionError::NoRandomness)?;
        // All but one in 2¹²⁸ are keys.
        SigningKey::from_slice(&*bytes).map(Self).map_err(|_| SessionError::NoRandomness)
    }

    /// Gives its account.
    pub(super) fn account(&self) -> Address {
        Address::from_private_key(&self.0)
    }
}

#[async_trait(?Send)]
impl Sign for Key {
    fn address(&self) -> Address {
        self.account()
    }

    async fn sign_typed(&self, digest: B256, _json: &str) -> Result<Bytes, NotSigned> {
        let signed = self.0.sign_prehash_recoverable(digest.as_slice());
        let failed = |error: k256::ecdsa::Error| NotSigned {
            account: self.account(),
            reason: error.to_string(),
        };
        let (signature, recovery) = signed.map_err(failed)?;
        let mut bytes = signature.to_bytes().to_vec();
        bytes.push(V + recovery.to_byte());
        Ok(bytes.into())
    }
}
