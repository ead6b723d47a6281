//! What we ask a node for, with types.

use std::rc::Rc;

use alloy_primitives::{Address, B256, Bytes, Log, LogData, U256};
use pinfi_core::units::Timestamp;
use pinfi_evm::{Block, Call, PlacedLog};
use serde_json::{Value, json};

use super::error::ChainError;
use super::rpc::{Request, Rpc};
use super::timer::Timer;
use super::transport::Transport;

/// A block's header, as far as we look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) block: Block,
    pub(super) base_fee: u128,
}

/// A log with the block that it claims to be in.
#[derive(Clone, Debug)]
pub(super) struct FoundLog {
    pub(super) number: u64,
    pub(super) hash: B256,
    pub(super) index: u64,
    pub(super) placed: PlacedLog,
}

/// What became of a transaction that is in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Included {
    /// The block.
    pub block: u64,
    /// Whether it did what it was to do.
    pub succeeded: bool,
}

/// A transaction that a node knows, in a block or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) hash: B256,
    pub(super) from: Address,
    pub(super) nonce: u64,
    /// Nobody where it makes a contract.
    pub(super) to: Option<Address>,
    pub(super) value: U256,
    pub(super) data: Bytes,
}

/// A node, asked with types.
#[derive(Clone)]
pub struct Node {
    pub(super) rpc: Rpc,
}

/// What it may take to bring a pool to the present, in gas. A node reckons as of the newest block: where a
/// pool was touched in that, its time stands still, and in the next block it does not.
const ADVANCE_GAS: u64 = 60_000;

/// What a payment uses that runs no code: exactly so much, whatever happens before it.
const PAYMENT_GAS: u64 = 21_000;

/// Returns the gas to allow where so much would be used now. What is not used is not paid for.
const fn allowed(used: u64) -> u64 {
    if used == PAYMENT_GAS {
        return used;
    }
    let quarter = used / 4;
    used.saturating_add(if quarter > ADVANCE_GAS { quarter } else { ADVANCE_GAS })
}

impl Node {
    /// Makes one of what carries requests to it.
    #[must_use]
    pub fn new(transport: Rc<dyn Transport>, timer: Rc<dyn Timer>) -> Self {
        Self { rpc: Rpc::new(transport, timer) }
    }

    /// Calls a method that has no function here.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn call(&self, method: &'static str, params: Value) -> Result<Value, ChainError> {
        self.rpc.call(method, params).await
    }

    /// Returns the chain's id.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn chain_id(&self) -> Result<u64, ChainError> {
        let method = "eth_chainId";
        number(method, &self.rpc.call(method, json!([])).await?)
    }

    /// Returns the code at an address; empty where there is none.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn code(&self, address: Address) -> Result<Bytes, ChainError> {
        let method = "eth_getCode";
        bytes(method, &self.rpc.call(method, json!([address, "latest"])).await?)
    }

    /// Returns the number of the newest block.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn height(&self) -> Result<u64, ChainError> {
        Ok(self.head().await?.block.number)
    }

    /// Returns the newest block.
    pub(super) async fn head(&self) -> Result<Header, ChainError> {
        let method = "eth_getBlockByNumber";
        let found = self.rpc.call(method, json!(["latest", false])).await?;
        header(method, &found)?.ok_or(ChainError::Garbage { method })
    }

    /// Returns blocks by height; none for a height that the chain has not.
    pub(super) async fn headers(&self, numbers: &[u64]) -> Result<Vec<Option<Header>>, ChainError> {
        let method = "eth_getBlockByNumber";
        let requests: Vec<_> = numbers
            .iter()
            .map(|number| Request::new(method, json!([quantity(*number), false])))
            .collect();
        let answers = self.rpc.batch(&requests).await?;
        answers.into_iter().map(|answer| header(method, &answer?)).collect()
    }

    /// Returns the logs of some contracts in a range of blocks, both ends included, in order.
    pub(super) async fn logs(
        &self,
        addresses: &[Address],
        from: u64,
        to: u64,
    ) -> Result<Vec<FoundLog>, ChainError> {
        let method = "eth_getLogs";
        let filter = json!({
            "address": addresses, "fromBlock": quantity(from), "toBlock": quantity(to),
        });
        let found = self.rpc.call(method, json!([filter])).await?;
        let list = found.as_array().ok_or(ChainError::Garbage { method })?;
        let mut logs: Vec<FoundLog> =
            list.iter().map(|one| log(method, one)).collect::<Result<_, _>>()?;
        logs.sort_by_key(|log| (log.number, log.index));
        if logs.iter().any(|log| !(from..=to).contains(&log.number)) {
            return Err(ChainError::Garbage { method });
        }
        Ok(logs)
    }

    /// Calls without sending, at a height.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn view(
        &self,
        from: Address,
        call: &Call,
        at: Option<u64>,
    ) -> Result<Bytes, ChainError> {
        let method = "eth_call";
        let at = at.map_or_else(|| json!("latest"), |number| json!(quantity(number)));
        let params = json!([{ "from": from, "to": call.to, "data": call.data }, at]);
        bytes(method, &self.rpc.call(method, params).await?)
    }

    /// Calls several times in one request, at a height.
    pub(super) async fn views(&self, calls: &[Call], at: u64) -> Result<Vec<Bytes>, ChainError> {
        let method = "eth_call";
        let requests: Vec<_> = calls
            .iter()
            .map(|Call { to, data }| {
                Request::new(method, json!([{ "to": to, "data": data }, quantity(at)]))
            })
            .collect();
        let answers = self.rpc.batch(&requests).await?;
        answers.into_iter().map(|answer| bytes(method, &answer?)).collect()
    }

    /// Returns how many transactions of an account are in blocks; `pending`: or wait to be.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn nonce(&self, account: Address, pending: bool) -> Result<u64, ChainError> {
        let method = "eth_getTransactionCount";
        let tag = if pending { "pending" } else { "latest" };
        number(method, &self.rpc.call(method, json!([account, tag])).await?)
    }

    /// Returns an account's own money of the chain, in wei.
    pub(super) async fn balance(&self, account: Address) -> Result<U256, ChainError> {
        let method = "eth_getBalance";
        word(method, &self.rpc.call(method, json!([account, "latest"])).await?)
    }

    /// Returns the gas to allow a call: more than it would use now, by a quarter or what a pool's time
    /// may take besides. The error says why it would be refused.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn gas(&self, from: Address, call: &Call) -> Result<u64, ChainError> {
        let method = "eth_estimateGas";
        let params = json!([{ "from": from, "to": call.to, "data": call.data }]);
        let used = number(method, &self.rpc.call(method, params).await?)?;
        Ok(allowed(used))
    }

    /// Returns the gas to allow a call, likewise, if `slot` of the contract `at` held `word`.
    pub(super) async fn gas_if(
        &self,
        from: Address,
        call: &Call,
        at: Address,
        slot: B256,
        word: B256,
    ) -> Result<u64, ChainError> {
        let method = "eth_estimateGas";
        let mut state = serde_json::Map::new();
        state.insert(at.to_string(), json!({ "stateDiff": { slot.to_string(): word } }));
        let call = json!({ "from": from, "to": call.to, "data": call.data });
        let used = self.rpc.call(method, json!([call, "latest", state])).await?;
        let used = number(method, &used)?;
        Ok(allowed(used))
    }

    /// Returns what the node would tip, in wei per gas.
    pub(super) async fn tip(&self) -> Result<u128, ChainError> {
        let method = "eth_maxPriorityFeePerGas";
        let found = word(method, &self.rpc.call(method, json!([])).await?)?;
        Ok(found.saturating_to())
    }

    /// Sends a signed transaction. Returns its hash.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn send(&self, raw: &Bytes) -> Result<B256, ChainError> {
        let method = "eth_sendRawTransaction";
        hash(method, &self.rpc.call(method, json!([raw])).await?)
    }

    /// Returns what became of a transaction, if it is in a block.
    ///
    /// # Errors
    /// [`ChainError`].
    pub async fn receipt(&self, transaction: B256) -> Result<Option<Included>, ChainError> {
        let method = "eth_getTransactionReceipt";
        let found = self.rpc.call(method, json!([transaction])).await?;
        if found.is_null() {
            return Ok(None);
        }
        let block = number(method, &found["blockNumber"])?;
        Ok(Some(Included { block, succeeded: number(method, &found["status"])? == 1 }))
    }

    /// Returns a transaction, if the node knows it, in a block or not.
    pub(super) async fn transaction(&self, hash: B256) -> Result<Option<Found>, ChainError> {
        let method = "eth_getTransactionByHash";
        let found = self.rpc.call(method, json!([hash])).await?;
        if found.is_null() { Ok(None) } else { transaction(method, &found).map(Some) }
    }

    /// Returns how many transactions of an account were in blocks up to a height. Many nodes have
    /// forgotten it of blocks that are long past.
    async fn nonce_at(&self, account: Address, height: u64) -> Result<u64, ChainError> {
        let method = "eth_getTransactionCount";
        number(method, &self.rpc.call(method, json!([account, quantity(height)])).await?)
    }

    /// Returns the transaction in a block that has a nonce of an account; none where no block has it
    /// yet.
    pub(super) async fn taker(
        &self,
        account: Address,
        nonce: u64,
    ) -> Result<Option<Found>, ChainError> {
        let mut high = self.head().await?.block.number;
        if self.nonce_at(account, high).await? <= nonce {
            return Ok(None);
        }
        // Likely a moment ago: ever longer steps back, to a height where it was still free.
        let (mut step, mut low) = (1_u64, high);
        while low > 0 {
            low = high.saturating_sub(step);
            if self.nonce_at(account, low).await? <= nonce {
                break;
            }
            (high, step) = (low, step.saturating_mul(2));
        }
        while high.saturating_sub(low) > 1 {
            let middle = low + (high - low) / 2;
            if self.nonce_at(account, middle).await? <= nonce {
                low = middle;
            } else {
                high = middle;
            }
        }
        let method = "eth_getBlockByNumber";
        let block = self.rpc.call(method, json!([quantity(high), true])).await?;
        let all = block["transactions"].as_array().ok_or(ChainError::Garbage { method })?;
        let is_it = |one: &&Value| {
            let from = parsed::<Address>(method, &one["from"]);
            from == Ok(account) && number(method, &one["nonce"]) == Ok(nonce)
        };
        all.iter().find(is_it).map(|one| transaction(method, one)).transpose()
    }
}

fn quantity(number: u64) -> String {
    format!("{number:#x}")
}

fn word(method: &'static str, value: &Value) -> Result<U256, ChainError> {
    let text = value.as_str().and_then(|text| text.strip_prefix("0x"));
    let word = text.and_then(|digits| U256::from_str_radix(digits, 16).ok());
    word.ok_or(ChainError::Garbage { method })
}

fn number(method: &'static str, value: &Value) -> Result<u64, ChainError> {
    u64::try_from(word(method, value)?).map_err(|_| ChainError::Garbage { method })
}

fn parsed<T: core::str::FromStr>(method: &'static str, value: &Value) -> Result<T, ChainError> {
    let text = value.as_str().filter(|text| text.starts_with("0x"));
    text.and_then(|text| text.parse().ok()).ok_or(ChainError::Garbage { method })
}

fn bytes(method: &'static str, value: &Value) -> Result<Bytes, ChainError> {
    parsed(method, value)
}

fn hash(method: &'static str, value: &Value) -> Result<B256, ChainError> {
    parsed(method, value)
}

fn header(method: &'static str, value: &Value) -> Result<Option<Header>, ChainError> {
    if value.is_null() {
        return Ok(None);
    }
    let block = Block {
        number: number(method, &value["number"])?,
        hash: hash(method, &value["hash"])?,
        time: Timestamp(number(method, &value["timestamp"])?),
    };
    // Chains from before EIP-1559 have none.
    let base_fee = word(method, &value["baseFeePerGas"]).unwrap_or_default().saturating_to();
    Ok(Some(Header { block, base_fee }))
}

fn transaction(method: &'static str, value: &Value) -> Result<Found, ChainError> {
    let to = &value["to"];
    Ok(Found {
        hash: hash(method, &value["hash"])?,
        from: parsed(method, &value["from"])?,
        nonce: number(method, &value["nonce"])?,
        to: if to.is_null() { None } else { Some(parsed(method, to)?) },
        value: word(method, &value["value"])?,
        data: bytes(method, &value["input"])?,
    })
}

fn log(method: &'static str, value: &Value) -> Result<FoundLog, ChainError> {
    let garbage = || ChainError::Garbage { method };
    if value["removed"].as_bool() == Some(true) {
        return Err(ChainError::Reorganised);
    }
    let topics = value["topics"].as_array().ok_or_else(garbage)?;
    let topics = topics.iter().map(|topic| hash(method, topic)).collect::<Result<_, _>>()?;
    let data = LogData::new(topics, bytes(method, &value["data"])?).ok_or_else(garbage)?;
    let log = Log { address: parsed(method, &value["address"])?, data };
    let transaction = hash(method, &value["transactionHash"])?;
    Ok(FoundLog {
        number: number(method, &value["blockNumber"])?,
        hash: hash(method, &value["blockHash"])?,
        index: number(method, &value["logIndex"])?,
        placed: PlacedLog { transaction, log },
    })
}
