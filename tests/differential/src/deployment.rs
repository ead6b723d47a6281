//! The contracts on a chain.

use std::fs;
use std::path::Path;

use alloy_primitives::{Address, Bytes, U256, hex};
use alloy_sol_types::{SolCall, SolConstructor, SolValue};
use pinfi_core::rewards::RewardsConfig;
use pinfi_core::units::{Secs, Timestamp};
use serde_json::Value;

use pinfi_core::ledger::MAX_SUPPLY;
use pinfi_evm::params::rewards_to_abi;
use pinfi_evm::{AddressBook, Contracts};

use crate::abi::{Pin, Rewards};
use crate::chain::{Chain, Failure};

/// Who deploys; its first transactions decide the addresses.
pub const DEPLOYER: Address = Address::repeat_byte(0xde);
/// The only account that may create PIN.
pub const MINTER: Address = Address::repeat_byte(0xff);
/// Who queues weights.
pub const GOVERNOR: Address = Address::repeat_byte(0xe0);
/// Who is paid for the ecosystem.
pub const ECOSYSTEM: Address = Address::repeat_byte(0xe1);
/// Who is paid for the team.
pub const TEAM: Address = Address::repeat_byte(0xe2);
/// When the emission begins.
pub const GENESIS: Timestamp = Timestamp(1_703_000_000);

/// Where the contracts are.
#[derive(Clone, Copy, Debug)]
pub struct Deployment {
    /// PIN.
    pub pin: Address,
    /// The game, or a double of it whose verdicts the test gives.
    pub game: Address,
    /// The st-tokens.
    pub stake_token: Address,
    /// The hours tokens.
    pub hours_token: Address,
    /// The rental tokens.
    pub rental_token: Address,
    /// The block rewards.
    pub rewards: Address,
    /// The market.
    pub market: Address,
    /// What reads its whole state in one call.
    pub lens: Address,
}

/// Which contracts stand in the places that can be taken by others.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    /// The game: `Game`, or a double whose verdicts the test gives.
    pub game: &'static str,
    /// What creates pools: `Params`, or `LooseParams`, which has no bounds.
    pub params: &'static str,
}

impl Default for Cast {
    fn default() -> Self {
        Self { game: "GameDouble", params: "Params" }
    }
}

/// Why there is no deployment.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The artifact is not there or not of its form.
    #[error("{0}: {1}")]
    Artifact(String, String),
    /// The chain refused.
    #[error(transparent)]
    Chain(#[from] Failure),
    /// The core refused the configuration.
    #[error(transparent)]
    Core(#[from] pinfi_core::Error),
}

/// Returns the creation code of a contract, linked with the libraries that it calls.
///
/// # Errors
/// [`DeployError::Artifact`].
pub fn code(name: &str, libraries: &[(&str, Address)]) -> Result<Vec<u8>, DeployError> {
    let file = format!("contracts/out/{name}.json");
    let bad = |what: &str| DeployError::Artifact(file.clone(), what.to_owned());
    let artifact = artifact(&file)?;
    let mut code = text(&artifact, "bytecode").to_owned();
    let files = artifact["linkReferences"].as_object().ok_or_else(|| bad("linkReferences"))?;
    for (library, places) in files.values().filter_map(Value::as_object).flatten() {
        let (_, address) = libraries
            .iter()
            .find(|(known, _)| known == library)
            .ok_or_else(|| bad(&format!("needs the library {library}")))?;
        for place in places.as_array().into_iter().flatten() {
            let start = place["start"].as_u64().and_then(|start| usize::try_from(start).ok());
            // `0x`, then two digits a byte.
            let start = 2 + 2 * start.ok_or_else(|| bad("linkReferences"))?;
            code.replace_range(start..start + 40, &hex::encode(address));
        }
    }
    hex::decode(&code).map_err(|error| bad(&error.to_string()))
}

/// Returns the creation code in a package's own artifact.
///
/// # Errors
/// [`DeployError::Artifact`].
pub fn npm_code(file: &str) -> Result<Vec<u8>, DeployError> {
    let file = format!("node_modules/{file}");
    let artifact = artifact(&file)?;
    hex::decode(text(&artifact, "bytecode"))
        .map_err(|error| DeployError::Artifact(file, error.to_string()))
}

/// Returns how many bytes a contract measures once it is deployed.
///
/// # Errors
/// [`DeployError::Artifact`].
pub fn runtime_size(name: &str) -> Result<u64, DeployError> {
    let artifact = artifact(&format!("contracts/out/{name}.json"))?;
    // `0x`, then two digits a byte, with the places of libraries as long as their addresses.
    Ok((text(&artifact, "deployedBytecode").len() as u64).saturating_sub(2) / 2)
}

fn artifact(file: &str) -> Result<Value, DeployError> {
    let bad = |what: String| DeployError::Artifact(file.to_owned(), what);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join(file)).map_err(|error| bad(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| bad(error.to_string()))
}

fn text<'a>(artifact: &'a Value, field: &str) -> &'a str {
    artifact[field].as_str().unwrap_or_default()
}

impl Deployment {
    /// Deploys everything.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn new(chain: &mut Chain) -> Result<Self, DeployError> {
        Self::with_cast(chain, Cast::default())
    }

    /// Deploys everything with contracts of one's choice in two places.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn with_cast(chain: &mut Chain, cast: Cast) -> Result<Self, DeployError> {
        let Cast { game, params } = cast;
        // The parts must know the market and the market its parts: their addresses are foreseen.
        let (rewards, market) = (DEPLOYER.create(8), DEPLOYER.create(9));
        let mut deploy = |name: &str, libraries: &[(&str, Address)], arguments: Vec<u8>| {
            let mut code = code(name, libraries)?;
            code.extend(arguments);
            Ok::<_, DeployError>(chain.deploy(DEPLOYER, Bytes::from(code))?)
        };
        let mut libraries = Vec::new();
        for (place, name) in [("Params", params), ("Leave", "Leave"), ("Verdict", "Verdict")] {
            libraries.push((place, deploy(name, &[], Vec::new())?));
        }
        let pin = deploy("Pin", &[], (MINTER, rewards, U256::MAX).abi_encode())?;
        let arguments = match game {
            "Game" => (market, pin, Address::ZERO).abi_encode(),
            _ => Vec::new(),
        };
        let game = deploy(game, &[], arguments)?;
        let stake_token = deploy("StakeToken", &[], market.abi_encode())?;
        let hours_token = deploy("HoursToken", &[], market.abi_encode())?;
        let rental_token = deploy("RentalToken", &[], market.abi_encode())?;
        let config_ = rewards_to_abi(&rewards_config());
        let config = Rewards::constructorCall { market_: market, pin_: pin, config_ };
        let rewards = deploy("Rewards", &[], config.abi_encode())?;
        let arguments = (pin, stake_token, hours_token, rental_token, game, rewards).abi_encode();
        let market = deploy("PinFi", &libraries, arguments)?;
        let lens = deploy("Lens", &[], Vec::new())?;
        Ok(Self { pin, game, stake_token, hours_token, rental_token, rewards, market, lens })
    }

    /// Returns where the contracts themselves are.
    #[must_use]
    pub const fn contracts(&self) -> Contracts {
        let Self { pin, game, stake_token, hours_token, rental_token, rewards, market, .. } = *self;
        Contracts { pin, market, stake_token, hours_token, rental_token, game, rewards }
    }

    /// Returns what whoever settles on them needs.
    #[must_use]
    pub fn book(&self) -> AddressBook {
        AddressBook {
            name: "in process".to_owned(),
            chain_id: 1,
            from_block: 0,
            minter: MINTER,
            supply_cap: MAX_SUPPLY,
            rewards: rewards_config(),
            contracts: self.contracts(),
            code_hashes: None,
        }
    }

    /// Lets the market, the rewards and the game take as much of an account's PIN as they ask for.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn approve(&self, chain: &mut Chain, account: Address) -> Result<(), Failure> {
        for spender in [self.market, self.rewards, self.game] {
            let call = Pin::approveCall { spender, amount: U256::MAX };
            chain.send(account, self.pin, call.abi_encode().into())?;
        }
        Ok(())
    }
}

/// How the emission is split: the defaults, but for a short timelock, so that a life of some days
/// sees weights change. Some lives begin before it does.
#[must_use]
pub fn rewards_config() -> RewardsConfig {
    let mut config = RewardsConfig::with_defaults(GENESIS, GOVERNOR, ECOSYSTEM, TEAM);
    config.timelock = Secs(600);
    config
}
