//! A chain with the contracts, and people on it.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part of the shared")]

#[path = "../../../tests/support/params.rs"]
mod params;

use std::cell::RefCell;
use std::rc::Rc;

use alloy_primitives::{Address, U256};
use alloy_sol_types::SolCall;
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::intent::Intent;
use pinfi_client::settlement::evm::{
    ChainError, ChainLedger, FaultyTransport, Node, Pace, Reply, Stage, TransactionError,
    Transport, TransportError,
};
use pinfi_client::settlement::{
    Receipt, Settlement, SettlementExt, Signer, SubmitError, Subscription, Update,
};
use pinfi_client::storage::MemoryStorage;
use pinfi_core::ledger::MAX_SUPPLY;
use pinfi_core::pool::PoolParams;
use pinfi_core::rewards::RewardsConfig;
use pinfi_core::units::{Bps, CertificateId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Event};
use pinfi_deploy::anvil::{Anvil, Options, dev_key};
use pinfi_deploy::deploy::Sender;
use pinfi_deploy::native::{HttpTransport, WallTimer};
use pinfi_deploy::plan::Plan;
use pinfi_evm::abi::Pin;
use pinfi_evm::{AddressBook, Call};
use serde_json::{Value, json};

pub(crate) use params::{BUCKET, PIN, params};

pub const POOL: PoolId = PoolId(0);
/// The first device.
pub const STAKE: StakeId = StakeId(0);
/// What an accusation costs in a pool with bonds.
pub const BOND: Wei = Wei(25 * PIN);
/// How long its disputes last, in seconds.
pub const DISPUTE: u64 = 120;
pub const ANY: Wei = Wei(u128::MAX);
/// Patient enough for a busy machine.
pub const PACE: Pace = Pace { poll_ms: 200, patience_ms: 60_000, lost_ms: 3_000 };
/// Gives up soon.
pub const HASTY: Pace = Pace { poll_ms: 100, patience_ms: 2_000, lost_ms: 60_000 };

/// A chain with the contracts; three people with a million PIN each.
pub struct World {
    pub anvil: Anvil,
    pub book: AddressBook,
    pub storage: MemoryStorage,
    /// What the ledger reaches the node through.
    pub faulty: FaultyTransport,
}

pub fn alice() -> SigningKey {
    dev_key(0).unwrap()
}

pub fn bob() -> SigningKey {
    dev_key(1).unwrap()
}

pub fn carol() -> SigningKey {
    dev_key(2).unwrap()
}

pub fn plan() -> Plan {
    plan_with(Address::ZERO)
}

/// A plan whose game has its randomness from `source`.
pub fn plan_with(source: Address) -> Plan {
    let keeper = alice().address();
    let rewards = RewardsConfig::with_defaults(Timestamp(1_800_000_000), keeper, keeper, keeper);
    Plan::new(keeper, U256::from(MAX_SUPPLY.0), source, rewards).unwrap()
}

/// Asks a node in a thread of its own: what is waited for meanwhile stands still.
pub fn aside<T: Send>(url: &str, ask: impl FnOnce(&Node) -> T + Send) -> T {
    let ask = || ask(&Node::new(Rc::new(HttpTransport::new(url)), Rc::new(WallTimer)));
    std::thread::scope(|scope| scope.spawn(ask).join().unwrap())
}

/// An answer to one call.
pub fn answer(body: &str, result: &Value) -> Result<Reply, TransportError> {
    let id = serde_json::from_str::<Value>(body).unwrap()["id"].clone();
    let body = json!({ "jsonrpc": "2.0", "id": id, "result": result }).to_string();
    Ok(Reply { status: 200, retry_after_secs: None, body })
}

/// Sends as an account, past every ledger.
pub fn send(node: &Node, key: &SigningKey, to: Address, call: &impl SolCall) -> u64 {
    let sender = Sender { node, timer: &WallTimer, signer: key };
    let call = Call { to, data: call.abi_encode().into() };
    block_on(sender.send(call, U256::ZERO)).unwrap()
}

impl World {
    pub fn new() -> Self {
        Self::on(Anvil::start(&Options { block_secs: 1, ..Options::default() }).unwrap())
    }

    pub fn on(anvil: Anvil) -> Self {
        let node = anvil.node();
        let key = alice();
        let sender = Sender { node: &node, timer: &WallTimer, signer: &key };
        // Each transaction is waited for, so each may have its block at once: a second for each would be
        // most of what a test takes.
        let ask = |method, parameter: Value| {
            block_on(node.call(method, json!([parameter]))).unwrap();
        };
        ask("evm_setAutomine", json!(true));
        let book = block_on(sender.deploy(&plan(), "test")).unwrap();
        for to in [alice(), bob(), carol()].map(|key| key.address()) {
            let amount = U256::from(1_000_000 * PIN);
            send(&node, &key, book.contracts.pin, &Pin::mintCall { to, amount });
        }
        ask("evm_setAutomine", json!(false));
        ask("evm_setIntervalMining", json!(1));
        let faulty = FaultyTransport::before(Rc::new(HttpTransport::new(anvil.url())));
        Self { anvil, book, storage: MemoryStorage::new(), faulty }
    }

    pub fn try_open(&self, pace: Pace) -> Result<ChainLedger, ChainError> {
        let transport: Rc<dyn Transport> = Rc::new(self.faulty.clone());
        let storage = Rc::new(self.storage.clone());
        block_on(ChainLedger::open(self.book.clone(), transport, Rc::new(WallTimer), storage, pace))
    }

    pub fn open(&self) -> ChainLedger {
        self.try_open(PACE).unwrap()
    }

    pub fn balance(&self, account: Address) -> u128 {
        let call = Pin::balanceOfCall { owner: account };
        self.view(self.book.contracts.pin, &call).to()
    }

    pub fn view(&self, to: Address, call: &impl SolCall) -> U256 {
        let call = Call { to, data: call.abi_encode().into() };
        let found = block_on(self.anvil.node().view(Address::ZERO, &call, None)).unwrap();
        U256::from_be_slice(&found)
    }
}

pub fn intent(ledger: &ChainLedger, key: &dyn Signer, action: Action) -> Intent {
    let nonce = block_on(ledger.nonce(key.address())).unwrap();
    Intent::new(ledger.descriptor().domain, action, nonce, ledger.deadline_in(Secs(600)))
}

pub fn submit(
    ledger: &ChainLedger,
    key: &dyn Signer,
    action: Action,
) -> Result<Receipt, SubmitError> {
    block_on(ledger.submit(intent(ledger, key, action), key))
}

/// Does what must be accepted, and returns the first event.
pub fn act(ledger: &ChainLedger, key: &dyn Signer, action: Action) -> Event {
    let receipt = submit(ledger, key, action.clone());
    receipt.unwrap_or_else(|error| panic!("{action:?}: {error}")).events.remove(0)
}

pub fn boundary(ledger: &ChainLedger, buckets: u64) -> Timestamp {
    Timestamp((ledger.now().0 / BUCKET + buckets) * BUCKET)
}

/// The actions that bring a device into the pool, as the next certificate and stake.
pub fn providing(ledger: &ChainLedger, buckets: u64) -> [Action; 3] {
    let state = ledger.ledger();
    let certificate = CertificateId(state.certificates().count() as u64);
    let stake = StakeId(state.stakes().count() as u64);
    let expiry = boundary(ledger, buckets);
    let gs = GpuSeconds(expiry.0 - ledger.now().0);
    let is_open = state.pool(POOL).is_ok_and(|pool| pool.reserves().is_open());
    let join = if is_open {
        Action::AddLiquidity { stake, min_tokens: Wei(0), max_tokens: ANY }
    } else {
        Action::OpenLiquidity { stake, tokens: Wei(u128::from(gs.0) * 2 * PIN / 3_600) }
    };
    [Action::Burn { pool: POOL, gs }, Action::Stake { certificate, expiry, max_fee: ANY }, join]
}

/// The parameters of a pool with bonds.
pub fn params_with_bonds() -> PoolParams {
    let mut params = params();
    params.pocps.dispute = Secs(DISPUTE);
    params.pocps.bond = BOND;
    params.pocps.accuser_bps = Bps(3_000);
    params
}

/// A market with one pool and one device in it.
pub fn market(ledger: &ChainLedger) -> StakeId {
    market_of(ledger, params())
}

/// A market with one pool of these parameters and one device in it.
pub fn market_of(ledger: &ChainLedger, params: PoolParams) -> StakeId {
    act(ledger, &alice(), Action::CreatePool { params: Box::new(params) });
    let actions = providing(ledger, 100);
    let key = alice();
    let intents = actions.map(|action| intent(ledger, &key, action)).to_vec();
    block_on(ledger.submit_together(intents, &key)).unwrap();
    STAKE
}

pub fn pay(amount: u128) -> Action {
    Action::Transfer { to: carol().address(), amount: Wei(amount) }
}

/// How a transaction ended that did not do what it was to do.
pub fn ended(outcome: Result<Receipt, SubmitError>) -> TransactionError {
    match outcome {
        Err(SubmitError::Transaction(end)) => *end,
        other => panic!("{other:?}"),
    }
}

/// Stops mining by the clock, or goes on with it.
pub fn mine(url: &str, secs: u64) {
    aside(url, |node| block_on(node.call("evm_setIntervalMining", json!([secs])))).unwrap();
}

/// Keeps the stages of transactions, and whether the chain is in reach, as they are told.
#[derive(Clone, Default)]
pub struct Heard {
    pub stages: Rc<RefCell<Vec<Stage>>>,
    pub reach: Rc<RefCell<Vec<Option<&'static str>>>>,
}

impl Heard {
    pub fn on(ledger: &ChainLedger) -> (Self, Subscription) {
        let heard = Self::default();
        let ear = heard.clone();
        let subscription = ledger.subscribe(Rc::new(move |update| match update {
            Update::Transaction(news) => ear.stages.borrow_mut().push(news.stage.clone()),
            Update::Reach(error) => {
                ear.reach.borrow_mut().push(error.as_ref().map(ChainError::code));
            }
            _ => {}
        }));
        (heard, subscription)
    }
}
