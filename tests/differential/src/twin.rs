//! One step on both sides.

use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolCall;
use pinfi_core::ledger::{Config, MAX_SUPPLY};
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::{Timestamp, Wei};
use pinfi_core::{Action, Context, Error, Event, Events, Ledger};

use crate::abi::{GameDouble, Lens};
use crate::chain::{Chain, Failure};
use crate::deployment::{DeployError, Deployment, MINTER};
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
    /// What the contracts said happened, each with its time.
    pub log: Vec<(Timestamp, Event)>,
    accounts: Vec<Address>,
    buckets: Vec<u64>,
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
        Self::with_game("GameDouble")
    }

    /// Deploys the contracts, with the contract `game` in the game's place, beside an empty ledger.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn with_game(game: &str) -> Result<Self, DeployError> {
        let mut chain = Chain::default();
        let at = Deployment::with_game(&mut chain, game)?;
        let ledger = Ledger::new(Config {
            chain_id: 1,
            address: at.market,
            minter: MINTER,
            supply_cap: MAX_SUPPLY,
        });
        let accounts = vec![MINTER, at.market];
        Ok(Self { ledger, chain, at, log: Vec::new(), accounts, buckets: Vec::new() })
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
            self.act(MINTER, Action::CreatePool { params: Box::new(params.clone()) })?;
        }
        Ok(())
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
        let context = Context { sender: step.sender, now, randomness: B256::repeat_byte(0x5a) };
        let call = translate::call(&self.at, &self.ledger, step);
        let outcome = step.deed.apply(&mut self.ledger, &context);
        let Some((to, data)) = call else { return self.mirror(step, outcome) };
        let receipt = self.chain.send(step.sender, to, data);
        let mut gas = 0;
        match (&outcome, receipt) {
            (Ok(expected), Ok(receipt)) => {
                let found =
                    translate::events(&self.at, to, &receipt.logs).map_err(Difference::Chain)?;
                state::compare_events(expected, &found)?;
                self.log.extend(found.into_iter().map(|event| (now, event)));
                gas = receipt.gas_used;
            }
            (Err(error), Err(failure)) => {
                if translate::refusal(&failure) != Some(error.code()) {
                    return Err(unlike(error.code(), &failure));
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

    /// Compares the whole state of both sides.
    ///
    /// # Errors
    /// The first [`Difference`].
    pub fn compare(&mut self) -> Result<(), Difference> {
        let found = self.read()?;
        Ok(state::compare(&self.ledger, &found, &self.at, &self.accounts)?)
    }

    /// Reads the whole state of the contracts.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn read(&mut self) -> Result<Lens::State, Failure> {
        state::read(&mut self.chain, &self.at, &self.accounts, &self.buckets)
    }

    /// Tells the game's double of a challenge that the core's ledger opened. Only where it left
    /// the pool's time alone: the contracts' pool knows nothing of it.
    fn mirror(&mut self, step: &Step, outcome: Result<Events, Error>) -> Result<Done, Difference> {
        if let Ok([Event::Challenged { stake, respond_by, .. }]) = outcome.as_deref() {
            let call = GameDouble::openCall { stake: stake.0, until: respond_by.0 };
            self.chain.send(step.sender, self.at.game, call.abi_encode().into())?;
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

fn is_transfer(deed: &Deed) -> bool {
    matches!(deed, Deed::Act(Action::Transfer { .. }))
}

fn unlike(core: &str, failure: &Failure) -> Difference {
    let chain = translate::refusal(failure).map_or_else(|| failure.to_string(), str::to_owned);
    Difference::Outcome { core: core.to_owned(), chain }
}

fn unlike_accepted(error: &Error) -> Difference {
    Difference::Outcome { core: error.to_string(), chain: "yes".to_owned() }
}
