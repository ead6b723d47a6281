//! What a client signs to open a session.

use alloy_primitives::B256;
use alloy_sol_types::{Eip712Domain, SolStruct};
use pinfi_jobs::sign::{NotSigned, Sign, SignatureError, check_signature};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::transport::EndpointKey;
use crate::wire::Claim;

// The macro makes the struct public whatever the module is.
#[allow(missing_docs, unreachable_pub, reason = "`Opening` is the manual")]
mod message {
    alloy_sol_types::sol! {
        struct OpenSession {
            uint64 stake;
            uint64 rental;
            address client;
            bytes32 challenge;
            bytes32 provider;
            bytes32 transport;
        }
    }
}

const FIELDS: [(&str, &str); 6] = [
    ("uint64", "stake"),
    ("uint64", "rental"),
    ("address", "client"),
    ("bytes32", "challenge"),
    ("bytes32", "provider"),
    ("bytes32", "transport"),
];

/// All that an opening binds: a signature for one connection opens no other, and none to another
/// provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// What the client claims.
    pub claim: Claim,
    /// What the provider drew for this connection.
    pub challenge: B256,
    /// The provider's key, as the transport has proven it.
    pub provider: EndpointKey,
    /// The client's key, as the transport has proven it.
    pub transport: EndpointKey,
}

impl Opening {
    /// Returns the 32 bytes to sign under a ledger's domain: EIP-712's.
    #[must_use]
    pub fn signing_hash(&self, domain: &Eip712Domain) -> B256 {
        let message = message::OpenSession {
            stake: self.claim.stake.0,
            rental: self.claim.rental.0,
            client: self.claim.client,
            challenge: self.challenge,
            provider: self.provider.0.into(),
            transport: self.transport.0.into(),
        };
        message.eip712_signing_hash(domain)
    }

    /// Gives the message in the form of `eth_signTypedData_v4`.
    #[must_use]
    pub fn typed_json(&self, domain: &Eip712Domain) -> String {
        let message = json!({
            "stake": self.claim.stake.0.to_string(),
            "rental": self.claim.rental.0.to_string(),
            "client": self.claim.client.to_checksum(None),
            "challenge": self.challenge,
            "provider": B256::from(self.provider.0),
            "transport": B256::from(self.transport.0),
        });
        pinfi_jobs::sign::typed_json(domain, "OpenSession", &FIELDS, message)
    }

    /// Lets the rental's holder sign it.
    ///
    /// # Errors
    /// [`NotSigned`].
    pub async fn sign(
        &self,
        domain: &Eip712Domain,
        wallet: &dyn Sign,
    ) -> Result<alloy_primitives::Bytes, NotSigned> {
        wallet.sign_typed(self.signing_hash(domain), &self.typed_json(domain)).await
    }

    /// Sees that the client whom the claim names signed it.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn check(&self, domain: &Eip712Domain, signature: &[u8]) -> Result<(), SignatureError> {
        check_signature(self.signing_hash(domain), signature, self.claim.client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_the_hashed_type() {
        let fields = FIELDS.map(|(ty, name)| format!("{ty} {name}")).join(",");
        let expected = <message::OpenSession as SolStruct>::eip712_root_type();
        assert_eq!(format!("OpenSession({fields})"), expected);
    }
}
