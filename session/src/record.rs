//! Where a device is reached: what its owner signs and puts into the st-token's metadata.

use alloy_primitives::{Address, B256, Bytes};
use alloy_sol_types::{Eip712Domain, SolStruct};
use pinfi_core::units::{StakeId, Timestamp};
use pinfi_jobs::sign::{NotSigned, Sign, SignatureError, check_signature};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::transport::EndpointKey;

// The macro makes the struct public whatever the module is.
#[allow(missing_docs, unreachable_pub, reason = "`EndpointRecord` is the manual")]
mod message {
    alloy_sol_types::sol! {
        struct Endpoint {
            uint64 stake;
            bytes32 key;
            string relay;
            uint64 since;
        }
    }
}

const FIELDS: [(&str, &str); 4] =
    [("uint64", "stake"), ("bytes32", "key"), ("string", "relay"), ("uint64", "since")];
/// The longest address of a relay, in bytes.
const RELAY_BYTES: usize = 512;

/// Where a device is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointRecord {
    /// The device's stake.
    pub stake: StakeId,
    /// The key that it is dialled by.
    pub key: EndpointKey,
    /// The relay that it waits at, as a URL.
    pub relay: String,
    /// Since when: of two records the later one holds.
    pub since: Timestamp,
}

/// A record with the signature of the stake's owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedRecord {
    /// What is said.
    pub record: EndpointRecord,
    /// r, s and v: 65 bytes, v being 27 or 28.
    pub signature: Bytes,
}

/// Why a record is worth nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The relay's address is none of `https://`, nor of `http://` on this machine.
    #[error("{relay:?} is no address of a relay")]
    Relay {
        /// What it says.
        relay: String,
    },
    /// It is of another stake.
    #[error("the record is of stake {found:?}, not {expected:?}")]
    OtherStake {
        /// The stake that was asked about.
        expected: StakeId,
        /// The record's.
        found: StakeId,
    },
    /// It is from the future.
    #[error("the record holds since {since:?}, it is {now:?}")]
    Future {
        /// Since when it holds.
        since: Timestamp,
        /// What time it is.
        now: Timestamp,
    },
    /// The stake's owner did not sign it.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl EndpointRecord {
    /// Returns the 32 bytes to sign under a ledger's domain: EIP-712's.
    #[must_use]
    pub fn signing_hash(&self, domain: &Eip712Domain) -> B256 {
        let message = message::Endpoint {
            stake: self.stake.0,
            key: self.key.0.into(),
            relay: self.relay.clone(),
            since: self.since.0,
        };
        message.eip712_signing_hash(domain)
    }

    /// Lets the stake's owner sign it.
    ///
    /// # Errors
    /// [`NotSigned`].
    pub async fn sign(
        self,
        domain: &Eip712Domain,
        wallet: &dyn Sign,
    ) -> Result<SignedRecord, NotSigned> {
        let message = json!({
            "stake": self.stake.0.to_string(),
            "key": B256::from(self.key.0),
            "relay": self.relay,
            "since": self.since.0.to_string(),
        });
        let json = pinfi_jobs::sign::typed_json(domain, "Endpoint", &FIELDS, message);
        let signature = wallet.sign_typed(self.signing_hash(domain), &json).await?;
        Ok(SignedRecord { record: self, signature })
    }
}

impl SignedRecord {
    /// Sees that the owner of a stake says so of it, and nobody else.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn check(
        &self,
        domain: &Eip712Domain,
        stake: StakeId,
        owner: Address,
        now: Timestamp,
    ) -> Result<&EndpointRecord, RecordError> {
        let record = &self.record;
        if record.stake != stake {
            return Err(RecordError::OtherStake { expected: stake, found: record.stake });
        }
        if record.since > now {
            return Err(RecordError::Future { since: record.since, now });
        }
        if !is_relay(&record.relay) {
            return Err(RecordError::Relay { relay: record.relay.clone() });
        }
        check_signature(record.signing_hash(domain), &self.signature, owner)?;
        Ok(record)
    }
}

/// Tells whether a text may be dialled as a relay: encrypted, or on this machine.
fn is_relay(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let host = |rest: &str| {
        let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
        (!host.is_empty() && !rest.contains('@')).then(|| host.to_owned())
    };
    let is_encrypted = text.strip_prefix("https://").and_then(host).is_some();
    let local = text.strip_prefix("http://").and_then(host);
    let is_local = local.is_some_and(|host| host == "localhost" || host == "127.0.0.1");
    is_plain && text.len() <= RELAY_BYTES && (is_encrypted || is_local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_those_of_the_hashed_type() {
        let fields = FIELDS.map(|(ty, name)| format!("{ty} {name}")).join(",");
        let expected = <message::Endpoint as SolStruct>::eip712_root_type();
        assert_eq!(format!("Endpoint({fields})"), expected);
    }

    #[test]
    fn is_relay_rejects_what_is_not_to_be_dialled() {
        for wrong in [
            "",
            "https://",
            "http://relay.example",
            "http://localhost@relay.example",
            "https://relay.example/\n",
            "javascript:alert(1)",
            &format!("https://{}", "a".repeat(512)),
        ] {
            assert!(!is_relay(wrong), "{wrong}");
        }
        for right in
            ["https://relay.example", "https://relay.example:4433/", "http://127.0.0.1:3340"]
        {
            assert!(is_relay(right), "{right}");
        }
    }
}
