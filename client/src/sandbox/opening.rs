//! The first day of a sandbox, lived through before anybody looks.

use std::rc::Rc;

use alloy_primitives::{Address, B256, keccak256};
use fastrand::Rng;
use pinfi_core::ledger::Config;
use pinfi_core::rewards::RewardsConfig;
use pinfi_core::units::{PoolId, Secs, Timestamp, Wei};
use pinfi_core::{Action, Context, Ledger};

use super::kinds::{DEVICES, Kind, kinds};
use super::policy::{Move, next_moves, next_supply};
use super::{Role, personas};
use crate::intent::{Intent, IntentError, LedgerAction, sign};
use crate::settlement::embedded::{Genesis, Host, NewLedger, OpenError, SandboxRules};
use crate::settlement::{Activity, History, Rejection};

const PIN: u128 = 1_000_000_000_000_000_000;
/// "PINF" in ASCII: no chain's id.
pub const CHAIN_ID: u64 = 0x5049_4e46;
/// What the faucet gives an account in a day of the ledger.
pub const FAUCET_DAILY: Wei = Wei(10_000 * PIN);
/// What a simulated account begins with.
const ALLOCATION: Wei = Wei(250_000 * PIN);
/// All PIN that block rewards ever emit, and more than as much again to play with.
const SUPPLY_CAP: Wei = Wei(200_000_000 * PIN);
/// How long a new weight waits: short, so that it can be watched.
const TIMELOCK: Secs = Secs(3_600);
/// How long before the first look the sandbox begins.
const PAST: Secs = Secs(26 * 3_600);
/// Trades between the opening of the pools and the first look.
const TRADES: u64 = 24;

/// A sandbox's first day, lived through but not signed yet: all that a first look needs.
///
/// [`Opening::sign`] makes the ledger of it that keeps.
#[derive(Debug)]
pub struct Opening {
    pub(super) genesis: Genesis,
    pub(super) ledger: Rc<Ledger>,
    pub(super) history: History,
    moves: Vec<(Timestamp, Move)>,
}

impl Opening {
    /// Makes a sandbox: its pools, and a day of simulated trade that leads to now.
    ///
    /// # Errors
    /// [`OpenError::Unavailable`] without randomness: the ledger's address is drawn, so that nothing
    /// signed for one sandbox holds on another. [`OpenError::Opening`].
    pub fn draft(host: &dyn Host) -> Result<Self, OpenError> {
        let drawn = host.random().ok_or(OpenError::Unavailable { what: "randomness" })?;
        let address = Address::from_slice(&drawn[12..]);
        let now = Timestamp(host.wall_ms() / 1_000);
        let simulated: Vec<_> = personas().iter().map(|persona| persona.address).collect();
        let created = Timestamp(now.0.saturating_sub(PAST.0));
        let governor = personas().iter().find(|persona| persona.role == Role::Governor);
        let governor = governor.map_or(Address::ZERO, |persona| persona.address);
        let genesis = Genesis {
            name: "Sandbox".to_owned(),
            // Nobody has the key of the ledger's own address: only the faucet creates PIN.
            config: Config { chain_id: CHAIN_ID, address, minter: address, supply_cap: SUPPLY_CAP },
            created,
            rewards: Some(RewardsConfig {
                timelock: TIMELOCK,
                ..RewardsConfig::with_defaults(created, governor, governor, governor)
            }),
            allocations: simulated.iter().map(|&account| (account, ALLOCATION)).collect(),
            sandbox: Some(SandboxRules { faucet_daily: FAUCET_DAILY, simulated }),
        };
        let ledger = Rc::new(genesis.ledger()?);
        let mut opening = Self { genesis, ledger, history: History::default(), moves: Vec::new() };
        let seed = u64::from_be_bytes(keccak256(drawn)[..8].try_into().unwrap_or_default());
        let mut rng = Rng::with_seed(seed);
        let kinds = kinds();
        opening.found_pools(&kinds, created, governor, &mut rng)?;
        opening.weigh_pools(&kinds, created.saturating_add(TIMELOCK), governor)?;
        let step = PAST.0 / (TRADES + 1);
        for trade in 1..=TRADES {
            let at = Timestamp(created.0 + trade * step + rng.u64(..step / 2));
            for next in next_moves(&opening.ledger, &kinds, personas(), at, &mut rng) {
                opening.act(at, next)?;
            }
        }
        Ok(opening)
    }

    /// Signs every action of the day in its account's name.
    ///
    /// # Errors
    /// [`OpenError::Opening`] where an account cannot sign.
    pub fn sign(&self) -> Result<NewLedger, OpenError> {
        let keys = personas().iter().map(|persona| Some((persona.address, persona.key()?, 0)));
        let mut keys: Vec<_> = keys.flatten().collect();
        let mut opening = Vec::with_capacity(self.moves.len());
        for (at, Move { by, action }) in &self.moves {
            let signer = keys.iter_mut().find(|(address, ..)| address == by);
            let (_, key, nonce) = signer.ok_or(Rejection::Intent(IntentError::Unrecoverable))?;
            let intent = Intent::new(self.genesis.domain(), action.clone(), *nonce, *at);
            *nonce += 1;
            opening.push((*at, sign(&intent, key).map_err(Rejection::from)?));
        }
        Ok(NewLedger { genesis: self.genesis.clone(), opening })
    }

    /// Creates the pools, queues their weights and brings all their devices in, a minute apart: the
    /// weights are meant for so many, and with fewer each would be paid far above the band.
    fn found_pools(
        &mut self,
        kinds: &[Kind],
        created: Timestamp,
        governor: Address,
        rng: &mut Rng,
    ) -> Result<(), Rejection> {
        let providers = personas().iter().filter(|persona| persona.role == Role::Provider);
        let providers: Vec<_> = providers.copied().collect();
        let Some(creator) = providers.first() else { return Ok(()) };
        for kind in kinds {
            let params = Box::new(kind.params.clone());
            let action = Action::CreatePool { params };
            self.act(created, Move { by: creator.address, action })?;
        }
        for (pool, kind) in (0..).map(PoolId).zip(kinds) {
            let action = Action::QueueWeight { pool, weight: kind.weight };
            self.act(created, Move { by: governor, action })?;
        }
        let mut at = created;
        for (place, pool) in (0..kinds.len()).zip((0..).map(PoolId)) {
            for device in 0..DEVICES {
                let supplier = [providers[(place + device) % providers.len()]];
                // A device takes three steps: burn, stake, join.
                for _ in 0..3 {
                    at = at.saturating_add(Secs(20));
                    if let Some(step) = next_supply(&self.ledger, kinds, &supplier, pool, at, rng) {
                        self.act(at, step)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Gives the pools their weights, once the timelock has passed.
    fn weigh_pools(
        &mut self,
        kinds: &[Kind],
        at: Timestamp,
        governor: Address,
    ) -> Result<(), Rejection> {
        for (pool, _) in (0..).map(PoolId).zip(kinds) {
            self.act(at, Move { by: governor, action: Action::ExecuteWeight { pool } })?;
        }
        Ok(())
    }

    fn act(&mut self, time: Timestamp, next: Move) -> Result<(), Rejection> {
        let context = Context { sender: next.by, now: time, randomness: B256::ZERO };
        // A day of trade: what else a ledger can do is not in what a first visit loads.
        let events = Rc::make_mut(&mut self.ledger).apply_trade(&next.action, &context)?;
        let seq = self.moves.len() as u64;
        let action = LedgerAction::name_of(&next.action).to_owned();
        let activity = Activity { seq, time, signer: next.by, action, events };
        self.history.enter(activity, true, &self.ledger);
        self.moves.push((time, next));
        Ok(())
    }
}

/// Makes a sandbox, ready to be kept.
///
/// # Errors
/// Those of [`Opening::draft`] and [`Opening::sign`].
pub fn new_ledger(host: &dyn Host) -> Result<NewLedger, OpenError> {
    Opening::draft(host)?.sign()
}
