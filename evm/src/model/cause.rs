//! Who did what, so that this was logged.

use alloy_primitives::{Address, B256};
use pinfi_core::game::{GameAction, GameEvent};
use pinfi_core::units::{EpochId, PoolId, SharesWad, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Error, Event, Events, Ledger};

use super::Gap;
use crate::game;

/// What made something happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An account's action.
    Act {
        /// Whose.
        sender: Address,
        /// What it did; limits that it set are not known.
        action: Action,
    },
    /// What the game found of a proof, whose opening no log carries.
    Proof {
        /// The provider, who alone can prove.
        sender: Address,
        /// The stake.
        stake: StakeId,
        /// The epoch of the challenge.
        epoch: EpochId,
        /// The sample.
        sample: u32,
        /// Whether it is right.
        right: bool,
    },
    /// A verdict of a game that has no moves in the core.
    Verdict {
        /// The stake.
        stake: StakeId,
        /// Whether it passed.
        passed: bool,
    },
}

impl Cause {
    /// Does it to a ledger.
    pub(super) fn apply(
        &self,
        ledger: &mut Ledger,
        now: Timestamp,
        randomness: B256,
    ) -> Result<Events, Error> {
        match *self {
            Self::Act { sender, ref action } => {
                ledger.apply(action, &Context { sender, now, randomness })
            }
            Self::Proof { stake, epoch, sample, right, .. } => {
                let found = if right { Ok(()) } else { Err(String::new()) };
                ledger.apply_proof(now, stake, epoch, sample, found)
            }
            Self::Verdict { stake, passed } => ledger.apply_verdict(now, stake, passed),
        }
    }
}

/// Gives the randomness that went into what an event tells of.
pub(super) fn randomness(event: Option<&Event>) -> B256 {
    match event {
        Some(Event::Challenged { randomness, .. }) => *randomness,
        Some(Event::Committed { beacon, .. }) => *beacon,
        Some(Event::Game(event)) => game::randomness(event),
        _ => B256::ZERO,
    }
}

/// Finds what caused the first of the contracts' `events`, and how many of them came of it.
pub(super) fn of(ledger: &Ledger, now: Timestamp, events: &[Event]) -> Result<(Cause, usize), Gap> {
    let any = Wei(u128::MAX);
    let unknown = || Gap::Unlike { logged: events.to_vec(), core: Vec::new() };
    let Some(event) = events.first() else { return Err(unknown()) };
    // A trial that ends with a verdict is told of right after it.
    if let (Event::Passed { stake, .. } | Event::Slashed { stake, .. }, Some(Event::Game(told))) =
        (event, events.get(1))
        && game_stake(told) == Some(*stake)
    {
        return game_cause(ledger, now, told).map(|cause| (cause, 2)).ok_or_else(unknown);
    }
    let provider = |stake| ledger.stake_of(stake).map(|stake| stake.provider);
    let (sender, action) = match *event {
        Event::PoolCreated { creator, ref params, .. } => {
            (creator, Action::CreatePool { params: params.clone() })
        }
        Event::Poked { pool, visited, .. } => {
            (Address::ZERO, Action::Poke { pool, limit: visited })
        }
        Event::Burned { pool, owner, gs, .. } => (owner, Action::Burn { pool, gs }),
        Event::Staked { certificate, provider, expiry, .. } => {
            (provider, Action::Stake { certificate, expiry, max_fee: any })
        }
        Event::LiquidityAdded { stake, pool, tokens, .. } => {
            let shares = ledger.pool(pool)?.at(now)?.reserves.shares;
            let action = if shares == SharesWad::ZERO {
                Action::OpenLiquidity { stake, tokens }
            } else {
                Action::AddLiquidity { stake, min_tokens: tokens, max_tokens: tokens }
            };
            (provider(stake)?, action)
        }
        Event::Collected { stake, to, .. } => (to, Action::Collect { stake }),
        Event::Sold { stake, seller, net, .. } => (seller, Action::Sell { stake, min_out: net }),
        Event::LiquidityRemoved { stake, net, .. } => {
            (provider(stake)?, Action::RemoveLiquidity { stake, min_tokens: net, max_fee: any })
        }
        Event::Bought { pool, buyer, .. } => return Ok(purchase(pool, buyer, events)),
        Event::RentalEnded { stake, renter, net, .. } => {
            (renter, Action::EndRental { stake, min_out: net })
        }
        Event::HoursTransferred { stake, from, to } => (from, Action::TransferHours { stake, to }),
        Event::RentalTransferred { stake, from, to, .. } => {
            (from, Action::TransferRental { stake, to })
        }
        Event::Settled { stake, .. } => {
            // A reward may follow it.
            let count = 1 + usize::from(matches!(events.get(1), Some(Event::Rewarded { .. })));
            let action = Action::Settle { stake };
            return Ok((Cause::Act { sender: Address::ZERO, action }, count));
        }
        Event::Challenged { stake, .. } => (Address::ZERO, Action::Challenge { stake }),
        Event::Committed { stake, root, .. } => (provider(stake)?, Action::Commit { stake, root }),
        Event::WeightQueued { pool, weight, .. } => {
            let governor = ledger.rewards().map(|rewards| rewards.config().governor);
            (governor.unwrap_or_default(), Action::QueueWeight { pool, weight })
        }
        Event::WeightSet { pool, .. } => (Address::ZERO, Action::ExecuteWeight { pool }),
        Event::Locked { account, amount } => (account, Action::Lock { amount }),
        Event::Unlocked { account, amount } => (account, Action::Unlock { amount }),
        Event::RebateClaimed { pool, day, client, .. } => {
            (client, Action::ClaimRebate { pool, day })
        }
        Event::AllocationClaimed { account, .. } => (account, Action::ClaimAllocation),
        Event::Game(ref told) => {
            return game_cause(ledger, now, told).map(|cause| (cause, 1)).ok_or_else(unknown);
        }
        Event::Passed { stake, .. } => return Ok((Cause::Verdict { stake, passed: true }, 1)),
        Event::Slashed { stake, .. } => return Ok((Cause::Verdict { stake, passed: false }, 1)),
        // What comes after a purchase or a settlement was taken with it.
        _ => return Err(unknown()),
    };
    Ok((Cause::Act { sender, action }, 1))
}

/// A purchase is a rental order or an extension: what follows it tells.
fn purchase(pool: PoolId, buyer: Address, events: &[Event]) -> (Cause, usize) {
    let max_cost = Wei(u128::MAX);
    let mut following = events.iter().skip(1);
    if let Some(&Event::Extended { stake, until, .. }) = following.clone().next() {
        let action = Action::Extend { stake, until, max_cost };
        return (Cause::Act { sender: buyer, action }, 2);
    }
    // The order's devices follow one another; the next order begins with a purchase of its own.
    let mut stakes = Vec::new();
    let mut end = Timestamp(0);
    while let Some(&Event::Rented { stake, until, .. }) = following.next() {
        stakes.push(stake);
        end = until;
    }
    let count = 1 + stakes.len();
    let action = Action::Rent { pool, stakes, until: end, max_cost };
    (Cause::Act { sender: buyer, action }, count)
}

/// The stake that the end of a trial is told of.
const fn game_stake(told: &GameEvent) -> Option<StakeId> {
    match *told {
        GameEvent::CommitmentMissed { stake, .. }
        | GameEvent::Convicted { stake, .. }
        | GameEvent::Concluded { stake, .. } => Some(stake),
        _ => None,
    }
}

/// What made something happen in the game.
fn game_cause(ledger: &Ledger, now: Timestamp, told: &GameEvent) -> Option<Cause> {
    let anyone = Address::ZERO;
    let provider = |stake| ledger.stake_of(stake).ok().map(|stake| stake.provider);
    let (sender, action) = match *told {
        GameEvent::EpochOpened { pool, .. } => (anyone, GameAction::OpenEpoch { pool }),
        GameEvent::Complained { stake, renter, .. } => (renter, GameAction::Complain { stake }),
        GameEvent::Appointed { stake, operator, until } => {
            (provider(stake)?, GameAction::Appoint { stake, operator, until })
        }
        GameEvent::Announced { stake, key, ref relay } => {
            (provider(stake)?, GameAction::Announce { stake, key, relay: relay.clone() })
        }
        GameEvent::EpochCommitted { stake, epoch, root } => {
            (provider(stake)?, GameAction::Commit { stake, epoch, root })
        }
        GameEvent::BeaconRecorded { stake, epoch, sample, .. } => {
            (anyone, GameAction::RecordBeacon { stake, epoch, sample })
        }
        GameEvent::Accused { stake, epoch, sample, accuser, .. } => {
            (accuser, GameAction::Accuse { stake, epoch, sample })
        }
        GameEvent::Proved { stake, epoch, sample, .. } => {
            let sender = provider(stake)?;
            return Some(Cause::Proof { sender, stake, epoch, sample, right: true });
        }
        GameEvent::CommitmentMissed { stake, epoch } => {
            (anyone, GameAction::Missed { stake, epoch })
        }
        GameEvent::Convicted { stake, epoch, sample, .. } => {
            let committed = ledger.game().trial(stake, epoch)?.committed.as_ref()?;
            if now <= committed.prove_by {
                let sender = provider(stake)?;
                return Some(Cause::Proof { sender, stake, epoch, sample, right: false });
            }
            (anyone, GameAction::Convict { stake, epoch, sample })
        }
        GameEvent::BondReturned { stake, epoch, sample, .. } => {
            (anyone, GameAction::Convict { stake, epoch, sample })
        }
        GameEvent::Concluded { stake, epoch, .. } => {
            (anyone, GameAction::Conclude { stake, epoch })
        }
    };
    Some(Cause::Act { sender, action: action.into() })
}
