//! A key in memory that signs.
#![allow(clippy::unwrap_used, dead_code, reason = "each file of tests uses some")]

use alloy_primitives::{Address, B256, Bytes, address};
use alloy_sol_types::{Eip712Domain, eip712_domain};
use async_trait::async_trait;
use k256::ecdsa::SigningKey;
use pinfi_jobs::sign::{NotSigned, Sign};

pub(crate) struct Wallet(SigningKey);

impl Wallet {
    pub(crate) fn new(byte: u8) -> Self {
        Self::of(SigningKey::from_slice(&[byte; 32]).unwrap())
    }

    pub(crate) fn of(key: SigningKey) -> Self {
        Self(key)
    }
}

#[async_trait(?Send)]
impl Sign for Wallet {
    fn address(&self) -> Address {
        Address::from_private_key(&self.0)
    }

    async fn sign_typed(&self, digest: B256, _json: &str) -> Result<Bytes, NotSigned> {
        let (signature, id) = self.0.sign_prehash_recoverable(digest.as_slice()).unwrap();
        let mut bytes = signature.to_bytes().to_vec();
        bytes.push(27 + id.to_byte());
        Ok(bytes.into())
    }
}

/// As the client's `Domain` gives it.
pub(crate) fn domain() -> Eip712Domain {
    eip712_domain! {
        name: "PinFi",
        version: "1",
        chain_id: 31_337,
        verifying_contract: address!("1111111111111111111111111111111111111111"),
    }
}
