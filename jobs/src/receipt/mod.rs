//! What a provider signs about a job that ran: what, when, for whom, how long, and the hashes of
//! all that went in and came out.

mod typed;

use alloy_primitives::{Address, B256, Bytes};
use alloy_sol_types::Eip712Domain;
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::sign::{NotSigned, Sign, SignatureError, check_signature};
use crate::spec::JobId;

/// What is said of a job that ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The client's name for the job.
    pub job: JobId,
    /// The hash of the job's bytes: all that went in.
    pub input_hash: B256,
    /// Who ran it and signs: the owner of the stake.
    pub provider: Address,
    /// Who asked for it: the holder of the rental.
    pub client: Address,
    /// The device's stake.
    pub stake: StakeId,
    /// The rental that it ran under.
    pub rental: RentalId,
    /// What the device says of itself.
    pub device: String,
    /// When it was begun, in the ledger's time.
    pub started: Timestamp,
    /// When it was done.
    pub ended: Timestamp,
    /// How long the device was at work on it, in milliseconds.
    pub busy_millis: u64,
    /// How many steps it had.
    pub steps: u64,
    /// The hash of its outputs, as [`output_hash`](crate::chain::output_hash) gives it.
    pub output_hash: B256,
    /// The head of the chain over all partial results and the outputs.
    pub chain: B256,
}

/// A receipt with its provider's signature. What it says is a claim until
/// [`check`](Self::check) has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedReceipt {
    /// What is said.
    pub receipt: Receipt,
    /// r, s and v: 65 bytes, v being 27 or 28.
    pub signature: Bytes,
}

/// Why a receipt is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It ends before it begins.
    #[error("it ended at {ended:?}, before it began at {started:?}")]
    Times {
        /// When it began.
        started: Timestamp,
        /// When it ended.
        ended: Timestamp,
    },
    /// The provider did not sign it.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl Receipt {
    /// Returns the 32 bytes to sign under a ledger's domain: EIP-712's.
    #[must_use]
    pub fn signing_hash(&self, domain: &Eip712Domain) -> B256 {
        typed::signing_hash(self, domain)
    }

    /// Gives the message in the form of `eth_signTypedData_v4`.
    #[must_use]
    pub fn typed_json(&self, domain: &Eip712Domain) -> String {
        typed::json(self, domain).to_string()
    }

    /// Lets its provider sign it.
    ///
    /// # Errors
    /// [`NotSigned`].
    pub async fn sign(
        self,
        domain: &Eip712Domain,
        wallet: &dyn Sign,
    ) -> Result<SignedReceipt, NotSigned> {
        let (digest, json) = (self.signing_hash(domain), self.typed_json(domain));
        let signature = wallet.sign_typed(digest, &json).await?;
        Ok(SignedReceipt { receipt: self, signature })
    }
}

impl SignedReceipt {
    /// Sees that the provider whom it names signed it for this ledger. That the provider owns the
    /// stake and the client held the rental is the ledger's to tell.
    ///
    /// # Errors
    /// [`ReceiptError`].
    pub fn check(&self, domain: &Eip712Domain) -> Result<(), ReceiptError> {
        let Receipt { started, ended, provider, .. } = self.receipt;
        if ended < started {
            return Err(ReceiptError::Times { started, ended });
        }
        check_signature(self.receipt.signing_hash(domain), &self.signature, provider)?;
        Ok(())
    }

    /// Gives it as JSON for other programs: the typed message with its signature beside it.
    #[must_use]
    pub fn export(&self, domain: &Eip712Domain) -> String {
        let mut value = typed::json(&self.receipt, domain);
        value["signature"] = serde_json::json!(self.signature);
        value.to_string()
    }
}
