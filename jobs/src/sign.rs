//! Who signs: a wallet, behind a port.

use alloy_primitives::{Address, B256, Bytes, Signature};
use alloy_sol_types::Eip712Domain;
use async_trait::async_trait;
use serde_json::{Value, json};

/// The length of r, s and v.
const SIGNATURE_BYTES: usize = 65;

/// Signs for one account.
///
/// Futures are not `Send`: a browser's handles belong to their thread.
#[async_trait(?Send)]
pub trait Sign {
    /// Returns the account.
    fn address(&self) -> Address;

    /// Signs an EIP-712 message whose hash is `digest`: r, s and v, 65 bytes. A wallet that shows
    /// what it signs takes `json`, the form of `eth_signTypedData_v4`.
    ///
    /// # Errors
    /// [`NotSigned`].
    async fn sign_typed(&self, digest: B256, json: &str) -> Result<Bytes, NotSigned>;
}

/// There is no signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{account} did not sign: {reason}")]
pub struct NotSigned {
    /// The account.
    pub account: Address,
    /// What its wallet says.
    pub reason: String,
}

/// Why a signature is none of the account that it should be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is not 65 bytes.
    #[error("a signature has 65 bytes, not {bytes}")]
    Length {
        /// How many it has.
        bytes: usize,
    },
    /// Its v, r or s are none, or s is the greater of two.
    #[error("the signature's numbers are none")]
    Numbers,
    /// Somebody else signed.
    #[error("{found} signed, not {expected}")]
    OtherSigner {
        /// Who should have.
        expected: Address,
        /// Who did.
        found: Address,
    },
}

/// Sees that an account signed a digest.
///
/// # Errors
/// [`SignatureError`].
pub fn check_signature(
    digest: B256,
    signature: &[u8],
    expected: Address,
) -> Result<(), SignatureError> {
    let Ok(parts) = <&[u8; SIGNATURE_BYTES]>::try_from(signature) else {
        return Err(SignatureError::Length { bytes: signature.len() });
    };
    if !matches!(parts[SIGNATURE_BYTES - 1], 27 | 28) {
        return Err(SignatureError::Numbers);
    }
    let signature = Signature::from_raw_array(parts).map_err(|_| SignatureError::Numbers)?;
    // Each signature has a twin with the greater s: only one of them is taken, as everywhere.
    if signature.normalize_s().is_some() {
        return Err(SignatureError::Numbers);
    }
    let found =
        signature.recover_address_from_prehash(&digest).map_err(|_| SignatureError::Numbers)?;
    if found == expected { Ok(()) } else { Err(SignatureError::OtherSigner { expected, found }) }
}

/// Gives a message in the form of `eth_signTypedData_v4`: its fields are types and names in their
/// order. Numbers in it are texts, as JSON's own have no more than 53 bits everywhere.
#[must_use]
pub fn typed_json(
    domain: &Eip712Domain,
    name: &str,
    fields: &[(&str, &str)],
    message: Value,
) -> String {
    typed_value(domain, name, fields, message).to_string()
}

pub(crate) fn typed_value(
    domain: &Eip712Domain,
    name: &str,
    fields: &[(&str, &str)],
    message: Value,
) -> Value {
    let typed = |(ty, name): &(&str, &str)| json!({ "name": name, "type": ty });
    let domain_values = [
        ("name", "string", domain.name.as_ref().map(|name| json!(name))),
        ("version", "string", domain.version.as_ref().map(|version| json!(version))),
        ("chainId", "uint256", domain.chain_id.map(|id| json!(id.to_string()))),
        (
            "verifyingContract",
            "address",
            domain.verifying_contract.map(|address| json!(address.to_checksum(None))),
        ),
        ("salt", "bytes32", domain.salt.map(|salt| json!(salt))),
    ];
    let present =
        domain_values.into_iter().filter_map(|(name, ty, value)| Some((name, ty, value?)));
    let (types, values): (Vec<_>, serde_json::Map<_, _>) =
        present.map(|(name, ty, value)| (typed(&(ty, name)), (name.to_owned(), value))).unzip();
    json!({
        "types": {
            "EIP712Domain": types,
            name: fields.iter().map(typed).collect::<Vec<_>>(),
        },
        "primaryType": name,
        "domain": values,
        "message": message,
    })
}
