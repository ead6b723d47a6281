//! What must hold on the contracts whatever happens, from their own numbers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

mod support;

use alloy_primitives::{Address, U256, U512};
use pinfi_core::game::GameAction;
use pinfi_core::ledger::MAX_SUPPLY;
use pinfi_core::rewards::{DAY_SECS, TOTAL_EMISSION};
use pinfi_core::units::{PoolId, Timestamp};
use pinfi_core::{Action, Event, Ledger};
use pinfi_differential::abi::Lens;
use pinfi_differential::random::{self, Fresh};
use pinfi_differential::state::held_and_owed;
use pinfi_differential::twin::Twin;

const LIVES: u64 = 40;

/// What the market owes: reserves, escrow and maintenance fees. The game holds the bonds.
fn owed(state: &Lens::State) -> U256 {
    let pools = state.pools.iter().map(|pool| U256::from(pool.pin) + U256::from(pool.escrow));
    let fees = state.stakes.iter().map(|stake| U256::from(stake.stake.maintenanceFee));
    pools.chain(fees).sum()
}

#[test]
fn law_market_and_game_hold_what_they_owe() {
    let fresh = Fresh::new().unwrap();
    let mut bonds = 0;
    for seed in 0..LIVES {
        let lived =
            random::live(&mut fresh.of_seed(seed).clone(), 1_000 + seed, |step, twin, _| {
                let state = twin.read().unwrap();
                assert!(state.held >= owed(&state), "seed {seed}, {step:?}");
                if twin.plays() {
                    let (held, owed) =
                        held_and_owed(&twin.ledger, &mut twin.chain, &twin.at).unwrap();
                    assert!(held >= owed, "seed {seed}, {step:?}: {held} for bonds of {owed}");
                    bonds += u32::from(owed > U256::ZERO);
                }
            });
        assert!(lived.difference.is_none(), "{:?}", lived.difference);
    }
    assert!(bonds > 60, "only {bonds} steps with a bond");
}

/// T·R of a pool: Z does not change in a trade, so k̂ = T·R/Z² rises and falls with it.
fn product(pin: u128, compute: u128) -> U512 {
    U512::from(pin) * U512::from(compute)
}

#[test]
fn law_khat_never_falls_through_a_trade() {
    let fresh = Twin::new().unwrap();
    let mut trades = 0;
    for seed in 0..LIVES + 10 {
        let mut before: Option<Ledger> = None;
        random::live(&mut fresh.clone(), 2_000 + seed, |step, twin, done| {
            let previous = before.replace(twin.ledger.clone());
            let Ok(events) = &done.outcome else { return };
            let pool = match events.first() {
                Some(Event::Bought { pool, .. } | Event::Sold { pool, .. }) => *pool,
                Some(&Event::RentalEnded { stake, .. }) => {
                    twin.ledger.stake_of(stake).unwrap().pool
                }
                _ => return,
            };
            let Some(Ok(before)) = previous.map(|ledger| at(&ledger, pool, twin.chain.now()))
            else {
                return;
            };
            let index = usize::try_from(pool.0).unwrap();
            let after = twin.read().unwrap().pools[index].clone();
            assert_eq!(before.2, after.shares, "Z through a trade, {step:?}");
            let (old, new) = (product(before.0, before.1), product(after.pin, after.compute));
            assert!(new >= old, "seed {seed}, {step:?}: {old} to {new}");
            trades += 1;
        });
    }
    assert!(trades > 200, "only {trades} trades");
}

/// T, R and Z at a time.
fn at(ledger: &Ledger, pool: PoolId, now: u64) -> Result<(u128, u128, u128), pinfi_core::Error> {
    let reserves = ledger.pool(pool)?.at(Timestamp(now))?.reserves;
    Ok((reserves.pin.0, reserves.compute.0, reserves.shares.0))
}

/// After the last expiry all can be settled, and what is left of the market's PIN is the escrow's
/// dust: less than a wei for each step of time and each payment, and where the shares Z pass 2^96,
/// less than Z/2^96 for each step, as `acc` has 96 binary places.
#[test]
fn law_nothing_is_stuck() {
    let fresh = Fresh::new().unwrap();
    let (mut settled, mut returned) = (0, 0);
    for seed in 0..LIVES {
        let mut twin = fresh.of_seed(seed).clone();
        let (mut steps, mut most_shares) = (0_u128, 0);
        random::live(&mut twin, 3_000 + seed, |_, twin, done| {
            steps += u128::from(done.outcome.is_ok());
            let shares = twin.ledger.pools().map(|(_, pool)| pool.reserves().shares.0).max();
            most_shares = most_shares.max(shares.unwrap_or_default());
        });
        let last = twin.ledger.stakes().map(|(_, stake)| stake.expiry.0).max().unwrap_or(0);
        let now = twin.chain.now().max(last) + 1;
        twin.chain.set_time(now);
        let active: Vec<_> =
            twin.ledger.stakes().filter(|(_, stake)| stake.is_active()).map(|(id, _)| id).collect();
        for stake in active {
            let done = twin.act(Address::repeat_byte(0x77), Action::Settle { stake }).unwrap();
            assert!(done.outcome.is_ok(), "seed {seed}, {stake}: {:?}", done.outcome);
            settled += 1;
        }
        returned += take_back_bonds(&mut twin);
        let state = twin.read().unwrap();
        let mut dust = U256::ZERO;
        for pool in &state.pools {
            if pool.last == now {
                assert_eq!((pool.pin, pool.compute, pool.shares, pool.decay), (0, 0, 0, 0));
            }
            dust += U256::from(pool.escrow);
        }
        let lost = twin.ledger.accounts().balance(twin.at.market).0;
        assert_eq!(state.held, dust + U256::from(lost), "what nobody threw away is dust");
        let count = steps + 2 * state.stakes.len() as u128;
        let bound = count * (2 + (most_shares >> 96));
        assert!(dust <= U256::from(bound), "seed {seed}: {dust} wei of dust, bound {bound}");
    }
    assert!(settled > 50, "only {settled} settled at the end");
    assert!(returned > 0, "only {returned} bonds returned at the end");
}

/// Takes back every bond that is staked once all stakes have ended, and checks that none is left.
fn take_back_bonds(twin: &mut Twin) -> u32 {
    let mut staked = Vec::new();
    for (stake, _) in twin.ledger.stakes() {
        for trial in twin.ledger.game().trials_of(stake) {
            let made = trial.committed.iter().flat_map(|committed| &committed.accusations);
            let made = made.filter(|(_, made)| made.bond.0 > 0);
            staked.extend(made.map(|(&sample, _)| (stake, trial.epoch, sample)));
        }
    }
    let count = staked.len();
    for (stake, epoch, sample) in staked {
        let convict = GameAction::Convict { stake, epoch, sample };
        let done = twin.act(Address::repeat_byte(0x77), convict.into()).unwrap();
        assert!(done.outcome.is_ok(), "{stake}, {sample}: {:?}", done.outcome);
    }
    if twin.plays() {
        let lost = twin.ledger.accounts().balance(twin.at.game).0;
        let (held, _) = held_and_owed(&twin.ledger, &mut twin.chain, &twin.at).unwrap();
        assert_eq!(held, U256::from(lost), "nobody's bond is left");
    }
    u32::try_from(count).unwrap()
}

/// What accounts have locked is there and can be taken out by them, what clients may claim can be
/// claimed, and no more is minted than the emission and the cap allow.
#[test]
fn law_rewards_are_covered_and_none_is_stuck() {
    let fresh = Twin::new().unwrap();
    let (mut unlocked, mut claimed) = (0, 0);
    for seed in 0..LIVES {
        let mut twin = fresh.clone();
        let mut accounts = Vec::new();
        random::live(&mut twin, 5_000 + seed, |step, twin, _| {
            accounts.push(step.sender);
            let state = twin.read().unwrap();
            let locked: U256 = state.rewards.providers.iter().map(|p| U256::from(p.locked)).sum();
            assert!(state.rewards.held >= locked, "seed {seed}, {step:?}");
            assert!(state.rewards.rewarded <= TOTAL_EMISSION.0, "seed {seed}, {step:?}");
            assert!(state.minted <= U256::from(MAX_SUPPLY.0), "seed {seed}, {step:?}");
        });
        let later = twin.chain.now() + DAY_SECS;
        twin.chain.set_time(later);
        accounts.sort_unstable();
        accounts.dedup();
        for account in accounts {
            let rewards = twin.ledger.rewards().unwrap();
            let due: Vec<_> = rewards.due_rebates(account, Timestamp(later)).collect();
            let amount = rewards.provider(account).locked;
            for (pool, day, _) in due {
                let done = twin.act(account, Action::ClaimRebate { pool, day }).unwrap();
                assert!(done.outcome.is_ok(), "seed {seed}: {:?}", done.outcome);
                claimed += 1;
            }
            if amount.0 > 0 {
                let done = twin.act(account, Action::Unlock { amount }).unwrap();
                assert!(done.outcome.is_ok(), "seed {seed}: {:?}", done.outcome);
                unlocked += 1;
            }
        }
        assert_eq!(twin.read().unwrap().rewards.held, U256::ZERO, "seed {seed}");
    }
    assert!(unlocked > 20 && claimed > 5, "only {unlocked} unlocked, {claimed} claimed");
}
