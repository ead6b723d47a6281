//! Every contract with its code, and its address before it is there.
//!
//! The libraries and the deployer have addresses made of their code by CREATE2; the deployer makes
//! the others in their order. So the addresses are the same on every chain, for the same code,
//! minter, cap, source of randomness and configuration of the rewards.

use alloy_primitives::{Address, B256, Bytes, U256, address, b256, hex, keccak256};
use alloy_sol_types::{SolCall, sol};
use pinfi_core::rewards::RewardsConfig;
use pinfi_evm::Contracts;
use pinfi_evm::origin;
pub use pinfi_evm::origin::FACTORY;

use crate::artifacts::{Artifact, ArtifactError};

sol! {
    /// Of `contracts/src/Deployer.sol`.
    contract Deployer {
        function deploy(bytes code) external returns (address deployed);
        function born() external view returns (uint256);
    }
}

/// Who puts it on a chain that has none, by a transaction that was signed without a key.
pub const FACTORY_SIGNER: Address = address!("3fab184622dc19b6109349b94811493bf2a45362");
/// What that transaction costs.
pub const FACTORY_COST: U256 = U256::from_limbs([10_000_000_000_000_000, 0, 0, 0]);
/// That transaction: the same bytes on every chain.
pub const FACTORY_TRANSACTION: &[u8] = &hex!(
    "f8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffff\
     ffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b80\
     82525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a0\
     2222222222222222222222222222222222222222222222222222222222222222"
);
/// The hash of its code.
pub const FACTORY_CODE: B256 =
    b256!("2fa86add0aed31f33a762c9d88e807c475bd51d0f52bd0955754b2608f7e4989");

/// The contracts that the deployer makes, in its order.
const ORDER: [&str; 7] =
    ["Pin", "Game", "StakeToken", "HoursToken", "RentalToken", "Rewards", "PinFi"];
/// The libraries that the market is linked to.
const LIBRARIES: [&str; 3] = ["Params", "Leave", "Verdict"];

/// A contract to be put on a chain.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Where it will be.
    pub address: Address,
    /// Its code.
    pub artifact: Artifact,
    /// Who is called to make it.
    pub via: Address,
    /// With what.
    pub data: Bytes,
}

/// All contracts, in the order in which they are made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The contracts.
    pub parts: Vec<Part>,
    /// The deployer's address.
    pub deployer: Address,
    /// Who may create PIN.
    pub minter: Address,
    /// The most PIN there may ever be, in wei.
    pub cap: U256,
    /// Where the game's randomness comes from; zero: from the chain itself.
    pub source: Address,
    /// How the emission is split, and who governs.
    pub rewards: RewardsConfig,
}

impl Plan {
    /// Plans a deployment.
    ///
    /// # Errors
    /// [`ArtifactError`].
    pub fn new(
        minter: Address,
        cap: U256,
        source: Address,
        rewards: RewardsConfig,
    ) -> Result<Self, ArtifactError> {
        let mut parts = Vec::new();
        for name in LIBRARIES {
            let artifact = Artifact::read(name, &[])?;
            let creation = artifact.creation.clone();
            parts.push(by_factory(name, artifact, creation));
        }
        let libraries: Vec<_> = parts.iter().map(|part| (part.name, part.address)).collect();
        let mut others = Vec::new();
        for name in ORDER {
            others.push((name, Artifact::read(name, &libraries)?));
        }
        let mut codes = [B256::ZERO; ORDER.len()];
        for (code, (_, artifact)) in codes.iter_mut().zip(&others) {
            *code = keccak256(&artifact.creation);
        }
        let artifact = Artifact::read("Deployer", &[])?;
        let creation =
            origin::deployer_code(&artifact.creation, codes, minter, cap, source, &rewards);
        let deployer = by_factory("Deployer", artifact, creation);
        let at = deployer.address;
        parts.push(deployer);
        // A contract's own nonces begin with one.
        parts.extend((1..).zip(others).map(|(nonce, (name, artifact))| {
            let code = Bytes::copy_from_slice(&artifact.creation);
            let data = Deployer::deployCall { code }.abi_encode().into();
            Part { name, address: at.create(nonce), artifact, via: at, data }
        }));
        Ok(Self { parts, deployer: at, minter, cap, source, rewards })
    }

    /// Returns where the contracts will be.
    #[must_use]
    pub fn contracts(&self) -> Contracts {
        origin::contracts(self.deployer)
    }
}

/// A contract whose address is made of its code.
fn by_factory(name: &'static str, artifact: Artifact, creation: Vec<u8>) -> Part {
    let salt = B256::ZERO;
    let address = FACTORY.create2_from_code(salt, &creation);
    let data = [salt.as_slice(), &creation].concat().into();
    Part { name, address, artifact, via: FACTORY, data }
}
