//! Carries the plan out, or finds that it was.

use std::collections::BTreeSet;

use alloy_primitives::{Address, B256, Bytes, U64, U256, hex, keccak256};
use alloy_sol_types::SolCall;
use pinfi_client::settlement::evm::{ChainError, Node, Timer};
use pinfi_client::settlement::{Signer, SubmitError, TransactionRequest};
use pinfi_core::units::Wei;
use pinfi_evm::{AddressBook, Call, Contracts};
use serde_json::json;

use crate::artifacts::ArtifactError;
use crate::plan::{
    Deployer, FACTORY, FACTORY_CODE, FACTORY_COST, FACTORY_SIGNER, FACTORY_TRANSACTION, Part, Plan,
};

/// How often a block is waited for, in milliseconds.
const POLL_MS: u64 = 300;
/// How long a block is waited for, in milliseconds.
const PATIENCE_MS: u64 = 300_000;

/// Code that returns `prevrandao` when it is run, as a contract's creation is:
/// `PREVRANDAO PUSH0 MSTORE PUSH1 32 PUSH0 RETURN`. A header may say otherwise than the chain's machine.
const PREVRANDAO: [u8; 7] = hex!("445f5260205ff3");
/// How many blocks ago it is looked at: some chains have theirs from another one, which is slower.
const LOOKBACK: [u64; 4] = [0, 1, 16, 64];

/// Why the contracts are not there.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The compiler's output is missing.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The node is of no use.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A transaction was not made.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// Something else is where the contract belongs.
    #[error("the code at {address} is not that of {name}")]
    OtherCode {
        /// The contract.
        name: &'static str,
        /// The address.
        address: Address,
    },
    /// The chain's `prevrandao` does not change: the game could never open a second epoch.
    #[error("prevrandao is constant here: the game needs another source of randomness")]
    ConstantRandomness,
    /// The transaction is in a block and did nothing.
    #[error("{hash} was refused on the chain")]
    Reverted {
        /// Its hash.
        hash: B256,
    },
    /// The transaction is in no block.
    #[error("{hash} is in no block after {} s", PATIENCE_MS / 1_000)]
    TimedOut {
        /// Its hash.
        hash: B256,
    },
}

/// Sends an account's transactions one after another: each waits for the receipt of the one before.
pub struct Sender<'a> {
    /// The node.
    pub node: &'a Node,
    /// The clock.
    pub timer: &'a dyn Timer,
    /// Who signs.
    pub signer: &'a dyn Signer,
}

impl Sender<'_> {
    /// Sends a transaction and waits for its block, whose height it returns.
    ///
    /// # Errors
    /// [`DeployError`].
    pub async fn send(&self, call: Call, value: U256) -> Result<u64, DeployError> {
        let from = self.signer.address();
        let gas = self.node.gas(from, &call).await?;
        let chain_id = self.node.chain_id().await?;
        let Call { to, data } = call;
        let request = TransactionRequest { chain_id, from, to, value, data, gas };
        let nonce = self.node.nonce(from, true).await?;
        let raw = self.node.sign(&request, nonce, self.signer).await?;
        self.node.send(&raw).await?;
        self.wait(keccak256(&raw)).await
    }

    async fn wait(&self, hash: B256) -> Result<u64, DeployError> {
        let begun = self.timer.wall_ms();
        loop {
            match self.node.receipt(hash).await? {
                Some(included) if included.succeeded => return Ok(included.block),
                Some(_) => return Err(DeployError::Reverted { hash }),
                None if self.timer.wall_ms().saturating_sub(begun) > PATIENCE_MS => {
                    return Err(DeployError::TimedOut { hash });
                }
                None => self.timer.sleep(POLL_MS).await,
            }
        }
    }

    /// Puts the contracts of a plan on the chain, as far as they are not there, and returns the
    /// address book.
    ///
    /// # Errors
    /// [`DeployError::OtherCode`] where something else is in a contract's place: nothing is then
    /// deployed after it. [`DeployError::ConstantRandomness`] where the game would have none. Else
    /// [`DeployError`].
    pub async fn deploy(&self, plan: &Plan, name: &str) -> Result<AddressBook, DeployError> {
        if plan.source.is_zero() {
            self.randomness().await?;
        }
        self.factory().await?;
        for part in &plan.parts {
            if !is_there(self.node, part).await? {
                let call = Call { to: part.via, data: part.data.clone() };
                self.send(call, U256::ZERO).await?;
                if !is_there(self.node, part).await? {
                    let Part { name, address, .. } = *part;
                    return Err(DeployError::OtherCode { name, address });
                }
            }
        }
        let born = Call { to: plan.deployer, data: Deployer::bornCall {}.abi_encode().into() };
        let born = self.node.view(Address::ZERO, &born, None).await?;
        Ok(AddressBook {
            name: name.to_owned(),
            chain_id: self.node.chain_id().await?,
            from_block: U256::from_be_slice(&born).saturating_to(),
            minter: plan.minter,
            supply_cap: Wei(plan.cap.saturating_to()),
            rewards: plan.rewards,
            contracts: plan.contracts(),
            code_hashes: Some(self.code_hashes(&plan.contracts()).await?),
        })
    }

    /// Sees that `prevrandao` is not the same in all of some blocks; of one block nothing can be said.
    async fn randomness(&self) -> Result<(), DeployError> {
        let height = self.node.height().await?;
        let blocks: Vec<u64> =
            LOOKBACK.iter().filter_map(|back| height.checked_sub(*back)).collect();
        let mut seen = BTreeSet::new();
        for &number in &blocks {
            let call = json!([{ "data": hex::encode_prefixed(PREVRANDAO) }, U64::from(number)]);
            seen.insert(self.node.call("eth_call", call).await?.to_string());
        }
        if blocks.len() > 1 && seen.len() == 1 {
            return Err(DeployError::ConstantRandomness);
        }
        Ok(())
    }

    /// Returns the hashes of codes that were compared with the compiler's.
    async fn code_hashes(&self, contracts: &Contracts) -> Result<Contracts<B256>, ChainError> {
        let hash = async |address| Ok::<_, ChainError>(keccak256(self.node.code(address).await?));
        Ok(Contracts {
            pin: hash(contracts.pin).await?,
            market: hash(contracts.market).await?,
            stake_token: hash(contracts.stake_token).await?,
            hours_token: hash(contracts.hours_token).await?,
            rental_token: hash(contracts.rental_token).await?,
            game: hash(contracts.game).await?,
            rewards: hash(contracts.rewards).await?,
        })
    }

    /// Sees that the chain has the deployer by CREATE2.
    async fn factory(&self) -> Result<(), DeployError> {
        let found = self.node.code(FACTORY).await?;
        if found.is_empty() {
            let pay = Call { to: FACTORY_SIGNER, data: Bytes::new() };
            self.send(pay, FACTORY_COST).await?;
            self.node.send(&Bytes::from_static(FACTORY_TRANSACTION)).await?;
            self.wait(keccak256(FACTORY_TRANSACTION)).await?;
        }
        let found = self.node.code(FACTORY).await?;
        if keccak256(&found) == FACTORY_CODE {
            Ok(())
        } else {
            Err(DeployError::OtherCode { name: "the deployer by CREATE2", address: FACTORY })
        }
    }
}

/// Tells whether a contract is in its place.
///
/// # Errors
/// [`DeployError::OtherCode`] where something else is.
async fn is_there(node: &Node, part: &Part) -> Result<bool, DeployError> {
    let found = node.code(part.address).await?;
    if found.is_empty() {
        return Ok(false);
    }
    let Part { name, address, .. } = *part;
    if part.artifact.is_at(&found) {
        Ok(true)
    } else {
        Err(DeployError::OtherCode { name, address })
    }
}
