//! Lives of markets: every action, good ones and bad, with jumps of time and extreme numbers.

use alloy_primitives::Address;
use fastrand::Rng;
use pinfi_core::Ledger;
use pinfi_core::ledger::MAX_SUPPLY;
use pinfi_core::pocps::PocpsParams;
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{Bps, Secs, Wei};

use crate::deeds::Draw;
use crate::life::{Life, Step};
use crate::twin::{Difference, Twin};

/// How many steps a life has.
pub const STEPS: usize = 120;

const YEAR: u64 = 365 * 86_400;
const BUCKETS: [u64; 8] = [60, 90, 600, 1_800, 3_600, 7_200, 43_200, 86_400];
/// The accounts of a life; one more has nothing.
const ACCOUNTS: u8 = 5;

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
    let mut life = opening(&mut rng);
    if let Err(difference) = twin.open(&life) {
        return Lived { life, difference: Some(difference) };
    }
    let max_term = life.pools.first().map_or(86_400, |params| params.max_term.0);
    let accounts: Vec<Address> = (0..=ACCOUNTS).map(account).collect();
    while life.steps.len() < STEPS {
        let wait = wait(&mut rng, max_term);
        let now = twin.chain.now().saturating_add(wait);
        let market = twin.at.market;
        let ledger: &Ledger = &twin.ledger;
        let step = Draw { rng: &mut rng, ledger, now, accounts: &accounts, market }.step(wait);
        life.steps.push(step);
        let Some(step) = life.steps.last() else { break };
        match twin.step(step) {
            Ok(done) => see(step, twin, &done),
            Err(difference) => return Lived { life, difference: Some(difference) },
        }
    }
    Lived { life, difference: None }
}

/// The account number `n`.
#[must_use]
pub fn account(n: u8) -> Address {
    Address::repeat_byte(n + 1)
}

fn opening(rng: &mut Rng) -> Life {
    // A midnight or any other time; the core's own clock starts anywhere too.
    let start = 1_700_000_000 + rng.u64(0..YEAR);
    let funded = (0..ACCOUNTS).map(|n| (account(n), Wei(balance(rng))));
    let balances = funded.chain([(account(ACCOUNTS), Wei::ZERO)]).collect();
    let pools = (0..rng.usize(1..=3)).map(|_| params(rng)).collect();
    Life { start, balances, pools, steps: Vec::new() }
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

/// Parameters within the bounds of `create_pool`, most often at some edge of them.
pub(crate) fn params(rng: &mut Rng) -> PoolParams {
    let bucket = BUCKETS[rng.usize(0..BUCKETS.len())];
    let most = (30 * 86_400 / bucket).min(720);
    let max_term = bucket * if rng.u8(0..4) > 0 { most } else { rng.u64(1..=most) };
    let epoch = rng.u64(1..=(max_term / 2).min(4 * bucket));
    let window = rng.u64(1..=epoch);
    let edge = |rng: &mut Rng, low: u32, high: u32| match rng.u8(0..4) {
        0 => low,
        1 => high,
        _ => rng.u32(low..=high),
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
            dispute: Secs(rng.u64(0..=epoch - window)),
            epoch: Secs(epoch),
            bond: Wei(amount(rng, 128)),
            accuser_bps: Bps(rng.u32(0..=5_000)),
        },
    }
}
