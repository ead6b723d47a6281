//! What an action did.

use alloc::boxed::Box;
use alloc::vec::Vec;

use alloy_primitives::{Address, B256};
use serde::{Deserialize, Serialize};

use crate::game::GameEvent;
use crate::pool::PoolParams;
use crate::units::{
    Bps, CertificateId, Day, DecayWad, GpuSeconds, PoolId, RentalId, StakeId, Timestamp, Wei,
};

/// A fact about the ledger, in the order in which an action caused it.
///
/// Field names repeat the [`Action`](crate::Action)'s; amounts are exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of the action or record named by the variant")]
pub enum Event {
    /// PIN was created.
    Minted { to: Address, amount: Wei },
    /// PIN changed hands.
    Transferred { from: Address, to: Address, amount: Wei },
    /// A pool exists.
    PoolCreated { pool: PoolId, creator: Address, params: Box<PoolParams> },
    /// A pool's time was settled up to `last`.
    Poked { pool: PoolId, visited: u32, last: Timestamp },
    /// PIN was burned for a certificate.
    Burned { certificate: CertificateId, pool: PoolId, owner: Address, gs: GpuSeconds, amount: Wei },
    /// A device was staked.
    Staked {
        stake: StakeId,
        certificate: CertificateId,
        pool: PoolId,
        provider: Address,
        expiry: Timestamp,
        fee: Wei,
    },
    /// A stake joined a pool; its maintenance fee went back.
    LiquidityAdded { stake: StakeId, pool: PoolId, tokens: Wei, decay: DecayWad, refunded: Wei },
    /// An LP was paid what the pool had released.
    Collected { stake: StakeId, to: Address, amount: Wei },
    /// A stake's hours were sold to the pool.
    Sold {
        stake: StakeId,
        pool: PoolId,
        seller: Address,
        net: Wei,
        fee: Wei,
        burned: Wei,
        collateral_added: Wei,
    },
    /// An LP left early. `net` is before the new maintenance fee and without `pending`.
    LiquidityRemoved {
        stake: StakeId,
        pool: PoolId,
        pending: Wei,
        net: i128,
        fee: Wei,
        burned: Wei,
        maintenance_fee: Wei,
    },
    /// Compute was bought from a pool, for all devices of one rental order or an extension.
    Bought { pool: PoolId, buyer: Address, gs: GpuSeconds, gross: Wei, fee: Wei, burned: Wei },
    /// A device was rented.
    Rented {
        rental: RentalId,
        stake: StakeId,
        renter: Address,
        start: Timestamp,
        until: Timestamp,
        paid: Wei,
    },
    /// A rental was prolonged.
    Extended { rental: RentalId, stake: StakeId, until: Timestamp, gross: Wei },
    /// A rental was given back.
    RentalEnded {
        rental: RentalId,
        stake: StakeId,
        renter: Address,
        net: Wei,
        fee: Wei,
        burned: Wei,
    },
    /// An hours token changed hands.
    HoursTransferred { stake: StakeId, from: Address, to: Address },
    /// A rental token changed hands.
    RentalTransferred { rental: RentalId, stake: StakeId, from: Address, to: Address },
    /// A stake was challenged.
    Challenged {
        stake: StakeId,
        epoch: u64,
        randomness: B256,
        seed: B256,
        commit_by: Timestamp,
        respond_by: Timestamp,
    },
    /// A provider committed to its work.
    Committed { stake: StakeId, root: B256, beacon: B256 },
    /// A verification was passed.
    Passed { stake: StakeId, passed: u32 },
    /// A verification failed, and what was at stake is gone.
    Slashed {
        stake: StakeId,
        pool: PoolId,
        /// Why, in words for people; the empty string where a deadline was missed.
        fault: alloc::string::String,
        refund: Wei,
        burned: Wei,
    },
    /// A stake ended in good order.
    Settled { stake: StakeId, pending: Wei, fee_returned: Wei, fee_burned: Wei },
    /// A settled stake was paid its block reward: `amount` is what the multipliers left of
    /// `earned`.
    Rewarded { stake: StakeId, provider: Address, earned: Wei, amount: Wei },
    /// A pool's weight waits for the timelock.
    WeightQueued { pool: PoolId, weight: Bps, executable_at: Timestamp },
    /// A pool has a new weight.
    WeightSet { pool: PoolId, weight: Bps },
    /// PIN was locked.
    Locked { account: Address, amount: Wei },
    /// PIN was taken out of the lock.
    Unlocked { account: Address, amount: Wei },
    /// A client was paid for the fees of a day.
    RebateClaimed { pool: PoolId, day: Day, client: Address, amount: Wei },
    /// The ecosystem or the team was paid.
    AllocationClaimed { account: Address, amount: Wei },
    /// Something happened in the verification game of many parties.
    Game(GameEvent),
}

impl From<GameEvent> for Event {
    fn from(event: GameEvent) -> Self {
        Self::Game(event)
    }
}

/// The events of one action.
pub type Events = Vec<Event>;
