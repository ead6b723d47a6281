//! Which devices a rental takes.

use pinfi_core::stake::{Stake, StakeState};
use pinfi_core::units::{PoolId, StakeId, Timestamp};
use pinfi_core::{Error, Ledger};
use serde::Serialize;

/// Why no devices could be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[non_exhaustive]
pub enum SelectError {
    /// There is no such pool.
    #[error(transparent)]
    Pool(#[from] Error),
    /// Too few devices are free for so long.
    #[error("{wanted} devices are wanted until then, {free} are free for so long")]
    TooFewDevices {
        /// How many are asked for.
        wanted: u32,
        /// How many there are.
        free: u32,
    },
}

impl SelectError {
    /// Names the error for screens and logs; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Pool(error) => error.code(),
            Self::TooFewDevices { .. } => "TooFewDevices",
        }
    }
}

/// Tells whether a device of `pool` can be rented from `now` until `until`.
#[must_use]
pub fn is_rentable(stake: &Stake, pool: PoolId, until: Timestamp, now: Timestamp) -> bool {
    stake.pool == pool
        && matches!(stake.state, StakeState::Liquidity(_) | StakeState::Sold)
        && stake.running_rental(now).is_none()
        && stake.expiry >= until
}

/// Chooses `count` devices of a pool for a rental: the best fit, those whose time ends soonest
/// after `until`, so that the long ones stay free for long rentals. Ties go to the older stake.
///
/// # Errors
/// [`SelectError::Pool`] or [`SelectError::TooFewDevices`].
pub fn select_devices(
    ledger: &Ledger,
    pool: PoolId,
    count: u32,
    until: Timestamp,
    now: Timestamp,
) -> Result<Vec<StakeId>, SelectError> {
    ledger.pool(pool)?;
    let stakes = ledger.stakes();
    let mut free: Vec<_> = stakes
        .filter(|(_, stake)| is_rentable(stake, pool, until, now))
        .map(|(id, stake)| (stake.expiry, id))
        .collect();
    let wanted = usize::try_from(count).unwrap_or(usize::MAX);
    if free.len() < wanted {
        let free = u32::try_from(free.len()).unwrap_or(u32::MAX);
        return Err(SelectError::TooFewDevices { wanted: count, free });
    }
    let mut chosen = Vec::with_capacity(wanted);
    // A rental takes a few of at most some hundred devices: less code than a sort.
    while chosen.len() < wanted
        && let Some((place, _)) = free.iter().enumerate().min_by_key(|(_, device)| **device)
    {
        chosen.push(free.swap_remove(place).1);
    }
    Ok(chosen)
}
