//! What is signed, and by whom (EIP-712).

use alloy_primitives::B256;
use pinfi_client::intent::{self, Intent, IntentError, SignedAction};
use pinfi_core::units::Timestamp;
use wasm_bindgen::prelude::*;

use crate::error::refusal;
use crate::wire::{address, lower, read_action, unread};

/// One ledger's domain, with its separator: hashed once, used for every message.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Domain {
    pub(crate) domain: intent::Domain,
    pub(crate) separator: B256,
}

#[wasm_bindgen]
impl Domain {
    /// Takes the chain id and the ledger's address.
    ///
    /// # Errors
    /// `MalformedInput`.
    #[wasm_bindgen(constructor)]
    pub fn new(chain_id: u64, ledger: &str) -> Result<Self, JsValue> {
        let domain = intent::Domain { chain_id, ledger: address(ledger)? };
        Ok(Self { domain, separator: domain.separator() })
    }

    /// Returns the separator.
    #[must_use]
    pub fn separator(&self) -> String {
        self.separator.to_string()
    }

    /// Returns the 32 bytes to sign for an action in the client's JSON.
    ///
    /// # Errors
    /// The codes of `WireError` and `IntentError`.
    pub fn hash(&self, action: &str, nonce: u64, deadline: u64) -> Result<String, JsValue> {
        Ok(self.digest(&self.intent(action, nonce, deadline)?)?.to_string())
    }

    /// Returns EIP-712's `encodeType` of an action in the client's JSON.
    ///
    /// # Errors
    /// As [`Self::hash`].
    #[wasm_bindgen(js_name = encodeType)]
    pub fn encode_type(&self, action: &str) -> Result<String, JsValue> {
        let encoded = self.intent(action, 0, 0)?.encode_type();
        Ok(encoded.map_err(|error| unsigned(&error))?.into_owned())
    }
}

impl Domain {
    pub(crate) fn intent(
        &self,
        action: &str,
        nonce: u64,
        deadline: u64,
    ) -> Result<Intent, JsValue> {
        Ok(Intent::new(self.domain, read_action(action)?, nonce, Timestamp(deadline)))
    }

    pub(crate) fn digest(&self, intent: &Intent) -> Result<B256, JsValue> {
        intent.signing_hash_under(self.separator).map_err(|error| unsigned(&error))
    }
}

/// Checks a signed action in the client's JSON against a domain and returns its signer.
///
/// # Errors
/// The codes of `WireError` and `IntentError`.
#[wasm_bindgen]
pub fn recover(signed: &str, domain: &Domain) -> Result<String, JsValue> {
    let signed = SignedAction::from_json(signed).map_err(|error| unread(&error))?;
    let signer = signed.recover(&domain.domain).map_err(|error| unsigned(&error))?;
    Ok(lower(signer))
}

/// Returns an address in lower case; one in both cases must have the right checksum (EIP-55).
///
/// # Errors
/// `MalformedInput`.
#[wasm_bindgen(js_name = parseAddress)]
pub fn parse_address(text: &str) -> Result<String, JsValue> {
    address(text).map(lower)
}

/// Writes an address with its checksum (EIP-55).
///
/// # Errors
/// `MalformedInput`.
#[wasm_bindgen]
pub fn checksum(text: &str) -> Result<String, JsValue> {
    Ok(address(text)?.to_checksum(None))
}

pub(crate) fn unsigned(error: &IntentError) -> JsValue {
    refusal(error.code(), &error.to_string(), error)
}
