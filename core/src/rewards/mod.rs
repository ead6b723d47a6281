//! Block rewards (PROTOCOL 6): who gets the PIN that is emitted.
//!
//! | file | what lives there |
//! |---|---|
//! | `emission` | how much, and when |
//! | `config` | how it is split, and who governs |
//! | `weights` | the pools' shares, behind a timelock |
//! | `accrual` | what time brings to a pool's providers |
//! | `earning` | what a stake has earned, and what is known of its provider |
//! | `multipliers` | PoT, PoL, PoW |
//! | `exp` | the exponential in them |
//! | `fees` | what clients paid on a day, and what they get for it |

mod accrual;
mod config;
mod earning;
mod emission;
mod exp;
mod fees;
mod multipliers;
mod weights;

pub(crate) use earning::Proof;

pub use accrual::{Accrual, Mark, Stream};
pub use config::{Allocation, RewardsConfig};
pub use earning::{Earning, Payout, Provider};
pub use emission::{DAY_SECS, TOTAL_EMISSION, YEAR_SECS, emitted_between};
pub use exp::exp_neg_wad;
pub use fees::{FeeDays, Unclaimed};
pub use weights::{QueuedWeight, Weight, Weights};

use alloc::boxed::Box;
use alloc::collections::BTreeMap;

use alloy_primitives::Address;
use serde::{Deserialize, Serialize};

use crate::math::{BPS, mul_div_floor};
use crate::units::{Day, PoolId, Secs, StakeId, Timestamp, Wei};

/// The state of the block rewards, beside what each pool accrues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewards {
    pub(crate) config: RewardsConfig,
    pub(crate) weights: Weights,
    // Boxed, so that all maps with such keys share their code: the first load is limited.
    pub(crate) earnings: BTreeMap<StakeId, Box<Earning>>,
    pub(crate) providers: BTreeMap<Address, Box<Provider>>,
    pub(crate) fee_days: FeeDays,
    /// What the ecosystem and the team have claimed.
    pub(crate) claimed: [Wei; 2],
    /// All PIN that was minted as a reward.
    pub(crate) minted: Wei,
}

impl Rewards {
    pub(crate) fn new(config: RewardsConfig) -> Self {
        Self {
            config,
            weights: Weights::default(),
            earnings: BTreeMap::new(),
            providers: BTreeMap::new(),
            fee_days: FeeDays::default(),
            claimed: [Wei::ZERO; 2],
            minted: Wei::ZERO,
        }
    }

    /// Returns what was fixed when the ledger was made.
    #[must_use]
    pub const fn config(&self) -> &RewardsConfig {
        &self.config
    }

    /// Returns the pools' weights.
    #[must_use]
    pub const fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Returns the clients' fees that wait to be claimed for.
    #[must_use]
    pub const fn fee_days(&self) -> &FeeDays {
        &self.fee_days
    }

    /// Returns what a stake has earned; `None` if it never was an LP, or has ended.
    #[must_use]
    pub fn earning(&self, stake: StakeId) -> Option<&Earning> {
        self.earnings.get(&stake).map(Box::as_ref)
    }

    /// Returns what is known of a provider.
    #[must_use]
    pub fn provider(&self, account: Address) -> Provider {
        self.providers.get(&account).map_or_else(Provider::default, |provider| **provider)
    }

    /// Returns all PIN that accounts have locked.
    #[must_use]
    pub fn locked(&self) -> Wei {
        Wei(self.providers.values().map(|provider| provider.locked.0).sum())
    }

    /// Returns what the ecosystem and the team have claimed.
    #[must_use]
    pub const fn claimed(&self) -> [Wei; 2] {
        self.claimed
    }

    /// Returns all PIN that was minted as a reward.
    #[must_use]
    pub const fn minted(&self) -> Wei {
        self.minted
    }

    /// Returns what of the emission is not minted yet: the supply cap sets it aside.
    #[must_use]
    pub const fn set_aside(&self) -> Wei {
        TOTAL_EMISSION.saturating_sub(self.minted)
    }

    /// Returns the reward day of `now`; the first one before the genesis too.
    pub(crate) fn today(&self, now: Timestamp) -> Day {
        self.config.day_of(now).unwrap_or(Day::ZERO)
    }

    /// Returns what an account may claim for the ecosystem, and for the team.
    #[must_use]
    pub fn claimable(&self, account: Address, now: Timestamp) -> [Wei; 2] {
        let RewardsConfig { genesis, ecosystem, team, .. } = self.config;
        let [first, second] = self.claimed;
        [(ecosystem, first), (team, second)].map(|(allocation, claimed)| {
            if allocation.account != account {
                return Wei::ZERO;
            }
            let free_to = Timestamp(now.0.saturating_sub(allocation.lock.0));
            let emitted = emitted_between(genesis, genesis, free_to).0;
            let whole = mul_div_floor(emitted, allocation.share.0.into(), BPS).unwrap_or(0);
            Wei(whole).saturating_sub(claimed)
        })
    }

    /// Returns what a client may claim at `now`: the days that are over and for which it gets
    /// something.
    pub fn due_rebates(
        &self,
        client: Address,
        now: Timestamp,
    ) -> impl Iterator<Item = (PoolId, Day, Wei)> + '_ {
        let today = self.today(now);
        let past = self.fee_days.of(client).filter(move |(_, day)| *day < today);
        past.filter_map(move |(pool, day)| {
            let amount = self.fee_days.rebate(&self.config, pool, day, client)?;
            (amount > Wei::ZERO).then_some((pool, day, amount))
        })
    }

    /// Takes in a passed proof of a stake; see [`Earning::verify`].
    pub(crate) fn verify(&mut self, stake: StakeId, provider: Address, proof: Proof) {
        let Some(earning) = self.earnings.get_mut(&stake) else { return };
        let counted = earning.verify(proof);
        if counted > Secs::ZERO {
            self.providers.entry(provider).or_default().grow(proof.mark.at, counted);
        }
    }
}
