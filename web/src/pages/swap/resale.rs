//! What giving time back brings: a rental ended early, or a held stake's hours sold.

use alloy_primitives::Address;
use pinfi_core::{
    Error, Ledger,
    math::{BPS, mul_div_ceil},
    pool::SellQuote,
    stake::{Rental, Stake, StakeState},
    units::{Bps, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei},
};

/// A running rental.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Running {
    /// The device.
    pub(super) device: StakeId,
    /// Its pool.
    pub(super) pool: PoolId,
    /// The rental.
    pub(super) rental: Rental,
}

/// Lists an account's running rentals, the one that ends first first.
pub(super) fn running(ledger: &Ledger, account: Address, now: Timestamp) -> Vec<Running> {
    let mut found: Vec<Running> = ledger
        .stakes()
        .filter_map(|(device, stake)| {
            let rental = stake.running_rental(now).filter(|rental| rental.renter == account)?;
            Some(Running { device, pool: stake.pool, rental })
        })
        .collect();
    found.sort_by_key(|running| (running.rental.until, running.device));
    found
}

/// A stake whose hours an account can sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// The stake.
    pub(super) id: StakeId,
    /// Its pool.
    pub(super) pool: PoolId,
    /// When its time ends.
    pub(super) expiry: Timestamp,
    /// Whether the collateral belongs to somebody else.
    pub(super) foreign: bool,
}

/// Lists the stakes whose hours token an account holds, the one that ends first first.
pub(super) fn held(ledger: &Ledger, account: Address, now: Timestamp) -> Vec<Held> {
    let is_held = |stake: &Stake| {
        matches!(stake.state, StakeState::Held)
            && stake.hours_holder == account
            && now < stake.expiry
    };
    let mut found: Vec<Held> = ledger
        .stakes()
        .filter(|(_, stake)| is_held(stake))
        .map(|(id, stake)| {
            let foreign = stake.provider != account;
            Held { id, pool: stake.pool, expiry: stake.expiry, foreign }
        })
        .collect();
    found.sort_by_key(|held| (held.expiry, held.id));
    found
}

/// What giving time back brings now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resale {
    /// The device time that is sold.
    pub(super) hours: GpuSeconds,
    /// The price, the fee, and the part of it that is burned.
    pub(super) quote: SellQuote,
    /// By how much the sale lowers the price it gets, in basis points, rounded up.
    pub(super) impact_bps: u64,
    /// What is added to the maintenance fee first; zero for a rental.
    pub(super) top_up: Wei,
    /// The least that is signed for.
    pub(super) least: Wei,
}

/// Quotes the end of a rental now, with a least amount that still holds after `slack`.
///
/// # Errors
/// [`Error::NotRenter`] where it is over, and what the ledger would refuse it with.
pub(super) fn end_early(
    ledger: &Ledger,
    device: StakeId,
    now: Timestamp,
    slack: Secs,
    slippage: Bps,
) -> Result<Resale, Error> {
    let quote = |now: Timestamp| {
        let stake = ledger.stake_of(device)?;
        let rental = stake.running_rental(now).ok_or(Error::NotRenter)?;
        let pool = ledger.pool(stake.pool)?;
        let reserves = pool.at(now)?.reserves;
        let hours = GpuSeconds(rental.until.since(now).0);
        // A pool that has nothing to pay with lets the client go for nothing.
        let nothing =
            SellQuote { out: Wei::ZERO, net: Wei::ZERO, fee: Wei::ZERO, burned: Wei::ZERO };
        let quote = if reserves.is_open() {
            reserves.quote_sell(pool.params().fees(), hours)?
        } else {
            nothing
        };
        let impact_bps = sell_impact_bps(reserves.compute.0, hours);
        Ok(Resale { hours, quote, impact_bps, top_up: Wei::ZERO, least: Wei::ZERO })
    };
    lasting(quote, now, slack, slippage)
}

/// Quotes the sale of a held stake's hours now, with a least amount that still holds after `slack`.
///
/// # Errors
/// What the ledger would refuse it with, but for the balance.
pub(super) fn sale(
    ledger: &Ledger,
    id: StakeId,
    now: Timestamp,
    slack: Secs,
    slippage: Bps,
) -> Result<Resale, Error> {
    let quote = |now: Timestamp| {
        let stake = ledger.stake_of(id)?;
        let pool = ledger.pool(stake.pool)?;
        let reserves = pool.at(now)?.reserves;
        if now >= stake.expiry {
            return Err(Error::Expired { expiry: stake.expiry });
        }
        let hours = stake.remaining(now);
        let (term, duration) = (Secs(hours.0), reserves.duration());
        if term > duration {
            return Err(if reserves.is_open() {
                Error::BeyondDuration { term, duration }
            } else {
                // A dormant pool lasts for nothing; that is not what is wrong with it.
                Error::PoolDormant
            });
        }
        let quote = reserves.quote_sell(pool.params().fees(), hours)?;
        let target = reserves.maintenance_fee(hours, pool.params().collateral);
        let top_up = target.saturating_sub(stake.maintenance_fee);
        let impact_bps = sell_impact_bps(reserves.compute.0, hours);
        Ok(Resale { hours, quote, impact_bps, top_up, least: Wei::ZERO })
    };
    lasting(quote, now, slack, slippage)
}

/// Quotes now and after `slack`, and accepts the lower, less the slippage.
fn lasting(
    quote: impl Fn(Timestamp) -> Result<Resale, Error>,
    now: Timestamp,
    slack: Secs,
    slippage: Bps,
) -> Result<Resale, Error> {
    let resale = quote(now)?;
    // What can't be sold any more by then brings nothing.
    let later = quote(now.saturating_add(slack)).map_or(Wei::ZERO, |later| later.quote.net);
    let net = later.min(resale.quote.net);
    let margin = mul_div_ceil(net.0, u128::from(slippage.0), BPS).unwrap_or(net.0);
    Ok(Resale { least: Wei(net.0.saturating_sub(margin)), ..resale })
}

/// Returns by how much a sale brings less than spot, fee aside: 1 − R/(R + H) = H/(R + H), in basis
/// points, rounded up.
fn sell_impact_bps(compute_wad: u128, hours: GpuSeconds) -> u64 {
    let sold = hours.to_wad().0;
    let bps = mul_div_ceil(sold, BPS, compute_wad.saturating_add(sold)).unwrap_or(0);
    u64::try_from(bps).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ALICE, BOB, HOUR, Market, PIN};
    use pinfi_core::Action;

    const SLACK: Secs = Secs(60);
    const SLIPPAGE: Bps = Bps(100);

    fn rented() -> Market {
        let mut market = Market::open();
        let (pool, stakes) = (market.pool, vec![market.lp]);
        let (until, max_cost) = (market.hours_from_now(6), Wei(1_000 * PIN));
        market.act(BOB, Action::Rent { pool, stakes, until, max_cost });
        market
    }

    #[test]
    fn end_early_of_what_is_over_is_refused() {
        let market = rented();
        let over = market.hours_from_now(6);
        let refusal = end_early(&market.ledger, market.lp, over, SLACK, SLIPPAGE);
        assert_eq!(refusal, Err(Error::NotRenter));
        let refusal = end_early(&market.ledger, StakeId(9), market.now, SLACK, SLIPPAGE);
        assert_eq!(refusal, Err(Error::UnknownStake(StakeId(9))));
    }

    #[test]
    fn end_early_is_what_the_ledger_pays() {
        let mut market = rented();
        market.now = Timestamp(market.now.0 + HOUR);
        let resale = end_early(&market.ledger, market.lp, market.now, SLACK, SLIPPAGE).unwrap();
        assert_eq!(resale.hours, GpuSeconds(5 * HOUR));
        assert!(resale.least < resale.quote.net, "less than now, for time and slippage");
        let before = market.ledger.accounts().balance(BOB);
        market.act(BOB, Action::EndRental { stake: market.lp, min_out: resale.least });
        let got = market.ledger.accounts().balance(BOB).0 - before.0;
        assert_eq!(Wei(got), resale.quote.net, "to the wei");
    }

    #[test]
    fn end_early_near_the_end_accepts_nothing() {
        let market = rented();
        let late = Timestamp(market.hours_from_now(6).0 - 30);
        let resale = end_early(&market.ledger, market.lp, late, SLACK, SLIPPAGE).unwrap();
        assert_eq!(resale.least, Wei::ZERO, "over before it is signed, perhaps");
    }

    #[test]
    fn running_lists_the_renters_own_until_they_are_over() {
        let market = rented();
        let list = |account, now| running(&market.ledger, account, now);
        assert_eq!(list(BOB, market.now).len(), 1);
        assert_eq!(list(BOB, market.now)[0].device, market.lp);
        assert_eq!(list(ALICE, market.now), [], "the provider is no renter");
        assert_eq!(list(BOB, market.hours_from_now(6)), [], "over at its end");
    }

    #[test]
    fn sale_refuses_what_the_ledger_refuses() {
        let mut market = Market::open();
        let long = market.stake(BOB, 100);
        let refusal = sale(&market.ledger, long, market.now, SLACK, SLIPPAGE);
        let (term, duration) = (Secs(100 * HOUR), Secs(48 * HOUR));
        assert_eq!(refusal, Err(Error::BeyondDuration { term, duration }));
        let over = market.hours_from_now(100);
        let refusal = sale(&market.ledger, long, over, SLACK, SLIPPAGE);
        assert_eq!(refusal, Err(Error::Expired { expiry: over }));
        let mut dormant = Market::dormant();
        let stake = dormant.stake(BOB, 10);
        let refusal = sale(&dormant.ledger, stake, dormant.now, SLACK, SLIPPAGE);
        assert_eq!(refusal, Err(Error::PoolDormant));
    }

    #[test]
    fn sale_is_what_the_ledger_does() {
        let mut market = Market::open();
        let stake = market.stake(BOB, 24);
        // Half of the pool is bought: the spot and with it the maintenance fee rise.
        let (pool, stakes) = (market.pool, vec![market.lp]);
        let (until, max_cost) = (market.hours_from_now(24), Wei(1_000 * PIN));
        market.act(ALICE, Action::Rent { pool, stakes, until, max_cost });
        let resale = sale(&market.ledger, stake, market.now, SLACK, SLIPPAGE).unwrap();
        assert!(resale.top_up > Wei::ZERO, "{resale:?}");
        assert_eq!(resale.impact_bps, 5_000, "as many hours again halve the price it gets");
        let before = market.ledger.accounts().balance(BOB);
        market.act(BOB, Action::Sell { stake, min_out: resale.least });
        let after = market.ledger.accounts().balance(BOB);
        assert_eq!(after.0 + resale.top_up.0 - before.0, resale.quote.net.0, "to the wei");
    }

    #[test]
    fn held_lists_what_the_account_can_sell() {
        let mut market = Market::open();
        let own = market.stake(BOB, 24);
        let foreign = market.stake(ALICE, 12);
        market.act(ALICE, Action::TransferHours { stake: foreign, to: BOB });
        let list = held(&market.ledger, BOB, market.now);
        let found: Vec<_> = list.iter().map(|held| (held.id, held.foreign)).collect();
        assert_eq!(found, [(foreign, true), (own, false)], "soonest first, lent ones marked");
        assert_eq!(held(&market.ledger, ALICE, market.now), [], "nothing held any more");
        assert_eq!(held(&market.ledger, BOB, market.hours_from_now(24)), [], "over");
    }
}
