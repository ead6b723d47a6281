//! The contracts on a chain.

use std::fs;
use std::path::Path;

use alloy_primitives::{Address, Bytes, U256, hex};
use alloy_sol_types::{SolCall, SolValue};
use serde_json::Value;

use crate::abi::Pin;
use crate::chain::{Chain, Failure};

/// Who deploys; its first transactions decide the addresses.
pub const DEPLOYER: Address = Address::repeat_byte(0xde);
/// The only account that may create PIN.
pub const MINTER: Address = Address::repeat_byte(0xff);

/// Where the contracts are.
#[derive(Clone, Copy, Debug)]
pub struct Deployment {
    /// PIN.
    pub pin: Address,
    /// The double of the game, whose verdicts the test gives.
    pub game: Address,
    /// The st-tokens.
    pub stake_token: Address,
    /// The hours tokens.
    pub hours_token: Address,
    /// The rental tokens.
    pub rental_token: Address,
    /// The market.
    pub market: Address,
    /// What reads its whole state in one call.
    pub lens: Address,
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
}

/// Returns the creation code of a contract, its only library linked.
///
/// # Errors
/// [`DeployError::Artifact`].
pub fn code(name: &str, library: Option<Address>) -> Result<Vec<u8>, DeployError> {
    let file = format!("contracts/out/{name}.json");
    let mut code = text(&artifact(&file)?, "bytecode").to_owned();
    if let Some(address) = library {
        // `__$` + 34 digits of a hash + `$__` stands where the library's address belongs.
        while let Some(place) = code.find("__$") {
            code.replace_range(place..place + 40, &hex::encode(address));
        }
    }
    hex::decode(&code).map_err(|error| DeployError::Artifact(file, error.to_string()))
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
        Self::with_game(chain, "GameDouble")
    }

    /// Deploys everything with the contract `game` in the game's place.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn with_game(chain: &mut Chain, game: &str) -> Result<Self, DeployError> {
        // The tokens must know the market and the market the tokens: its address is foreseen.
        let market = DEPLOYER.create(6);
        let mut deploy = |name: &str, library, arguments: Vec<u8>| {
            let mut code = code(name, library)?;
            code.extend(arguments);
            Ok::<_, DeployError>(chain.deploy(DEPLOYER, Bytes::from(code))?)
        };
        let params = deploy("Params", None, Vec::new())?;
        let pin = deploy("Pin", None, (MINTER, U256::MAX).abi_encode())?;
        let game = deploy(game, None, Vec::new())?;
        let stake_token = deploy("StakeToken", None, market.abi_encode())?;
        let hours_token = deploy("HoursToken", None, market.abi_encode())?;
        let rental_token = deploy("RentalToken", None, market.abi_encode())?;
        let arguments = (pin, stake_token, hours_token, rental_token, game).abi_encode();
        let market = deploy("PinFi", Some(params), arguments)?;
        let lens = deploy("Lens", None, Vec::new())?;
        Ok(Self { pin, game, stake_token, hours_token, rental_token, market, lens })
    }

    /// Lets the market take as much of an account's PIN as it asks for.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn approve(&self, chain: &mut Chain, account: Address) -> Result<(), Failure> {
        let call = Pin::approveCall { spender: self.market, amount: U256::MAX };
        chain.send(account, self.pin, call.abi_encode().into()).map(|_| ())
    }
}
