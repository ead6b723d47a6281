//! What the key that answers says of its work, signed: that it pauses, and that it goes on.
//!
//! Anybody can check a statement with what EIP-712 is checked with elsewhere. It binds nobody: a
//! challenge that comes meanwhile is still due.

use alloy_primitives::{Address, B256, Bytes};
use alloy_sol_types::SolStruct as _;
use pinfi_core::units::{StakeId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::intent::{Domain, IntentError, recover_hash};
use crate::settlement::{SignError, Signer};

// The macro makes the structs public whatever the module is.
#[allow(missing_docs, unreachable_pub, reason = "the block below is the manual")]
mod messages {
    alloy_sol_types::sol! {
        /// The stake's device does not work from `since` on, in the ledger's time.
        struct Pause { uint64 stake; uint64 since; string reason; }
        /// It works again from `at` on, after the pause that began at `since`.
        struct Resume { uint64 stake; uint64 at; uint64 since; }
    }
}

/// Why a device does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PauseReason {
    /// Its user wants it.
    User,
    /// The GPU was lost.
    DeviceLost,
}

impl PauseReason {
    /// Names the reason as it is signed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::DeviceLost => "device-lost",
        }
    }
}

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statement {
    /// The device does not work.
    Pause {
        /// For which stake.
        stake: StakeId,
        /// From when on.
        since: Timestamp,
        /// Why.
        reason: PauseReason,
    },
    /// It works again.
    Resume {
        /// For which stake.
        stake: StakeId,
        /// From when on.
        at: Timestamp,
        /// When the pause began.
        since: Timestamp,
    },
}

impl Statement {
    /// Returns the stake that it is about.
    #[must_use]
    pub const fn stake(&self) -> StakeId {
        match self {
            Self::Pause { stake, .. } | Self::Resume { stake, .. } => *stake,
        }
    }

    /// Returns the 32 bytes to sign: the EIP-712 hash under the ledger's domain.
    #[must_use]
    pub fn signing_hash(&self, domain: Domain) -> B256 {
        let domain = domain.eip712();
        match *self {
            Self::Pause { stake, since, reason } => {
                let reason = reason.name().to_owned();
                let message = messages::Pause { stake: stake.0, since: since.0, reason };
                message.eip712_signing_hash(&domain)
            }
            Self::Resume { stake, at, since } => {
                let message = messages::Resume { stake: stake.0, at: at.0, since: since.0 };
                message.eip712_signing_hash(&domain)
            }
        }
    }

    /// Writes the typed data, as `eth_signTypedData_v4` has it.
    fn typed(&self, domain: Domain) -> Value {
        let field = |name: &str, kind: &str| json!({ "name": name, "type": kind });
        let (primary, fields, message) = match self {
            Self::Pause { stake, since, reason } => (
                "Pause",
                [field("stake", "uint64"), field("since", "uint64"), field("reason", "string")],
                json!({
                    "stake": stake.0.to_string(),
                    "since": since.0.to_string(),
                    "reason": reason.name(),
                }),
            ),
            Self::Resume { stake, at, since } => (
                "Resume",
                [field("stake", "uint64"), field("at", "uint64"), field("since", "uint64")],
                json!({
                    "stake": stake.0.to_string(),
                    "at": at.0.to_string(),
                    "since": since.0.to_string(),
                }),
            ),
        };
        json!({
            "types": {
                "EIP712Domain": [
                    field("name", "string"),
                    field("version", "string"),
                    field("chainId", "uint256"),
                    field("verifyingContract", "address"),
                ],
                primary: fields,
            },
            "primaryType": primary,
            "domain": {
                "name": "PinFi",
                "version": "1",
                "chainId": domain.chain_id.to_string(),
                "verifyingContract": domain.ledger.to_string(),
            },
            "message": message,
        })
    }
}

/// A statement and its author's signature: a claim until [`check`](Self::check) has looked at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedStatement {
    /// What is said.
    pub statement: Statement,
    /// Who says to have signed.
    pub signer: Address,
    /// r, s and v: 65 bytes, v being 27 or 28.
    pub signature: Bytes,
}

impl SignedStatement {
    /// Has a statement signed for a ledger.
    ///
    /// # Errors
    /// [`SignError`].
    pub async fn sign(
        statement: Statement,
        domain: Domain,
        signer: &dyn Signer,
    ) -> Result<Self, SignError> {
        let hash = statement.signing_hash(domain);
        let typed = statement.typed(domain).to_string();
        let signature = signer.sign_typed(hash, &typed).await?.as_bytes().to_vec().into();
        Ok(Self { statement, signer: signer.address(), signature })
    }

    /// Checks that it was signed for the ledger by the account that it names.
    ///
    /// # Errors
    /// As [`SignedAction::recover`](crate::intent::SignedAction::recover), of what is about signatures.
    pub fn check(&self, domain: Domain) -> Result<(), IntentError> {
        let recovered = recover_hash(self.statement.signing_hash(domain), &self.signature)?;
        if recovered != self.signer {
            return Err(IntentError::SignerMismatch { claimed: self.signer, recovered });
        }
        Ok(())
    }

    /// Writes it as JSON: the typed data that any library for EIP-712 hashes, with signer and signature.
    #[must_use]
    pub fn to_json(&self, domain: Domain) -> Value {
        json!({
            "signer": self.signer.to_string(),
            "signature": self.signature.to_string(),
            "typedData": self.statement.typed(domain),
        })
    }
}

/// Returns since when a stake's device is said to pause, by the statements so far, the oldest first.
#[must_use]
pub fn paused_since(statements: &[SignedStatement], of: StakeId) -> Option<Timestamp> {
    let last = statements.iter().rev().find(|signed| signed.statement.stake() == of)?;
    match last.statement {
        Statement::Pause { since, .. } => Some(since),
        Statement::Resume { .. } => None,
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[allow(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use alloy_primitives::Address;
    use futures_executor::block_on;
    use k256::ecdsa::SigningKey;

    use super::*;

    const DOMAIN: Domain = Domain { chain_id: 31_337, ledger: Address::repeat_byte(0x11) };
    const STAKE: StakeId = StakeId(3);
    const PAUSE: Statement = Statement::Pause {
        stake: STAKE,
        since: Timestamp(1_800_000_000),
        reason: PauseReason::DeviceLost,
    };

    fn signed(statement: Statement) -> SignedStatement {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        block_on(SignedStatement::sign(statement, DOMAIN, &key)).unwrap()
    }

    #[test]
    fn check_refuses_other_words_another_ledger_and_another_signer() {
        let good = signed(PAUSE);
        let since = Timestamp(1_800_000_001);
        let reason = PauseReason::DeviceLost;
        let other = Statement::Pause { stake: STAKE, since, reason };
        let words = SignedStatement { statement: other, ..good.clone() };
        assert!(matches!(words.check(DOMAIN), Err(IntentError::SignerMismatch { .. })));
        let elsewhere = Domain { chain_id: 1, ..DOMAIN };
        assert!(matches!(good.check(elsewhere), Err(IntentError::SignerMismatch { .. })));
        let claimed = SignedStatement { signer: Address::ZERO, ..good.clone() };
        assert!(matches!(claimed.check(DOMAIN), Err(IntentError::SignerMismatch { .. })));
        let cut = SignedStatement { signature: good.signature.slice(..64), ..good };
        assert_eq!(cut.check(DOMAIN), Err(IntentError::SignatureLength { len: 64 }));
    }

    #[test]
    fn check_takes_what_was_signed() {
        let resume = Statement::Resume { stake: STAKE, at: Timestamp(9), since: Timestamp(8) };
        for statement in [PAUSE, resume] {
            assert_eq!(signed(statement).check(DOMAIN), Ok(()));
        }
    }

    #[test]
    fn sign_gives_what_another_library_gives() {
        // By viem's `signTypedData`, from types and messages as `typed` writes them.
        let resume = Statement::Resume {
            stake: STAKE,
            at: Timestamp(1_800_000_009),
            since: Timestamp(1_800_000_000),
        };
        for (statement, signature) in [
            (
                PAUSE,
                "0xe782b5d8cbffdff75692f51c194e2a40b5e0059e8548ace4dace81b1653dc4225a25c089\
                 e3ccbf04d70db1c15faa1387d09ceafe2955d669bdf43921fa4d41af1b",
            ),
            (
                resume,
                "0x438b93c1e0eaa38b8bc53ec125f899dabb3c84439ae936dafb69d5aa08b95bcf056f04bc\
                 e012d3876114c8da2079849cdb8329386d36f62092854ddbae041ce81b",
            ),
        ] {
            let json = signed(statement).to_json(DOMAIN);
            assert_eq!(json["signature"], signature);
            assert_eq!(json["signer"], "0x4a62316623ad457F02cDC5D997deD67a383EC569");
        }
    }

    #[test]
    fn paused_since_is_over_with_what_ends_it() {
        let (since, at) = (Timestamp(1_800_000_000), Timestamp(1_800_000_009));
        let mut all = vec![signed(PAUSE)];
        assert_eq!(paused_since(&all, StakeId(4)), None, "another stake's");
        assert_eq!(paused_since(&all, STAKE), Some(since));
        all.push(signed(Statement::Resume { stake: STAKE, at, since }));
        assert_eq!(paused_since(&all, STAKE), None);
    }
}
