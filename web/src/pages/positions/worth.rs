//! What a position is worth now, and the limits that its actions are signed with.

use alloy_primitives::{Address, B256};
use pinfi_core::{
    Action, Context, Error, Event, Ledger,
    math::{BPS, WAD, mul_div_floor},
    stake::Stake,
    units::{Bps, GpuSeconds, Secs, StakeId, Timestamp, Wei},
};

/// How far an amount may move between the question and the signature.
const SLIPPAGE: Bps = Bps(200);

/// Returns the PIN that the pool has released to an LP and that it has not collected.
pub(super) fn pending(ledger: &Ledger, stake: &Stake, now: Timestamp) -> Wei {
    let Some(position) = stake.position() else { return Wei::ZERO };
    // A position earns until its expiry and no longer.
    let until = now.min(stake.expiry);
    let Ok(pool) = ledger.pool(stake.pool) else { return Wei::ZERO };
    if let Some(acc_q96) = pool.acc_at_q96(stake.expiry) {
        let noted = position.acc_noted_q96;
        return pinfi_core::pool::pending_between(position.decay, noted, acc_q96);
    }
    pool.at(until).map_or(Wei::ZERO, |advanced| {
        advanced.reserves.pending(position.decay, position.acc_noted_q96)
    })
}

/// What leaving a pool at once brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exit {
    /// The share's PIN less the hours it has to buy back, in wei; may be negative.
    pub(super) net: i128,
    /// What is collected with it.
    pub(super) pending: Wei,
    /// The maintenance fee that holding the stake again takes.
    pub(super) fee: Wei,
}

/// Works out what leaving the pool now would bring.
///
/// # Errors
/// What the ledger would refuse it with.
pub(super) fn exit(
    ledger: &Ledger,
    id: StakeId,
    sender: Address,
    now: Timestamp,
) -> Result<Exit, Error> {
    let (min_tokens, max_fee) = (i128::MIN, Wei(u128::MAX));
    let action = Action::RemoveLiquidity { stake: id, min_tokens, max_fee };
    // An account that can't pay now learns what it would have to pay all the same.
    let mut rich = ledger.clone();
    let minter = rich.config().minter;
    let lent = rich.mintable();
    let context = Context { sender: minter, now, randomness: B256::ZERO };
    if lent > Wei::ZERO {
        rich.apply(&Action::Mint { to: sender, amount: lent }, &context)?;
    }
    let events = rich.apply(&action, &Context { sender, ..context })?;
    let exit = events.into_iter().find_map(|event| match event {
        Event::LiquidityRemoved { net, pending, maintenance_fee: fee, .. } => {
            Some(Exit { net, pending, fee })
        }
        _ => None,
    });
    exit.ok_or(Error::StakeClosed)
}

/// Makes the removal of liquidity that holds for `slack` seconds and [`SLIPPAGE`].
///
/// # Errors
/// What the ledger would refuse it with.
pub(super) fn removal(
    ledger: &Ledger,
    id: StakeId,
    sender: Address,
    now: Timestamp,
    slack: Secs,
) -> Result<Action, Error> {
    let at_once = exit(ledger, id, sender, now)?;
    let later = exit(ledger, id, sender, now.saturating_add(slack));
    let least = later.map_or(0, |later| later.net).min(at_once.net);
    let margin = i128::try_from(part_of(Wei(at_once.net.unsigned_abs())).0).unwrap_or(i128::MAX);
    let max_fee = at_most(at_once.fee);
    let min_tokens = least.saturating_sub(margin);
    Ok(Action::RemoveLiquidity { stake: id, min_tokens, max_fee })
}

/// Returns what selling a span of a stake's time to its pool brings now, after the fee.
///
/// # Errors
/// As [`pinfi_core::pool::Reserves::quote_sell`].
pub(super) fn resale(
    ledger: &Ledger,
    stake: &Stake,
    from: Timestamp,
    until: Timestamp,
) -> Result<Wei, Error> {
    let pool = ledger.pool(stake.pool)?;
    let reserves = pool.at(from)?.reserves;
    let hours = GpuSeconds(until.since(from).0);
    Ok(reserves.quote_sell(pool.params().fees(), hours)?.net)
}

/// Returns the least that a resale is signed with: what is left after `slack`, and [`SLIPPAGE`].
/// A pool that can't pay by then pays nothing, and nothing is then accepted.
pub(super) fn least_resale(
    ledger: &Ledger,
    stake: &Stake,
    now: Timestamp,
    until: Timestamp,
    slack: Secs,
) -> Wei {
    let later = now.saturating_add(slack);
    let net = resale(ledger, stake, later, until).unwrap_or_default();
    let now_net = resale(ledger, stake, now, until).unwrap_or_default();
    let least = net.min(now_net);
    Wei(least.0 - part_of(least).0)
}

/// Makes the action that joins a stake's pool at its price, where it is open.
pub(super) fn joining(
    ledger: &Ledger,
    id: StakeId,
    now: Timestamp,
    slack: Secs,
) -> Result<Action, Error> {
    let stake = ledger.stake_of(id)?;
    let reserves = ledger.pool(stake.pool)?.at(now)?.reserves;
    let tokens = |at: Timestamp| reserves.tokens_to_join(stake.remaining(at));
    let most = tokens(now).ok_or(Error::PoolDormant)?;
    let least = tokens(now.saturating_add(slack)).ok_or(Error::PoolDormant)?;
    Ok(Action::AddLiquidity {
        stake: id,
        min_tokens: Wei(least.0 - part_of(least).0),
        max_tokens: at_most(most),
    })
}

/// Returns what a failed verification would burn now, before a renter's refund: an LP's pending
/// PIN and the PIN of its share, or the maintenance fee.
pub(super) fn at_stake(ledger: &Ledger, stake: &Stake, now: Timestamp) -> Wei {
    let Some(position) = stake.position() else { return stake.maintenance_fee };
    let Ok(pool) = ledger.pool(stake.pool) else { return Wei::ZERO };
    let Ok(advanced) = pool.at(now) else { return Wei::ZERO };
    let reserves = advanced.reserves;
    let share = position.decay.0.saturating_mul(u128::from(stake.remaining(now).0));
    let tokens = mul_div_floor(reserves.pin.0, share, reserves.shares.0).unwrap_or(0);
    Wei(tokens.saturating_add(pending(ledger, stake, now).0))
}

/// Works out a rental's extension by a span, rounded up to the pool's bucket: its new end, and
/// what it costs with the fee.
///
/// # Errors
/// What the ledger would refuse it with.
pub(super) fn extension(
    ledger: &Ledger,
    stake: &Stake,
    by: Secs,
    now: Timestamp,
) -> Result<(Timestamp, Wei), Error> {
    let rental = stake.running_rental(now).ok_or(Error::NotRenter)?;
    let pool = ledger.pool(stake.pool)?;
    let bucket = pool.params().bucket.0.max(1);
    let end = rental.until.saturating_add(by).0.div_ceil(bucket).saturating_mul(bucket);
    let until = Timestamp(end);
    if stake.expiry < until {
        return Err(Error::Expired { expiry: stake.expiry });
    }
    let hours = GpuSeconds(until.since(rental.until).0);
    let quote = pool.at(now)?.reserves.quote_buy(pool.params().fees(), hours)?;
    Ok((until, quote.gross))
}

/// Adds [`SLIPPAGE`] to an amount.
pub(super) fn at_most(amount: Wei) -> Wei {
    Wei(amount.0.saturating_add(part_of(amount).0))
}

/// Tells whether a cover ratio is so low that leaving by failure can beat leaving by removal.
pub(super) const fn is_cover_low(cover_wad: u128) -> bool {
    cover_wad < WAD / 2
}

fn part_of(amount: Wei) -> Wei {
    Wei(mul_div_floor(amount.0, u128::from(SLIPPAGE.0), BPS).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ALICE, BOB, HOUR, Market, PIN};
    use pinfi_core::math::mul_div_floor;

    fn record(market: &Market, id: StakeId) -> Stake {
        *market.ledger.stake_of(id).unwrap()
    }

    /// Bob joins Alice's pool for two days and rents her device for three hours.
    fn busy() -> (Market, StakeId) {
        let mut market = Market::open();
        let second = market.stake(BOB, 48);
        let max_tokens = Wei(1_000 * PIN);
        let join = Action::AddLiquidity { stake: second, min_tokens: Wei::ZERO, max_tokens };
        market.act(BOB, join);
        let (pool, until) = (market.pool, market.hours_from_now(3));
        let stakes = vec![market.lp];
        market.act(BOB, Action::Rent { pool, stakes, until, max_cost: max_tokens });
        (market, second)
    }

    #[test]
    fn exit_is_refused_while_the_device_is_rented() {
        let (market, _) = busy();
        let refusal = exit(&market.ledger, market.lp, ALICE, market.now);
        assert_eq!(refusal, Err(Error::DeviceRented { until: market.hours_from_now(3) }));
        let removal = removal(&market.ledger, market.lp, ALICE, market.now, Secs(60));
        assert!(matches!(removal, Err(Error::DeviceRented { .. })), "{removal:?}");
    }

    #[test]
    fn resale_without_time_left_is_refused() {
        let (market, second) = busy();
        let stake = record(&market, second);
        let refusal = resale(&market.ledger, &stake, market.now, market.now);
        assert_eq!(refusal, Err(Error::ZeroAmount));
    }

    #[test]
    fn pending_grows_with_time_and_stops_at_the_end() {
        let mut market = Market::open();
        let at =
            |market: &Market| pending(&market.ledger, &record(market, market.lp), market.now).0;
        assert_eq!(at(&market), 0);
        let half = market.hours_from_now(24);
        let end = market.hours_from_now(48);
        market.now = half;
        assert!(at(&market).abs_diff(48 * PIN) < 10, "half of 96 PIN in half of the time");
        market.now = end;
        let whole = at(&market);
        assert!(whole.abs_diff(96 * PIN) < 10, "all of it at the end");
        market.now = market.hours_from_now(100);
        assert_eq!(at(&market), whole, "and no more");
        market.act(BOB, Action::Poke { pool: market.pool, limit: 9 });
        assert_eq!(at(&market), whole, "also once the pool has passed the end");
        let settled = market.act(BOB, Action::Settle { stake: market.lp });
        let paid = settled.iter().find_map(|event| match event {
            Event::Settled { pending, .. } => Some(pending.0),
            _ => None,
        });
        assert_eq!(paid, Some(whole), "what is shown is what is paid");
    }

    #[test]
    fn pending_of_a_held_stake_is_nothing() {
        let mut market = Market::dormant();
        let held = market.stake(BOB, 24);
        assert_eq!(pending(&market.ledger, &record(&market, held), market.now), Wei::ZERO);
    }

    #[test]
    fn exit_tells_what_removal_pays() {
        let (mut market, second) = busy();
        market.now = Timestamp(market.now.0 + HOUR / 2);
        let shown = exit(&market.ledger, second, BOB, market.now).unwrap();
        let action = removal(&market.ledger, second, BOB, market.now, Secs(60)).unwrap();
        let Action::RemoveLiquidity { min_tokens, max_fee, .. } = action else {
            panic!("{action:?}");
        };
        assert!(min_tokens < shown.net && max_fee > shown.fee);
        let events = market.act(BOB, action);
        let Event::LiquidityRemoved { net, pending, maintenance_fee, .. } = events[0] else {
            panic!("{events:?}");
        };
        assert_eq!(shown, Exit { net, pending, fee: maintenance_fee });
    }

    #[test]
    fn exit_is_told_to_those_who_cannot_pay() {
        let (mut market, second) = busy();
        let balance = market.ledger.accounts().balance(BOB);
        market.act(BOB, Action::Transfer { to: ALICE, amount: balance });
        let shown = exit(&market.ledger, second, BOB, market.now);
        assert!(shown.is_ok_and(|exit| exit.fee.0 > PIN));
    }

    #[test]
    fn removal_still_holds_after_the_slack() {
        let (mut market, second) = busy();
        let action = removal(&market.ledger, second, BOB, market.now, Secs(HOUR)).unwrap();
        market.now = market.hours_from_now(1);
        assert!(market.try_act(BOB, &action).is_ok());
    }

    #[test]
    fn least_resale_holds_after_the_slack() {
        let (mut market, _) = busy();
        let stake = record(&market, market.lp);
        let until = market.hours_from_now(3);
        let least = least_resale(&market.ledger, &stake, market.now, until, Secs(HOUR));
        let at_once = resale(&market.ledger, &stake, market.now, until).unwrap();
        assert!(Wei::ZERO < least && least < at_once);
        market.now = market.hours_from_now(1);
        let action = Action::EndRental { stake: market.lp, min_out: least };
        assert!(market.try_act(BOB, &action).is_ok());
    }

    #[test]
    fn least_resale_beyond_the_end_accepts_nothing() {
        let (market, _) = busy();
        let stake = record(&market, market.lp);
        let until = market.hours_from_now(3);
        let least = least_resale(&market.ledger, &stake, market.now, until, Secs(9 * HOUR));
        assert_eq!(least, Wei::ZERO);
    }

    #[test]
    fn joining_holds_after_the_slack() {
        let (mut market, _) = busy();
        let held = market.stake(BOB, 24);
        let action = joining(&market.ledger, held, market.now, Secs(HOUR)).unwrap();
        market.now = market.hours_from_now(1);
        assert!(market.try_act(BOB, &action).is_ok());
    }

    #[test]
    fn joining_a_dormant_pool_is_refused() {
        let mut market = Market::dormant();
        let held = market.stake(BOB, 24);
        let refusal = joining(&market.ledger, held, market.now, Secs(60));
        assert_eq!(refusal, Err(Error::PoolDormant));
    }

    #[test]
    fn extension_beyond_the_device_is_refused() {
        let (market, _) = busy();
        let stake = record(&market, market.lp);
        let extend = |hours| extension(&market.ledger, &stake, Secs(hours * HOUR), market.now);
        assert_eq!(extend(46), Err(Error::Expired { expiry: stake.expiry }));
        let over = extension(&market.ledger, &stake, Secs(HOUR), market.hours_from_now(3));
        assert_eq!(over, Err(Error::NotRenter));
    }

    #[test]
    fn extension_costs_what_the_ledger_takes() {
        let (mut market, _) = busy();
        let stake = record(&market, market.lp);
        let (until, cost) = extension(&market.ledger, &stake, Secs(HOUR + 1), market.now).unwrap();
        assert_eq!(until, market.hours_from_now(5), "rounded up to the bucket");
        let action = Action::Extend { stake: market.lp, until, max_cost: at_most(cost) };
        let events = market.act(BOB, action);
        let paid = events.iter().find_map(|event| match event {
            Event::Extended { gross, .. } => Some(*gross),
            _ => None,
        });
        assert_eq!(paid, Some(cost));
        assert_eq!(at_most(Wei(100)), Wei(102));
    }

    #[test]
    fn at_stake_is_what_a_missed_deadline_burns() {
        for lp in [true, false] {
            let (mut market, second) = busy();
            let stake = if lp { second } else { market.stake(BOB, 24) };
            market.now = Timestamp(market.now.0 + 17);
            market.act(ALICE, Action::Challenge { stake });
            market.now = market.hours_from_now(1);
            let shown = at_stake(&market.ledger, &record(&market, stake), market.now);
            let events = market.act(ALICE, Action::Missed { stake });
            let burned = events.iter().find_map(|event| match event {
                Event::Slashed { burned, .. } => Some(*burned),
                _ => None,
            });
            assert_eq!(Some(shown), burned, "lp: {lp}");
        }
    }

    #[test]
    fn is_cover_low_below_one_half() {
        assert!(is_cover_low(WAD / 2 - 1));
        assert!(!is_cover_low(WAD / 2));
        let market = Market::open();
        let reserves = market.ledger.pool(market.pool).unwrap().reserves();
        let expected = mul_div_floor(reserves.compute.0, WAD, reserves.shares.0);
        assert_eq!(reserves.cover_ratio_wad(), expected, "R/Z");
    }
}
