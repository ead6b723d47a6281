//! What an account holds: which stakes, hours, certificates and rentals are its own.

use alloy_primitives::Address;
use pinfi_core::{
    Ledger,
    stake::{Stake, StakeState},
    units::{CertificateId, Day, PoolId, StakeId, Timestamp},
};

/// An account's tokens, each list in the order of creation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holdings {
    /// Live stakes whose st-token it owns.
    pub(super) stakes: Vec<StakeId>,
    /// Held stakes of others whose hours token it holds.
    pub(super) hours: Vec<StakeId>,
    /// Certificates that no stake was made of yet.
    pub(super) certificates: Vec<CertificateId>,
    /// Devices that it rents.
    pub(super) rentals: Vec<StakeId>,
    /// Pools and reward days whose fees it may claim a reward for.
    pub(super) rebates: Vec<(PoolId, Day)>,
    /// Its stakes that were settled or slashed, the latest first.
    pub(super) ended: Vec<StakeId>,
}

impl Holdings {
    /// Looks an account's tokens up.
    pub(super) fn of(ledger: &Ledger, account: Address, now: Timestamp) -> Self {
        let mut holdings = Self::default();
        for (id, stake) in ledger.stakes() {
            if stake.provider == account {
                let list =
                    if stake.is_active() { &mut holdings.stakes } else { &mut holdings.ended };
                list.push(id);
            } else if stake.hours_holder == account && matches!(stake.state, StakeState::Held) {
                holdings.hours.push(id);
            }
            if stake.running_rental(now).is_some_and(|rental| rental.renter == account) {
                holdings.rentals.push(id);
            }
        }
        holdings.ended.reverse();
        let unused = |paper: &pinfi_core::stake::Certificate| !paper.used && paper.owner == account;
        let papers = ledger.certificates().filter(|(_, paper)| unused(paper));
        holdings.certificates = papers.map(|(id, _)| id).collect();
        if let Some(rewards) = ledger.rewards() {
            let due = rewards.due_rebates(account, now);
            holdings.rebates = due.map(|(pool, day, _)| (pool, day)).collect();
        }
        holdings
    }

    /// Tells whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What can be done with a stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Answer a challenge, or ask for one.
    Prove,
    /// Take the PIN that the pool has released.
    Collect,
    /// Pair the hours with PIN.
    Join,
    /// Open a dormant pool at a price of one's own.
    Open,
    /// Sell the hours to the pool.
    Sell,
    /// Leave the pool before the end.
    Remove,
    /// Pass the hours token on.
    Transfer,
    /// End an expired stake.
    Settle,
}

/// Lists what an account can do with a live stake now, the nearest at hand first.
pub(super) fn deeds(ledger: &Ledger, stake: &Stake, account: Address, now: Timestamp) -> Vec<Deed> {
    if !stake.is_active() {
        return Vec::new();
    }
    if now >= stake.expiry {
        return vec![Deed::Settle];
    }
    let mut deeds = Vec::new();
    let (provides, holds) = (stake.provider == account, stake.hours_holder == account);
    if provides {
        deeds.push(Deed::Prove);
    }
    match stake.state {
        StakeState::Liquidity(_) if provides => deeds.extend([Deed::Collect, Deed::Remove]),
        StakeState::Held if holds => {
            let reserves = ledger.pool(stake.pool).and_then(|pool| pool.at(now));
            let is_open = reserves.is_ok_and(|advanced| advanced.reserves.is_open());
            if provides {
                deeds.push(if is_open { Deed::Join } else { Deed::Open });
            }
            if is_open {
                deeds.push(Deed::Sell);
            }
            deeds.push(Deed::Transfer);
        }
        _ => {}
    }
    deeds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ALICE, BOB, Market};
    use pinfi_core::Action;

    fn deeds_of(market: &Market, stake: StakeId, account: Address) -> Vec<Deed> {
        deeds(&market.ledger, market.ledger.stake_of(stake).unwrap(), account, market.now)
    }

    #[test]
    fn holdings_of_a_stranger_are_empty() {
        let market = Market::open();
        assert!(Holdings::of(&market.ledger, Address::repeat_byte(9), market.now).is_empty());
    }

    #[test]
    fn holdings_tell_tokens_apart() {
        let mut market = Market::open();
        let held = market.stake(BOB, 24);
        market.act(BOB, Action::TransferHours { stake: held, to: ALICE });
        market.act(ALICE, Action::Burn { pool: market.pool, gs: pinfi_core::units::GpuSeconds(9) });
        let until = market.hours_from_now(3);
        let rent = Action::Rent {
            pool: market.pool,
            stakes: vec![market.lp],
            until,
            max_cost: pinfi_core::units::Wei(u128::MAX >> 1),
        };
        market.act(BOB, rent);

        let alice = Holdings::of(&market.ledger, ALICE, market.now);
        assert_eq!(alice.stakes, [market.lp], "her own stake");
        assert_eq!(alice.hours, [held], "the hours that Bob gave her");
        assert_eq!(alice.certificates.len(), 1);
        assert!(alice.rentals.is_empty());
        let bob = Holdings::of(&market.ledger, BOB, market.now);
        assert_eq!((bob.stakes, bob.rentals), (vec![held], vec![market.lp]));
        let later = Holdings::of(&market.ledger, BOB, until);
        assert!(later.rentals.is_empty(), "over at its end");
    }

    #[test]
    fn holdings_keep_what_has_ended_apart() {
        let mut market = Market::open();
        market.now = market.hours_from_now(49);
        market.act(BOB, Action::Settle { stake: market.lp });
        let alice = Holdings::of(&market.ledger, ALICE, market.now);
        assert_eq!((alice.stakes.len(), alice.ended), (0, vec![market.lp]));
    }

    #[test]
    fn deeds_of_an_ended_stake_are_none() {
        let mut market = Market::open();
        market.now = market.hours_from_now(49);
        assert_eq!(deeds_of(&market, market.lp, BOB), [Deed::Settle], "anyone may settle");
        market.act(BOB, Action::Settle { stake: market.lp });
        assert_eq!(deeds_of(&market, market.lp, ALICE), []);
    }

    #[test]
    fn deeds_follow_state_and_owner() {
        let mut market = Market::open();
        assert_eq!(deeds_of(&market, market.lp, ALICE), [Deed::Prove, Deed::Collect, Deed::Remove]);
        assert_eq!(deeds_of(&market, market.lp, BOB), [], "not his");
        let held = market.stake(BOB, 24);
        let all = [Deed::Prove, Deed::Join, Deed::Sell, Deed::Transfer];
        assert_eq!(deeds_of(&market, held, BOB), all);
        market.act(BOB, Action::TransferHours { stake: held, to: ALICE });
        assert_eq!(deeds_of(&market, held, BOB), [Deed::Prove], "the device is still his to prove");
        assert_eq!(deeds_of(&market, held, ALICE), [Deed::Sell, Deed::Transfer]);
    }

    #[test]
    fn deeds_in_a_dormant_pool_open_it() {
        let mut market = Market::dormant();
        let held = market.stake(BOB, 24);
        assert_eq!(deeds_of(&market, held, BOB), [Deed::Prove, Deed::Open, Deed::Transfer]);
    }
}
