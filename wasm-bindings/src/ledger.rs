//! A ledger in memory: state from a scenario or a snapshot, changed by actions.

use alloy_primitives::{Address, B256};
use pinfi_client::intent::LedgerAction;
use pinfi_client::selection::select_devices;
use pinfi_core::game::Trial;
use pinfi_core::ledger::Config;
use pinfi_core::pool::{PoolParams, Reserves};
use pinfi_core::rewards::RewardsConfig;
use pinfi_core::scenario::lifecycle;
use pinfi_core::stake::{Certificate, Stake, Verification};
use pinfi_core::units::{CertificateId, DecayWad, EpochId, PoolId, StakeId, Timestamp, Wei};
use pinfi_core::{Context, Error, ledger};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::error::{malformed, refusal, refused};
use crate::js::to_js;
use crate::replay::differs;
use crate::snapshot;
use crate::wire::{address, read_action};

/// The whole state of the protocol. Its numbers are the core's.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Ledger(ledger::Ledger);

#[derive(Deserialize)]
struct Terms {
    config: Config,
    rewards: Option<RewardsConfig>,
}

/// What the prices of a pool follow from.
#[derive(Serialize)]
struct PoolState<'a> {
    params: &'a PoolParams,
    reserves: &'a Reserves,
    schedule: Vec<(Timestamp, DecayWad)>,
}

#[derive(Serialize)]
struct Supply {
    minted: Wei,
    burned: Wei,
    mintable: Wei,
}

#[wasm_bindgen]
impl Ledger {
    /// Makes an empty ledger.
    ///
    /// # Errors
    /// `MalformedInput`; `BadParameter` for rewards that split more than there is.
    #[wasm_bindgen(constructor)]
    pub fn new(terms: JsValue) -> Result<Self, JsValue> {
        let Terms { config, rewards }: Terms =
            serde_wasm_bindgen::from_value(terms).map_err(malformed)?;
        let ledger = match rewards {
            None => ledger::Ledger::new(config),
            Some(rewards) => {
                ledger::Ledger::with_rewards(config, rewards).map_err(|error| refused(&error))?
            }
        };
        Ok(Self(ledger))
    }

    /// Makes the ledger of a scenario after its first `steps` steps; those that the ledger
    /// refuses change nothing.
    ///
    /// # Errors
    /// `MalformedInput`, `ReplayDifference` where a field is not well formed.
    #[wasm_bindgen(js_name = fromScenario)]
    pub fn from_scenario(json: &str, steps: u32) -> Result<Self, JsValue> {
        let ill = |difference| differs(&difference);
        let file = serde_json::from_str(json).map_err(malformed)?;
        let opening = lifecycle::opening(&file).map_err(ill)?;
        let mut ledger = lifecycle::open_ledger(opening).map_err(ill)?;
        let steps = usize::try_from(steps).unwrap_or(usize::MAX);
        for (context, deed) in lifecycle::deeds(&file).map_err(ill)?.into_iter().take(steps) {
            // A refusal is part of a scenario's life.
            let _ = deed.apply(&mut ledger, &context);
        }
        Ok(Self(ledger))
    }

    /// Reads what [`Self::snapshot`] wrote. Warning: nothing in it is checked but its form; take
    /// it from those only whom you would believe its numbers.
    ///
    /// # Errors
    /// `MalformedInput`.
    #[wasm_bindgen(js_name = fromSnapshot)]
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, JsValue> {
        let state = bytes
            .strip_prefix(snapshot::FORM)
            .ok_or_else(|| malformed("this is no snapshot of a ledger, or one of another form"))?;
        let (ledger, rest) = postcard::take_from_bytes(state).map_err(malformed)?;
        if rest.is_empty() { Ok(Self(ledger)) } else { Err(malformed("bytes follow the snapshot")) }
    }

    /// Writes the whole state.
    ///
    /// # Errors
    /// None: everything in a ledger can be written.
    pub fn snapshot(&self) -> Result<Vec<u8>, JsValue> {
        snapshot::write(&self.0)
    }

    /// Applies an action in the client's JSON and returns its events. The sender is taken on
    /// trust; whoever does not trust it recovers it from a signature first.
    ///
    /// # Errors
    /// The first rule that it breaks; the ledger is then as it was.
    pub fn apply(
        &mut self,
        action: &str,
        sender: &str,
        now: u64,
        randomness: &[u8],
    ) -> Result<JsValue, JsValue> {
        let LedgerAction::Protocol(action) = read_action(action)? else {
            return Err(malformed("this action is a sandbox's, not the protocol's"));
        };
        let randomness = B256::try_from(randomness).map_err(malformed)?;
        let context = Context { sender: address(sender)?, now: Timestamp(now), randomness };
        let events = self.0.apply(&action, &context).map_err(|error| refused(&error))?;
        to_js(&events).map_err(malformed)
    }

    /// Returns the number of pools.
    #[must_use]
    #[wasm_bindgen(js_name = poolCount)]
    pub fn pool_count(&self) -> usize {
        self.0.pools().count()
    }

    /// Returns a pool's state as it is now.
    ///
    /// # Errors
    /// `UnknownPool`.
    pub fn pool(&self, id: u32) -> Result<JsValue, JsValue> {
        let pool = self.0.pool(PoolId(id)).map_err(|error| refused(&error))?;
        to_js(&PoolState {
            params: pool.params(),
            reserves: pool.reserves(),
            schedule: pool.schedule().collect(),
        })
        .map_err(malformed)
    }

    /// Returns a stake.
    ///
    /// # Errors
    /// `UnknownStake`.
    pub fn stake(&self, id: u64) -> Result<JsValue, JsValue> {
        let stake = self.0.stake_of(StakeId(id)).map_err(|error| refused(&error))?;
        to_js(stake).map_err(malformed)
    }

    /// Returns all stakes with their ids, ended ones too.
    ///
    /// # Errors
    /// None: every stake can be written.
    pub fn stakes(&self) -> Result<JsValue, JsValue> {
        let stakes: Vec<(StakeId, &Stake)> = self.0.stakes().collect();
        to_js(&stakes).map_err(malformed)
    }

    /// Returns a burn certificate.
    ///
    /// # Errors
    /// `UnknownCertificate`.
    pub fn certificate(&self, id: u64) -> Result<JsValue, JsValue> {
        let found: Result<&Certificate, Error> = self.0.certificate(CertificateId(id));
        to_js(found.map_err(|error| refused(&error))?).map_err(malformed)
    }

    /// Returns the challenge of a stake that awaits an answer, or `undefined`.
    ///
    /// # Errors
    /// `UnknownStake`.
    pub fn verification(&self, id: u64) -> Result<JsValue, JsValue> {
        self.0.stake_of(StakeId(id)).map_err(|error| refused(&error))?;
        let found: Option<&Verification> = self.0.verification_of(StakeId(id));
        to_js(&found).map_err(malformed)
    }

    /// Returns the latest epoch of the game that was opened in a pool, or `undefined`.
    ///
    /// # Errors
    /// `UnknownPool`.
    pub fn epoch(&self, pool: u32) -> Result<JsValue, JsValue> {
        let pool = PoolId(pool);
        self.0.pool(pool).map_err(|error| refused(&error))?;
        to_js(&self.0.game().epoch(pool)).map_err(malformed)
    }

    /// Returns the trials of a stake: the latest by its pool's epochs, and by complaint.
    ///
    /// # Errors
    /// `UnknownStake`.
    pub fn trials(&self, stake: u64) -> Result<JsValue, JsValue> {
        let stake = StakeId(stake);
        self.0.stake_of(stake).map_err(|error| refused(&error))?;
        let trials: Vec<&Trial> = self.0.game().trials_of(stake).collect();
        to_js(&trials).map_err(malformed)
    }

    /// Returns where a stake's device is reached, as its owner says, or `undefined`.
    ///
    /// # Errors
    /// `UnknownStake`.
    pub fn endpoint(&self, stake: u64) -> Result<JsValue, JsValue> {
        let stake = StakeId(stake);
        self.0.stake_of(stake).map_err(|error| refused(&error))?;
        to_js(&self.0.game().endpoint(stake)).map_err(malformed)
    }

    /// Returns whom the owner of a stake has appointed to answer for it, and until when, or
    /// `undefined`.
    ///
    /// # Errors
    /// `UnknownStake`.
    pub fn operator(&self, stake: u64) -> Result<JsValue, JsValue> {
        let stake = StakeId(stake);
        self.0.stake_of(stake).map_err(|error| refused(&error))?;
        to_js(&self.0.game().operator(stake)).map_err(malformed)
    }

    /// Returns what the seed of a challenge is made of.
    ///
    /// # Errors
    /// `MalformedInput`, `UnknownStake`.
    #[wasm_bindgen(js_name = seedInputs)]
    pub fn seed_inputs(
        &self,
        stake: u64,
        epoch: u64,
        randomness: &[u8],
    ) -> Result<JsValue, JsValue> {
        let randomness = B256::try_from(randomness).map_err(malformed)?;
        let inputs = self.0.seed_inputs(StakeId(stake), EpochId(epoch), randomness);
        to_js(&inputs.map_err(|error| refused(&error))?).map_err(malformed)
    }

    /// Returns an account's PIN in wei.
    ///
    /// # Errors
    /// `MalformedInput`.
    pub fn balance(&self, account: &str) -> Result<JsValue, JsValue> {
        to_js(&self.0.accounts().balance(address(account)?)).map_err(malformed)
    }

    /// Returns all accounts that ever held PIN, with their balances.
    ///
    /// # Errors
    /// None: every balance can be written.
    pub fn balances(&self) -> Result<JsValue, JsValue> {
        let all: Vec<(Address, Wei)> = self.0.accounts().balances().collect();
        to_js(&all).map_err(malformed)
    }

    /// Returns the PIN created, burned, and still to be created by the minter.
    ///
    /// # Errors
    /// None: every amount can be written.
    pub fn supply(&self) -> Result<JsValue, JsValue> {
        let accounts = self.0.accounts();
        let (minted, burned) = (accounts.minted(), accounts.burned());
        to_js(&Supply { minted, burned, mintable: self.0.mintable() }).map_err(malformed)
    }

    /// Returns what the ledger was made with.
    ///
    /// # Errors
    /// None: a configuration can be written.
    pub fn config(&self) -> Result<JsValue, JsValue> {
        to_js(self.0.config()).map_err(malformed)
    }

    /// Chooses `count` devices for a rental from `now` until `until`: the best fit.
    ///
    /// # Errors
    /// `UnknownPool`, `TooFewDevices`.
    #[wasm_bindgen(js_name = selectDevices)]
    pub fn select_devices(
        &self,
        pool: u32,
        count: u32,
        until: u64,
        now: u64,
    ) -> Result<Vec<u64>, JsValue> {
        let chosen = select_devices(&self.0, PoolId(pool), count, Timestamp(until), Timestamp(now));
        let chosen = chosen.map_err(|error| refusal(error.code(), &error.to_string(), &error))?;
        Ok(chosen.into_iter().map(|StakeId(id)| id).collect())
    }
}
