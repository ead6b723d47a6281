//! The programs' configuration files.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::{fs, io};

use pinfi_evm::AddressBook;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Where to settle, and who does: what both programs need.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The URL of the node's JSON-RPC.
    pub rpc: String,
    /// The address book, as `deploy` and `devnet` write it.
    pub book: PathBuf,
    /// The account's key: a file of Web3 Secret Storage, version 3.
    pub key: PathBuf,
    /// The file with its password; none: the environment has it.
    pub password: Option<PathBuf>,
    /// The folder for what is kept between runs.
    pub state: PathBuf,
    /// Seconds between two looks at the chain.
    #[serde(default = "poll_secs")]
    pub poll_secs: u64,
    /// Seconds that a transaction waits for its block before more is offered for it.
    #[serde(default = "patience_secs")]
    pub patience_secs: u64,
}

/// The configuration of `pinfi-provider`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// Where to settle, and who does.
    pub account: Account,
    /// Which device computes.
    #[serde(default)]
    pub device: DeviceChoice,
    /// Where openings are served; none: nowhere.
    pub openings: Option<SocketAddr>,
    /// The boards that openings are put on too.
    #[serde(default)]
    pub boards: Vec<String>,
    /// Where Prometheus finds the figures.
    #[serde(default = "provider_metrics")]
    pub metrics: SocketAddr,
    /// How those who rent the stakes' device are served; none: they are not.
    pub jobs: Option<Jobs>,
}

/// How those who rent a device are served.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    /// The relay where clients reach the device, as a URL.
    pub relay: String,
    /// Whether clients may connect directly too: then they learn this machine's address.
    #[serde(default)]
    pub direct: bool,
    /// Milliseconds that a step of a job may take: for so long at most a proof waits.
    #[serde(default = "step_millis")]
    pub step_millis: u64,
    /// Seconds that all steps of a job may take.
    #[serde(default = "job_secs")]
    pub job_secs: u64,
    /// Bytes that are held for jobs and results, of all clients together.
    #[serde(default = "held_bytes")]
    pub held_bytes: u64,
    /// Seconds that results are kept for a client that does not fetch them.
    #[serde(default = "keep_secs")]
    pub keep_secs: u64,
}

/// The configuration of `pinfi-verifier`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifierConfig {
    /// Where to settle, and who does.
    pub account: Account,
    /// Where openings are taken and served; none: nowhere.
    pub openings: Option<SocketAddr>,
    /// The boards that openings are fetched from.
    #[serde(default)]
    pub boards: Vec<String>,
    /// How many samples of a false commitment are accused.
    #[serde(default = "accusations")]
    pub accusations: u32,
    /// Seconds before the last moment at which a commitment is accused whose openings are nowhere.
    #[serde(default = "withheld_secs")]
    pub withheld_secs: u64,
    /// Where Prometheus finds the figures.
    #[serde(default = "verifier_metrics")]
    pub metrics: SocketAddr,
}

/// Which device computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// The GPU, and the CPU where there is none or it fails.
    #[default]
    Auto,
    /// The GPU alone.
    Gpu,
    /// The CPU alone.
    Cpu,
}

const fn poll_secs() -> u64 {
    2
}

/// Five blocks of the slowest chains that the protocol counts with.
const fn patience_secs() -> u64 {
    60
}

/// Of a commitment that is false in an eighth, sixteen find it in seven cases of eight.
const fn accusations() -> u32 {
    16
}

const fn step_millis() -> u64 {
    5_000
}

const fn job_secs() -> u64 {
    3_600
}

const fn held_bytes() -> u64 {
    1 << 30
}

/// A day.
const fn keep_secs() -> u64 {
    86_400
}

const fn withheld_secs() -> u64 {
    30
}

/// For this machine alone, unless the file says otherwise.
const fn provider_metrics() -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9_464)
}

const fn verifier_metrics() -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9_465)
}

/// Why a configuration is none.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("{}: {error}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file is not of its form.
    #[error("{}: {why}", file.display())]
    Form {
        /// The file.
        file: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
}

/// Reads a configuration. Paths in it are taken from its own folder.
///
/// # Errors
/// [`ConfigError`].
pub fn read<T: DeserializeOwned + Configured>(file: &Path) -> Result<T, ConfigError> {
    let mut config: T = toml::from_str(&text(file)?).map_err(|error| form(file, &error))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let account = config.account();
    for path in [&mut account.book, &mut account.key, &mut account.state] {
        *path = folder.join(&*path);
    }
    account.password = account.password.take().map(|path| folder.join(path));
    Ok(config)
}

/// A configuration with an account.
pub trait Configured {
    /// Returns the account.
    fn account(&mut self) -> &mut Account;
}

impl Configured for ProviderConfig {
    fn account(&mut self) -> &mut Account {
        &mut self.account
    }
}

impl Configured for VerifierConfig {
    fn account(&mut self) -> &mut Account {
        &mut self.account
    }
}

/// Reads an address book.
///
/// # Errors
/// [`ConfigError`].
pub fn book(file: &Path) -> Result<AddressBook, ConfigError> {
    serde_json::from_str(&text(file)?).map_err(|error| form(file, &error))
}

fn text(file: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(file).map_err(|error| ConfigError::File { file: file.to_owned(), error })
}

fn form(file: &Path, error: &dyn std::error::Error) -> ConfigError {
    ConfigError::Form { file: file.to_owned(), why: error.to_string() }
}
