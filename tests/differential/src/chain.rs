//! An EVM with a clock, in process.

use alloy_primitives::{Address, B256, Bytes, Log, TxKind, U256, address, hex, keccak256};
use revm::context::result::{ExecutionResult, Output};
use revm::context::{BlockEnv, CfgEnv, Context, TxEnv};
use revm::database::{CacheDB, EmptyDB};
use revm::handler::MainnetContext;
use revm::primitives::hardfork::SpecId;
use revm::state::{AccountInfo, Bytecode};
use revm::{ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext, MainnetEvm};

/// What a transaction may use: as much as a block of Ethereum's.
pub const BLOCK_GAS: u64 = 36_000_000;

const VIEW_GAS: u64 = 1 << 40;

/// Where a chain keeps the hashes of its last blocks, and the code there (EIP-2935).
const HISTORY: Address = address!("0000F90827F1C53a10cb7A02335B175320002935");
const HISTORY_CODE: [u8; 83] = hex!(
    "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff"
    "81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500"
);
/// Of how many blocks.
const HISTORY_BLOCKS: u64 = 8_191;

type Db = CacheDB<EmptyDB>;

/// A chain of one's own.
pub struct Chain {
    evm: MainnetEvm<MainnetContext<Db>>,
    block: u64,
    now: u64,
}

/// What a transaction did.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Gas paid for, after refunds.
    pub gas_used: u64,
    /// Its logs.
    pub logs: Vec<Log>,
    /// What the call returned.
    pub output: Bytes,
}

/// Why a transaction did nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// A contract refused it.
    #[error("reverted with {0}")]
    Reverted(Bytes),
    /// It ran out of gas, or worse.
    #[error("halted: {0}")]
    Halted(String),
    /// It was not even begun.
    #[error("invalid: {0}")]
    Invalid(String),
}

impl Default for Chain {
    fn default() -> Self {
        let mut db = Db::default();
        let code = Bytecode::new_raw(Bytes::from_static(&HISTORY_CODE));
        db.insert_account_info(HISTORY, AccountInfo::from_bytecode(code));
        Self::new(db, 1, 1)
    }
}

impl Clone for Chain {
    fn clone(&self) -> Self {
        Self::new(self.evm.ctx.journaled_state.database.clone(), self.block, self.now)
    }
}

impl Chain {
    fn new(db: Db, block: u64, now: u64) -> Self {
        let mut cfg = CfgEnv::new_with_spec(SpecId::PRAGUE);
        // Senders here are names; the nonces of the contracts' deployer count all the same.
        cfg.disable_nonce_check = true;
        let evm = Context::mainnet().with_db(db).with_cfg(cfg).build_mainnet();
        let mut chain = Self { evm, block, now };
        chain.set_time(now);
        chain
    }

    /// Takes the history of blocks away, which not every chain has.
    pub fn forget_history(&mut self) {
        let db = &mut self.evm.ctx.journaled_state.database;
        db.insert_account_info(HISTORY, AccountInfo::default());
    }

    /// Opens a block at `now`.
    pub fn set_time(&mut self, now: u64) {
        // What the chain itself does at the beginning of a block, by a call of its own.
        let (slot, hash) = (self.block % HISTORY_BLOCKS, Self::block_hash(self.block));
        let db = &mut self.evm.ctx.journaled_state.database;
        // Only a database that reads from elsewhere could fail.
        let _ = db.insert_account_storage(HISTORY, U256::from(slot), hash.into());
        self.block += 1;
        self.now = now;
        self.evm.set_block(BlockEnv {
            number: U256::from(self.block),
            timestamp: U256::from(now),
            // A transaction has its own limit; a view of everything may take longer.
            gas_limit: VIEW_GAS,
            basefee: 0,
            prevrandao: Some(self.randomness()),
            ..BlockEnv::default()
        });
    }

    /// Returns the randomness of the block (`prevrandao`).
    #[must_use]
    pub fn randomness(&self) -> B256 {
        keccak256([b"prevrandao".as_slice(), &self.block.to_be_bytes()].concat())
    }

    /// Returns the hash of block `number`, as the database of an empty chain makes it up.
    #[must_use]
    pub fn block_hash(number: u64) -> B256 {
        keccak256(number.to_string())
    }

    /// Returns the number of the block.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.block
    }

    /// Returns the time of the block.
    #[must_use]
    pub const fn now(&self) -> u64 {
        self.now
    }

    /// Sends a transaction.
    ///
    /// # Errors
    /// [`Failure`], and then nothing has changed.
    pub fn send(&mut self, from: Address, to: Address, data: Bytes) -> Result<Receipt, Failure> {
        let transaction = transaction(from, TxKind::Call(to), data);
        let result = self.evm.transact_commit(transaction);
        finish(result.map_err(|error| Failure::Invalid(error.to_string()))?)
    }

    /// Calls without keeping what it does.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn view(&mut self, to: Address, data: Bytes) -> Result<Bytes, Failure> {
        let mut transaction = transaction(Address::ZERO, TxKind::Call(to), data);
        transaction.gas_limit = VIEW_GAS;
        let result = self.evm.transact(transaction);
        let result = result.map_err(|error| Failure::Invalid(error.to_string()))?.result;
        finish(result).map(|receipt| receipt.output)
    }

    /// Deploys a contract from its creation code.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn deploy(&mut self, from: Address, code: Bytes) -> Result<Address, Failure> {
        let result = self.evm.transact_commit(transaction(from, TxKind::Create, code));
        match result.map_err(|error| Failure::Invalid(error.to_string()))? {
            ExecutionResult::Success { output: Output::Create(_, Some(address)), .. } => {
                Ok(address)
            }
            other => Err(finish(other)
                .err()
                .unwrap_or_else(|| Failure::Invalid("no address".to_owned()))),
        }
    }
}

fn transaction(caller: Address, kind: TxKind, data: Bytes) -> TxEnv {
    TxEnv { caller, kind, data, gas_limit: BLOCK_GAS, gas_price: 0, ..TxEnv::default() }
}

fn finish(result: ExecutionResult) -> Result<Receipt, Failure> {
    match result {
        ExecutionResult::Success { gas, logs, output, .. } => {
            Ok(Receipt { gas_used: gas.tx_gas_used(), logs, output: output.into_data() })
        }
        ExecutionResult::Revert { output, .. } => Err(Failure::Reverted(output)),
        ExecutionResult::Halt { reason, .. } => Err(Failure::Halted(format!("{reason:?}"))),
    }
}
