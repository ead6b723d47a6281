//! A market on core's ledger in memory, in place of a chain.
#![allow(dead_code, unreachable_pub, reason = "each program uses its part of the shared")]
#![allow(clippy::panic, reason = "a helper of tests that cannot go on says so")]

#[path = "../../../tests/support/params.rs"]
mod params;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use alloy_primitives::{Address, B256, U256, keccak256};
use async_trait::async_trait;
use pinfi_client::intent::{Domain, Intent, LedgerAction, Speed};
use pinfi_client::settlement::{
    Activity, Descriptor, Listeners, PoolSample, Receipt, Settlement, SettlementExt as _, Signer,
    SubmitError, Subscription, Update,
};
use pinfi_core::game::{Asked, Duty, duties};
use pinfi_core::ledger::{Config, MAX_SUPPLY};
use pinfi_core::pocps::{ChainProver, Challenge, Committed, PocpsParams, Retain};
use pinfi_core::units::{CertificateId, GpuSeconds, PoolId, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Events, Ledger};

use params::{BUCKET, PIN, params};

pub const POOL: PoolId = PoolId(0);
const MINTER: Address = Address::repeat_byte(1);

/// Core's ledger in place of a chain's.
pub struct Simulated {
    ledger: RefCell<Rc<Ledger>>,
    /// Its time, in seconds.
    pub now: Cell<u64>,
    count: Cell<u64>,
    listeners: Listeners,
    /// What is done after each submission.
    pub after: RefCell<Option<Box<dyn Fn()>>>,
}

impl Simulated {
    /// Applies an action, a moment after the one before.
    pub fn act(&self, sender: Address, action: &Action) -> Result<Events, pinfi_core::Error> {
        self.count.set(self.count.get() + 1);
        let randomness = keccak256(self.count.get().to_be_bytes());
        let now = Timestamp(self.now.get());
        let cx = Context { sender, now, randomness };
        Rc::make_mut(&mut self.ledger.borrow_mut()).apply(action, &cx)
    }
}

#[async_trait(?Send)]
impl Settlement for Simulated {
    fn descriptor(&self) -> Descriptor {
        let domain = Domain { chain_id: 1, ledger: Address::ZERO };
        let name = "simulated".to_owned();
        Descriptor { name, domain, is_sandbox: false, judges: false, joins: true }
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.now.get())
    }

    fn speed(&self) -> Speed {
        Speed::Real
    }

    fn ledger(&self) -> Rc<Ledger> {
        Rc::clone(&self.ledger.borrow())
    }

    async fn nonce(&self, _: Address) -> Result<u64, SubmitError> {
        Ok(0)
    }

    async fn submit(&self, intent: Intent, signer: &dyn Signer) -> Result<Receipt, SubmitError> {
        self.submit_together(vec![intent], signer).await
    }

    async fn submit_together(
        &self,
        intents: Vec<Intent>,
        signer: &dyn Signer,
    ) -> Result<Receipt, SubmitError> {
        let mut events = Events::new();
        for intent in intents {
            let LedgerAction::Protocol(action) = intent.action else {
                panic!("not the protocol's")
            };
            let done = self.act(signer.address(), &action);
            events.extend(done.map_err(|error| SubmitError::Rejected(error.into()))?);
        }
        if let Some(after) = self.after.borrow().as_ref() {
            after();
        }
        Ok(Receipt { seq: self.count.get(), time: self.now(), events })
    }

    fn subscribe(&self, listener: Rc<dyn Fn(&Update)>) -> Subscription {
        self.listeners.subscribe(listener)
    }

    fn activities(&self, _: Option<Address>) -> Vec<Activity> {
        Vec::new()
    }

    fn samples(&self, _: PoolId) -> Vec<PoolSample> {
        Vec::new()
    }

    fn is_simulated(&self, _: Address) -> bool {
        true
    }
}

/// The account of a stake.
pub fn provider(number: u64) -> Address {
    Address::from_word(B256::from(U256::from(number + 1_000)))
}

/// A pool with so many stakes, at the beginning of the first epoch that binds them; `adjust` changes its
/// rules.
pub fn market(stakes: u64, adjust: impl FnOnce(&mut PocpsParams)) -> Simulated {
    let config =
        Config { chain_id: 1, address: Address::ZERO, minter: MINTER, supply_cap: MAX_SUPPLY };
    let ledger = RefCell::new(Rc::new(Ledger::new(config)));
    let now = Cell::new(1_000 * BUCKET);
    let (count, listeners, after) = (Cell::new(0), Listeners::default(), RefCell::default());
    let market = Simulated { ledger, now, count, listeners, after };
    let mut params = params();
    adjust(&mut params.pocps);
    market.act(MINTER, &Action::CreatePool { params: Box::new(params) }).unwrap();
    let (gs, expiry) = (GpuSeconds(100 * BUCKET), Timestamp(1_100 * BUCKET));
    for number in 0..stakes {
        let (to, certificate) = (provider(number), CertificateId(number));
        market.act(MINTER, &Action::Mint { to, amount: Wei(PIN) }).unwrap();
        market.act(to, &Action::Burn { pool: POOL, gs }).unwrap();
        let max_fee = Wei(u128::MAX);
        market.act(to, &Action::Stake { certificate, expiry, max_fee }).unwrap();
    }
    market.now.set(1_001 * BUCKET);
    market
}

/// What a stake is asked to compute at present.
pub fn asked(market: &Simulated, stake: StakeId) -> Option<Asked> {
    let due = market.read(|ledger| duties(ledger, stake, market.now()));
    due.into_iter().find_map(|duty| match duty {
        Duty::Commit { asked, .. } | Duty::Check { asked, .. } => Some(asked),
        _ => None,
    })
}

/// Computes a challenge's chain.
pub fn prove(challenge: Challenge) -> Committed {
    let mut prover = ChainProver::new(challenge, Retain::ALL);
    loop {
        if let Some(committed) = prover.step(u32::MAX) {
            return committed;
        }
    }
}
