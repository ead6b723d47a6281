//! What has happened in a pool lately.

use alloy_primitives::Address;
use pinfi_client::settlement::Activity;
use pinfi_core::{
    Event, Ledger,
    game::GameEvent,
    units::{GpuSeconds, PoolId, StakeId, Timestamp, Wei},
};

/// What an action did to a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Created,
    Staked { stake: StakeId, expiry: Timestamp },
    Joined { stake: StakeId, tokens: Wei },
    Left { stake: StakeId, net: i128 },
    Sold { stake: StakeId, net: Wei },
    Bought { gs: GpuSeconds, gross: Wei },
    GaveBack { stake: StakeId, net: Wei },
    Collected { stake: StakeId, amount: Wei },
    Challenged { stake: StakeId },
    Passed { stake: StakeId },
    Slashed { stake: StakeId },
    Settled { stake: StakeId },
    Claimed { amount: Wei },
}

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Happening {
    /// The action's place in the ledger's order.
    pub(super) seq: u64,
    /// When.
    pub(super) at: Timestamp,
    /// Who signed it.
    pub(super) signer: Address,
    /// What it did.
    pub(super) deed: Deed,
}

/// Picks a pool's latest happenings from the newest activities on, `most` at most.
pub(super) fn happenings(
    ledger: &Ledger,
    pool: PoolId,
    activities: &[Activity],
    most: usize,
) -> Vec<Happening> {
    let happening = |activity: &Activity| {
        let deed = activity.events.iter().find_map(|event| deed(ledger, pool, event))?;
        Some(Happening { seq: activity.seq, at: activity.time, signer: activity.signer, deed })
    };
    activities.iter().filter_map(happening).take(most).collect()
}

/// Reads an event of the pool; `None` for those of other pools, and for those that a later event
/// of the same action tells better.
fn deed(ledger: &Ledger, wanted: PoolId, event: &Event) -> Option<Deed> {
    let at = |pool: PoolId, deed: Deed| (pool == wanted).then_some(deed);
    let of = |stake: StakeId, deed: Deed| at(ledger.stake_of(stake).ok()?.pool, deed);
    match *event {
        Event::PoolCreated { pool, .. } => at(pool, Deed::Created),
        Event::Staked { stake, pool, expiry, .. } => at(pool, Deed::Staked { stake, expiry }),
        Event::LiquidityAdded { stake, pool, tokens, .. } => {
            at(pool, Deed::Joined { stake, tokens })
        }
        Event::LiquidityRemoved { stake, pool, net, .. } => at(pool, Deed::Left { stake, net }),
        Event::Sold { stake, pool, net, .. } => at(pool, Deed::Sold { stake, net }),
        Event::Bought { pool, gs, gross, .. } => at(pool, Deed::Bought { gs, gross }),
        Event::RentalEnded { stake, net, .. } => of(stake, Deed::GaveBack { stake, net }),
        Event::Collected { stake, amount, .. } => of(stake, Deed::Collected { stake, amount }),
        Event::Challenged { stake, .. } | Event::Game(GameEvent::Complained { stake, .. }) => {
            of(stake, Deed::Challenged { stake })
        }
        Event::Passed { stake, .. } => of(stake, Deed::Passed { stake }),
        Event::Slashed { stake, pool, .. } => at(pool, Deed::Slashed { stake }),
        Event::Settled { stake, .. } => of(stake, Deed::Settled { stake }),
        Event::RebateClaimed { pool, amount, .. } => at(pool, Deed::Claimed { amount }),
        Event::Minted { .. }
        | Event::Transferred { .. }
        | Event::Poked { .. }
        | Event::Burned { .. }
        | Event::Rented { .. }
        | Event::Extended { .. }
        | Event::HoursTransferred { .. }
        | Event::RentalTransferred { .. }
        | Event::Committed { .. }
        | Event::Rewarded { .. }
        | Event::WeightQueued { .. }
        | Event::WeightSet { .. }
        | Event::Locked { .. }
        | Event::Unlocked { .. }
        | Event::AllocationClaimed { .. }
        | Event::Game(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{ALICE, BOB, Market, PIN};
    use pinfi_core::{Action, Events};

    fn activity(market: &Market, seq: u64, signer: Address, events: Events) -> Activity {
        Activity { seq, time: market.now, signer, action: String::new(), events }
    }

    #[test]
    fn happenings_leave_out_other_pools_and_mere_payments() {
        let market = Market::open();
        let elsewhere = Event::Bought {
            pool: PoolId(9),
            buyer: BOB,
            gs: GpuSeconds(1),
            gross: Wei(1),
            fee: Wei(0),
            burned: Wei(0),
        };
        let unknown = Event::Passed { stake: StakeId(99), passed: 1 };
        let paid = Event::Transferred { from: ALICE, to: BOB, amount: Wei(1) };
        let list = [activity(&market, 1, BOB, vec![elsewhere, unknown, paid])];
        assert_eq!(happenings(&market.ledger, market.pool, &list, 9), []);
    }

    #[test]
    fn happenings_tell_each_action_once() {
        let mut market = Market::open();
        let (pool, stakes) = (market.pool, vec![market.lp]);
        let (until, max_cost) = (market.hours_from_now(3), Wei(1_000 * PIN));
        let rented = market.act(BOB, Action::Rent { pool, stakes, until, max_cost });
        let Event::Bought { gross, gs, .. } = rented[0] else { panic!("{rented:?}") };
        let end = Action::EndRental { stake: market.lp, min_out: Wei::ZERO };
        let ended = market.act(BOB, end);
        let Event::RentalEnded { net, .. } = ended[0] else { panic!("{ended:?}") };
        let list = [activity(&market, 2, BOB, ended), activity(&market, 1, BOB, rented)];
        let found = happenings(&market.ledger, pool, &list, 9);
        let deeds: Vec<_> = found.iter().map(|line| (line.seq, line.deed)).collect();
        let stake = market.lp;
        assert_eq!(deeds, [(2, Deed::GaveBack { stake, net }), (1, Deed::Bought { gs, gross })]);
        assert_eq!(happenings(&market.ledger, pool, &list, 1).len(), 1, "no more than asked for");
    }
}
