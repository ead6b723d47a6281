//! The block rewards of both sides, compared.

use std::collections::BTreeSet;

use alloy_primitives::{Address, U256};
use pinfi_core::Ledger;
use pinfi_core::pool::Pool;
use pinfi_core::rewards::{QueuedWeight, Weight};
use pinfi_core::stake::Stake;
use pinfi_core::units::{Bps, Day, PoolId, StakeId};

use super::Mismatch;
use crate::abi::Lens;

/// What a pool's devices have accrued, and the weight by which they do.
pub(super) fn compare_accrual(
    ledger: &Ledger,
    id: PoolId,
    pool: &Pool,
    found: &Lens::Reserves,
) -> Result<(), Mismatch> {
    let accrual = pool.accrual();
    let core = (accrual.live, accrual.per_device.0);
    let chain = (found.live, found.perDeviceE12);
    Mismatch::check(|| format!("accrual of pool {id}"), &core, &chain)?;
    let Some(rewards) = ledger.rewards() else { return Ok(()) };
    let weight = rewards.weights().of(id);
    let now = found.weightPlusOne.saturating_sub(1);
    let chain = (u32::from(now), found.weightDay, u32::from(found.weightBefore));
    let (Day(day), Bps(before)) = weight.last_change();
    Mismatch::check(|| format!("weight of pool {id}"), &(weight.now.0, day, before), &chain)?;
    // No LP expires before `next`.
    let next = pool.schedule().next().map(|(at, _)| at.0);
    let is_bound = next.is_none_or(|next| found.next <= next);
    Mismatch::check(
        || format!("`next` of pool {id}, {} after {next:?}", found.next),
        &true,
        &is_bound,
    )
}

/// What a live stake has earned, and what was noted at its commitment.
pub(super) fn compare_earning(
    ledger: &Ledger,
    id: StakeId,
    core: &Stake,
    found: &Lens::StakeView,
) -> Result<(), Mismatch> {
    let commitment = ledger.verification_of(id).and_then(|open| open.commitment);
    let mut trials = ledger.game().trials_of(id).filter(|trial| !trial.epoch.is_complaint());
    let trial = trials.next();
    // What was noted for a commitment that ended without effect stays until the next.
    if core.is_active() && trial.is_none_or(|trial| !trial.over) {
        let committed = trial.and_then(|trial| trial.committed.as_ref());
        let mark = commitment.map(|commitment| commitment.mark);
        let mark = mark.or_else(|| committed.map(|committed| committed.mark));
        let mark = mark.map_or((0, 0), |mark| (mark.at.0, mark.per_device.0));
        let chain = (found.mark.time, found.mark.perDeviceE12);
        Mismatch::check(|| format!("mark of stake {id}"), &mark, &chain)?;
    }
    let stake = &found.stake;
    let earning = ledger.rewards().and_then(|rewards| rewards.earning(id)).copied();
    let earning = earning.unwrap_or_default();
    let chain = (stake.earnedE12, stake.perDeviceNotedE12);
    let noted = earning.verified_to.map_or(0, |mark| mark.per_device.0);
    Mismatch::check(|| format!("earning of stake {id}"), &(earning.earned.0, noted), &chain)?;
    if !core.is_active() {
        return Ok(());
    }
    let core = (earning.verified_to.map_or(0, |mark| mark.at.0), earning.proofs, earning.spent.0);
    let chain = (stake.verifiedTo, stake.proofs, stake.spent);
    Mismatch::check(|| format!("proofs of stake {id}"), &core, &chain)?;
    let epoch = if earning.verified_to.is_some() { earning.epoch() } else { 0 };
    Mismatch::check(|| format!("epoch of stake {id}"), &epoch, &stake.epoch)
}

/// Weights, locks, fees and claims.
///
/// # Errors
/// The first [`Mismatch`].
pub fn compare_rewards(
    ledger: &Ledger,
    chain: &Lens::State,
    accounts: &[Address],
    keys: &BTreeSet<(PoolId, Day, Address)>,
) -> Result<(), Mismatch> {
    let Some(rewards) = ledger.rewards() else { return Ok(()) };
    let found = &chain.rewards;
    let mut total = 0;
    for ((id, _), found) in ledger.pools().zip(&found.weights) {
        let weight = rewards.weights().of(id);
        total += weight.now.0;
        compare_weight(id, weight, found)?;
    }
    Mismatch::check(|| "all weights".to_owned(), &total, &found.totalWeight)?;
    for (account, found) in accounts.iter().zip(&found.providers) {
        let core = rewards.provider(*account);
        // The amount that is held is asked for by the day.
        let day = core.lock_day();
        let amounts = (core.locked.0, core.held_on(day).0, core.minted.0);
        let chain = (found.locked, found.held, found.minted);
        Mismatch::check(|| format!("lock of {account}"), &amounts, &chain)?;
        let times = (core.age.0, core.counted_to().0, day.0);
        let chain = (found.age.to::<u64>(), found.countedTo.to::<u64>(), found.day);
        Mismatch::check(|| format!("age of {account}"), &times, &chain)?;
    }
    compare_fees(ledger, found, keys)?;
    let [ecosystem, team] = rewards.claimed();
    let core = (ecosystem.0, team.0, rewards.minted().0);
    let chain = (found.ecosystemClaimed, found.teamClaimed, found.rewarded);
    Mismatch::check(|| "claimed, rewarded".to_owned(), &core, &chain)?;
    let locked = U256::from(rewards.locked().0);
    Mismatch::check(|| "PIN held by the rewards".to_owned(), &locked, &found.held)
}

fn compare_weight(id: PoolId, core: Weight, found: &Lens::Weight) -> Result<(), Mismatch> {
    let queued = |queued: QueuedWeight| (queued.weight.0, queued.executable_at.0);
    let core = (core.now.0, core.queued.map(queued));
    let chain = found.isQueued.then_some((u32::from(found.queued), found.executableAt));
    Mismatch::check(|| format!("queue of pool {id}"), &core, &(found.current.into(), chain))
}

/// What is claimed for is gone on both sides.
fn compare_fees(
    ledger: &Ledger,
    found: &Lens::RewardsState,
    keys: &BTreeSet<(PoolId, Day, Address)>,
) -> Result<(), Mismatch> {
    let Some(rewards) = ledger.rewards() else { return Ok(()) };
    let unclaimed: Vec<_> = rewards.fee_days().unclaimed().collect();
    for (&(pool, day, client), found) in keys.iter().zip(&found.fees) {
        let place = || format!("fees of {client} in pool {pool} on day {day}");
        let own = unclaimed.iter().find(|u| (u.pool, u.day, u.client) == (pool, day, client));
        let core = own.map_or((0, 0), |own| (own.paid.0, own.burned.0));
        Mismatch::check(place, &core, &(found.own.paid, found.own.burned))?;
        let Some(own) = own else { continue };
        let chain = (found.all.fees, u32::from(found.all.weight));
        Mismatch::check(place, &(own.fees.0, own.weight.0), &chain)?;
    }
    Ok(())
}
