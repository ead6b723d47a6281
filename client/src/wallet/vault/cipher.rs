//! AES-128 in counter mode with the keystore format's check value.

use aes::Aes128;
use alloy_primitives::Keccak256;
use ctr::{
    Ctr128BE,
    cipher::{KeyIvInit as _, StreamCipher as _},
};
use k256::elliptic_curve::subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{super::VaultError, kdf::DerivedKey};

/// Holds what the format stores of a secret.
pub(super) struct Sealed {
    pub(super) iv: [u8; 16],
    pub(super) ciphertext: Vec<u8>,
    pub(super) mac: [u8; 32],
}

impl Sealed {
    /// Encrypts `secret`; `iv` must never be used twice with one key.
    pub(super) fn seal(key: &DerivedKey, iv: [u8; 16], secret: &[u8]) -> Self {
        let mut ciphertext = secret.to_vec();
        apply(key, &iv, &mut ciphertext);
        let mac = mac(key, &ciphertext);
        Self { iv, ciphertext, mac }
    }

    /// Decrypts, once the check value is right; the comparison takes the same time wherever the
    /// values differ.
    pub(super) fn open(&self, key: &DerivedKey) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        if !bool::from(mac(key, &self.ciphertext).ct_eq(&self.mac)) {
            return Err(VaultError::WrongPassword);
        }
        let mut secret = Zeroizing::new(self.ciphertext.clone());
        apply(key, &self.iv, &mut secret);
        Ok(secret)
    }
}

fn apply(key: &DerivedKey, iv: &[u8; 16], data: &mut [u8]) {
    Ctr128BE::<Aes128>::new(key.cipher_half().into(), iv.into()).apply_keystream(data);
}

fn mac(key: &DerivedKey, ciphertext: &[u8]) -> [u8; 32] {
    let mut hasher = Keccak256::new();
    hasher.update(key.mac_half());
    hasher.update(ciphertext);
    hasher.finalize().0
}
