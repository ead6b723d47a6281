//! Open, add, collect, sell, remove (PROTOCOL 3.3 to 3.5).

use alloc::vec;

use serde::{Deserialize, Serialize};

use super::{Ledger, Needs, check_at_least, check_at_most, slippage};
use crate::action::Context;
use crate::error::Error;
use crate::event::{Event, Events};
use crate::math::{WAD, mul_div_floor};
use crate::pool::{Advanced, BuyQuote, Fees, PoolParams, Reserves};
use crate::stake::{Position, Stake, StakeState};
use crate::units::{ComputeWad, DecayWad, GpuSeconds, Secs, SharesWad, StakeId, Wei};

/// The least PIN per GPU-second at which a pool may open, in wei.
const MIN_OPENING_PRICE: u128 = 1_000_000_000;

impl Ledger {
    pub(super) fn open_liquidity(
        &mut self,
        cx: &Context,
        id: StakeId,
        tokens: Wei,
    ) -> Result<Events, Error> {
        let (stake, pool, advanced) = self.open_stake(cx, id, Needs::BothTokens)?;
        let hours = joining_hours(&stake, cx, pool.params())?;
        if advanced.reserves.shares != SharesWad::ZERO {
            return Err(Error::PoolOpen);
        }
        let min = Wei(u128::from(hours.0) * MIN_OPENING_PRICE);
        if tokens < min {
            return Err(Error::PriceTooLow { min });
        }
        self.join(cx, id, stake, advanced, tokens, DecayWad(WAD))
    }

    pub(super) fn add_liquidity(
        &mut self,
        cx: &Context,
        id: StakeId,
        min_tokens: Wei,
        max_tokens: Wei,
    ) -> Result<Events, Error> {
        let (stake, pool, advanced) = self.open_stake(cx, id, Needs::BothTokens)?;
        let hours = joining_hours(&stake, cx, pool.params())?;
        let reserves = advanced.reserves;
        let tokens = reserves.tokens_to_join(hours).ok_or(Error::PoolDormant)?;
        check_at_least(tokens, min_tokens)?;
        check_at_most(tokens, max_tokens)?;
        let decay = reserves.decay_to_join().ok_or(Error::ShareOutOfRange)?;
        self.join(cx, id, stake, advanced, tokens, decay)
    }

    fn join(
        &mut self,
        cx: &Context,
        id: StakeId,
        mut stake: Stake,
        mut advanced: Advanced,
        tokens: Wei,
        decay: DecayWad,
    ) -> Result<Events, Error> {
        let hours = stake.remaining(cx.now);
        let reserves = &mut advanced.reserves;
        let share = decay.0.checked_mul(u128::from(hours.0));
        let shares = share.and_then(|share| reserves.shares.0.checked_add(share));
        let (Some(shares), true) = (shares, decay.0 > 0) else {
            return Err(Error::ShareOutOfRange);
        };
        // The share's decay adds up with the shares, so it cannot overflow before they do.
        let total_decay = reserves.decay.checked_add(decay).ok_or(Error::ShareOutOfRange)?;
        let compute = reserves.compute.checked_add(hours.to_wad()).ok_or(Error::ShareOutOfRange)?;
        let refunded = stake.maintenance_fee;
        self.accounts.require_after(cx.sender, refunded, tokens)?;

        reserves.pin.0 += tokens.0;
        reserves.compute = compute;
        reserves.shares = SharesWad(shares);
        reserves.decay = total_decay;
        stake.maintenance_fee = Wei::ZERO;
        stake.state = StakeState::Liquidity(Position { decay, acc_noted_q96: reserves.acc_q96 });
        self.write_pool(stake.pool, advanced);
        if let Some(pool) = self.pools.get_mut(stake.pool.index()) {
            pool.schedule_expiry(stake.expiry, decay);
        }
        self.begin_earning(id, stake.pool);
        self.accounts.credit(cx.sender, refunded);
        self.accounts.debit(cx.sender, tokens);
        self.write_stake(id, stake);
        Ok(vec![Event::LiquidityAdded { stake: id, pool: stake.pool, tokens, decay, refunded }])
    }

    pub(super) fn collect(&mut self, cx: &Context, id: StakeId) -> Result<Events, Error> {
        let (mut stake, _, mut advanced) = self.open_stake(cx, id, Needs::StakeTokenAsLp)?;
        let Some(position) = stake.position() else {
            return Err(Error::WrongMode { state: stake.state.name() });
        };
        let reserves = &mut advanced.reserves;
        let amount = reserves.pending(position.decay, position.acc_noted_q96);
        reserves.escrow.0 -= amount.0;
        stake.state =
            StakeState::Liquidity(Position { acc_noted_q96: reserves.acc_q96, ..position });
        self.write_pool(stake.pool, advanced);
        self.write_stake(id, stake);
        self.accounts.credit(stake.provider, amount);
        Ok(vec![Event::Collected { stake: id, to: stake.provider, amount }])
    }

    pub(super) fn sell(
        &mut self,
        cx: &Context,
        id: StakeId,
        min_out: Wei,
    ) -> Result<Events, Error> {
        let (mut stake, pool, mut advanced) = self.open_stake(cx, id, Needs::HoursToken)?;
        let params = pool.params();
        let hours = stake.remaining(cx.now);
        let reserves = &mut advanced.reserves;
        let duration = reserves.duration();
        if Secs(hours.0) > duration {
            return Err(Error::BeyondDuration { term: Secs(hours.0), duration });
        }
        let quote = reserves.quote_sell(params.fees(), hours)?;
        check_at_least(quote.net, min_out)?;
        let target = reserves.maintenance_fee(hours, params.collateral);
        let collateral_added = target.saturating_sub(stake.maintenance_fee);
        self.accounts.require(cx.sender, collateral_added)?;

        reserves.take_sell(hours, &quote);
        stake.maintenance_fee.0 += collateral_added.0;
        stake.state = StakeState::Sold;
        self.write_pool(stake.pool, advanced);
        self.write_stake(id, stake);
        self.accounts.debit(cx.sender, collateral_added);
        self.accounts.credit(cx.sender, quote.net);
        self.accounts.count_burned(quote.burned);
        Ok(vec![Event::Sold {
            stake: id,
            pool: stake.pool,
            seller: cx.sender,
            net: quote.net,
            fee: quote.fee,
            burned: quote.burned,
            collateral_added,
        }])
    }

    pub(super) fn remove_liquidity(
        &mut self,
        cx: &Context,
        id: StakeId,
        min_tokens: i128,
        max_fee: Wei,
    ) -> Result<Events, Error> {
        let (mut stake, pool, mut advanced) = self.open_stake(cx, id, Needs::StakeTokenAsLp)?;
        if let Some(rental) = stake.running_rental(cx.now) {
            return Err(Error::DeviceRented { until: rental.until });
        }
        let Some(position) = stake.position() else {
            return Err(Error::WrongMode { state: stake.state.name() });
        };
        let hours = stake.remaining(cx.now);
        let reserves = &mut advanced.reserves;
        let pending = reserves.pending(position.decay, position.acc_noted_q96);
        let (tokens, bought) = reserves.leave(position.decay, hours, pool.params().fees())?;
        let bought = bought.unwrap_or_default();
        let net = signed_difference(tokens, bought.gross);
        if net < min_tokens {
            return Err(Error::Slippage { amount: net, limit: min_tokens });
        }
        let fee = reserves.maintenance_fee(hours, pool.params().collateral);
        check_at_most(fee, max_fee)?;
        let received = Wei(pending.0.saturating_add(tokens.0));
        self.accounts.require(cx.sender, due_after(received, bought.gross, fee))?;
        // Both together are within what all accounts have.
        let paid = Wei(bought.gross.0.saturating_add(fee.0));

        reserves.escrow.0 -= pending.0;
        stake.maintenance_fee = fee;
        stake.state = StakeState::Held;
        self.write_pool(stake.pool, advanced);
        if let Some(pool) = self.pools.get_mut(stake.pool.index()) {
            pool.unschedule_expiry(stake.expiry, position.decay);
        }
        self.stop_earning(id);
        self.write_stake(id, stake);
        self.accounts.credit(cx.sender, received);
        self.accounts.debit(cx.sender, paid);
        self.accounts.count_burned(bought.burned);
        Ok(vec![Event::LiquidityRemoved {
            stake: id,
            pool: stake.pool,
            pending,
            net,
            fee: bought.fee,
            burned: bought.burned,
            maintenance_fee: fee,
        }])
    }
}

/// Returns what is left to pay of two sums after what comes in; more than a number holds is the most that
/// it holds.
const fn due_after(received: Wei, first: Wei, second: Wei) -> Wei {
    let rest = received.saturating_sub(first);
    Wei(first.saturating_sub(received).0.saturating_add(second.saturating_sub(rest).0))
}

/// What leaving a pool early brings and costs (PROTOCOL 3.5), beside what is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveQuote {
    /// The share of the PIN, rounded down.
    pub tokens: Wei,
    /// What is bought of the time that the share of compute falls short of; nothing where it
    /// doesn't.
    pub bought: BuyQuote,
    /// `tokens` less what is bought; may be negative.
    pub net: i128,
    /// The maintenance fee of the stake that is held again, at the spot price after.
    pub maintenance_fee: Wei,
}

impl Reserves {
    /// Prices leaving with a share of rate `decay` and `hours` left, fees as the pool has them.
    /// Does not look at whether the device is rented.
    ///
    /// # Errors
    /// Of the purchase: [`Error::PoolDormant`], [`Error::InsufficientLiquidity`], and
    /// [`Error::Slippage`] for a price that nobody can pay. [`Error::ShareOutOfRange`] for a
    /// share that is not in the pool.
    pub fn quote_leave(
        &self,
        params: &PoolParams,
        decay: DecayWad,
        hours: GpuSeconds,
    ) -> Result<LeaveQuote, Error> {
        let share = decay.0.checked_mul(u128::from(hours.0));
        if decay > self.decay || share.is_none_or(|share| share == 0 || share > self.shares.0) {
            return Err(Error::ShareOutOfRange);
        }
        let mut after = *self;
        let (tokens, bought) = after.leave(decay, hours, params.fees())?;
        let bought = bought.unwrap_or_default();
        let net = signed_difference(tokens, bought.gross);
        let maintenance_fee = after.maintenance_fee(hours, params.collateral);
        Ok(LeaveQuote { tokens, bought, net, maintenance_fee })
    }

    /// Takes a share with `hours` left out of the reserves together with its device's whole
    /// time. Returns the PIN that goes with it, and the purchase of what the share of compute
    /// falls short of that time, if it does.
    fn leave(
        &mut self,
        decay: DecayWad,
        hours: GpuSeconds,
        fees: Fees,
    ) -> Result<(Wei, Option<BuyQuote>), Error> {
        let share = decay.0.saturating_mul(u128::from(hours.0));
        let all = self.shares.0;
        self.decay.0 -= decay.0;
        self.shares.0 -= share;
        if self.shares.0 == 0 {
            let tokens = self.pin;
            self.pin = Wei::ZERO;
            self.compute = ComputeWad::ZERO;
            return Ok((tokens, None));
        }
        let tokens = mul_div_floor(self.pin.0, share, all).unwrap_or(self.pin.0);
        let part = mul_div_floor(self.compute.0, share, all).unwrap_or(self.compute.0);
        let compute = part.min(hours.to_wad().0);
        self.pin.0 -= tokens;
        self.compute.0 -= compute;
        let missing = ComputeWad(hours.to_wad().0 - compute);
        if missing == ComputeWad::ZERO {
            return Ok((Wei(tokens), None));
        }
        let quote = self.quote_buy_wad(fees, missing)?;
        if i128::try_from(quote.gross.0).is_err() {
            // Beyond what anyone can hold; kept out of the reserves before it could overflow.
            return Err(slippage(quote.gross, Wei(tokens)));
        }
        self.take_buy(missing, &quote);
        Ok((Wei(tokens), Some(quote)))
    }
}

impl Default for BuyQuote {
    /// Nothing bought.
    fn default() -> Self {
        Self { cost: Wei::ZERO, gross: Wei::ZERO, fee: Wei::ZERO, burned: Wei::ZERO }
    }
}

fn joining_hours(stake: &Stake, cx: &Context, params: &PoolParams) -> Result<GpuSeconds, Error> {
    let hours = stake.remaining(cx.now);
    if Secs(hours.0) < params.min_term {
        return Err(Error::TermTooShort { term: Secs(hours.0), min: params.min_term });
    }
    Ok(hours)
}

fn signed_difference(plus: Wei, minus: Wei) -> i128 {
    let signed = |x: Wei| i128::try_from(x.0).unwrap_or(i128::MAX);
    signed(plus) - signed(minus)
}
