//! That nobody gains by having himself slashed, whatever he plays: provider, renter, accuser.

use pinfi_core::units::{Bps, StakeId, Wei};
use pinfi_core::{Action, Event};
use proptest::prelude::*;

use crate::market::{Market, PIN, POOL, account};
use crate::table::{BOND, DISPUTE, FIRST, accuse, commit, convict, open, params};

/// One person: the provider, the renter of its own device and its accuser.
const PERSON: [u8; 3] = [0, 2, 3];

fn wealth(market: &Market) -> u128 {
    PERSON.iter().map(|who| market.ledger.accounts().balance(account(*who)).0).sum()
}

/// What a stake is worth to its provider, who has nothing to do but to wait: its PIN in the pool
/// or its fee, and what is pending.
fn at_stake(market: &Market, id: StakeId) -> u128 {
    let stake = market.ledger.stake_of(id).unwrap();
    let pool = market.ledger.pool(POOL).unwrap();
    let reserves = pool.at(market.now).unwrap().reserves;
    stake.position().map_or(stake.maintenance_fee.0, |position| {
        let share = position.decay.0 * u128::from(stake.remaining(market.now).0);
        let pending = reserves.pending(position.decay, position.acc_noted_q96).0;
        reserves.pin.0 * (share >> 30) / (reserves.shares.0 >> 30) + pending
    })
}

/// The last stake of all: the other LP's, where there is one.
fn last(market: &Market) -> StakeId {
    market.ledger.stakes().map(|(id, _)| id).last().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Defences: what is forfeited beyond the refund and the accuser's share, which together never
    /// exceed it, is burned and never enters the reserves; the refund is at most what the forfeit
    /// covers of the rented hours.
    #[test]
    fn attack_slashing_oneself_for_profit(
        accuser_bps in 0u32..=5_000,
        // Long rentals of a pool that was bought dry are dear: the refund is beyond what is forfeited.
        rented in prop_oneof![1u64..18, 14u64..18],
        wait in 1u64..3,
        other_lp: bool,
        bought_dry in 0u64..18,
        is_lp: bool,
        by_the_renter: bool,
    ) {
        let mut params = params();
        params.pocps.accuser_bps = Bps(accuser_bps);
        let mut market = Market::new(params, 4);
        let expiry = market.boundary(20);
        if is_lp {
            market.provide(account(0), expiry).unwrap();
        } else {
            let held = market.stake(account(0), expiry).unwrap();
            let long = market.boundary(40);
            market.provide(account(1), long).unwrap();
            market.act(account(0), Action::Sell { stake: held, min_out: Wei(0) }).unwrap();
        }
        if other_lp {
            market.provide(account(1), expiry).unwrap();
        }
        market.now = market.boundary(1);
        let until = market.boundary(rented);
        // Somebody else has bought hours and made the price.
        if other_lp && bought_dry > 0 {
            let stakes = vec![last(&market)];
            let until = market.boundary(bought_dry);
            let rent = Action::Rent { pool: POOL, stakes, until, max_cost: Wei(u128::MAX) };
            let _ = market.act(account(1), rent);
        }
        let before_rent = wealth(&market);
        let rent = Action::Rent { pool: POOL, stakes: vec![FIRST], until, max_cost: Wei(u128::MAX) };
        let is_rented = market.act(account(2), rent).is_ok();
        let paid = before_rent - wealth(&market);
        market.now = market.boundary(wait);
        prop_assume!(market.now < expiry);

        let epoch = open(&mut market);
        commit(&mut market, FIRST, epoch, alloy_primitives::B256::ZERO).unwrap();
        let accuser = if by_the_renter { 2 } else { 3 };
        accuse(&mut market, accuser, FIRST, epoch, 0).unwrap();
        market.wait(DISPUTE + 1);
        let (before, lost) = (wealth(&market) + BOND.0, at_stake(&market, FIRST));
        // What the other LP has in the pool, to which the person's own second stake would be like.
        let others = |market: &Market| {
            let reserves = at_stake(market, last(market));
            (market.ledger.accounts().balance(account(1)), reserves)
        };
        let (balance, reserves) = others(&market);
        let hours = market.ledger.stake_of(FIRST).unwrap().remaining(market.now).0;
        let unused = u128::from(if is_rented { until.since(market.now).0 } else { 0 });
        let covered = lost * unused / u128::from(hours);
        let events = convict(&mut market, FIRST, epoch, 0).unwrap();
        let gained = wealth(&market) - before;
        let [Event::Slashed { refund, burned, .. }, _] = events[..] else { panic!("{events:?}") };
        prop_assert!(gained <= lost, "gained {} of {}", gained, lost);
        prop_assert!(refund.0 <= paid, "refund {} of {} paid", refund.0, paid);
        prop_assert!(burned.0 > 0 || lost < PIN / 1_000_000);
        prop_assert!(gained <= covered + (lost - covered) / 2 + 1, "{} beyond {}", gained, covered);
        // More than half of what is forfeited beyond the refund is gone.
        prop_assert!(gained - refund.0 <= (lost - refund.0) / 2 + 1);
        if by_the_renter && is_rented && market.ledger.stake_of(FIRST).is_ok() && wait < rented {
            prop_assert_eq!(gained, refund.0, "the renter has the bond alone");
        }
        let after = others(&market);
        prop_assert_eq!(after.0, balance, "nobody else is paid");
        if last(&market) != FIRST {
            let most = reserves + reserves / 1_000_000;
            prop_assert!(after.1 <= most, "the reserves rose by {}", after.1 - reserves);
        }
    }
}
