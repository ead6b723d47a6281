//! What answering costs on a chain: the gas of a stake's moves until it ends.

use pinfi_core::Ledger;
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{StakeId, Timestamp};

/// What the moves of an epoch use, in gas, where all of them are the provider's: to open the epoch, commit,
/// record the beacon and conclude. Measured in a stake's first epoch, in which the most is written for the first
/// time, and rounded up; `deploy/tests/game.rs` holds it.
pub const EPOCH_GAS: u64 = 640_000;
/// Of so many commitments one is to be proved without an accusation.
const PROVED_OF: u64 = 64;
/// What is kept for accusations, in proofs: each costs one, for which the accuser's bond comes in PIN.
const SPARE_PROOFS: u64 = 4;

/// Returns what a proof of one sample uses, in gas, rounded up: a row of `n` entries and its path, twice.
#[must_use]
pub const fn prove_gas(n: u32) -> u64 {
    // 249 158 at n = 256, 422 734 at 1 024, 1 379 190 at 4 096 (docs/gas.md).
    180_000 + 300 * n as u64
}

/// Returns the gas that answering for stakes may use from `now` until they end. Of stakes in one pool each is
/// reckoned as if it opened the epochs.
#[must_use]
pub fn gas_until_end(ledger: &Ledger, stakes: &[StakeId], now: Timestamp) -> u64 {
    let of = |id: &StakeId| {
        let stake = ledger.stake_of(*id).ok().filter(|stake| stake.is_active())?;
        let pool = ledger.pool(stake.pool).ok()?;
        Some(gas_of(pool.params(), now, stake.expiry))
    };
    stakes.iter().filter_map(of).fold(0, u64::saturating_add)
}

/// Returns the gas of one epoch of the costliest of the stakes' pools, its proof included.
#[must_use]
pub fn gas_of_an_epoch(ledger: &Ledger, stakes: &[StakeId]) -> u64 {
    let of = |id: &StakeId| {
        let stake = ledger.stake_of(*id).ok().filter(|stake| stake.is_active())?;
        let rules = ledger.pool(stake.pool).ok()?.params().pocps;
        Some(EPOCH_GAS.saturating_add(prove_gas(rules.n)))
    };
    stakes.iter().filter_map(of).max().unwrap_or_default()
}

fn gas_of(params: &PoolParams, now: Timestamp, expiry: Timestamp) -> u64 {
    let rules = params.pocps;
    let left = expiry.0.saturating_sub(now.0);
    let epochs = left.checked_div(rules.epoch.0).unwrap_or_default().saturating_add(1);
    let proofs = epochs.div_ceil(PROVED_OF).saturating_add(SPARE_PROOFS);
    let moves = epochs.saturating_mul(EPOCH_GAS);
    moves.saturating_add(proofs.saturating_mul(prove_gas(rules.n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prove_gas_covers_what_was_measured() {
        for (n, measured) in [(256, 249_158), (1_024, 422_734), (4_096, 1_379_190)] {
            let reckoned = prove_gas(n);
            assert!((measured..measured * 5 / 4).contains(&reckoned), "{n}: {reckoned}");
        }
    }
}
