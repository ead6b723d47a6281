//! The core's state from the contracts' logs alone: what an indexer does.

use alloy_primitives::{Address, B256};
use pinfi_core::ledger::Config;
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::units::{SharesWad, Timestamp, Wei};
use pinfi_core::{Action, Context, Error, Event, Events, Ledger};

/// The logs do not make a history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gap {
    /// The core refuses what the contracts did.
    #[error("the core refuses what a log tells: {0}")]
    Refused(#[from] Error),
    /// The core says that something else happened.
    #[error("logged: {logged:?}, the core: {core:?}")]
    Unlike {
        /// What the logs say.
        logged: Events,
        /// What the core says.
        core: Events,
    },
}

/// Rebuilds a ledger from logs, each with the time of its block.
///
/// # Errors
/// [`Gap`].
pub fn rebuild(config: Config, log: &[(Timestamp, Event)]) -> Result<Ledger, Gap> {
    let mut ledger = Ledger::new(config);
    let mut rest = log;
    while let Some(&(now, ref event)) = rest.first() {
        let (sender, deed, count) = cause(&ledger, now, event, rest)?;
        let (these, later) = rest.split_at(count.min(rest.len()));
        let core = deed.apply(&mut ledger, &Context { sender, now, randomness: B256::ZERO })?;
        let logged: Events = these.iter().map(|(_, event)| event.clone()).collect();
        if core != logged {
            return Err(Gap::Unlike { logged, core });
        }
        rest = later;
    }
    Ok(ledger)
}

/// Finds who did what so that `event` was logged, and how many logs that made.
fn cause(
    ledger: &Ledger,
    now: Timestamp,
    event: &Event,
    rest: &[(Timestamp, Event)],
) -> Result<(Address, Deed, usize), Gap> {
    let any = Wei(u128::MAX);
    let minter = ledger.config().minter;
    let provider = |stake| ledger.stake_of(stake).map(|stake| stake.provider);
    let (sender, action) = match *event {
        Event::Minted { to, amount } => (minter, Action::Mint { to, amount }),
        Event::Transferred { from, to, amount } => (from, Action::Transfer { to, amount }),
        Event::PoolCreated { creator, ref params, .. } => {
            (creator, Action::CreatePool { params: params.clone() })
        }
        Event::Poked { pool, visited, .. } => {
            (Address::ZERO, Action::Poke { pool, limit: visited })
        }
        Event::Burned { pool, owner, gs, .. } => (owner, Action::Burn { pool, gs }),
        Event::Staked { certificate, provider, expiry, .. } => {
            (provider, Action::Stake { certificate, expiry, max_fee: any })
        }
        Event::LiquidityAdded { stake, pool, tokens, .. } => {
            let shares = ledger.pool(pool)?.at(now)?.reserves.shares;
            let action = if shares == SharesWad::ZERO {
                Action::OpenLiquidity { stake, tokens }
            } else {
                Action::AddLiquidity { stake, min_tokens: tokens, max_tokens: tokens }
            };
            (provider(stake)?, action)
        }
        Event::Collected { stake, to, .. } => (to, Action::Collect { stake }),
        Event::Sold { stake, seller, net, .. } => (seller, Action::Sell { stake, min_out: net }),
        Event::LiquidityRemoved { stake, net, .. } => {
            (provider(stake)?, Action::RemoveLiquidity { stake, min_tokens: net, max_fee: any })
        }
        Event::Bought { pool, buyer, .. } => return Ok(purchase(pool, buyer, rest)),
        Event::RentalEnded { stake, renter, net, .. } => {
            (renter, Action::EndRental { stake, min_out: net })
        }
        Event::HoursTransferred { stake, from, to } => (from, Action::TransferHours { stake, to }),
        Event::RentalTransferred { stake, from, to, .. } => {
            (from, Action::TransferRental { stake, to })
        }
        Event::Settled { stake, .. } => (Address::ZERO, Action::Settle { stake }),
        Event::Passed { stake, .. } => {
            return Ok((Address::ZERO, Deed::Verdict { stake, passed: true }, 1));
        }
        Event::Slashed { stake, .. } => {
            return Ok((Address::ZERO, Deed::Verdict { stake, passed: false }, 1));
        }
        // These come after a purchase, with which they are taken; or the contracts have none of it:
        // proofs before one verifier, block rewards.
        _ => {
            return Err(Gap::Unlike { logged: vec![event.clone()], core: Vec::new() });
        }
    };
    Ok((sender, Deed::Act(action), 1))
}

/// A purchase is a rental order or an extension: what follows it tells.
fn purchase(
    pool: pinfi_core::units::PoolId,
    buyer: Address,
    rest: &[(Timestamp, Event)],
) -> (Address, Deed, usize) {
    let max_cost = Wei(u128::MAX);
    let mut following = rest.iter().skip(1).map(|(_, event)| event);
    if let Some(&Event::Extended { stake, until, .. }) = following.clone().next() {
        return (buyer, Deed::Act(Action::Extend { stake, until, max_cost }), 2);
    }
    // The order's devices follow one another; the next order begins with a purchase of its own.
    let mut stakes = Vec::new();
    let mut end = Timestamp(0);
    while let Some(&Event::Rented { stake, until, .. }) = following.next() {
        stakes.push(stake);
        end = until;
    }
    let count = 1 + stakes.len();
    (buyer, Deed::Act(Action::Rent { pool, stakes, until: end, max_cost }), count)
}
