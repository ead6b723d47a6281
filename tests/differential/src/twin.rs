//! One step on both sides.

use std::collections::BTreeSet;

use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_sol_types::SolCall;
use pinfi_core::game::GameAction;
use pinfi_core::pool::PoolParams;
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::{Day, PoolId, Timestamp, Wei};
use pinfi_core::{Action, Context, Error, Event, Events, Ledger};

use pinfi_evm::{Block, BlockLogs, PlacedLog, Refusal, call};

use crate::abi::Lens;
use crate::chain::{Chain, Failure, Receipt};
use crate::deployment::{Cast, DeployError, Deployment, ECOSYSTEM, GOVERNOR, MINTER, TEAM};
use crate::life::{Life, Step};
use crate::state::{self, Mismatch};
use crate::translate;

/// The core and the contracts, side by side, in the same state.
#[derive(Clone)]
pub struct Twin {
    /// The core's side.
    pub ledger: Ledger,
    /// The contracts' side.
    pub chain: Chain,
    /// Where the contracts are.
    pub at: Deployment,
    /// The logs of each transaction, which has a block of its own.
    pub log: Vec<BlockLogs>,
    accounts: Vec<Address>,
    buckets: Vec<u64>,
    /// All fees that were ever counted.
    fees: BTreeSet<(PoolId, Day, Address)>,
    /// Whether the game is the real one.
    plays: bool,
    /// Whether pools have bounds.
    bounds: bool,
}

/// What a step did, on both sides alike.
#[derive(Clone, Debug)]
pub struct Done {
    /// What the core said.
    pub outcome: Result<Events, Error>,
    /// The gas of the contracts' side; zero where it was refused.
    pub gas: u64,
}

/// Why two sides are not the same.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Difference {
    /// A value differs.
    #[error(transparent)]
    Value(#[from] Mismatch),
    /// One side accepted and the other refused, or both refused for different reasons.
    #[error("the core says {core}, the chain {chain}")]
    Outcome {
        /// The core's word.
        core: String,
        /// The chain's word.
        chain: String,
    },
    /// A read or a log failed.
    #[error("cannot read the chain: {0}")]
    Chain(String),
}

impl From<Failure> for Difference {
    fn from(failure: Failure) -> Self {
        Self::Chain(failure.to_string())
    }
}

impl Twin {
    /// Deploys the contracts beside an empty ledger.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn new() -> Result<Self, DeployError> {
        Self::with_cast(Cast::default())
    }

    /// Deploys the contracts with the real game beside an empty ledger.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn with_game() -> Result<Self, DeployError> {
        Self::with_cast(Cast { game: "Game", ..Cast::default() })
    }

    /// Deploys the contracts, with some of one's choice among them, beside an empty ledger.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn with_cast(cast: Cast) -> Result<Self, DeployError> {
        let mut chain = Chain::default();
        let at = Deployment::with_cast(&mut chain, cast)?;
        let book = at.book();
        let ledger = Ledger::with_rewards(book.config(), book.rewards)?;
        let accounts = vec![MINTER, at.market, GOVERNOR, ECOSYSTEM, TEAM];
        let (log, buckets, fees) = (Vec::new(), Vec::new(), BTreeSet::new());
        let (plays, bounds) = (cast.game == "Game", cast.params == "Params");
        Ok(Self { ledger, chain, at, log, accounts, buckets, fees, plays, bounds })
    }

    /// Tells whether the game is the real one.
    #[must_use]
    pub const fn plays(&self) -> bool {
        self.plays
    }

    /// Opens a life: its balances and its pools.
    ///
    /// # Errors
    /// The first [`Difference`].
    pub fn open(&mut self, life: &Life) -> Result<(), Difference> {
        self.chain.set_time(life.start);
        for &(to, amount) in &life.balances {
            self.accounts.push(to);
            self.at.approve(&mut self.chain, to)?;
            if amount > Wei::ZERO {
                self.act(MINTER, Action::Mint { to, amount })?;
            }
        }
        for params in &life.pools {
            let action = Action::CreatePool { params: Box::new(params.clone()) };
            if self.bounds {
                self.act(MINTER, action)?;
            } else {
                self.insert_pool(params, &action)?;
            }
        }
        Ok(())
    }

    /// Adds a pool whose parameters neither side looks at.
    fn insert_pool(&mut self, params: &PoolParams, action: &Action) -> Result<(), Difference> {
        let call = call::call(&self.at.contracts(), action);
        let call = call.ok_or_else(|| Difference::Chain("no such call".to_owned()))?;
        self.chain.send(MINTER, call.to, call.data)?;
        self.ledger.insert_pool(params.clone(), Timestamp(self.chain.now()));
        self.buckets.push(params.bucket.0);
        self.compare()
    }

    /// Lives a whole life. Returns how many steps were accepted.
    ///
    /// # Errors
    /// The number of the step that differs, and how.
    pub fn live(&mut self, life: &Life) -> Result<usize, (usize, Difference)> {
        self.open(life).map_err(|difference| (0, difference))?;
        let mut accepted = 0;
        for (number, step) in life.steps.iter().enumerate() {
            let done = self.step(step).map_err(|difference| (number, difference))?;
            accepted += usize::from(done.outcome.is_ok());
        }
        Ok(accepted)
    }

    /// Does an action at once.
    ///
    /// # Errors
    /// The first [`Difference`].
    pub fn act(&mut self, sender: Address, action: Action) -> Result<Done, Difference> {
        self.step(&Step { wait: 0, sender, deed: Deed::Act(action), by_token: false })
    }

    /// Waits and does one thing on both sides, and compares everything.
    ///
    /// # Errors
    /// The first [`Difference`].
    pub fn step(&mut self, step: &Step) -> Result<Done, Difference> {
        let now = Timestamp(self.chain.now().saturating_add(step.wait));
        self.chain.set_time(now.0);
        let randomness = self.randomness(step)?;
        let context = Context { sender: step.sender, now, randomness };
        let call = translate::call(&self.at, &self.ledger, step);
        let outcome = step.deed.apply(&mut self.ledger, &context);
        let Some((to, data)) = call else { return self.mirror(step, outcome) };
        let receipt = self.chain.send(step.sender, to, data);
        let mut gas = 0;
        match (&outcome, receipt) {
            (Ok(expected), Ok(receipt)) => {
                let found =
                    translate::events(&self.at, to, &receipt.logs).map_err(Difference::Chain)?;
                state::compare_events(&without_words(expected), &found)?;
                gas = receipt.gas_used;
                self.note(now, receipt);
            }
            (Err(error), Err(failure)) => {
                if !is_same(error, &failure) {
                    return Err(unlike(&format!("{error:?}"), &failure));
                }
            }
            // ERC-20 demands that a transfer of nothing succeeds; the ledger refuses it. It
            // changes nothing on either side.
            (Err(Error::ZeroAmount), Ok(_)) if is_transfer(&step.deed) => {}
            (Err(error), Ok(_)) => return Err(unlike_accepted(error)),
            (Ok(events), Err(failure)) => {
                return Err(unlike(&format!("{events:?}"), &failure));
            }
        }
        if let (Ok(_), Deed::Act(Action::CreatePool { params })) = (&outcome, &step.deed) {
            self.buckets.push(params.bucket.0);
        }
        self.compare()?;
        Ok(Done { outcome, gas })
    }

    /// Gives the randomness of a step. A beacon is the hash of the second block after what it is for:
    /// the blocks until then are made.
    fn randomness(&mut self, step: &Step) -> Result<B256, Difference> {
        let Deed::Act(Action::Game(GameAction::RecordBeacon { stake, epoch, sample })) = step.deed
        else {
            return Ok(self.chain.randomness());
        };
        let now = self.chain.now();
        (0..3).for_each(|_| self.chain.set_time(now));
        let block = state::block_of(&mut self.chain, &self.at, (stake, epoch, sample))?;
        Ok(Chain::block_hash(block + 2))
    }

    /// Compares the whole state of both sides.
    ///
    /// # Errors
    /// The first [`Difference`].
    pub fn compare(&mut self) -> Result<(), Difference> {
        let unclaimed = self.ledger.rewards().into_iter().flat_map(|r| r.fee_days().unclaimed());
        self.fees.extend(unclaimed.map(|fees| (fees.pool, fees.day, fees.client)));
        if self.plays {
            state::compare_game(&self.ledger, &mut self.chain, &self.at)?;
        }
        let found = self.read()?;
        state::compare(&self.ledger, &found, &self.at, &self.accounts)?;
        state::compare_rewards(&self.ledger, &found, &self.accounts, &self.fees)?;
        Ok(())
    }

    /// Reads the whole state of the contracts.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn read(&mut self) -> Result<Lens::State, Failure> {
        state::read(&mut self.chain, &self.at, &self.accounts, &self.buckets, &self.fees)
    }

    /// Notes a transaction's logs as those of a block.
    fn note(&mut self, time: Timestamp, receipt: Receipt) {
        let number = self.log.len() as u64 + 1;
        let hash = keccak256(number.to_be_bytes());
        let logs = receipt.logs.into_iter().map(|log| PlacedLog { transaction: hash, log });
        let block = Block { number, hash, time };
        self.log.push(BlockLogs { block, logs: logs.collect() });
    }

    /// Has the game's double do what the core's ledger did as the only verifier.
    fn mirror(&mut self, step: &Step, outcome: Result<Events, Error>) -> Result<Done, Difference> {
        if let (Ok(expected), Deed::Act(action)) = (&outcome, &step.deed)
            && let Some(data) = translate::verifier_call(&self.at, action, expected)
        {
            let receipt = self.chain.send(step.sender, self.at.game, data)?;
            let found = translate::events(&self.at, self.at.game, &receipt.logs)
                .map_err(Difference::Chain)?;
            state::compare_events(expected, &found)?;
            self.note(Timestamp(self.chain.now()), receipt);
        }
        self.compare()?;
        Ok(Done { outcome, gas: 0 })
    }

    /// Compares the balance of a further account from now on.
    pub fn watch(&mut self, account: Address) {
        self.accounts.push(account);
    }

    /// Returns an account's PIN on the chain.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn balance(&mut self, account: Address) -> Result<U256, Failure> {
        let call = crate::abi::Pin::balanceOfCall { owner: account };
        let output = self.chain.view(self.at.pin, call.abi_encode().into())?;
        Ok(U256::from_be_slice(&output))
    }
}

/// The core tells a fault in words, which is for the game to tell on a chain.
fn without_words(events: &[Event]) -> Events {
    let mut events = events.to_vec();
    for event in &mut events {
        if let Event::Slashed { fault, .. } = event {
            fault.clear();
        }
    }
    events
}

fn is_transfer(deed: &Deed) -> bool {
    matches!(deed, Deed::Act(Action::Transfer { .. }))
}

/// Tells whether both sides refuse for the same reason, with the same numbers where the contract
/// gives some.
fn is_same(core: &Error, failure: &Failure) -> bool {
    match translate::refusal(failure) {
        Some(Refusal::Protocol(chain)) => chain == *core,
        Some(refusal) => refusal.name() == Some(core.code()),
        None => false,
    }
}

fn unlike(core: &str, failure: &Failure) -> Difference {
    let chain = translate::refusal(failure)
        .map_or_else(|| failure.to_string(), |refusal| format!("{refusal:?}"));
    Difference::Outcome { core: core.to_owned(), chain }
}

fn unlike_accepted(error: &Error) -> Difference {
    Difference::Outcome { core: error.to_string(), chain: "yes".to_owned() }
}
