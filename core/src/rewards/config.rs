//! What is fixed when a ledger with block rewards is made.

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use super::emission::{DAY_SECS, YEAR_SECS};
use crate::error::Error;
use crate::units::{Bps, Day, Secs, Timestamp};

const ALL: u32 = 10_000;

/// How the emission is split, and who decides on the pools' weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardsConfig {
    /// When the emission begins; reward days are counted from here.
    pub genesis: Timestamp,
    /// The only account that may queue a pool's weight. The zero address: nobody.
    pub governor: Address,
    /// How long a queued weight waits before it can be executed; above zero.
    pub timelock: Secs,
    /// The part for the ecosystem.
    pub ecosystem: Allocation,
    /// The part for the team.
    pub team: Allocation,
    /// The providers' part of what a pool gets; the rest is for its clients.
    pub providers: Bps,
}

/// A part of the emission that an account may claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allocation {
    /// Who may claim it.
    pub account: Address,
    /// The part of the whole emission.
    pub share: Bps,
    /// How long each second's emission is locked before it can be claimed.
    pub lock: Secs,
}

impl RewardsConfig {
    /// The defaults of PROTOCOL 6: 70 % to pools (90 % of that to providers), 20 % ecosystem,
    /// 10 % team locked for five years; a timelock of two days.
    #[must_use]
    pub const fn with_defaults(
        genesis: Timestamp,
        governor: Address,
        ecosystem: Address,
        team: Address,
    ) -> Self {
        let five_years = Secs(5 * YEAR_SECS);
        Self {
            genesis,
            governor,
            timelock: Secs(2 * DAY_SECS),
            ecosystem: Allocation { account: ecosystem, share: Bps(2_000), lock: Secs::ZERO },
            team: Allocation { account: team, share: Bps(1_000), lock: five_years },
            providers: Bps(9_000),
        }
    }

    /// Checks the bounds: no more is split than there is, and a timelock that locks.
    ///
    /// # Errors
    /// [`Error::BadParameter`] with the name of the first parameter out of bounds.
    pub fn validate(&self) -> Result<(), Error> {
        let bad = |name| Err(Error::BadParameter { name });
        if self.timelock == Secs::ZERO {
            return bad("timelock");
        }
        if self.ecosystem.share.0 > ALL {
            return bad("ecosystem_bps");
        }
        if self.team.share.0 > ALL - self.ecosystem.share.0 {
            return bad("team_bps");
        }
        if self.providers.0 > ALL {
            return bad("providers_bps");
        }
        Ok(())
    }

    /// Returns the pools' part of the emission: what the ecosystem and the team leave.
    #[must_use]
    pub const fn pools(&self) -> Bps {
        Bps(ALL.saturating_sub(self.ecosystem.share.0).saturating_sub(self.team.share.0))
    }

    /// Returns the reward day of a time; `None` before the genesis.
    #[must_use]
    pub fn day_of(&self, at: Timestamp) -> Option<Day> {
        let secs = at.0.checked_sub(self.genesis.0)?;
        Some(Day(u32::try_from(secs / DAY_SECS).unwrap_or(u32::MAX)))
    }

    /// Returns when a reward day begins.
    #[must_use]
    pub const fn day_begins(&self, day: Day) -> Timestamp {
        self.genesis.saturating_add(Secs(day.0 as u64 * DAY_SECS))
    }

    /// Returns the providers' part of a pool's weight, in parts of 10^12 of the emission.
    pub(crate) fn providers_e12(&self, weight: Bps) -> u64 {
        self.part_e12(weight, self.providers.0)
    }

    /// Returns the clients' part of a pool's weight, in parts of 10^12 of the emission.
    pub(crate) fn clients_e12(&self, weight: Bps) -> u64 {
        self.part_e12(weight, ALL - self.providers.0)
    }

    fn part_e12(&self, weight: Bps, part: u32) -> u64 {
        u64::from(self.pools().0) * u64::from(weight.0) * u64::from(part)
    }
}
