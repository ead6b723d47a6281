//! The ledger, its clock, and what the agents share.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::Address;
use pinfi_core::ledger::{Config, MAX_SUPPLY};
use pinfi_core::pocps::PocpsParams;
use pinfi_core::pool::{PoolParams, Reserves};
use pinfi_core::stake::{Stake, StakeState};
use pinfi_core::units::{Bps, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Event, Events, Ledger};

use crate::dice::Dice;
use crate::emission;
use crate::error::Error;
use crate::pin::{HOUR_SECS, to_pin, to_wei_floor};
use crate::scenario::Pool;

pub(crate) const POOL: PoolId = PoolId(0);
pub(crate) const MINTER: Address = Address::repeat_byte(0xee);
/// A midnight.
pub(crate) const START: u64 = 1_800_000_000 / 86_400 * 86_400;
/// A PoCPS epoch in hours.
pub(crate) const EPOCH: u32 = 12;
const ANY_PRICE: Wei = Wei(u128::MAX);

/// The real ledger with one pool, and an hour hand.
#[derive(Clone, Debug)]
pub(crate) struct Market {
    pub(crate) ledger: Ledger,
    pub(crate) dice: Dice,
    pub(crate) hour: u32,
    /// Devices that can be rented, by expiry: the best fit for a window comes first.
    free: BTreeSet<(Timestamp, StakeId)>,
    /// Rented devices by the end of their rental.
    rented: BTreeMap<u32, Vec<StakeId>>,
    pub(crate) actions: u64,
    pub(crate) refusals: BTreeMap<&'static str, u64>,
}

impl Market {
    /// Makes a market; with block rewards where the pool's weight in them is given.
    pub(crate) fn new(pool: &Pool, weight: Option<Bps>, dice: Dice) -> Result<Self, Error> {
        let config = Config {
            chain_id: 1,
            address: Address::repeat_byte(0xcc),
            minter: MINTER,
            supply_cap: MAX_SUPPLY,
        };
        let ledger = match weight {
            None => Ledger::new(config),
            Some(_) => Ledger::with_rewards(config, emission::config())?,
        };
        let mut market = Self {
            ledger,
            dice,
            hour: 0,
            free: BTreeSet::new(),
            rented: BTreeMap::new(),
            actions: 0,
            refusals: BTreeMap::new(),
        };
        let create = Action::CreatePool { params: Box::new(pool_params(pool)) };
        if let Some(weight) = weight {
            let before = Timestamp(START - 1);
            market.act_at(before, MINTER, &create)?;
            market.act_at(before, MINTER, &Action::QueueWeight { pool: POOL, weight })?;
            market.act(MINTER, &Action::ExecuteWeight { pool: POOL })?;
        } else {
            market.act(MINTER, &create)?;
        }
        Ok(market)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.after(0)
    }

    /// The time `hours` from now.
    pub(crate) fn after(&self, hours: u32) -> Timestamp {
        Timestamp(START + HOUR_SECS * (u64::from(self.hour) + u64::from(hours)))
    }

    /// Applies an action; a refusal is counted by its name.
    pub(crate) fn act(
        &mut self,
        sender: Address,
        action: &Action,
    ) -> Result<Events, pinfi_core::Error> {
        self.act_at(self.now(), sender, action)
    }

    fn act_at(
        &mut self,
        now: Timestamp,
        sender: Address,
        action: &Action,
    ) -> Result<Events, pinfi_core::Error> {
        let context = Context { sender, now, randomness: self.dice.word() };
        self.actions += 1;
        let outcome = self.ledger.apply(action, &context);
        if let Err(refusal) = &outcome {
            *self.refusals.entry(refusal.code()).or_default() += 1;
        }
        outcome
    }

    pub(crate) fn mint(&mut self, to: Address, pin: f64) -> Result<(), pinfi_core::Error> {
        let amount = to_wei_floor(pin);
        if amount == Wei::ZERO {
            return Ok(());
        }
        self.act(MINTER, &Action::Mint { to, amount }).map(drop)
    }

    /// Moves the hour hand: time passes in the pool, and rentals end.
    pub(crate) fn tick(&mut self) -> Result<(), pinfi_core::Error> {
        self.hour += 1;
        self.act(MINTER, &Action::Poke { pool: POOL, limit: u32::MAX })?;
        while let Some(entry) = self.rented.first_entry()
            && *entry.key() <= self.hour
        {
            for stake in entry.remove() {
                self.offer(stake);
            }
        }
        Ok(())
    }

    /// The reserves as of this hour.
    pub(crate) fn reserves(&self) -> Reserves {
        let pool = self.ledger.pool(POOL).and_then(|pool| pool.at(self.now()));
        pool.map_or_else(|_| Reserves::new(self.now()), |advanced| advanced.reserves)
    }

    /// The spot price in PIN per hour; none in a dormant pool.
    pub(crate) fn price(&self) -> Option<f64> {
        let reserves = self.reserves();
        reserves.is_open().then(|| to_pin(reserves.pin) / compute_hours(&reserves))
    }

    /// What a sale of so many hours would bring for each, in PIN, after the fee.
    pub(crate) fn sale_quote(&self, hours: u32) -> Option<f64> {
        let fees = self.ledger.pool(POOL).ok()?.params().fees();
        let sold = GpuSeconds(u64::from(hours) * HOUR_SECS);
        let quote = self.reserves().quote_sell(fees, sold).ok()?;
        Some(to_pin(quote.net) / f64::from(hours.max(1)))
    }

    /// The longest sale that the pool takes, in whole hours.
    pub(crate) fn longest_sale(&self) -> u32 {
        u32::try_from(self.reserves().duration().0 / HOUR_SECS).unwrap_or(u32::MAX)
    }

    /// Burns and stakes for so many hours.
    pub(crate) fn stake(&mut self, provider: Address, hours: u32) -> Option<StakeId> {
        let gs = GpuSeconds(u64::from(hours) * HOUR_SECS);
        let burned = self.act(provider, &Action::Burn { pool: POOL, gs }).ok()?;
        let [Event::Burned { certificate, .. }] = burned[..] else { return None };
        let expiry = self.after(hours);
        let staked =
            self.act(provider, &Action::Stake { certificate, expiry, max_fee: ANY_PRICE }).ok()?;
        let [Event::Staked { stake, .. }] = staked[..] else { return None };
        Some(stake)
    }

    /// Adds a held stake to the pool, or opens the pool with it at `opening` PIN an hour.
    /// Returns the PIN paired.
    pub(crate) fn join(&mut self, provider: Address, stake: StakeId, opening: f64) -> Option<f64> {
        let hours = self.ledger.stake_of(stake).ok()?.remaining(self.now());
        let open = self.reserves().is_open();
        let action = if open {
            Action::AddLiquidity { stake, min_tokens: Wei::ZERO, max_tokens: ANY_PRICE }
        } else {
            let tokens = to_wei_floor(opening * hours.0 as f64 / HOUR_SECS as f64);
            Action::OpenLiquidity { stake, tokens }
        };
        let events = self.act(provider, &action).ok()?;
        let [Event::LiquidityAdded { tokens, .. }] = events[..] else { return None };
        self.offer(stake);
        Some(to_pin(tokens))
    }

    /// Sells a held stake to the pool. Returns the PIN received.
    pub(crate) fn sell(&mut self, seller: Address, stake: StakeId) -> Option<f64> {
        let events = self.act(seller, &Action::Sell { stake, min_out: Wei::ZERO }).ok()?;
        let [Event::Sold { net, .. }] = events[..] else { return None };
        self.offer(stake);
        Some(to_pin(net))
    }

    /// Rents `count` devices for `hours`, where they cost at most `limit` PIN an hour each.
    /// Returns the devices.
    pub(crate) fn rent(
        &mut self,
        client: Address,
        count: u32,
        hours: u32,
        limit: f64,
    ) -> Option<Vec<StakeId>> {
        let until = self.after(hours);
        let fits = self.free.range((until, StakeId(0))..).take(count as usize);
        let stakes: Vec<StakeId> = fits.map(|(_, stake)| *stake).collect();
        if stakes.len() < count as usize {
            return None;
        }
        let max_cost = to_wei_floor(limit * f64::from(hours) * f64::from(count));
        let rent = Action::Rent { pool: POOL, stakes: stakes.clone(), until, max_cost };
        self.act(client, &rent).ok()?;
        for stake in &stakes {
            self.withdraw(*stake);
        }
        self.rented.entry(self.hour + hours).or_default().extend(&stakes);
        Some(stakes)
    }

    /// Counts the devices that nobody rents.
    pub(crate) fn free_devices(&self) -> usize {
        self.free.len()
    }

    /// Lists a device for rent if it can be rented.
    pub(crate) fn offer(&mut self, id: StakeId) {
        let now = self.now();
        if let Ok(stake) = self.ledger.stake_of(id)
            && is_offered(stake, now)
            && stake.running_rental(now).is_none()
        {
            self.free.insert((stake.expiry, id));
        }
    }

    /// Takes a device off the list: it was rented, or its stake has ended.
    pub(crate) fn withdraw(&mut self, id: StakeId) {
        if let Ok(stake) = self.ledger.stake_of(id) {
            self.free.remove(&(stake.expiry, id));
        }
    }
}

/// Tells whether a stake's hours are in the pool.
pub(crate) fn is_offered(stake: &Stake, now: Timestamp) -> bool {
    matches!(stake.state, StakeState::Liquidity(_) | StakeState::Sold) && stake.expiry > now
}

/// R in hours.
pub(crate) fn compute_hours(reserves: &Reserves) -> f64 {
    reserves.compute.0 as f64 / (1e18 * HOUR_SECS as f64)
}

fn pool_params(pool: &Pool) -> PoolParams {
    let hours = |hours: u32| Secs(u64::from(hours) * HOUR_SECS);
    PoolParams {
        kind: "simulated".into(),
        bucket: Secs(HOUR_SECS),
        fee: Bps(pool.fee_bps),
        burn_share: Bps(pool.burn_share_bps),
        burn_per_gs: to_wei_floor(pool.burn_per_hour / HOUR_SECS as f64),
        collateral: Bps(pool.collateral_bps),
        min_term: hours(pool.min_term),
        max_term: hours(pool.max_term),
        // The least work that the ledger accepts: what is simulated is the market.
        pocps: PocpsParams {
            n: 64,
            rounds: 1,
            samples: 32,
            window: Secs(600),
            dispute: Secs(600),
            epoch: hours(EPOCH),
            bond: Wei::ZERO,
            accuser_bps: Bps(0),
        },
    }
}
