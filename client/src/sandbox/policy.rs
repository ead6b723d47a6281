//! What the simulated accounts do next: a pure function of the ledger, the time and a die.
//!
//! They hold no memory of their own. A provider that has a certificate stakes it, one that holds
//! a stake brings it to the pool, and so on: each step is read off the ledger, so they go on
//! wherever an earlier visit left them.

use alloy_primitives::Address;
use fastrand::Rng;
use pinfi_core::pool::{Pool, Reserves};
use pinfi_core::stake::{Stake, StakeState};
use pinfi_core::units::{CertificateId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Ledger};

use super::kinds::{DEVICES, Kind};
use super::{Persona, Role};
use crate::selection::select_devices;

/// Running rentals of simulated clients that a pool is kept below.
const RENTALS: usize = 3;
/// Duties of the keeper that are done at once.
const DUTIES: usize = 2;

/// An action of a simulated account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Who acts.
    pub by: Address,
    /// What is done.
    pub action: Action,
}

/// Returns what the simulated accounts do at `now`: what the keeper owes or a client may claim,
/// and at most one trade.
///
/// They trade in the pools of `kinds` alone, which have the first numbers; the keeper looks after
/// all. Nobody's device is ever challenged.
#[must_use]
pub fn next_moves(
    ledger: &Ledger,
    kinds: &[Kind],
    cast: &[Persona],
    now: Timestamp,
    rng: &mut Rng,
) -> Vec<Move> {
    let mut moves = duties(ledger, cast, now);
    if moves.is_empty() {
        moves.extend(claim(ledger, cast, now));
    }
    let pool = PoolId(rng.u32(..u32::try_from(kinds.len()).unwrap_or(u32::MAX).max(1)));
    if let Some(trade) = Scene::of(ledger, kinds, cast, pool, now).and_then(|s| s.trade(rng)) {
        moves.push(trade);
    }
    moves
}

/// Returns the next step by which a provider of `cast` brings another device into a pool: burn,
/// stake, join.
pub(super) fn next_supply(
    ledger: &Ledger,
    kinds: &[Kind],
    cast: &[Persona],
    pool: PoolId,
    now: Timestamp,
    rng: &mut Rng,
) -> Option<Move> {
    let scene = Scene::of(ledger, kinds, cast, pool, now)?;
    let provider = scene.pick(Role::Provider, rng)?;
    scene.bring(provider).or_else(|| Some(scene.burn(provider, false, rng)))
}

/// Settles what has expired and reports missed deadlines.
fn duties(ledger: &Ledger, cast: &[Persona], now: Timestamp) -> Vec<Move> {
    let Some(keeper) = cast.iter().find(|persona| persona.role == Role::Keeper) else {
        return Vec::new();
    };
    let live = ledger.stakes().filter(|(_, stake)| stake.is_active());
    let due = live.filter_map(|(id, stake)| {
        if now >= stake.expiry {
            Some(Action::Settle { stake: id })
        } else if ledger.verification_of(id).is_some_and(|open| open.is_missed(now)) {
            Some(Action::Missed { stake: id })
        } else {
            None
        }
    });
    due.take(DUTIES).map(|action| Move { by: keeper.address, action }).collect()
}

/// Claims the reward for the fees that a client paid on a day that is over.
fn claim(ledger: &Ledger, cast: &[Persona], now: Timestamp) -> Option<Move> {
    let rewards = ledger.rewards()?;
    cast.iter().filter(|persona| persona.role == Role::Client).find_map(|client| {
        let by = client.address;
        let (pool, day, _) = rewards.due_rebates(by, now).next()?;
        Some(Move { by, action: Action::ClaimRebate { pool, day } })
    })
}

/// One pool at one moment, as the simulated accounts see it.
struct Scene<'a> {
    ledger: &'a Ledger,
    cast: &'a [Persona],
    id: PoolId,
    pool: &'a Pool,
    kind: &'a Kind,
    reserves: Reserves,
    now: Timestamp,
}

impl<'a> Scene<'a> {
    fn of(
        ledger: &'a Ledger,
        kinds: &'a [Kind],
        cast: &'a [Persona],
        id: PoolId,
        now: Timestamp,
    ) -> Option<Self> {
        let kind = kinds.get(usize::try_from(id.0).ok()?)?;
        let pool = ledger.pool(id).ok()?;
        let reserves = pool.at(now).ok()?.reserves;
        Some(Self { ledger, cast, id, pool, kind, reserves, now })
    }

    /// Chooses a trade: what a provider has begun, then supply where it is short or dear, then
    /// demand.
    fn trade(&self, rng: &mut Rng) -> Option<Move> {
        let provider = self.pick(Role::Provider, rng)?;
        let client = self.pick(Role::Client, rng)?;
        if let Some(step) = self.bring(provider) {
            return Some(step);
        }
        let devices = self.devices(Role::Provider).count();
        // Above its fair price a pool is short of sellers.
        let dear = self.price() > self.kind.fair_price.0 * 13 / 10;
        let wanted = if dear { 2 * DEVICES } else { DEVICES };
        let missing = u32::try_from(wanted.saturating_sub(devices)).unwrap_or(u32::MAX);
        match rng.u32(..10) {
            // The fewer there are, the sooner another comes: a pool is not to fall dormant.
            chance if chance < 3 * missing.min(3) => Some(self.burn(provider, dear, rng)),
            0 => self.collect(provider),
            1..3 => self.end_rental(client),
            _ => self.rent(client, rng),
        }
    }

    /// Takes the next step of a device that a provider has begun to bring in.
    fn bring(&self, provider: Address) -> Option<Move> {
        self.join(provider).or_else(|| self.stake(provider))
    }

    fn pick(&self, role: Role, rng: &mut Rng) -> Option<Address> {
        let of_role: Vec<_> = self.cast.iter().filter(|persona| persona.role == role).collect();
        rng.choice(of_role).map(|persona| persona.address)
    }

    fn is_of(&self, account: Address, role: Role) -> bool {
        self.cast.iter().any(|persona| persona.address == account && persona.role == role)
    }

    /// Returns the live stakes of this pool that accounts of a role provide.
    fn devices(&self, role: Role) -> impl Iterator<Item = (StakeId, &'a Stake)> {
        self.ledger.stakes().filter(move |(_, stake)| {
            stake.pool == self.id
                && stake.is_active()
                && self.now < stake.expiry
                && self.is_of(stake.provider, role)
        })
    }

    /// Returns the spot price in wei per GPU-second; the fair one where there is none.
    fn price(&self) -> u128 {
        self.reserves.spot_price().unwrap_or(self.kind.fair_price).0
    }

    fn align_down(&self, at: u64) -> Timestamp {
        let Secs(bucket) = self.pool.params().bucket;
        Timestamp(at - at % bucket.max(1))
    }

    /// Burns for a new device; a short one where hours are dear, to be sold at once.
    fn burn(&self, by: Address, dear: bool, rng: &mut Rng) -> Move {
        let (Secs(least), Secs(most)) = self.kind.terms;
        let term = if dear {
            self.pool.params().min_term.0 + self.reserves.duration().0 / 4
        } else {
            rng.u64(least..=most)
        };
        // The stake comes a little later and is cut to the bucket.
        let term = term.clamp(self.pool.params().min_term.0 * 2, most);
        Move { by, action: Action::Burn { pool: self.id, gs: GpuSeconds(term) } }
    }

    /// Stakes a certificate that lies unused and is still long enough.
    fn stake(&self, by: Address) -> Option<Move> {
        let params = self.pool.params();
        let usable = |gs: GpuSeconds| -> Option<Timestamp> {
            let expiry = self.align_down(self.now.0 + gs.0.min(params.max_term.0));
            (expiry.since(self.now) >= params.min_term).then_some(expiry)
        };
        let (certificate, expiry) = self.certificates(by).find_map(|(id, gs)| {
            let expiry = usable(gs)?;
            Some((id, expiry))
        })?;
        let hours = GpuSeconds(expiry.since(self.now).0);
        let fee = self.reserves.maintenance_fee(hours, params.collateral);
        let max_fee = Wei(fee.0.saturating_add(fee.0 / 10));
        Some(Move { by, action: Action::Stake { certificate, expiry, max_fee } })
    }

    fn certificates(&self, by: Address) -> impl Iterator<Item = (CertificateId, GpuSeconds)> + 'a {
        let pool = self.id;
        let all = self.ledger.certificates();
        all.filter(move |(_, held)| held.pool == pool && held.owner == by && !held.used)
            .map(|(id, held)| (id, held.gs))
    }

    /// Brings a held stake to the pool: sold where the price is high, else as liquidity.
    fn join(&self, by: Address) -> Option<Move> {
        let held = |(_, stake): &(StakeId, &Stake)| {
            stake.provider == by && stake.hours_holder == by && stake.state == StakeState::Held
        };
        let (stake, record) = self.devices(Role::Provider).find(held)?;
        let hours = record.remaining(self.now);
        let is_long = Secs(hours.0) >= self.pool.params().min_term;
        let fair = self.kind.fair_price.0;
        // A larger sale would move the price by a quarter and more.
        let is_small = hours.to_wad().0 <= self.reserves.compute.0 / 8;
        let in_time = Secs(hours.0) <= self.reserves.duration();
        let action = if self.reserves.shares.0 == 0 {
            is_long.then_some(Action::OpenLiquidity {
                stake,
                tokens: Wei(fair.saturating_mul(u128::from(hours.0))),
            })?
        } else if self.price() > fair * 11 / 10 && is_small && in_time {
            Action::Sell { stake, min_out: Wei::ZERO }
        } else {
            let tokens = self.reserves.tokens_to_join(hours).filter(|_| is_long)?;
            let max_tokens = Wei(tokens.0.saturating_add(tokens.0 / 50));
            Action::AddLiquidity { stake, min_tokens: Wei::ZERO, max_tokens }
        };
        Some(Move { by, action })
    }

    fn collect(&self, by: Address) -> Option<Move> {
        let mut positions = self.devices(Role::Provider);
        let (stake, _) =
            positions.find(|(_, stake)| stake.provider == by && stake.position().is_some())?;
        Some(Move { by, action: Action::Collect { stake } })
    }

    /// Rents one device or two for a while, unless hours are dear.
    fn rent(&self, by: Address, rng: &mut Rng) -> Option<Move> {
        if !self.reserves.is_open() || self.price() > self.kind.fair_price.0 * 2 {
            return None;
        }
        let rentals = self.ledger.stakes().filter(|(_, stake)| {
            let rental = stake.running_rental(self.now);
            stake.pool == self.id && rental.is_some_and(|r| self.is_of(r.renter, Role::Client))
        });
        if rentals.count() >= RENTALS {
            return None;
        }
        let Secs(bucket) = self.pool.params().bucket;
        let hours = rng.u64(2..=10) * 3_600;
        let until = self.align_down(self.now.0 + hours.max(2 * bucket));
        let count = 1 + u32::from(rng.u32(..4) == 0);
        let stakes = select_devices(self.ledger, self.id, count, until, self.now).ok()?;
        let gs = GpuSeconds(until.since(self.now).0 * u64::from(count));
        let quote = self.reserves.quote_buy(self.pool.params().fees(), gs).ok()?;
        // One order moves the price by a few percent at most.
        if quote.cost.0 > self.reserves.pin.0 / 20 {
            return None;
        }
        let max_cost = Wei(quote.gross.0.saturating_add(quote.gross.0 / 50));
        Some(Move { by, action: Action::Rent { pool: self.id, stakes, until, max_cost } })
    }

    fn end_rental(&self, by: Address) -> Option<Move> {
        let (stake, _) = self.ledger.stakes().find(|(_, stake)| {
            let rental = stake.running_rental(self.now);
            stake.pool == self.id && rental.is_some_and(|rental| rental.renter == by)
        })?;
        Some(Move { by, action: Action::EndRental { stake, min_out: Wei::ZERO } })
    }
}
