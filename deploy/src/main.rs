//! `pinfi-deploy deploy --rpc URL` and `pinfi-deploy devnet`; see `docs/settlement.md`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, fs};

use alloy_primitives::{Address, U256, hex};
use alloy_sol_types::SolCall;
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::settlement::Signer;
use pinfi_client::settlement::evm::Node;
use pinfi_core::ledger::MAX_SUPPLY;
use pinfi_core::rewards::RewardsConfig;
use pinfi_core::units::Timestamp;
use pinfi_deploy::anvil::{Anvil, DEV_KEYS, Options, dev_key};
use pinfi_deploy::artifacts::root;
use pinfi_deploy::deploy::Sender;
use pinfi_deploy::native::{HttpTransport, WallTimer};
use pinfi_deploy::plan::Plan;
use pinfi_evm::abi::Pin;
use pinfi_evm::{AddressBook, Call};

const USAGE: &str = "\
pinfi-deploy deploy --rpc URL --genesis SECONDS [--name NAME] [--minter ADDRESS]
      [--randomness ADDRESS] [--out FILE]
  puts the contracts on the chain behind URL (http), paid by the key in PINFI_DEPLOYER_KEY (hex),
  and writes the address book; the emission of block rewards begins at --genesis, and is governed by
  the minter; the game's randomness comes from the chain's own prevrandao, or from the contract at
  --randomness where that is constant
pinfi-deploy devnet [--port N] [--block-time SECONDS] [--fresh]
  a chain of one's own with the contracts and funded accounts; its state is kept in .devnet/";

/// Whoever reads the environment knows it; a command line is shown to all.
const KEY: &str = "PINFI_DEPLOYER_KEY";
/// What each of devnet's accounts gets.
const GIFT: u128 = 1_000_000 * 1_000_000_000_000_000_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[String]) -> Outcome<()> {
    let mut rest = words.iter().map(String::as_str);
    let command = rest.next().ok_or(USAGE)?;
    let mut options = Words::default();
    while let Some(word) = rest.next() {
        let mut value = || rest.next().map(str::to_owned).ok_or(USAGE);
        match (command, word) {
            ("deploy", "--rpc") => options.rpc = Some(value()?),
            ("deploy", "--name") => options.name = Some(value()?),
            ("deploy", "--genesis") => options.genesis = Some(value()?.parse()?),
            ("deploy", "--minter") => options.minter = Some(value()?.parse()?),
            ("deploy", "--randomness") => options.source = Some(value()?.parse()?),
            ("deploy", "--out") => options.out = Some(value()?.into()),
            ("devnet", "--port") => options.port = Some(value()?.parse()?),
            ("devnet", "--block-time") => options.block_secs = Some(value()?.parse()?),
            ("devnet", "--fresh") => options.fresh = true,
            _ => return Err(format!("`{word}` is not known\n{USAGE}").into()),
        }
    }
    match command {
        "deploy" => deploy(&options),
        "devnet" => devnet(&options),
        other => Err(format!("`{other}` is not known\n{USAGE}").into()),
    }
}

#[derive(Default)]
struct Words {
    rpc: Option<String>,
    name: Option<String>,
    genesis: Option<u64>,
    minter: Option<Address>,
    source: Option<Address>,
    out: Option<PathBuf>,
    port: Option<u16>,
    block_secs: Option<u64>,
    fresh: bool,
}

fn deploy(options: &Words) -> Outcome<()> {
    let url = options.rpc.as_deref().ok_or(USAGE)?;
    if !url.starts_with("http://") {
        return Err("only http URLs are served: reach an https node through a local proxy".into());
    }
    let key = env::var(KEY).map_err(|_| format!("{KEY} is not set\n{USAGE}"))?;
    // No word of the key in an error.
    let key = hex::decode(key.trim()).ok().and_then(|key| SigningKey::from_slice(&key).ok());
    let key = key.ok_or_else(|| format!("{KEY} is not a private key in hex"))?;
    let node = Node::new(Rc::new(HttpTransport::new(url)), Rc::new(WallTimer));
    let minter = options.minter.unwrap_or_else(|| key.address());
    // Not of today: the addresses are made of it too.
    let genesis = options.genesis.ok_or(USAGE)?;
    let plan = plan(minter, options.source.unwrap_or_default(), genesis)?;
    let sender = Sender { node: &node, timer: &WallTimer, signer: &key };
    let name = options.name.as_deref().unwrap_or("PinFi");
    let book = block_on(sender.deploy(&plan, name))?;
    let out = options.out.clone();
    let out = out.unwrap_or_else(|| root().join(format!("deployments/{}.json", book.chain_id)));
    write(&book, &out)?;
    println!("{}", out.display());
    Ok(())
}

fn devnet(options: &Words) -> Outcome<()> {
    let folder = root().join(".devnet");
    if options.fresh && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let block_secs = options.block_secs.unwrap_or(2);
    let mut anvil = Anvil::start(&Options {
        port: Some(options.port.unwrap_or(8545)),
        block_secs,
        state: Some(folder.join("state.json")),
        more: Vec::new(),
    })?;
    let node = anvil.node();
    let key = dev_key(0)?;
    let file = folder.join("addresses.json");
    let plan = plan(key.address(), Address::ZERO, genesis(&file)?)?;
    let sender = Sender { node: &node, timer: &WallTimer, signer: &key };
    let book = block_on(sender.deploy(&plan, "PinFi devnet"))?;
    write(&book, &file)?;
    for number in 0..DEV_KEYS.len() {
        give(&sender, &book, dev_key(number)?.address())?;
    }
    println!("chain {} at {}, a block every {block_secs} s", book.chain_id, anvil.url());
    println!("address book: {}", file.display());
    println!("accounts with PIN and ETH, and their keys, which everybody knows:");
    for (number, key) in DEV_KEYS.iter().enumerate() {
        println!("  {} 0x{}", dev_key(number)?.address(), hex::encode(key));
    }
    println!("its state is kept in {}; --fresh begins anew", folder.display());
    std::io::stdout().flush()?;
    Ok(anvil.wait()?)
}

/// Plans contracts whose minter governs the rewards and may claim their parts.
fn plan(minter: Address, source: Address, genesis: u64) -> Outcome<Plan> {
    let rewards = RewardsConfig::with_defaults(Timestamp(genesis), minter, minter, minter);
    Ok(Plan::new(minter, U256::from(MAX_SUPPLY.0), source, rewards)?)
}

/// When devnet's emission begins: as its address book says, or at this day's midnight.
fn genesis(book: &Path) -> Outcome<u64> {
    if book.exists() {
        let book: AddressBook = serde_json::from_str(&fs::read_to_string(book)?)?;
        return Ok(book.rewards.genesis.0);
    }
    let secs = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    Ok(secs / 86_400 * 86_400)
}

/// Gives an account PIN unless it has some.
fn give(sender: &Sender<'_>, book: &AddressBook, to: Address) -> Outcome<()> {
    let pin = book.contracts.pin;
    let call = |data: Vec<u8>| Call { to: pin, data: data.into() };
    let balance = call(Pin::balanceOfCall { owner: to }.abi_encode());
    let found = block_on(sender.node.view(to, &balance, None))?;
    if U256::from_be_slice(&found).is_zero() {
        let mint = Pin::mintCall { to, amount: U256::from(GIFT) };
        block_on(sender.send(call(mint.abi_encode()), U256::ZERO))?;
    }
    Ok(())
}

fn write(book: &AddressBook, file: &Path) -> Outcome<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(file, serde_json::to_string_pretty(book)? + "\n")?)
}
