//! The whole state of both sides, compared.

use std::collections::BTreeSet;
use std::fmt::Debug;

use alloy_primitives::{Address, U256};
use alloy_sol_types::SolCall;
use pinfi_core::pool::Pool;
use pinfi_core::stake::{Stake, StakeState};
use pinfi_core::units::{Day, PoolId, RentalId, StakeId};
use pinfi_core::{Event, Ledger};

use crate::abi::Lens;
use crate::chain::{Chain, Failure};
use crate::deployment::Deployment;

mod game;
mod rewards;

pub use game::{block_of, compare_game, held_and_owed};
use rewards::compare_accrual;
pub use rewards::compare_rewards;

/// A value that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {chain} on the chain, {core} in the core")]
pub struct Mismatch {
    /// Which value.
    pub place: String,
    /// What the core has.
    pub core: String,
    /// What the chain has.
    pub chain: String,
}

impl Mismatch {
    /// Compares two values.
    ///
    /// # Errors
    /// The mismatch, named `place`.
    pub fn check<T: PartialEq + Debug>(
        place: impl FnOnce() -> String,
        core: &T,
        chain: &T,
    ) -> Result<(), Self> {
        if core == chain {
            return Ok(());
        }
        Err(Self { place: place(), core: format!("{core:?}"), chain: format!("{chain:?}") })
    }
}

/// Reads the whole state of the market and the rewards: the balances and locks of `accounts`, and
/// the fees of the days and clients in `fees`. `buckets` are those of its pools.
///
/// # Errors
/// [`Failure`].
pub fn read(
    chain: &mut Chain,
    at: &Deployment,
    accounts: &[Address],
    buckets: &[u64],
    fees: &BTreeSet<(PoolId, Day, Address)>,
) -> Result<Lens::State, Failure> {
    let key = |&(pool, day, client): &(PoolId, Day, Address)| Lens::FeeKey {
        pool: pool.0,
        day: day.0,
        client,
    };
    let call = Lens::stateCall {
        market: at.market,
        accounts: accounts.to_vec(),
        buckets: buckets.to_vec(),
        keys: fees.iter().map(key).collect(),
    };
    let output = chain.view(at.lens, call.abi_encode().into())?;
    Lens::stateCall::abi_decode_returns(&output)
        .map_err(|error| Failure::Invalid(error.to_string()))
}

/// Compares the two sides in full.
///
/// # Errors
/// The first [`Mismatch`].
pub fn compare(
    ledger: &Ledger,
    chain: &Lens::State,
    at: &Deployment,
    accounts: &[Address],
) -> Result<(), Mismatch> {
    let same = |place: &str, core: &dyn ToString, chain: &dyn ToString| {
        Mismatch::check(|| place.to_owned(), &core.to_string(), &chain.to_string())
    };
    same("pools", &ledger.pools().count(), &chain.pools.len())?;
    same("certificates", &ledger.certificates().count(), &chain.certificates.len())?;
    same("stakes", &ledger.stakes().count(), &chain.stakes.len())?;
    let mut held = 0;
    for ((id, pool), found) in ledger.pools().zip(&chain.pools) {
        compare_reserves(id, pool, found)?;
        compare_accrual(ledger, id, pool, found)?;
        held += pool.reserves().pin.0 + pool.reserves().escrow.0;
    }
    for ((id, core), found) in ledger.certificates().zip(&chain.certificates) {
        let found = (found.pool, found.owner, found.gs, found.used);
        let core = (core.pool.0, core.owner, core.gs.0, core.used);
        Mismatch::check(|| format!("certificate {id}"), &core, &found)?;
    }
    for ((id, stake), found) in ledger.stakes().zip(&chain.stakes) {
        compare_stake(id, stake, found)?;
        rewards::compare_earning(ledger, id, stake, found)?;
        compare_boundary(ledger, id, stake, found)?;
        held += stake.maintenance_fee.0;
    }
    let core = ledger.accounts();
    for (account, found) in accounts.iter().zip(&chain.balances) {
        // Whoever pays to the market's own address has lost it, and the market holds it.
        let extra = if *account == at.market { held } else { 0 };
        let balance = U256::from(core.balance(*account).0 + extra);
        Mismatch::check(|| format!("balance of {account}"), &balance, found)?;
    }
    compare_token_balances(ledger, chain, accounts)?;
    same("minted", &core.minted(), &chain.minted)?;
    same("supply", &(core.minted().0 - core.burned().0), &chain.supply)?;
    let held = U256::from(core.balance(at.market).0 + held);
    same("PIN held by the market", &held, &chain.held)
}

/// Everybody has as many tokens as live stakes name it for.
fn compare_token_balances(
    ledger: &Ledger,
    chain: &Lens::State,
    accounts: &[Address],
) -> Result<(), Mismatch> {
    let live: Vec<_> = ledger.stakes().filter(|(_, stake)| stake.is_active()).collect();
    for (account, found) in accounts.iter().zip(&chain.tokens) {
        let count = |role: &dyn Fn(&Stake) -> Option<Address>| {
            U256::from(live.iter().filter(|(_, stake)| role(stake) == Some(*account)).count())
        };
        let core = [
            count(&|stake| Some(stake.provider)),
            count(&|stake| Some(stake.hours_holder)),
            count(&|stake| stake.rental.map(|rental| rental.renter)),
        ];
        Mismatch::check(|| format!("tokens of {account}"), &core, found)?;
    }
    Ok(())
}

fn compare_reserves(id: PoolId, pool: &Pool, found: &Lens::Reserves) -> Result<(), Mismatch> {
    let core = pool.reserves();
    let core = (
        (core.pin.0, core.compute.0, core.shares.0, core.decay.0),
        (core.acc_q96, core.escrow.0, core.last.0),
    );
    let found = (
        (found.pin, found.compute, found.shares, found.decay),
        (found.accQ96, found.escrow, found.last),
    );
    Mismatch::check(|| format!("reserves of pool {id}"), &core, &found)
}

fn compare_stake(id: StakeId, core: &Stake, found: &Lens::StakeView) -> Result<(), Mismatch> {
    let stake = &found.stake;
    let place = |what: &'static str| move || format!("{what} of stake {id}");
    let ids = (core.pool.0, core.provider, core.hours_holder);
    Mismatch::check(place("ids"), &ids, &(stake.pool, stake.provider, stake.hoursHolder))?;
    let times = (core.created.0, core.expiry.0);
    Mismatch::check(place("times"), &times, &(stake.created, stake.expiry))?;
    let fee = (core.maintenance_fee.0, core.passed);
    Mismatch::check(place("fee, passed"), &fee, &(stake.maintenanceFee, stake.passed))?;
    let (state, decay, noted) = match core.state {
        StakeState::Held => (0u8, 0, U256::ZERO),
        StakeState::Liquidity(position) => (1, position.decay.0, position.acc_noted_q96),
        StakeState::Sold => (2, 0, U256::ZERO),
        StakeState::Settled => (3, 0, U256::ZERO),
        StakeState::Slashed => (4, 0, U256::ZERO),
    };
    let on_chain = (stake.state, stake.decay, stake.accNotedQ96);
    Mismatch::check(place("state, decay, acc"), &(state, decay, noted), &on_chain)?;

    let rental = core.rental.map(|r| (r.id, r.renter, r.start.0, r.until.0, r.paid.0));
    let r = &stake.rental;
    let on_chain =
        (!r.renter.is_zero()).then_some((RentalId(r.id), r.renter, r.start, r.until, r.paid));
    Mismatch::check(place("rental"), &rental, &on_chain)?;

    let of_live = |owner: Option<Address>| owner.filter(|_| core.is_active()).unwrap_or_default();
    let tokens = (
        of_live(Some(core.provider)),
        of_live(Some(core.hours_holder)),
        of_live(core.rental.map(|rental| rental.renter)),
    );
    let on_chain = (found.stakeOwner, found.hoursOwner, found.rentalOwner);
    Mismatch::check(place("token owners"), &tokens, &on_chain)
}

/// The schedule and the accumulators at expiries, each seen from the stakes that end there: no
/// other time has any.
fn compare_boundary(
    ledger: &Ledger,
    id: StakeId,
    core: &Stake,
    found: &Lens::StakeView,
) -> Result<(), Mismatch> {
    let Ok(pool) = ledger.pool(core.pool) else { return Ok(()) };
    let ahead = pool
        .schedule()
        .find(|(at, _)| *at == core.expiry)
        .map(|(at, decay)| U256::from(pool.devices_ending(at)) << 128 | U256::from(decay.0));
    let boundary = ahead.or_else(|| pool.acc_at_q96(core.expiry)).unwrap_or_default();
    let (scheduled, found) = ((ahead.is_some(), boundary), (found.scheduled, found.boundary));
    Mismatch::check(|| format!("expiry of stake {id}"), &scheduled, &found)
}

/// Compares what both sides said happened.
///
/// # Errors
/// The [`Mismatch`].
pub fn compare_events(core: &[Event], chain: &[Event]) -> Result<(), Mismatch> {
    Mismatch::check(|| "events".to_owned(), &core, &chain)
}
