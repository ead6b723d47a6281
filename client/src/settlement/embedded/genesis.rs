//! What a ledger begins with.

use alloy_primitives::{Address, B256, keccak256};
use pinfi_core::ledger::Config;
use pinfi_core::rewards::RewardsConfig;
use pinfi_core::units::{Timestamp, Wei};
use pinfi_core::{Action, Context, Ledger};
use serde::{Deserialize, Serialize};

use crate::intent::{Domain, SignedAction};
use crate::settlement::{Descriptor, Rejection};

/// What is fixed when a ledger is made. Its hash is what the first record builds on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Genesis {
    /// The ledger's name for people.
    pub name: String,
    /// The ledger's identity, and who may create PIN on it.
    pub config: Config,
    /// The ledger's time when it was made.
    pub created: Timestamp,
    /// PIN that is there from the start.
    pub allocations: Vec<(Address, Wei)>,
    /// How block rewards are split; none: there are none.
    pub rewards: Option<RewardsConfig>,
    /// What only a sandbox has.
    pub sandbox: Option<SandboxRules>,
}

/// What only a sandbox has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxRules {
    /// What the faucet gives an account in a day of the ledger.
    pub faucet_daily: Wei,
    /// The accounts that the sandbox plays.
    pub simulated: Vec<Address>,
}

/// A ledger to be made: its genesis, and actions that it opens with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLedger {
    /// What it begins with.
    pub genesis: Genesis,
    /// Actions to settle at once, each with its time, in order.
    pub opening: Vec<(Timestamp, SignedAction)>,
}

impl From<Genesis> for NewLedger {
    fn from(genesis: Genesis) -> Self {
        Self { genesis, opening: Vec::new() }
    }
}

impl Genesis {
    /// Returns what signatures on this ledger are bound to.
    #[must_use]
    pub const fn domain(&self) -> Domain {
        Domain { chain_id: self.config.chain_id, ledger: self.config.address }
    }

    /// Returns what a settlement that began with this is.
    pub(crate) fn descriptor(&self) -> Descriptor {
        Descriptor {
            name: self.name.clone(),
            domain: self.domain(),
            is_sandbox: self.sandbox.is_some(),
            judges: true,
            joins: false,
        }
    }

    /// Makes the ledger of the protocol with the opening balances.
    ///
    /// # Errors
    /// A [`Rejection::Protocol`] if the rewards' split is out of bounds, if the allocations exceed
    /// the supply cap, or if one is nothing.
    pub fn ledger(&self) -> Result<Ledger, Rejection> {
        let mut ledger = match self.rewards {
            Some(rewards) => Ledger::with_rewards(self.config, rewards)?,
            None => Ledger::new(self.config),
        };
        let context =
            Context { sender: self.config.minter, now: self.created, randomness: B256::ZERO };
        for &(to, amount) in &self.allocations {
            ledger.apply_trade(&Action::Mint { to, amount }, &context)?;
        }
        Ok(ledger)
    }

    /// Tells whether an account is one that the sandbox plays.
    #[must_use]
    pub fn is_simulated(&self, account: Address) -> bool {
        let rules = self.sandbox.as_ref();
        rules.is_some_and(|rules| rules.simulated.contains(&account))
    }

    /// Writes it for the store: its bytes, then their hash. That hash is the first record's link.
    pub(super) fn to_stored(&self) -> Option<(Vec<u8>, B256)> {
        let mut bytes = postcard::to_allocvec(self).ok()?;
        let hash = keccak256(&bytes);
        bytes.extend_from_slice(hash.as_slice());
        Some((bytes, hash))
    }

    /// Reads what [`Self::to_stored`] wrote, if no byte of it has changed.
    pub(super) fn from_stored(bytes: &[u8]) -> Option<(Self, B256)> {
        let (body, stored) = bytes.split_at(bytes.len().checked_sub(32)?);
        let hash = keccak256(body);
        match postcard::take_from_bytes(body) {
            Ok((genesis, [])) if hash.as_slice() == stored => Some((genesis, hash)),
            _ => None,
        }
    }
}
