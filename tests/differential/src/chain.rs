//! An EVM with a clock, in process.

use alloy_primitives::{Address, Bytes, Log, TxKind, U256};
use revm::context::result::{ExecutionResult, Output};
use revm::context::{BlockEnv, CfgEnv, Context, TxEnv};
use revm::database::{CacheDB, EmptyDB};
use revm::handler::MainnetContext;
use revm::primitives::hardfork::SpecId;
use revm::{ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext, MainnetEvm};

/// What a transaction may use: as much as a block of Ethereum's.
pub const BLOCK_GAS: u64 = 36_000_000;

const VIEW_GAS: u64 = 1 << 40;

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
        Self::new(CacheDB::default(), 1, 1)
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

    /// Opens a block at `now`.
    pub fn set_time(&mut self, now: u64) {
        self.block += 1;
        self.now = now;
        self.evm.set_block(BlockEnv {
            number: U256::from(self.block),
            timestamp: U256::from(now),
            // A transaction has its own limit; a view of everything may take longer.
            gas_limit: VIEW_GAS,
            basefee: 0,
            ..BlockEnv::default()
        });
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
