//! A key in memory that signs.

use alloy_primitives::hex;
// Linked for what k256's tables need of it.
use critical_section as _;
use k256::ecdsa::SigningKey;
use pinfi_client::intent::{address_of, sign_hash};
use wasm_bindgen::prelude::*;

use crate::error::malformed;
use crate::intent::{Domain, unsigned};
use crate::wire::lower;

/// A key, wiped when it is freed.
#[wasm_bindgen]
pub struct Signer(SigningKey);

#[wasm_bindgen]
impl Signer {
    /// Takes the 32 bytes of a secret key. They are copied: wipe yours.
    ///
    /// # Errors
    /// `MalformedInput`, without a word of the key.
    #[wasm_bindgen(constructor)]
    pub fn new(secret: &[u8]) -> Result<Self, JsValue> {
        SigningKey::from_slice(secret).map(Self).map_err(|_| malformed("this is no secret key"))
    }

    /// Returns the key's account.
    #[must_use]
    pub fn address(&self) -> String {
        lower(address_of(self.0.verifying_key()))
    }

    /// Signs an action in the client's JSON and returns r, s and v in hexadecimal.
    ///
    /// # Errors
    /// The codes of `WireError` and `IntentError`.
    pub fn sign(
        &self,
        domain: &Domain,
        action: &str,
        nonce: u64,
        deadline: u64,
    ) -> Result<String, JsValue> {
        let hash = domain.digest(&domain.intent(action, nonce, deadline)?)?;
        let signature = sign_hash(hash, &self.0).map_err(|error| unsigned(&error))?;
        Ok(hex::encode_prefixed(signature))
    }
}

impl core::fmt::Debug for Signer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Signer(..)")
    }
}
