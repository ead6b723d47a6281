//! The seed: what binds a challenge to one stake, one provider and one epoch.

use alloc::string::String;

use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_sol_types::SolValue;
use serde::{Deserialize, Serialize};

/// Separates these seeds from any other hash of the protocol.
const DOMAIN: &str = "PinFi.PoCPS.v1";

/// Everything a seed is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedInputs {
    /// The chain that settles, as in EIP-155.
    pub chain_id: U256,
    /// The ledger's address.
    pub contract: Address,
    /// The stake that is challenged.
    pub stake: U256,
    /// The stake's provider.
    pub provider: Address,
    /// The epoch of the challenge.
    pub epoch: U256,
    /// What nobody knew before the epoch opened.
    pub randomness: B256,
}

impl SeedInputs {
    /// Hashes the inputs, ABI-encoded, into the seed.
    #[must_use]
    pub fn seed(&self) -> B256 {
        let fields = (
            String::from(DOMAIN),
            self.chain_id,
            self.contract,
            self.stake,
            self.provider,
            self.epoch,
            self.randomness,
        );
        // The parameters of a call, not one tuple: a tuple would begin with its own offset.
        keccak256(fields.abi_encode_params())
    }
}
