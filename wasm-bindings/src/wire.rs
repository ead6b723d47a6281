//! Addresses and actions as they are handed in.

#[cfg(any(feature = "core", feature = "ledger", feature = "session"))]
use alloy_primitives::Address;
#[cfg(any(feature = "core", feature = "evm", feature = "ledger"))]
use pinfi_client::intent::{LedgerAction, WireError};
use wasm_bindgen::JsValue;

#[cfg(any(feature = "core", feature = "ledger", feature = "session"))]
use crate::error::malformed;
#[cfg(any(feature = "core", feature = "evm", feature = "ledger"))]
use crate::error::refusal;

/// Reads an action in the client's JSON.
#[cfg(any(feature = "core", feature = "evm", feature = "ledger"))]
pub(crate) fn read_action(json: &str) -> Result<LedgerAction, JsValue> {
    LedgerAction::from_json(json).map_err(|error| unread(&error))
}

/// Reads an address; one in both cases must have the right checksum (EIP-55).
#[cfg(any(feature = "core", feature = "ledger", feature = "session"))]
pub(crate) fn address(text: &str) -> Result<Address, JsValue> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 40);
    let parsed = digits.and_then(|_| text.parse::<Address>().ok());
    let parsed = parsed.ok_or_else(|| malformed(format!("{text:?} is no address")))?;
    let has = |case: fn(&u8) -> bool| text.bytes().skip(2).any(|digit| case(&digit));
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    if mixed && parsed.to_checksum(None) != text {
        return Err(malformed(format!(
            "{text:?} has a wrong checksum: a digit is not what it was"
        )));
    }
    Ok(parsed)
}

/// Writes an address without its checksum.
#[cfg(feature = "core")]
pub(crate) fn lower(address: Address) -> String {
    alloy_primitives::hex::encode_prefixed(address)
}

/// Hands on why something was not read.
#[cfg(any(feature = "core", feature = "evm", feature = "ledger"))]
pub(crate) fn unread(error: &WireError) -> JsValue {
    refusal(error.code(), &error.to_string(), error)
}
