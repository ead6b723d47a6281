//! Weights, locks and claims, and what the other operations tell the block rewards (PROTOCOL 6).

use alloc::vec;

use alloy_primitives::Address;

use super::{Config, Ledger, MAX_SUPPLY};
use crate::action::Context;
use crate::error::Error;
use crate::event::{Event, Events};
use crate::rewards::{Payout, QueuedWeight, Rewards, RewardsConfig, Stream, TOTAL_EMISSION};
use crate::units::{Bps, Day, PoolId, StakeId, Timestamp, Wei};

impl Ledger {
    /// Creates an empty ledger that emits block rewards.
    ///
    /// # Errors
    /// [`Error::BadParameter`] if the configuration is out of bounds, or the supply cap is below
    /// the emission.
    pub fn with_rewards(config: Config, rewards: RewardsConfig) -> Result<Self, Error> {
        rewards.validate()?;
        if config.supply_cap.min(MAX_SUPPLY) < TOTAL_EMISSION {
            return Err(Error::BadParameter { name: "supply_cap" });
        }
        let mut ledger = Self::new(config);
        ledger.rewards = Some(Rewards::new(rewards));
        Ok(ledger)
    }

    /// Returns the state of the block rewards; `None` on a ledger without.
    #[must_use]
    pub const fn rewards(&self) -> Option<&Rewards> {
        self.rewards.as_ref()
    }

    /// Returns what a stake would be paid if it could be settled at `now`; `None` if it never
    /// was an LP, or has ended.
    #[must_use]
    pub fn reward_of(&self, id: StakeId, now: Timestamp) -> Option<Payout> {
        let stake = self.stake_of(id).ok()?;
        let rewards = self.rewards.as_ref()?;
        let window = self.pool(stake.pool).ok()?.params().pocps.window;
        let provider = rewards.provider(stake.provider);
        Some(rewards.earning(id)?.payout(&provider, rewards.today(now), window))
    }

    pub(super) fn queue_weight(
        &mut self,
        cx: &Context,
        id: PoolId,
        weight: Bps,
    ) -> Result<Events, Error> {
        let advanced = self.pool(id)?.at(cx.now)?;
        let rewards = self.rewards.as_mut().ok_or(Error::RewardsOff)?;
        let RewardsConfig { governor, timelock, .. } = rewards.config;
        if cx.sender != governor {
            return Err(Error::NotGovernor { governor });
        }
        if weight > Bps(10_000) {
            return Err(Error::BadParameter { name: "weight_bps" });
        }
        let executable_at = cx.now.saturating_add(timelock);

        rewards.weights.queue(id, QueuedWeight { weight, executable_at });
        self.write_pool(id, advanced);
        Ok(vec![Event::WeightQueued { pool: id, weight, executable_at }])
    }

    pub(super) fn execute_weight(&mut self, cx: &Context, id: PoolId) -> Result<Events, Error> {
        let advanced = self.pool(id)?.at(cx.now)?;
        let rewards = self.rewards.as_mut().ok_or(Error::RewardsOff)?;
        let queued = rewards.weights.of(id).queued.ok_or(Error::NoWeightQueued)?;
        if cx.now < queued.executable_at {
            return Err(Error::TimelockRunning { until: queued.executable_at });
        }
        let left = rewards.weights.left_for(id);
        if queued.weight > left {
            return Err(Error::WeightsExceeded { weight: queued.weight, left });
        }
        let weight = queued.weight;
        let config = rewards.config;

        let today = rewards.today(cx.now);
        rewards.weights.set(id, weight, today);
        self.write_pool(id, advanced);
        if let Some(pool) = self.pools.get_mut(id.index()) {
            pool.set_stream(Stream::new(config.genesis, config.providers_e12(weight)));
        }
        Ok(vec![Event::WeightSet { pool: id, weight }])
    }

    pub(super) fn lock(&mut self, cx: &Context, amount: Wei) -> Result<Events, Error> {
        let rewards = self.rewards.as_mut().ok_or(Error::RewardsOff)?;
        if amount == Wei::ZERO {
            return Err(Error::ZeroAmount);
        }
        self.accounts.require(cx.sender, amount)?;

        let today = rewards.today(cx.now);
        let provider = rewards.providers.entry(cx.sender).or_default();
        provider.set_locked(today, Wei(provider.locked.0 + amount.0));
        self.accounts.debit(cx.sender, amount);
        Ok(vec![Event::Locked { account: cx.sender, amount }])
    }

    pub(super) fn unlock(&mut self, cx: &Context, amount: Wei) -> Result<Events, Error> {
        let rewards = self.rewards.as_mut().ok_or(Error::RewardsOff)?;
        if amount == Wei::ZERO {
            return Err(Error::ZeroAmount);
        }
        let today = rewards.today(cx.now);
        let locked = rewards.provider(cx.sender).locked;
        let left = locked.checked_sub(amount);
        let left = left.ok_or(Error::InsufficientLock { needed: amount, locked })?;

        rewards.providers.entry(cx.sender).or_default().set_locked(today, left);
        self.accounts.credit(cx.sender, amount);
        Ok(vec![Event::Unlocked { account: cx.sender, amount }])
    }

    pub(super) fn claim_rebate(
        &mut self,
        cx: &Context,
        id: PoolId,
        day: Day,
    ) -> Result<Events, Error> {
        let last = self.pool(id)?.reserves().last;
        if cx.now < last {
            return Err(Error::TimeReversed { last, now: cx.now });
        }
        let rewards = self.rewards.as_mut().ok_or(Error::RewardsOff)?;
        let config = rewards.config;
        let until = config.day_begins(Day(day.0.saturating_add(1)));
        if cx.now < until {
            return Err(Error::DayNotOver { until });
        }
        let client = cx.sender;
        let amount = rewards.fee_days.rebate(&config, id, day, client);
        let amount = amount.filter(|amount| *amount > Wei::ZERO).ok_or(Error::NothingToClaim)?;

        rewards.fee_days.close(id, day, client);
        self.mint_reward(client, amount);
        Ok(vec![Event::RebateClaimed { pool: id, day, client, amount }])
    }

    pub(super) fn claim_allocation(&mut self, cx: &Context) -> Result<Events, Error> {
        let rewards = self.rewards.as_mut().ok_or(Error::RewardsOff)?;
        let [ecosystem, team] = rewards.claimable(cx.sender, cx.now);
        let amount = Wei(ecosystem.0 + team.0);
        if amount == Wei::ZERO {
            return Err(Error::NothingToClaim);
        }

        rewards.claimed[0].0 += ecosystem.0;
        rewards.claimed[1].0 += team.0;
        self.mint_reward(cx.sender, amount);
        Ok(vec![Event::AllocationClaimed { account: cx.sender, amount }])
    }

    /// Begins a stake's time as an LP, at its pool's present accrual.
    pub(super) fn begin_earning(&mut self, id: StakeId, pool: PoolId) {
        if let (Some(rewards), Some(pool)) = (&mut self.rewards, self.pools.get(pool.index())) {
            let now = pool.reserves().last;
            let epoch = now.0.checked_div(pool.params().pocps.epoch.0).unwrap_or(0);
            rewards.earnings.entry(id).or_default().begin(pool.accrual().mark(now), epoch);
        }
    }

    /// Ends a stake's time as an LP before its expiry: what is not verified by now never is.
    pub(super) fn stop_earning(&mut self, id: StakeId) {
        if let Some(earning) = self.rewards.as_mut().and_then(|r| r.earnings.get_mut(&id)) {
            earning.verified_to = None;
        }
    }

    /// Takes back all that a slashed stake has earned.
    pub(super) fn void_earning(&mut self, id: StakeId) {
        if let Some(rewards) = &mut self.rewards {
            rewards.earnings.remove(&id);
        }
    }

    /// Pays a settled stake its reward, if it is verified. Returns the event, if it earned any.
    pub(super) fn pay_earning(
        &mut self,
        cx: &Context,
        id: StakeId,
        provider: Address,
        verified: bool,
    ) -> Option<Event> {
        let payout = self.reward_of(id, cx.now).filter(|_| verified);
        self.void_earning(id);
        let Payout { earned, amount, .. } = payout.filter(|payout| payout.earned > Wei::ZERO)?;
        if let Some(rewards) = &mut self.rewards {
            rewards.providers.entry(provider).or_default().minted.0 += amount.0;
        }
        self.mint_reward(provider, amount);
        Some(Event::Rewarded { stake: id, provider, earned, amount })
    }

    /// Counts a fee that the sender paid to a pool, if the pool began the day with a weight.
    pub(super) fn count_fee(&mut self, cx: &Context, pool: PoolId, fee: Wei, burned: Wei) {
        let Some(rewards) = &mut self.rewards else { return };
        let Some(day) = rewards.config.day_of(cx.now) else { return };
        let weight = rewards.weights.of(pool).at_beginning_of(day);
        if weight > Bps::ZERO && fee > Wei::ZERO {
            rewards.fee_days.count((pool, day), weight, cx.sender, (fee, burned));
        }
    }

    /// Creates PIN that the supply cap has set aside for the emission.
    fn mint_reward(&mut self, to: Address, amount: Wei) {
        if let Some(rewards) = &mut self.rewards {
            rewards.minted.0 += amount.0;
        }
        self.accounts.mint(to, amount);
    }
}
