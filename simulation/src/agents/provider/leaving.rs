//! How an LP leaves before its stake ends.

use pinfi_core::units::{StakeId, Wei};
use pinfi_core::{Action, Event};

use super::{Kind, Mode, Position, Providers};
use crate::agents::{Sight, choice};
use crate::market::{Market, compute_hours};
use crate::pin::{HOUR_SECS, to_pin, to_wei_floor};
use crate::rewards::Rewards;

impl Providers {
    /// An LP collects and may leave.
    pub(super) fn reconsider(
        &mut self,
        market: &mut Market,
        index: u32,
        mut position: Position,
        sight: &Sight<'_>,
        rewards: &mut Rewards,
    ) {
        let Some(&provider) = self.list.get(index as usize) else { return };
        let stake = position.stake;
        if let Ok(events) = market.act(provider.account, &Action::Collect { stake })
            && let [Event::Collected { amount, .. }] = events[..]
        {
            position.got += to_pin(amount);
        }
        self.set(index, Mode::Liquidity(position), provider.ends);
        let next = market.hour + sight.scenario.providers.reconsider;
        let honest = provider.kind == Kind::Honest;
        let left = provider.ends.saturating_sub(market.hour);
        let lps = market.live().max(1);
        let payoff = self.liquidity_payoff(market, provider.account, (lps, left), sight, rewards);
        let wants = honest && (provider.leaving || choice::leaves(market, sight, payoff));
        if wants && may_leave(market, stake) {
            let floor = least_for_leaving(market, stake, sight.outside);
            let action =
                Action::RemoveLiquidity { stake, min_tokens: floor, max_fee: Wei(u128::MAX) };
            if let Ok(events) = market.act(provider.account, &action)
                && let [Event::LiquidityRemoved { pending, net, .. }] = events[..]
            {
                market.withdraw(stake);
                let last = to_pin(pending) + net as f64 / 1e18;
                self.close(market, provider.account, position, last, rewards);
                self.set(index, Mode::Held(stake), provider.ends);
            }
        }
        // Those who want to go for good try every hour.
        let next = if provider.leaving { market.hour + 1 } else { next };
        self.schedule(index, next.min(provider.ends));
    }
}

/// A stake that never passed would lose the new maintenance fee.
fn may_leave(market: &Market, stake: StakeId) -> bool {
    market
        .ledger
        .stake_of(stake)
        .is_ok_and(|record| record.passed > 0 && record.running_rental(market.now()).is_none())
}

/// What leaving must bring at least, in wei: the position's PIN, less its hours that are missing
/// in the pool at the spot price, less a fiftieth of what the hours are worth outside.
fn least_for_leaving(market: &Market, stake: StakeId, outside: f64) -> i128 {
    let reserves = market.reserves();
    let Ok(record) = market.ledger.stake_of(stake) else { return 0 };
    let Some(position) = record.position() else { return 0 };
    let hours = record.remaining(market.now()).0 as f64 / HOUR_SECS as f64;
    let share =
        position.decay.0 as f64 * hours * HOUR_SECS as f64 / reserves.shares.0.max(1) as f64;
    let tokens = to_pin(reserves.pin) * share;
    let missing = (hours - compute_hours(&reserves) * share).max(0.0);
    let cost = missing * market.price().unwrap_or(0.0);
    let least = tokens - cost - 0.02 * outside * hours;
    let wei = |pin: f64| i128::try_from(to_wei_floor(pin).0).unwrap_or(i128::MAX);
    wei(least) - wei(-least)
}
