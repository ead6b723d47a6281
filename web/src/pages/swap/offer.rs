//! What renting costs, and on which devices.

use pinfi_client::selection::{SelectError, is_rentable, select_devices};
use pinfi_core::{
    Action, Error, Ledger,
    math::{BPS, mul_div_ceil},
    pool::{BuyQuote, Reserves},
    stake::{Stake, StakeState},
    units::{Bps, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei},
};

use crate::pages::pool::price_per_hour;

/// A price impact from which on a trade deserves a second look.
const HIGH: u64 = 500;
/// A price impact from which on a trade is probably a mistake.
const EXTREME: u64 = 1_500;

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// The pool.
    pub(super) pool: PoolId,
    /// How many devices.
    pub(super) count: u32,
    /// When the rental ends, on the pool's grid.
    pub(super) until: Timestamp,
    /// How far the cost may rise until it is settled.
    pub(super) slippage: Bps,
}

/// What an order costs now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// How long each device is rented.
    pub(super) window: Secs,
    /// The device time of all of them.
    pub(super) hours: GpuSeconds,
    /// The price, the fee, and the part of it that is burned.
    pub(super) quote: BuyQuote,
    /// The spot price in wei per hour, rounded down.
    pub(super) spot_per_hour: Wei,
    /// What an hour costs in this order, fee included, rounded up.
    pub(super) per_hour: Wei,
    /// By how much the order itself raises the price it pays, in basis points, rounded up.
    pub(super) impact_bps: u64,
    /// The most that is signed for.
    pub(super) max_cost: Wei,
}

/// How much a trade moves the price against who makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Impact {
    /// Nothing to say about it.
    Low,
    /// Worth a second look.
    High,
    /// Probably a mistake.
    Extreme,
}

impl Impact {
    /// Judges an impact in basis points.
    pub(super) const fn of(bps: u64) -> Self {
        match bps {
            0..HIGH => Self::Low,
            HIGH..EXTREME => Self::High,
            _ => Self::Extreme,
        }
    }
}

/// Prices an order.
///
/// # Errors
/// What the ledger would refuse it with, but for the devices and the balance.
pub(super) fn offer(ledger: &Ledger, order: &Order, now: Timestamp) -> Result<Offer, Error> {
    let pool = ledger.pool(order.pool)?;
    let reserves = pool.at(now)?.reserves;
    let (bucket, until) = (pool.params().bucket, order.until);
    if until <= now || !until.is_aligned(bucket) {
        return Err(Error::UnalignedExpiry { at: until, bucket });
    }
    let window = until.since(now);
    if window < bucket {
        return Err(Error::WindowTooShort { window, bucket });
    }
    if order.count == 0 {
        return Err(Error::BadDevices);
    }
    let hours = GpuSeconds(window.0.saturating_mul(u64::from(order.count)));
    let quote = reserves.quote_buy(pool.params().fees(), hours)?;
    Ok(Offer {
        window,
        hours,
        quote,
        spot_per_hour: price_per_hour(&reserves).unwrap_or_default(),
        per_hour: Wei(mul_div_ceil(quote.gross.0, 3_600, u128::from(hours.0)).unwrap_or(u128::MAX)),
        impact_bps: buy_impact_bps(&reserves, hours),
        max_cost: with_slippage(quote.gross, order.slippage),
    })
}

/// Returns by how much buying costs more than spot, fee aside: R/(R − H) − 1 = H/(R − H), in basis
/// points, rounded up.
fn buy_impact_bps(reserves: &Reserves, hours: GpuSeconds) -> u64 {
    let bought = hours.to_wad().0;
    let left = reserves.compute.0.saturating_sub(bought);
    let bps = mul_div_ceil(bought, BPS, left).unwrap_or(u128::MAX);
    u64::try_from(bps).unwrap_or(u64::MAX)
}

/// Returns an amount raised by the slippage that is accepted, rounded up.
fn with_slippage(amount: Wei, slippage: Bps) -> Wei {
    let margin = mul_div_ceil(amount.0, u128::from(slippage.0), BPS).unwrap_or(u128::MAX);
    Wei(amount.0.saturating_add(margin))
}

/// A device that an order takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Device {
    /// The stake.
    pub(super) id: StakeId,
    /// When its time ends.
    pub(super) expiry: Timestamp,
}

/// Why there are too few devices for an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shortage {
    /// What the selection says.
    pub(super) error: SelectError,
    /// Devices of the pool that it could rent out at all.
    pub(super) offered: usize,
    /// Those of them that are rented now.
    pub(super) rented: usize,
    /// Those that are free, but not for so long.
    pub(super) too_short: usize,
    /// The latest end, on the grid, at which as many devices as wanted are free.
    pub(super) latest: Option<Timestamp>,
}

/// Chooses the devices of an order: the best fit.
///
/// # Errors
/// [`Shortage`].
pub(super) fn devices(
    ledger: &Ledger,
    order: &Order,
    now: Timestamp,
) -> Result<Vec<Device>, Shortage> {
    let Order { pool, count, until, .. } = *order;
    let found = select_devices(ledger, pool, count, until, now);
    let device = |id: StakeId| {
        let stake = ledger.stake_of(id).ok()?;
        Some(Device { id, expiry: stake.expiry })
    };
    match found {
        Ok(ids) => Ok(ids.into_iter().filter_map(device).collect()),
        Err(error) => Err(shortage(ledger, order, now, error)),
    }
}

fn shortage(ledger: &Ledger, order: &Order, now: Timestamp, error: SelectError) -> Shortage {
    let Order { pool, count, until, .. } = *order;
    let is_offered = |stake: &&Stake| {
        stake.pool == pool
            && matches!(stake.state, StakeState::Liquidity(_) | StakeState::Sold)
            && stake.expiry > now
    };
    let offered: Vec<&Stake> = ledger.stakes().map(|(_, stake)| stake).filter(is_offered).collect();
    let rented = offered.iter().filter(|stake| stake.running_rental(now).is_some()).count();
    let free = offered.iter().filter(|stake| is_rentable(stake, pool, until, now)).count();
    // Of the free ones, those that last longest: the last of as many as wanted sets the end.
    let mut ends: Vec<Timestamp> = offered
        .iter()
        .filter(|stake| stake.running_rental(now).is_none())
        .map(|stake| stake.expiry)
        .collect();
    ends.sort_unstable_by(|one, other| other.cmp(one));
    let last = usize::try_from(count).ok().and_then(|count| count.checked_sub(1));
    let latest = last.and_then(|last| ends.get(last)).copied();
    Shortage {
        error,
        offered: offered.len(),
        rented,
        too_short: offered.len().saturating_sub(rented + free),
        latest,
    }
}

/// Makes the action that takes an offer.
pub(super) fn rent(order: &Order, offer: &Offer, devices: &[Device]) -> Action {
    Action::Rent {
        pool: order.pool,
        stakes: devices.iter().map(|device| device.id).collect(),
        until: order.until,
        max_cost: offer.max_cost,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ALICE, BOB, HOUR, Market, PIN};
    use pinfi_core::math::WAD;

    fn order(market: &Market, count: u32, hours: u64) -> Order {
        let until = market.hours_from_now(hours);
        Order { pool: market.pool, count, until, slippage: Bps(50) }
    }

    fn join(market: &mut Market, hours: u64) -> StakeId {
        let stake = market.stake(BOB, hours);
        let max_tokens = Wei(10_000 * PIN);
        market.act(BOB, Action::AddLiquidity { stake, min_tokens: Wei::ZERO, max_tokens });
        stake
    }

    #[test]
    fn offer_refuses_what_the_ledger_refuses() {
        let market = Market::open();
        let good = order(&market, 1, 4);
        let refusal = |order: Order, now: Timestamp| offer(&market.ledger, &order, now).err();
        let unknown = Order { pool: PoolId(9), ..good };
        assert_eq!(refusal(unknown, market.now), Some(Error::UnknownPool(PoolId(9))));
        let uneven = Order { until: Timestamp(good.until.0 + 1), ..good };
        assert!(matches!(refusal(uneven, market.now), Some(Error::UnalignedExpiry { .. })));
        let late = Timestamp(good.until.0 - 60);
        assert!(matches!(refusal(good, late), Some(Error::WindowTooShort { .. })));
        assert!(matches!(refusal(good, good.until), Some(Error::UnalignedExpiry { .. })));
        assert_eq!(refusal(Order { count: 0, ..good }, market.now), Some(Error::BadDevices));
        let all = Order { count: 12, ..good };
        assert!(matches!(refusal(all, market.now), Some(Error::InsufficientLiquidity { .. })));
        let dormant = Market::dormant();
        let refusal = offer(&dormant.ledger, &order(&dormant, 1, 4), dormant.now);
        assert_eq!(refusal, Err(Error::PoolDormant));
    }

    #[test]
    fn offer_is_what_the_ledger_charges() {
        let mut market = Market::open();
        let order = order(&market, 1, 12);
        let offer = offer(&market.ledger, &order, market.now).unwrap();
        assert_eq!(offer.window, Secs(12 * HOUR));
        assert_eq!(offer.spot_per_hour, Wei(2 * PIN));
        // 12 of 48 hours: a third above spot.
        assert_eq!(offer.impact_bps, 3_334, "rounded up");
        let per_hour = offer.quote.gross.0.div_ceil(12);
        assert_eq!(offer.per_hour, Wei(per_hour));
        assert_eq!(offer.max_cost.0, offer.quote.gross.0 + offer.quote.gross.0.div_ceil(200));
        let before = market.ledger.accounts().balance(BOB);
        let devices = devices(&market.ledger, &order, market.now).unwrap();
        market.act(BOB, rent(&order, &offer, &devices));
        let paid = before.0 - market.ledger.accounts().balance(BOB).0;
        assert_eq!(Wei(paid), offer.quote.gross, "to the wei");
    }

    #[test]
    fn impact_grows_in_steps() {
        for (bps, impact) in [
            (0, Impact::Low),
            (499, Impact::Low),
            (500, Impact::High),
            (1_499, Impact::High),
            (1_500, Impact::Extreme),
            (u64::MAX, Impact::Extreme),
        ] {
            assert_eq!(Impact::of(bps), impact, "{bps}");
        }
    }

    #[test]
    fn impact_of_all_there_is_saturates() {
        let mut reserves = Reserves::new(Timestamp(0));
        reserves.compute.0 = 10 * WAD;
        assert_eq!(buy_impact_bps(&reserves, GpuSeconds(10)), u64::MAX);
        assert_eq!(
            buy_impact_bps(&reserves, GpuSeconds(5)),
            10_000,
            "half of it doubles the price"
        );
    }

    #[test]
    fn devices_are_the_best_fit() {
        let mut market = Market::open();
        let short = join(&mut market, 12);
        let middle = join(&mut market, 24);
        let chosen = |count, hours| {
            let devices = devices(&market.ledger, &order(&market, count, hours), market.now);
            devices.unwrap().into_iter().map(|device| device.id).collect::<Vec<_>>()
        };
        assert_eq!(chosen(1, 6), [short], "the long ones stay free");
        assert_eq!(chosen(2, 6), [short, middle]);
        assert_eq!(chosen(1, 13), [middle], "the short one would not cover it");
        assert_eq!(chosen(1, 48), [market.lp], "to its very end");
    }

    #[test]
    fn devices_that_lack_are_explained() {
        let mut market = Market::open();
        let short = join(&mut market, 12);
        join(&mut market, 24);
        let (pool, stakes) = (market.pool, vec![market.lp]);
        let (until, max_cost) = (market.hours_from_now(3), Wei(1_000 * PIN));
        market.act(ALICE, Action::Rent { pool, stakes, until, max_cost });
        let shortage = devices(&market.ledger, &order(&market, 2, 20), market.now).unwrap_err();
        assert_eq!(shortage.error, SelectError::TooFewDevices { wanted: 2, free: 1 });
        assert_eq!((shortage.offered, shortage.rented, shortage.too_short), (3, 1, 1));
        let expiry = market.ledger.stake_of(short).unwrap().expiry;
        assert_eq!(shortage.latest, Some(expiry), "two devices until then");
        let hopeless = devices(&market.ledger, &order(&market, 3, 6), market.now).unwrap_err();
        assert_eq!(hopeless.latest, None, "only two are free at all");
    }

    #[test]
    fn devices_of_an_unknown_pool_are_refused() {
        let market = Market::open();
        let order = Order { pool: PoolId(9), ..order(&market, 1, 4) };
        let shortage = devices(&market.ledger, &order, market.now).unwrap_err();
        assert_eq!(shortage.error, SelectError::Pool(Error::UnknownPool(PoolId(9))));
    }
}
