//! What may happen next in a life: mostly what fits, often what does not.

use alloy_primitives::Address;
use fastrand::Rng;
use pinfi_core::pool::PoolParams;
use pinfi_core::scenario::lifecycle::Deed;
use pinfi_core::stake::{Stake, StakeState};
use pinfi_core::units::{Bps, CertificateId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Ledger};

use crate::deployment::{ECOSYSTEM, GOVERNOR, MINTER, TEAM};
use crate::life::Step;
use crate::random::{amount, params};

mod game;
mod rewards;

/// What the next step is drawn from.
pub(crate) struct Draw<'a> {
    pub(crate) rng: &'a mut Rng,
    pub(crate) ledger: &'a Ledger,
    /// When the step will be.
    pub(crate) now: u64,
    pub(crate) accounts: &'a [Address],
    pub(crate) market: Address,
    /// Whether this life is about block rewards.
    pub(crate) earning: bool,
    /// Whether the verification game is played, and not doubled by a verifier.
    pub(crate) plays: bool,
}

impl Draw<'_> {
    /// Draws the step that comes `wait` seconds after the one before.
    pub(crate) fn step(mut self, wait: u64) -> Step {
        // Without devices there is little to play for.
        let playing = if self.ledger.stakes().any(|(_, stake)| stake.is_active()) { 3 } else { 0 };
        let deed = if self.plays && self.rng.u8(0..5) < playing {
            Deed::Act(self.play())
        } else if self.plays {
            Deed::Act(self.action())
        } else if self.earning && self.rng.u8(0..3) == 0 {
            self.earn()
        } else if self.rng.u8(0..30) == 0 {
            self.verdict()
        } else {
            Deed::Act(self.action())
        };
        // What was passed on to the market's own address is lost: a contract sends nothing.
        let market = self.market;
        let sender = Some(self.sender(&deed)).filter(|sender| *sender != market);
        let sender = sender.unwrap_or(self.accounts[0]);
        Step { wait, sender, deed, by_token: self.rng.bool() }
    }

    fn action(&mut self) -> Action {
        let now = Timestamp(self.now);
        match self.rng.u8(0..115) {
            0..3 => self.burn(),
            3..8 => self.stake_device(),
            8..14 => self.join(),
            14..26 => self.grow(),
            26..32 => self.with_stake(|s| is_lp(s, now), |_, stake| Action::Collect { stake }),
            32..40 => self.with_stake(
                |s| is_held(s, now),
                |draw, stake| Action::Sell { stake, min_out: draw.least() },
            ),
            40..45 => {
                self.with_stake(|s| is_lp(s, now) && s.running_rental(now).is_none(), Self::remove)
            }
            45..62 => self.with_stake(|s| is_free(s, now), Self::rent),
            62..69 => self.with_stake(|s| s.running_rental(now).is_some(), Self::extend),
            69..74 => self.with_stake(
                |s| s.running_rental(now).is_some(),
                |draw, stake| Action::EndRental { stake, min_out: draw.least() },
            ),
            74..81 => self.with_stake(
                |s| s.is_active() && s.expiry <= now,
                |_, stake| Action::Settle { stake },
            ),
            81..84 => self.with_stake(
                |s| is_held(s, now),
                |draw, stake| Action::TransferHours { stake, to: draw.receiver() },
            ),
            84..87 => self.with_stake(
                |s| s.running_rental(now).is_some(),
                |draw, stake| Action::TransferRental { stake, to: draw.receiver() },
            ),
            87..90 => Action::Poke { pool: self.pool(), limit: self.rng.u32(0..4) },
            90..92 => Action::Transfer { to: self.receiver(), amount: Wei(amount(self.rng, 90)) },
            92..94 => Action::Mint { to: self.receiver(), amount: Wei(amount(self.rng, 127)) },
            94..96 => Action::CreatePool { params: Box::new(self.some_params()) },
            96..106 if self.plays => self.play(),
            96..104 => self.prove(),
            104..106 => Action::Missed { stake: self.stake(Stake::is_active) },
            _ => self.reward(),
        }
    }

    /// Does something with a stake that fits; where none does, mostly brings a market forward
    /// that will have one.
    fn with_stake(
        &mut self,
        fits: impl Fn(&Stake) -> bool,
        action: impl FnOnce(&mut Self, StakeId) -> Action,
    ) -> Action {
        if self.rng.u8(0..8) > 0 && !self.ledger.stakes().any(|(_, stake)| fits(stake)) {
            return self.grow();
        }
        let stake = self.stake(fits);
        action(self, stake)
    }

    /// The next thing on the way to an open pool.
    fn grow(&mut self) -> Action {
        let now = Timestamp(self.now);
        if self.ledger.stakes().any(|(_, stake)| is_held(stake, now)) && self.rng.u8(0..4) > 0 {
            return self.join();
        }
        if self.ledger.certificates().any(|(_, paper)| !paper.used) && self.rng.u8(0..4) > 0 {
            return self.stake_device();
        }
        self.burn()
    }

    /// Mostly the one who may.
    fn sender(&mut self, deed: &Deed) -> Address {
        let anyone = self.accounts[self.rng.usize(0..self.accounts.len())];
        let Deed::Act(action) = deed else { return anyone };
        if self.rng.u8(0..10) == 0 {
            return anyone;
        }
        let of = |stake: &StakeId, role: fn(&Stake) -> Address| {
            self.ledger.stake_of(*stake).map_or(anyone, role)
        };
        match action {
            Action::Game(game) => self.player(game, anyone),
            Action::Mint { .. } => MINTER,
            Action::QueueWeight { .. } => GOVERNOR,
            Action::ClaimAllocation => [ECOSYSTEM, TEAM][self.rng.usize(0..2)],
            Action::ClaimRebate { pool, day } => {
                let rewards = self.ledger.rewards().into_iter();
                let mut owed = rewards.flat_map(|rewards| rewards.fee_days().unclaimed());
                let owed = owed.find(|owed| (owed.pool, owed.day) == (*pool, *day));
                owed.map_or(anyone, |owed| owed.client)
            }
            Action::Stake { certificate, .. } => {
                self.ledger.certificate(*certificate).map_or(anyone, |paper| paper.owner)
            }
            Action::Extend { stake, .. }
            | Action::EndRental { stake, .. }
            | Action::TransferRental { stake, .. } => {
                of(stake, |record| record.rental.map_or(record.provider, |rental| rental.renter))
            }
            Action::Sell { stake, .. } | Action::TransferHours { stake, .. } => {
                of(stake, |record| record.hours_holder)
            }
            Action::OpenLiquidity { stake, .. }
            | Action::AddLiquidity { stake, .. }
            | Action::Collect { stake }
            | Action::Commit { stake, .. }
            | Action::RemoveLiquidity { stake, .. } => of(stake, |record| record.provider),
            _ => anyone,
        }
    }

    fn burn(&mut self) -> Action {
        let pool = self.pool();
        let (least, most) = self
            .params_of(pool)
            .map_or((1, 86_400), |params| (params.min_term.0, params.max_term.0));
        let gs = match self.rng.u8(0..12) {
            0 => self.rng.u64(0..2),
            1 => self.rng.u64(..),
            2 => self.rng.u64(1..=most),
            3..7 => most,
            _ => self.rng.u64(least..=most),
        };
        Action::Burn { pool, gs: GpuSeconds(gs) }
    }

    fn stake_device(&mut self) -> Action {
        let unused = self.ledger.certificates().filter(|(_, paper)| !paper.used);
        let unused: Vec<_> = unused.map(|(id, paper)| (id, *paper)).collect();
        let max_fee = self.most();
        if unused.is_empty() || self.rng.u8(0..12) == 0 {
            let all = self.ledger.certificates().count() as u64;
            let certificate = CertificateId(self.rng.u64(0..=all));
            let expiry = Timestamp(self.some_time());
            return Action::Stake { certificate, expiry, max_fee };
        }
        let (certificate, paper) = unused[self.rng.usize(0..unused.len())];
        let bucket = self.bucket(paper.pool);
        let expiry = match self.rng.u8(0..12) {
            0 => self.some_time(),
            1 => self.boundary(bucket, 1, 800),
            // As long as the certificate allows.
            2..5 => self.now.saturating_add(paper.gs.0) / bucket * bucket,
            _ => {
                let longest = (self.now.saturating_add(paper.gs.0) / bucket)
                    .saturating_sub(self.now / bucket)
                    .clamp(1, 720);
                self.boundary(bucket, 1, longest)
            }
        };
        Action::Stake { certificate, expiry: Timestamp(expiry), max_fee }
    }

    fn join(&mut self) -> Action {
        let now = Timestamp(self.now);
        let stake = self.stake(|stake| is_held(stake, now));
        let record = self.ledger.stake_of(stake).ok();
        let open = record
            .and_then(|record| self.ledger.pool(record.pool).ok())
            .and_then(|pool| pool.at(now).ok())
            .is_some_and(|advanced| advanced.reserves.shares.0 > 0);
        if open != (self.rng.u8(0..20) == 0) {
            return Action::AddLiquidity {
                stake,
                min_tokens: self.least(),
                max_tokens: self.most(),
            };
        }
        let hours = record.map_or(1, |record| record.remaining(now).0.max(1));
        let price = match self.rng.u8(0..6) {
            0 => amount(self.rng, 100),
            1 => 1_000_000_000,
            _ => self.rng.u128(1 << 30..1 << 55),
        };
        Action::OpenLiquidity { stake, tokens: Wei(price.saturating_mul(hours.into())) }
    }

    fn remove(&mut self, stake: StakeId) -> Action {
        let min_tokens = match self.rng.u8(0..4) {
            0 => 0,
            1 => i128::try_from(amount(self.rng, 127)).unwrap_or(i128::MAX) - (1 << 70),
            _ => i128::MIN,
        };
        Action::RemoveLiquidity { stake, min_tokens, max_fee: self.most() }
    }

    fn rent(&mut self, first: StakeId) -> Action {
        let now = Timestamp(self.now);
        let record = self.ledger.stake_of(first).ok().copied();
        let pool = match record {
            Some(record) if self.rng.u8(0..20) > 0 => record.pool,
            _ => self.pool(),
        };
        let mut stakes = vec![first];
        while self.rng.u8(0..4) == 0 {
            let other = self.stake(|stake| is_free(stake, now) && stake.pool == pool);
            if !stakes.contains(&other) || self.rng.u8(0..8) == 0 {
                stakes.push(other);
            }
        }
        if self.rng.u8(0..60) == 0 {
            stakes.clear();
        }
        let until = self.some_end(pool, record);
        Action::Rent { pool, stakes, until, max_cost: self.most() }
    }

    fn extend(&mut self, stake: StakeId) -> Action {
        let record = self.ledger.stake_of(stake).ok().copied();
        let pool = record.map_or(PoolId(0), |record| record.pool);
        Action::Extend { stake, until: self.some_end(pool, record), max_cost: self.most() }
    }

    /// Some boundary before a stake's expiry, mostly.
    fn some_end(&mut self, pool: PoolId, record: Option<Stake>) -> Timestamp {
        let bucket = self.bucket(pool);
        let buckets = record
            .map_or(3, |record| record.expiry.0.saturating_sub(self.now) / bucket)
            .clamp(1, 720);
        Timestamp(match self.rng.u8(0..16) {
            0 => self.some_time(),
            1 => self.boundary(bucket, 0, 720),
            2..5 => record.map_or(0, |record| record.expiry.0),
            5..9 => self.boundary(bucket, 2, 3),
            _ => self.boundary(bucket, 1, buckets + 1),
        })
    }

    /// A stake that fits if there is one, now and then any, or one that is not there.
    fn stake(&mut self, fits: impl Fn(&Stake) -> bool) -> StakeId {
        let all = self.ledger.stakes().count() as u64;
        if self.rng.u8(0..16) == 0 {
            return StakeId(self.rng.u64(0..=all));
        }
        let fitting: Vec<_> =
            self.ledger.stakes().filter(|(_, stake)| fits(stake)).map(|(id, _)| id).collect();
        match fitting.len() {
            0 => StakeId(self.rng.u64(0..=all)),
            count => fitting[self.rng.usize(0..count)],
        }
    }

    fn pool(&mut self) -> PoolId {
        let all = u32::try_from(self.ledger.pools().count()).unwrap_or(u32::MAX);
        match self.rng.u8(0..40) {
            0 => PoolId(all),
            1..12 => PoolId(self.rng.u32(0..all.max(1))),
            // One market that is busy finds more than many that are empty.
            _ => PoolId(0),
        }
    }

    fn params_of(&self, pool: PoolId) -> Option<&PoolParams> {
        self.ledger.pool(pool).ok().map(pinfi_core::pool::Pool::params)
    }

    fn bucket(&self, pool: PoolId) -> u64 {
        self.params_of(pool).map_or(3_600, |params| params.bucket.0)
    }

    fn boundary(&mut self, bucket: u64, least: u64, most: u64) -> u64 {
        (self.now / bucket).saturating_add(self.rng.u64(least..=most)).saturating_mul(bucket)
    }

    fn some_time(&mut self) -> u64 {
        match self.rng.u8(0..4) {
            0 => self.rng.u64(..),
            1 => u64::MAX / 3_600 * 3_600,
            2 => self.now,
            _ => self.now.saturating_add(self.rng.u64(0..100_000)),
        }
    }

    /// A limit from above, mostly none.
    fn most(&mut self) -> Wei {
        Wei(if self.rng.u8(0..8) == 0 { amount(self.rng, 128) } else { u128::MAX })
    }

    /// A limit from below, mostly none.
    fn least(&mut self) -> Wei {
        Wei(if self.rng.u8(0..8) == 0 { amount(self.rng, 128) } else { 0 })
    }

    fn receiver(&mut self) -> Address {
        match self.rng.u8(0..16) {
            0 => Address::ZERO,
            1 => self.market,
            _ => self.accounts[self.rng.usize(0..self.accounts.len())],
        }
    }

    /// Parameters of which one may be out of bounds.
    fn some_params(&mut self) -> PoolParams {
        let mut params = params(self.rng);
        let long = self.rng.u64(..);
        let wide = self.rng.u32(..);
        match self.rng.u8(0..26) {
            0 => params.kind = String::new(),
            1 => params.kind = "k".repeat(65),
            2 => params.bucket = Secs(self.rng.u64(0..100_000)),
            3 => params.fee = Bps(self.rng.u32(900..1_100)),
            4 => params.burn_share = Bps(self.rng.u32(9_900..10_100)),
            5 => params.collateral = Bps(self.rng.u32(19_900..20_100)),
            6 => params.collateral = Bps(self.rng.u32(999_900..1_000_100)),
            7 => params.max_term = Secs(long),
            8 => params.max_term.0 += params.bucket.0 * self.rng.u64(0..720),
            9 => params.min_term = Secs(long),
            10 => params.min_term.0 -= 1,
            11 => params.pocps.n = wide >> self.rng.u32(16..32),
            12 => params.pocps.rounds = 1_u32.checked_shl(self.rng.u32(14..34)).unwrap_or(0),
            13 => params.pocps.samples = self.rng.u32(30..1_030),
            14 => params.pocps.window = Secs(long >> self.rng.u32(0..64)),
            15 => params.pocps.dispute = Secs(long),
            16 => params.pocps.epoch = Secs(long >> self.rng.u32(0..64)),
            17 => params.pocps.accuser_bps = Bps(self.rng.u32(4_900..5_100)),
            18 => params.pocps.bond = Wei(amount(self.rng, 128)),
            19 => params.pocps.dispute = Secs(self.rng.u64(0..240)),
            20 => params.pocps.window = Secs(self.rng.u64(0..120)),
            21 => params.pocps.epoch.0 -= self.rng.u64(0..120),
            _ => {}
        }
        params
    }
}

fn is_held(stake: &Stake, now: Timestamp) -> bool {
    matches!(stake.state, StakeState::Held) && stake.expiry > now
}

fn is_lp(stake: &Stake, now: Timestamp) -> bool {
    stake.position().is_some() && stake.expiry > now
}

fn is_free(stake: &Stake, now: Timestamp) -> bool {
    (is_lp(stake, now) || (matches!(stake.state, StakeState::Sold) && stake.expiry > now))
        && stake.running_rental(now).is_none()
}
