//! What an account can do.

use alloc::boxed::Box;
use alloc::vec::Vec;

use alloy_primitives::{Address, B256};
use serde::{Deserialize, Serialize};

use crate::game::GameAction;
use crate::pocps::Response;
use crate::pool::PoolParams;
use crate::units::{Bps, CertificateId, Day, GpuSeconds, PoolId, StakeId, Timestamp, Wei};

/// A change to the ledger that an account asks for. The rules and the order of the checks
/// are those of PROTOCOL sections 2 to 6; each variant names the section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Creates PIN; the minter's alone (the faucet of a sandbox, the emission of a network).
    Mint {
        /// Who receives it.
        to: Address,
        /// How much.
        amount: Wei,
    },
    /// Pays PIN to another account.
    Transfer {
        /// Who receives it.
        to: Address,
        /// How much.
        amount: Wei,
    },
    /// Creates a pool (2).
    CreatePool {
        /// Its parameters, fixed for good.
        params: Box<PoolParams>,
    },
    /// Settles time up to `limit` LP expiries (2.1).
    Poke {
        /// The pool.
        pool: PoolId,
        /// The most expiries to visit.
        limit: u32,
    },
    /// Burns PIN for a certificate (3.1).
    Burn {
        /// The pool.
        pool: PoolId,
        /// For how many GPU-seconds.
        gs: GpuSeconds,
    },
    /// Stakes a device (3.2).
    Stake {
        /// The certificate to use up.
        certificate: CertificateId,
        /// When the device's time ends; a multiple of the pool's bucket.
        expiry: Timestamp,
        /// The most maintenance fee accepted.
        max_fee: Wei,
    },
    /// Joins a pool without shares and sets its price (3.3).
    OpenLiquidity {
        /// The held stake.
        stake: StakeId,
        /// The PIN to pair with its hours.
        tokens: Wei,
    },
    /// Joins an open pool at its price (3.3).
    AddLiquidity {
        /// The held stake.
        stake: StakeId,
        /// The least PIN accepted to be paired.
        min_tokens: Wei,
        /// The most PIN accepted to be paired.
        max_tokens: Wei,
    },
    /// Pays out what the pool has released to an LP (3.3).
    Collect {
        /// The LP's stake.
        stake: StakeId,
    },
    /// Sells a held stake's hours to the pool (3.4).
    Sell {
        /// The held stake.
        stake: StakeId,
        /// The least accepted, after the fee.
        min_out: Wei,
    },
    /// Leaves a pool before expiry (3.5).
    RemoveLiquidity {
        /// The LP's stake.
        stake: StakeId,
        /// The least net of tokens accepted, in wei; may be negative.
        min_tokens: i128,
        /// The most maintenance fee accepted for holding the stake again.
        max_fee: Wei,
    },
    /// Ends an expired stake; anyone may (3.6).
    Settle {
        /// The stake.
        stake: StakeId,
    },
    /// Passes a held stake's hours token on (3.2).
    TransferHours {
        /// The stake.
        stake: StakeId,
        /// The new holder.
        to: Address,
    },
    /// Buys the time of devices (4).
    Rent {
        /// The pool.
        pool: PoolId,
        /// The devices, each once.
        stakes: Vec<StakeId>,
        /// The end of the rental; a multiple of the pool's bucket.
        until: Timestamp,
        /// The most accepted for all of them, fee included.
        max_cost: Wei,
    },
    /// Buys more time of a rented device (4).
    Extend {
        /// The device.
        stake: StakeId,
        /// The new end.
        until: Timestamp,
        /// The most accepted, fee included.
        max_cost: Wei,
    },
    /// Gives a rental's unused time back (4).
    EndRental {
        /// The device.
        stake: StakeId,
        /// The least accepted, after the fee.
        min_out: Wei,
    },
    /// Passes a running rental's token on (4).
    TransferRental {
        /// The device.
        stake: StakeId,
        /// The new renter.
        to: Address,
    },
    /// Challenges a stake to prove its device; fixes the randomness (5).
    Challenge {
        /// The stake.
        stake: StakeId,
    },
    /// Commits to the work's Merkle root; fixes the beacon (5).
    Commit {
        /// The stake.
        stake: StakeId,
        /// The root over all rows.
        root: B256,
    },
    /// Opens the samples of a commitment; the verdict follows at once (5).
    Respond {
        /// The stake.
        stake: StakeId,
        /// The root again, and the openings of all samples.
        response: Box<Response>,
    },
    /// Fails a stake whose provider let a deadline pass; anyone may (5).
    Missed {
        /// The stake.
        stake: StakeId,
    },
    /// Queues a pool's weight behind the timelock; the governor's alone (6). A weight queued
    /// before for the same pool is dropped.
    QueueWeight {
        /// The pool.
        pool: PoolId,
        /// Its share of what pools get.
        weight: Bps,
    },
    /// Gives a pool the weight that was queued for it; anyone may (6).
    ExecuteWeight {
        /// The pool.
        pool: PoolId,
    },
    /// Locks PIN, for the loyalty that rewards are multiplied by (6).
    Lock {
        /// How much.
        amount: Wei,
    },
    /// Takes PIN out of the lock (6).
    Unlock {
        /// How much.
        amount: Wei,
    },
    /// Pays a client the reward for the fees that it paid on a reward day (6).
    ClaimRebate {
        /// The pool.
        pool: PoolId,
        /// The day, which is over.
        day: Day,
    },
    /// Pays the ecosystem or the team what it may claim by now (6).
    ClaimAllocation,
    /// A move of the verification game of many parties (5.3).
    Game(GameAction),
}

impl From<GameAction> for Action {
    fn from(action: GameAction) -> Self {
        Self::Game(action)
    }
}

/// What the ledger knows of the moment in which an action is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// Who acts: the recovered signer.
    pub sender: Address,
    /// The block time.
    pub now: Timestamp,
    /// Randomness that nobody knew before this action was accepted; for a beacon that is recorded,
    /// that nobody knew when what it is drawn for was accepted.
    pub randomness: B256,
}
