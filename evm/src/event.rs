//! The logs of the market, the rewards and the game to core events.

use alloy_primitives::Log;
use alloy_sol_types::SolEventInterface;
use pinfi_core::Event;
use pinfi_core::units::{
    Bps, CertificateId, Day, DecayWad, GpuSeconds, PoolId, RentalId, StakeId, Timestamp, Wei,
};

pub use crate::game::decode_game;

use crate::abi::{PinFi, Rewards};
use crate::params;

/// Reads a log of the market.
///
/// # Errors
/// What is wrong with a log that is none of its events.
pub fn decode(log: &Log) -> Result<Event, alloy_sol_types::Error> {
    Ok(from_abi(PinFi::PinFiEvents::decode_log(log)?.data))
}

/// Reads a log of the rewards.
///
/// # Errors
/// What is wrong with a log that is none of its events.
pub fn decode_rewards(log: &Log) -> Result<Event, alloy_sol_types::Error> {
    use Rewards::RewardsEvents as E;
    Ok(match Rewards::RewardsEvents::decode_log(log)?.data {
        E::WeightQueued(e) => Event::WeightQueued {
            pool: PoolId(e.pool),
            weight: Bps(e.weight),
            executable_at: Timestamp(e.executableAt),
        },
        E::WeightSet(e) => Event::WeightSet { pool: PoolId(e.pool), weight: Bps(e.weight) },
        E::Locked(e) => Event::Locked { account: e.account, amount: Wei(e.amount) },
        E::Unlocked(e) => Event::Unlocked { account: e.account, amount: Wei(e.amount) },
        E::Rewarded(e) => Event::Rewarded {
            stake: StakeId(e.stake),
            provider: e.provider,
            earned: Wei(e.earned),
            amount: Wei(e.amount),
        },
        E::RebateClaimed(e) => Event::RebateClaimed {
            pool: PoolId(e.pool),
            day: Day(e.day),
            client: e.client,
            amount: Wei(e.amount),
        },
        E::AllocationClaimed(e) => {
            Event::AllocationClaimed { account: e.account, amount: Wei(e.amount) }
        }
    })
}

/// Gives the core's event that the market's own tells of.
#[must_use]
pub fn from_abi(event: PinFi::PinFiEvents) -> Event {
    use PinFi::PinFiEvents as E;
    match event {
        E::PoolCreated(e) => Event::PoolCreated {
            pool: PoolId(e.pool),
            creator: e.creator,
            params: Box::new(params::from_abi(e.params)),
        },
        E::Poked(e) => {
            Event::Poked { pool: PoolId(e.pool), visited: e.visited, last: Timestamp(e.last) }
        }
        E::Burned(e) => Event::Burned {
            certificate: CertificateId(e.certificate),
            pool: PoolId(e.pool),
            owner: e.owner,
            gs: GpuSeconds(e.gs),
            amount: Wei(e.amount),
        },
        E::Staked(e) => Event::Staked {
            stake: StakeId(e.stake),
            certificate: CertificateId(e.certificate),
            pool: PoolId(e.pool),
            provider: e.provider,
            expiry: Timestamp(e.expiry),
            fee: Wei(e.fee),
        },
        E::LiquidityAdded(e) => Event::LiquidityAdded {
            stake: StakeId(e.stake),
            pool: PoolId(e.pool),
            tokens: Wei(e.tokens),
            decay: DecayWad(e.decay),
            refunded: Wei(e.refunded),
        },
        E::Collected(e) => {
            Event::Collected { stake: StakeId(e.stake), to: e.to, amount: Wei(e.amount) }
        }
        E::Sold(e) => Event::Sold {
            stake: StakeId(e.stake),
            pool: PoolId(e.pool),
            seller: e.seller,
            net: Wei(e.net),
            fee: Wei(e.fee),
            burned: Wei(e.burned),
            collateral_added: Wei(e.collateralAdded),
        },
        E::LiquidityRemoved(e) => Event::LiquidityRemoved {
            stake: StakeId(e.stake),
            pool: PoolId(e.pool),
            pending: Wei(e.pending),
            net: e.net,
            fee: Wei(e.fee),
            burned: Wei(e.burned),
            maintenance_fee: Wei(e.maintenanceFee),
        },
        E::Bought(e) => Event::Bought {
            pool: PoolId(e.pool),
            buyer: e.buyer,
            gs: GpuSeconds(e.gs),
            gross: Wei(e.gross),
            fee: Wei(e.fee),
            burned: Wei(e.burned),
        },
        E::Rented(e) => Event::Rented {
            rental: RentalId(e.rental),
            stake: StakeId(e.stake),
            renter: e.renter,
            start: Timestamp(e.start),
            until: Timestamp(e.until),
            paid: Wei(e.paid),
        },
        E::Extended(e) => Event::Extended {
            rental: RentalId(e.rental),
            stake: StakeId(e.stake),
            until: Timestamp(e.until),
            gross: Wei(e.gross),
        },
        E::RentalEnded(e) => Event::RentalEnded {
            rental: RentalId(e.rental),
            stake: StakeId(e.stake),
            renter: e.renter,
            net: Wei(e.net),
            fee: Wei(e.fee),
            burned: Wei(e.burned),
        },
        E::HoursTransferred(e) => {
            Event::HoursTransferred { stake: StakeId(e.stake), from: e.from, to: e.to }
        }
        E::RentalTransferred(e) => Event::RentalTransferred {
            rental: RentalId(e.rental),
            stake: StakeId(e.stake),
            from: e.from,
            to: e.to,
        },
        E::Passed(e) => Event::Passed { stake: StakeId(e.stake), passed: e.passed },
        E::Slashed(e) => Event::Slashed {
            stake: StakeId(e.stake),
            pool: PoolId(e.pool),
            // The game tells the fault, where there is one to tell.
            fault: String::new(),
            refund: Wei(e.refund),
            burned: Wei(e.burned),
        },
        E::Settled(e) => Event::Settled {
            stake: StakeId(e.stake),
            pending: Wei(e.pending),
            fee_returned: Wei(e.feeReturned),
            fee_burned: Wei(e.feeBurned),
        },
    }
}
