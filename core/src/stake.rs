//! The token lifecycle's records: certificate, stake, rental, verification.

use alloy_primitives::{Address, B256, U256};
use serde::{Deserialize, Serialize};

use crate::pocps::PocpsParams;
use crate::rewards::{Mark, Proof};
use crate::units::{DecayWad, GpuSeconds, PoolId, RentalId, Timestamp, Wei};

/// The proof that PIN was burned for hours of a pool; not transferable, good for one stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The pool it was issued by.
    pub pool: PoolId,
    /// Who burned.
    pub owner: Address,
    /// The most that the stake may last.
    pub gs: GpuSeconds,
    /// Whether a stake was made of it.
    pub used: bool,
}

/// One device, staked for a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stake {
    /// The pool of its kind.
    pub pool: PoolId,
    /// The owner of the soulbound st-token.
    pub provider: Address,
    /// The holder of the hours token. While the pool has the token (liquidity, sold), the
    /// one who brought it.
    pub hours_holder: Address,
    /// When it was staked.
    pub created: Timestamp,
    /// When the device's time ends.
    pub expiry: Timestamp,
    /// The maintenance fee deposited; zero for an LP.
    pub maintenance_fee: Wei,
    /// Verifications passed.
    pub passed: u32,
    /// What it is doing.
    pub state: StakeState,
    /// The rental sold last; running until its `until`.
    pub rental: Option<Rental>,
    /// The last epoch it was challenged in: once an epoch is enough.
    pub last_epoch: Option<u64>,
}

/// Where a stake is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StakeState {
    /// The hours token is held outside the pool.
    Held,
    /// The hours are paired with PIN in the pool.
    Liquidity(Position),
    /// The pool owns the hours.
    Sold,
    /// Over, in good order.
    Settled,
    /// Over, by a failed verification.
    Slashed,
}

/// An LP's share of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// κ: the share per second of remaining time.
    pub decay: DecayWad,
    /// `acc` (Q96) up to which it was paid.
    pub acc_noted_q96: U256,
}

/// A client's right to a device until a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rental {
    /// Its token.
    pub id: RentalId,
    /// The holder of the rental token.
    pub renter: Address,
    /// When it began; extending keeps this.
    pub start: Timestamp,
    /// When it is over.
    pub until: Timestamp,
    /// What was paid for this device, rounded down, extensions included.
    pub paid: Wei,
}

/// A challenge of one stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// The epoch it belongs to: time divided by the pool's epoch.
    pub epoch: u64,
    /// The randomness that went into the seed.
    pub randomness: B256,
    /// The seed of the work.
    pub seed: B256,
    /// The last second for a commitment.
    pub commit_by: Timestamp,
    /// The last second for the openings.
    pub respond_by: Timestamp,
    /// What the provider committed to, once it has.
    pub commitment: Option<Commitment>,
}

/// A root that can no longer change, and the beacon that was drawn after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// The Merkle root over all rows.
    pub root: B256,
    /// What the samples are drawn from.
    pub beacon: B256,
    /// When it came, and what an LP of the pool had accrued then.
    pub mark: Mark,
}

impl Stake {
    /// Tells whether it is neither settled nor slashed.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        !matches!(self.state, StakeState::Settled | StakeState::Slashed)
    }

    /// Returns the device's time left at `now`.
    #[must_use]
    pub const fn remaining(&self, now: Timestamp) -> GpuSeconds {
        GpuSeconds(self.expiry.since(now).0)
    }

    /// Returns the rental that runs at `now`; at its `until` it is over.
    #[must_use]
    pub fn running_rental(&self, now: Timestamp) -> Option<Rental> {
        self.rental.filter(|rental| self.is_active() && now < rental.until)
    }

    /// Returns the LP position, if the stake is one.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        match self.state {
            StakeState::Liquidity(position) => Some(position),
            _ => None,
        }
    }
}

impl StakeState {
    /// Returns the state's name in the protocol's words.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Liquidity(_) => "liquidity",
            Self::Sold => "sold",
            Self::Settled => "settled",
            Self::Slashed => "slashed",
        }
    }
}

impl Verification {
    /// Gives what rewards go by of the proof, once there is a commitment.
    pub(crate) fn proof(&self, rules: &PocpsParams) -> Option<Proof> {
        let mark = self.commitment?.mark;
        // The window less what was left of it when the commitment came.
        let spent = rules.window.saturating_sub(self.commit_by.since(mark.at));
        Some(Proof { mark, spent, epoch: self.epoch, epoch_length: rules.epoch })
    }

    /// Tells whether the provider let a deadline pass: no commitment in time, or no openings.
    #[must_use]
    pub fn is_missed(&self, now: Timestamp) -> bool {
        now > self.respond_by || (self.commitment.is_none() && now > self.commit_by)
    }
}
