//! The ledger's own block rewards, for a market that is paid by them.

use alloy_primitives::Address;
use pinfi_core::Action;
use pinfi_core::rewards::{DAY_SECS, Earning, RewardsConfig, emitted_between};
use pinfi_core::units::{Bps, Secs, Timestamp, Wei};

use crate::error::Error;
use crate::market::{MINTER, Market, POOL, START};
use crate::pin::{HOUR_SECS, to_pin};
use crate::scenario::check_range;

/// A wei of a reward, in the parts in which it accrues.
const PARTS: f64 = 1e12;
const WAD: f64 = 1e18;

/// All goes to pools, or a large market would be worth more than the emission pays.
pub(crate) const fn config() -> RewardsConfig {
    let mut config = RewardsConfig::with_defaults(Timestamp(START), MINTER, MINTER, MINTER);
    (config.ecosystem.share, config.team.share) = (Bps(0), Bps(0));
    // The pool has its weight when the market begins.
    config.timelock = Secs(1);
    config
}

/// The weight that brings a pool's providers so much PIN in the first hours.
///
/// # Errors
/// [`Error::OutOfRange`] if that is less than the least weight brings or more than there is.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within 1 to 10 000, as checked"
)]
pub(crate) fn weight(pin_per_hour: f64) -> Result<Bps, Error> {
    let config = config();
    let emitted = emitted_between(
        config.genesis,
        config.genesis,
        config.genesis.saturating_add(Secs(DAY_SECS)),
    );
    let all = to_pin(emitted) / 24.0 * f64::from(config.providers.0) / 1e4;
    let parts = libm::round(pin_per_hour / all * 1e4);
    check_range("emission", parts, 1.0, 1e4)?;
    Ok(Bps(parts as u32))
}

impl Market {
    /// What all LPs of the pool accrue together in the hour to come, in PIN.
    pub(crate) fn stream(&self) -> f64 {
        let pool = self.ledger.pool(POOL);
        let flows = pool.map(|pool| pool.stream().between(self.now(), self.after(1)));
        flows.map_or(0.0, |flows| flows.0 as f64 / PARTS / WAD)
    }

    /// The live LP devices, who share it.
    pub(crate) fn live(&self) -> u32 {
        self.ledger.pool(POOL).map_or(0, |pool| pool.accrual().live)
    }

    /// The part of a reward that the multipliers leave to a provider after `hours` more as a
    /// verified LP, with what it holds locked; PoW, as its proofs come at once, is 1.
    pub(crate) fn kept(&self, account: Address, hours: u32) -> f64 {
        let Some(rewards) = self.ledger.rewards() else { return 1.0 };
        let mut provider = rewards.provider(account);
        provider.age.0 += u64::from(hours) * HOUR_SECS;
        let day = rewards.config().day_of(self.after(hours)).unwrap_or_default();
        let payout = Earning::default().payout(&provider, day, Secs(HOUR_SECS));
        payout.time_wad as f64 / WAD * (payout.loyalty_wad as f64 / WAD)
    }

    /// Locks what an account was paid: its next rewards are multiplied by it.
    pub(crate) fn lock(&mut self, account: Address, amount: Wei) {
        if amount > Wei::ZERO {
            // Just paid, so it is there.
            let _locked = self.act(account, &Action::Lock { amount });
        }
    }
}
