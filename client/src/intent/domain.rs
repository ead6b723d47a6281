//! Which ledger a signature is for.

use alloy_primitives::{Address, B256};
use alloy_sol_types::{Eip712Domain, eip712_domain};
use serde::{Deserialize, Serialize};

/// Identifies one ledger: a signature for one is worth nothing on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Domain {
    /// The chain id, as in EIP-155.
    pub chain_id: u64,
    /// The ledger's address: the contract's on a chain.
    pub ledger: Address,
}

impl Domain {
    /// Returns the EIP-712 domain: name `PinFi`, version `1`, the chain and the ledger.
    #[must_use]
    pub fn eip712(&self) -> Eip712Domain {
        eip712_domain! {
            name: "PinFi",
            version: "1",
            chain_id: self.chain_id,
            verifying_contract: self.ledger,
        }
    }

    /// Returns the EIP-712 domain separator.
    #[must_use]
    pub fn separator(&self) -> B256 {
        self.eip712().separator()
    }
}
