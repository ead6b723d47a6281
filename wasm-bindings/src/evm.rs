//! The contracts: calls for actions, events from logs, refusals from reverts, state from a chain.

use std::rc::Rc;

use alloy_primitives::{Address, B256, Bytes, Log, LogData};
use pinfi_client::intent::LedgerAction;
use pinfi_core::{Action, Events};
use pinfi_evm::call::{game_multicall, market_call, multicall as joined};
use pinfi_evm::event::{decode, decode_game, decode_rewards};
use pinfi_evm::game::game_call;
use pinfi_evm::{AddressBook, Block, BlockLogs, Call, Contracts, PlacedLog, ReadModel, Refusal};
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::from_value;
use wasm_bindgen::prelude::*;

use crate::error::{malformed, refusal, refused};
use crate::js::to_js;
use crate::snapshot;
use crate::wire::read_action;

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
}

/// Returns the call that does an action in the client's JSON.
///
/// # Errors
/// `MalformedInput`, those of an action, `NotOnChain` for one that the contracts do not know.
#[wasm_bindgen]
pub fn call(contracts: JsValue, action: &str) -> Result<JsValue, JsValue> {
    let at: Contracts = from_value(contracts).map_err(malformed)?;
    let (name, action) = protocol(action)?;
    pinfi_evm::call::call(&at, &action).ok_or_else(|| not_on_chain(name)).and_then(written)
}

/// Joins the calls of actions into one transaction, all or nothing: of the market, or of the game
/// where the first is a move of that.
///
/// # Errors
/// As [`call`]; `NotOnChain` too for one that is not the same contract's.
#[wasm_bindgen]
pub fn multicall(contracts: JsValue, actions: Vec<String>) -> Result<JsValue, JsValue> {
    let at: Contracts = from_value(contracts).map_err(malformed)?;
    let actions: Vec<_> = actions.iter().map(|json| protocol(json)).collect::<Result<_, _>>()?;
    let is_game = matches!(actions.first(), Some((_, Action::Game(_))));
    let one = |(name, action): &(&str, Action)| {
        let data = match action {
            Action::Game(action) => is_game.then(|| game_call(action)),
            _ if is_game => None,
            action => market_call(action),
        };
        data.ok_or_else(|| not_on_chain(name))
    };
    let calls = actions.iter().map(one).collect::<Result<Vec<_>, JsValue>>()?;
    written(if is_game { game_multicall(&at, calls) } else { joined(&at, calls) })
}

/// Reads a log of the market, the rewards or the game: a list of one event.
///
/// # Errors
/// `MalformedInput`; `UnreadableLog` for one that is none of their events.
#[wasm_bindgen(js_name = decodeLog)]
pub fn decode_log(log: JsValue) -> Result<JsValue, JsValue> {
    let log = from_value::<Written>(log).map_err(malformed)?.read()?;
    let event = decode(&log)
        .or_else(|error| decode_rewards(&log).or_else(|_| decode_game(&log)).map_err(|_| error))
        .map_err(|error| refusal("UnreadableLog", &error.to_string(), &()))?;
    to_js(&[event]).map_err(malformed)
}

/// Reads what a call reverted with, as the error that it would have been here.
///
/// # Errors
/// `MalformedInput` where `data` is no hexadecimal.
#[wasm_bindgen(js_name = decodeRevert)]
pub fn decode_revert(data: &str) -> Result<JsValue, JsValue> {
    let data: Bytes = data.parse().map_err(malformed)?;
    let found = Refusal::decode(&data);
    let message = found.to_string();
    Ok(match &found {
        Refusal::Protocol(error) => refused(error),
        Refusal::Contract { name } => refusal("ContractRefused", &message, &Named { name }),
        Refusal::Words(_) => refusal("ContractRefused", &message, &()),
        Refusal::Panic { .. } => refusal("ContractPanicked", &message, &()),
        Refusal::Unknown(_) => refusal("UnknownRevert", &message, &()),
    })
}

/// The ledger that the contracts of one deployment keep, followed by their logs.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Chain(ReadModel);

#[wasm_bindgen]
impl Chain {
    /// Begins before the first block of an address book.
    ///
    /// # Errors
    /// `MalformedInput`; `BadParameter` for rewards that split more than there is.
    #[wasm_bindgen(constructor)]
    pub fn new(book: JsValue) -> Result<Self, JsValue> {
        let book: AddressBook = from_value(book).map_err(malformed)?;
        ReadModel::new(Rc::new(book)).map(Self).map_err(|error| refused(&error))
    }

    /// Takes blocks with their logs, in order, and returns the events of each thing that happened.
    ///
    /// # Errors
    /// `MalformedInput`; `ChainGap` where the logs make no history, and then takes nothing.
    pub fn take(&mut self, blocks: JsValue) -> Result<JsValue, JsValue> {
        let written: Vec<WrittenBlock> = from_value(blocks).map_err(malformed)?;
        let blocks =
            written.into_iter().map(WrittenBlock::read).collect::<Result<Vec<_>, JsValue>>()?;
        let happened = self.0.take(&blocks);
        let happened = happened.map_err(|gap| refusal("ChainGap", &gap.to_string(), &()))?;
        let events: Vec<Events> = happened.into_iter().map(|one| one.events).collect();
        to_js(&events).map_err(malformed)
    }

    /// Notes the present state as one to go back to.
    pub fn keep(&mut self) {
        self.0.keep();
    }

    /// Goes back to the state kept after the block with this hash; false where there is none.
    ///
    /// # Errors
    /// `MalformedInput`.
    #[wasm_bindgen(js_name = stepBack)]
    pub fn step_back(&mut self, hash: &str) -> Result<bool, JsValue> {
        Ok(self.0.step_back(hash.parse().map_err(malformed)?))
    }

    /// Returns the height of the last block taken.
    #[must_use]
    pub fn height(&self) -> Option<u64> {
        self.0.state().block.map(|block| block.number)
    }

    /// Writes the whole ledger as the ledger's entry reads it.
    ///
    /// # Errors
    /// None: everything in a ledger can be written.
    pub fn snapshot(&self) -> Result<Vec<u8>, JsValue> {
        snapshot::write(&self.0.state().ledger)
    }
}

/// A log as chains' clients give it.
#[derive(Deserialize)]
struct Written {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
}

#[derive(Deserialize)]
struct WrittenPlaced {
    transaction: B256,
    #[serde(flatten)]
    log: Written,
}

#[derive(Deserialize)]
struct WrittenBlock {
    block: Block,
    logs: Vec<WrittenPlaced>,
}

impl Written {
    fn read(self) -> Result<Log, JsValue> {
        let data = LogData::new(self.topics, self.data);
        let data = data.ok_or_else(|| malformed("a log has at most four topics"))?;
        Ok(Log { address: self.address, data })
    }
}

impl WrittenBlock {
    fn read(self) -> Result<BlockLogs, JsValue> {
        let placed = |WrittenPlaced { transaction, log }| {
            Ok(PlacedLog { transaction, log: Written::read(log)? })
        };
        let logs = self.logs.into_iter().map(placed).collect::<Result<_, JsValue>>()?;
        Ok(BlockLogs { block: self.block, logs })
    }
}

fn protocol(json: &str) -> Result<(&'static str, Action), JsValue> {
    let action = read_action(json)?;
    let name = action.name();
    match action {
        LedgerAction::Protocol(action) => Ok((name, action)),
        _ => Err(not_on_chain(name)),
    }
}

fn not_on_chain(name: &str) -> JsValue {
    let message = format!("the contracts do not know {name}");
    refusal("NotOnChain", &message, &Named { name })
}

fn written(call: Call) -> Result<JsValue, JsValue> {
    to_js(&call).map_err(malformed)
}
