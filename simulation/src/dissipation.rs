//! Proportional dissipation against a naive pool, in which only the compute side shrinks.

use alloy_primitives::Address;
use pinfi_core::Action;
use pinfi_core::pool::Reserves;
use pinfi_core::units::{StakeId, Wei};
use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::error::Error;
use crate::market::{Market, compute_hours};
use crate::pin::to_pin;
use crate::scenario::Pool;

const LPS: u32 = 100;
const LONG_LPS: u32 = 20;
const BOUGHT: u32 = 10;
const LONG_TERM: u32 = 480;
const SHORT_TERM: u32 = 120;
const LP: Address = Address::repeat_byte(1);
const TRADER: Address = Address::repeat_byte(2);

/// What a trader has who buys long hours, waits and sells back what is left of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoundTrip {
    /// How long he waited.
    pub hours: u32,
    /// The ledger's price meanwhile, in PIN per hour.
    pub ledger_price: f64,
    /// The naive pool's.
    pub naive_price: f64,
    /// What he paid, in PIN; the same in both.
    pub paid: f64,
    /// What the ledger gives him back.
    pub ledger_back: f64,
    /// What the naive pool would.
    pub naive_back: f64,
    /// The part of the bought hours that he used or let pass.
    pub passed: f64,
}

/// Lets a trader make the round trip after each number of `waits` hours, up to 119, all from
/// one start: 100 LPs at 1 PIN an hour, 80 of them for 5 days and 20 for 20 days, of which he
/// rents 10 to their end. The ledger is the real one. Its naive twin has the same reserves at the
/// start and the same decay of its compute side, but no PIN is released.
///
/// # Errors
/// [`Error::Ledger`] where the ledger refuses a step; [`Error::OutOfRange`] for a wait that
/// outlasts the shorter LPs.
pub fn compare_dissipation(fee_bps: u32, waits: &[u32]) -> Result<Vec<RoundTrip>, Error> {
    let (market, paid) = begin(fee_bps)?;
    let fee = f64::from(fee_bps) / 10_000.0;
    let start = market.reserves();
    let mut trips = Vec::with_capacity(waits.len());
    for &hours in waits {
        let most = f64::from(SHORT_TERM - 1);
        crate::scenario::check_range("wait", f64::from(hours), 0.0, most)?;
        let mut later = market.clone();
        later.hour += hours;
        let then = later.reserves();
        let naive = Naive::after(&start, &then);
        let left = f64::from(BOUGHT * (LONG_TERM - hours));
        let before = later.ledger.accounts().balance(TRADER);
        let ledger_price = later.price().unwrap_or(0.0);
        for stake in (0..u64::from(BOUGHT)).map(StakeId) {
            later.act(TRADER, &Action::EndRental { stake, min_out: Wei::ZERO })?;
        }
        let after = later.ledger.accounts().balance(TRADER);
        trips.push(RoundTrip {
            hours,
            ledger_price,
            naive_price: naive.pin / naive.hours,
            paid,
            ledger_back: to_pin(after.saturating_sub(before)),
            naive_back: naive.sale(left) * (1.0 - fee),
            passed: f64::from(hours) / f64::from(LONG_TERM),
        });
    }
    Ok(trips)
}

/// The pool and the trader's purchase, and what he paid.
fn begin(fee_bps: u32) -> Result<(Market, f64), Error> {
    let pool = Pool {
        fee_bps,
        burn_share_bps: 0,
        burn_per_hour: 0.0,
        collateral_bps: 20_000,
        min_term: 24,
        max_term: 720,
    };
    let mut market = Market::new(&pool, None, Dice::new(0))?;
    market.mint(LP, 1e6)?;
    market.mint(TRADER, 1e6)?;
    for index in 0..LPS {
        let hours = if index < LONG_LPS { LONG_TERM } else { SHORT_TERM };
        if let Some(stake) = market.stake(LP, hours) {
            market.join(LP, stake, 1.0);
        }
    }
    let before = market.ledger.accounts().balance(TRADER);
    let stakes = (0..u64::from(BOUGHT)).map(StakeId).collect();
    let until = market.after(LONG_TERM);
    let max_cost = Wei(u128::MAX);
    market.act(TRADER, &Action::Rent { pool: crate::market::POOL, stakes, until, max_cost })?;
    let after = market.ledger.accounts().balance(TRADER);
    Ok((market, to_pin(before.saturating_sub(after))))
}

/// T and R of a pool that releases no PIN.
struct Naive {
    pin: f64,
    hours: f64,
}

impl Naive {
    /// The shares decay alike, and R with them; T stays.
    fn after(start: &Reserves, then: &Reserves) -> Self {
        let left = then.shares.0 as f64 / start.shares.0.max(1) as f64;
        Self { pin: to_pin(start.pin), hours: compute_hours(start) * left }
    }

    /// What a sale brings before the fee.
    fn sale(&self, hours: f64) -> f64 {
        self.pin * hours / (self.hours + hours)
    }
}
