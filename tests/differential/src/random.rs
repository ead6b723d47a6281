//! Lives of markets: every action, good ones and bad, with jumps of time and extreme numbers.

use alloy_primitives::Address;
use fastrand::Rng;
use pinfi_core::ledger::MAX_SUPPLY;
use pinfi_core::pocps::PocpsParams;
use pinfi_core::pool::PoolParams;
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::{Bps, PoolId, Secs, Wei};
use pinfi_core::{Action, Ledger};

use crate::deeds::Draw;
use crate::deployment::{DeployError, GOVERNOR, rewards_config};
use crate::life::{Life, Step};
use crate::twin::{Difference, Twin};

/// How many steps a life has.
pub const STEPS: usize = 120;

/// One PIN in wei.
const PIN: u128 = 1_000_000_000_000_000_000;
const YEAR: u64 = 365 * 86_400;
const BUCKETS: [u64; 8] = [60, 90, 600, 1_800, 3_600, 7_200, 43_200, 86_400];
/// The accounts of a life; one more has nothing.
const ACCOUNTS: u8 = 5;

/// What lives begin with: a twin in which a double of the game gives verdicts, and one in which the
/// game is played.
pub struct Fresh {
    doubled: Twin,
    played: Twin,
}

impl Fresh {
    /// Deploys both.
    ///
    /// # Errors
    /// [`DeployError`].
    pub fn new() -> Result<Self, DeployError> {
        Ok(Self { doubled: Twin::new()?, played: Twin::with_game()? })
    }

    /// Returns the one in which the game is played, or is not.
    #[must_use]
    pub const fn of(&self, plays: bool) -> &Twin {
        if plays { &self.played } else { &self.doubled }
    }

    /// Returns the one for a seed: every second life plays the game.
    #[must_use]
    pub const fn of_seed(&self, seed: u64) -> &Twin {
        self.of(seed % 2 == 1)
    }
}

/// What a life came to.
#[derive(Debug)]
pub struct Lived {
    /// All that happened, to be lived again.
    pub life: Life,
    /// The first difference, which is of the last step; none if there is none.
    pub difference: Option<Difference>,
}

/// Lives a life that `seed` gives, on a fresh twin. `see` is told of each step's outcome.
pub fn live(
    twin: &mut Twin,
    seed: u64,
    mut see: impl FnMut(&Step, &mut Twin, &crate::twin::Done),
) -> Lived {
    let mut rng = Rng::with_seed(seed);
    let plays = twin.plays();
    let mut life = opening(&mut rng, plays);
    if let Err(difference) = twin.open(&life) {
        return Lived { life, difference: Some(difference) };
    }
    let max_term = life.pools.first().map_or(86_400, |params| params.max_term.0);
    let accounts: Vec<Address> = (0..=ACCOUNTS).map(account).collect();
    let earning = rng.u8(0..3) == 0;
    let weight = Bps(rng.u32(1..=10_000));
    let mut begin = begin(earning, weight).into_iter();
    while life.steps.len() < STEPS {
        let step = begin.next().unwrap_or_else(|| {
            let wait = match plays {
                true => wait_in_game(&mut rng, &twin.ledger, twin.chain.now(), max_term),
                false => wait(&mut rng, max_term),
            };
            let now = twin.chain.now().saturating_add(wait);
            let market = twin.at.market;
            let ledger: &Ledger = &twin.ledger;
            let rng = &mut rng;
            Draw { rng, ledger, now, accounts: &accounts, market, earning, plays }.step(wait)
        });
        life.steps.push(step);
        let Some(step) = life.steps.last() else { break };
        match twin.step(step) {
            Ok(done) => see(step, twin, &done),
            Err(difference) => return Lived { life, difference: Some(difference) },
        }
    }
    Lived { life, difference: None }
}

/// How a life about block rewards begins: the first pool gets a weight.
fn begin(earning: bool, weight: Bps) -> Vec<Step> {
    let step =
        |wait, sender, action| Step { wait, sender, deed: Deed::Act(action), by_token: false };
    if !earning {
        return Vec::new();
    }
    let (pool, Secs(timelock)) = (PoolId(0), rewards_config().timelock);
    vec![
        step(0, GOVERNOR, Action::QueueWeight { pool, weight }),
        step(timelock, GOVERNOR, Action::ExecuteWeight { pool }),
    ]
}

/// The account number `n`.
#[must_use]
pub fn account(n: u8) -> Address {
    Address::repeat_byte(n + 1)
}

fn opening(rng: &mut Rng, plays: bool) -> Life {
    // A midnight or any other time; the core's own clock starts anywhere too.
    let start = 1_700_000_000 + rng.u64(0..YEAR);
    let funded = (0..ACCOUNTS).map(|n| (account(n), Wei(balance(rng))));
    let balances = funded.chain([(account(ACCOUNTS), Wei::ZERO)]).collect();
    let mut pools: Vec<_> = (0..rng.usize(1..=3)).map(|_| params(rng)).collect();
    // In the busy market, work that can be done in a moment, and mostly short epochs.
    if let Some(busy) = pools.first_mut().filter(|_| plays) {
        let pocps = &mut busy.pocps;
        (pocps.n, pocps.rounds) = (64, 1 << rng.u32(0..=2));
        if rng.u8(0..4) > 0 {
            (pocps.window, pocps.dispute) = (Secs(60), Secs(120));
            pocps.epoch = pocps.epoch.min(Secs(240 + rng.u64(0..400)));
        }
    }
    Life { start, balances, pools, plays, steps: Vec::new() }
}

/// From nothing to a share of all that can be.
fn balance(rng: &mut Rng) -> u128 {
    match rng.u8(0..10) {
        0 => 0,
        1 => amount(rng, 80),
        2..4 => MAX_SUPPLY.0 / 8,
        _ => rng.u128(1 << 70..1 << 90),
    }
}

/// A number of at most `bits` bits, of every width alike.
pub(crate) fn amount(rng: &mut Rng, bits: u32) -> u128 {
    rng.u128(..) >> (128 - rng.u32(1..=bits))
}

/// Often until something is due in the game, or just past it.
fn wait_in_game(rng: &mut Rng, ledger: &Ledger, now: u64, max_term: u64) -> u64 {
    match rng.u8(0..16) {
        0..10 => rng.u64(0..15),
        10..12 => {
            let trials = ledger.stakes().flat_map(|(id, _)| ledger.game().trials_of(id));
            let due = trials.filter(|trial| !trial.over).flat_map(|trial| {
                let committed = trial.committed.as_ref();
                let answered = committed.map(|made| [made.accuse_by.0, made.prove_by.0]);
                [trial.commit_by.0].into_iter().chain(answered.into_iter().flatten())
            });
            let due: Vec<u64> = due.filter(|due| *due >= now).collect();
            match due.len() {
                0 => rng.u64(0..130),
                count => due[rng.usize(0..count)] - now + rng.u64(0..2),
            }
        }
        12 => {
            let epochs = ledger.pools().map(|(_, pool)| pool.params().pocps.epoch.0);
            let next = epochs.map(|epoch| epoch - now % epoch).next();
            next.unwrap_or(0)
        }
        13 | 14 => rng.u64(0..130),
        _ => wait(rng, max_term),
    }
}

/// Mostly short beside the pool's longest term, or the market would be empty by and by.
fn wait(rng: &mut Rng, max_term: u64) -> u64 {
    match rng.u32(0..800) {
        0..400 => 0,
        400..600 => rng.u64(0..120).min(max_term / 50),
        600..720 => rng.u64(0..=max_term / 50),
        720..780 => rng.u64(0..=max_term / 8),
        780..792 => rng.u64(0..=max_term),
        792..798 => rng.u64(0..40 * 86_400),
        _ => rng.u64(0..=10 * YEAR),
    }
}

fn edge(rng: &mut Rng, low: u32, high: u32) -> u32 {
    match rng.u8(0..4) {
        0 => low,
        1 => high,
        _ => rng.u32(low..=high),
    }
}

/// Parameters within the bounds of `create_pool`, most often at some edge of them.
pub(crate) fn params(rng: &mut Rng) -> PoolParams {
    let bucket = BUCKETS[rng.usize(0..BUCKETS.len())];
    let most = (30 * 86_400 / bucket).min(720);
    let least = 480_u64.div_ceil(bucket);
    let max_term = bucket * if rng.u8(0..4) > 0 { most } else { rng.u64(least..=most) };
    // The least epoch, with the shortest window and dispute, fits twice into every longest term.
    let epoch = rng.u64(240..=(max_term / 2).min(4 * bucket).max(240));
    let window = rng.u64(60..=epoch - 180);
    let accuser_bps = edge(rng, 0, 5_000);
    let bond = match rng.u8(0..4) {
        0 => u128::from(accuser_bps > 0),
        1 => 1_000 * PIN,
        _ => rng.u128(1..=PIN),
    };
    PoolParams {
        kind: "any device \"é\\".chars().take(rng.usize(1..=15)).collect(),
        bucket: Secs(bucket),
        fee: Bps(edge(rng, 0, 1_000)),
        burn_share: Bps(edge(rng, 0, 10_000)),
        burn_per_gs: Wei(match rng.u8(0..8) {
            0..3 => 0,
            3 => amount(rng, 110),
            _ => amount(rng, 50),
        }),
        collateral: Bps(edge(rng, 20_000, 1_000_000)),
        min_term: Secs(2 * epoch),
        max_term: Secs(max_term),
        pocps: PocpsParams {
            n: 64 << rng.u32(0..=6),
            rounds: 1 << rng.u32(0..=15),
            samples: rng.u32(32..=1_024),
            window: Secs(window),
            dispute: Secs(rng.u64(120..=epoch - window - 60)),
            epoch: Secs(epoch),
            bond: Wei(bond),
            accuser_bps: Bps(accuser_bps),
        },
    }
}
