//! The first day of a sandbox, lived through before anybody looks.

use alloy_primitives::{Address, B256, keccak256};
use fastrand::Rng;
use pinfi_core::ledger::Config;
use pinfi_core::units::{PoolId, Secs, Timestamp, Wei};
use pinfi_core::{Action, Context, Ledger};

use super::kinds::{Kind, kinds};
use super::policy::{Move, next_moves, next_supply};
use super::{Persona, Role, personas};
use crate::intent::{Domain, Intent, IntentError, SignedAction, sign};
use crate::settlement::Rejection;
use crate::settlement::embedded::{Genesis, Host, NewLedger, OpenError, SandboxRules};

const PIN: u128 = 1_000_000_000_000_000_000;
/// "PINF" in ASCII: no chain's id.
pub const CHAIN_ID: u64 = 0x5049_4e46;
/// What the faucet gives an account in a day of the ledger.
pub const FAUCET_DAILY: Wei = Wei(10_000 * PIN);
/// What a simulated account begins with.
const ALLOCATION: Wei = Wei(250_000 * PIN);
/// All PIN that block rewards would ever emit.
const SUPPLY_CAP: Wei = Wei(73_000_000 * PIN);
/// How long before the first look the sandbox begins.
const PAST: Secs = Secs(26 * 3_600);
/// Devices that a pool opens with.
const FIRST_DEVICES: usize = 2;
/// Trades between the opening of the pools and the first look.
const TRADES: u64 = 24;

/// Makes a sandbox: its pools, and a day of simulated trade that leads to now.
///
/// # Errors
/// [`OpenError::Unavailable`] without randomness: the ledger's address is drawn, so that nothing
/// signed for one sandbox holds on another. [`OpenError::Opening`].
pub fn new_ledger(host: &dyn Host) -> Result<NewLedger, OpenError> {
    let drawn = host.random().ok_or(OpenError::Unavailable { what: "randomness" })?;
    let address = Address::from_slice(&drawn[12..]);
    let now = Timestamp(host.wall_ms() / 1_000);
    let cast = personas();
    let simulated: Vec<_> = cast.iter().map(|persona| persona.address).collect();
    let created = Timestamp(now.0.saturating_sub(PAST.0));
    let genesis = Genesis {
        name: "Sandbox".to_owned(),
        // Nobody has the key of the ledger's own address: only the faucet creates PIN.
        config: Config { chain_id: CHAIN_ID, address, minter: address, supply_cap: SUPPLY_CAP },
        created,
        allocations: simulated.iter().map(|&account| (account, ALLOCATION)).collect(),
        sandbox: Some(SandboxRules { faucet_daily: FAUCET_DAILY, simulated }),
    };
    let seed = u64::from_be_bytes(keccak256(drawn)[..8].try_into().unwrap_or_default());
    let mut script = Script {
        ledger: genesis.ledger()?,
        domain: genesis.domain(),
        nonces: vec![0; cast.len()],
        opening: Vec::new(),
        cast,
    };
    let mut rng = Rng::with_seed(seed);
    let kinds = kinds();
    script.found_pools(&kinds, created, &mut rng)?;
    let step = PAST.0 / (TRADES + 1);
    for trade in 1..=TRADES {
        let at = Timestamp(created.0 + trade * step + rng.u64(..step / 2));
        for next in next_moves(&script.ledger, &kinds, &script.cast, at, &mut rng) {
            script.act(at, next)?;
        }
    }
    Ok(NewLedger { genesis, opening: script.opening })
}

/// Actions that are signed one after the other, with the ledger that they lead to.
struct Script {
    ledger: Ledger,
    domain: Domain,
    cast: Vec<Persona>,
    nonces: Vec<u64>,
    opening: Vec<(Timestamp, SignedAction)>,
}

impl Script {
    /// Creates the pools and brings their first devices in, a minute apart.
    fn found_pools(
        &mut self,
        kinds: &[Kind],
        created: Timestamp,
        rng: &mut Rng,
    ) -> Result<(), Rejection> {
        let providers = self.cast.iter().filter(|persona| persona.role == Role::Provider);
        let providers: Vec<_> = providers.map(|persona| persona.address).collect();
        let Some(&creator) = providers.first() else { return Ok(()) };
        for kind in kinds {
            let params = Box::new(kind.params.clone());
            self.act(created, Move { by: creator, action: Action::CreatePool { params } })?;
        }
        let mut at = created;
        for (place, pool) in (0..kinds.len()).zip((0..).map(PoolId)) {
            let supplier = [self.cast[place % providers.len()].clone()];
            // A device takes three steps: burn, stake, join.
            for _ in 0..3 * FIRST_DEVICES {
                at = at.saturating_add(Secs(20));
                if let Some(step) = next_supply(&self.ledger, kinds, &supplier, pool, at, rng) {
                    self.act(at, step)?;
                }
            }
        }
        Ok(())
    }

    fn act(&mut self, at: Timestamp, Move { by, action }: Move) -> Result<(), Rejection> {
        let place = self.cast.iter().position(|persona| persona.address == by);
        let place = place.ok_or(IntentError::Unrecoverable)?;
        let context = Context { sender: by, now: at, randomness: B256::ZERO };
        self.ledger.apply(&action, &context)?;
        let intent = Intent::new(self.domain, action, self.nonces[place], at);
        self.nonces[place] += 1;
        self.opening.push((at, sign(&intent, &self.cast[place].key)?));
        Ok(())
    }
}
