//! Quantities with their unit in the type.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::math::WAD;

macro_rules! quantity {
    ($(#[$meta:meta])* $name:ident($inner:ty)) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0);

            /// Returns the sum, or `None` on overflow.
            #[must_use]
            pub const fn checked_add(self, other: Self) -> Option<Self> {
                match self.0.checked_add(other.0) {
                    Some(sum) => Some(Self(sum)),
                    None => None,
                }
            }

            /// Returns the difference, or `None` if it would be negative.
            #[must_use]
            pub const fn checked_sub(self, other: Self) -> Option<Self> {
                match self.0.checked_sub(other.0) {
                    Some(difference) => Some(Self(difference)),
                    None => None,
                }
            }

            /// Returns the difference, or zero if it would be negative.
            #[must_use]
            pub const fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

quantity! {
    /// An amount of PIN in wei (18 decimals).
    Wei(u128)
}
quantity! {
    /// GPU-seconds: one device for one second. 3600 of them are one hour token.
    GpuSeconds(u64)
}
quantity! {
    /// A length of time in seconds.
    Secs(u64)
}
quantity! {
    /// A block time in seconds since the Unix epoch.
    Timestamp(u64)
}
quantity! {
    /// A reward day, counted from 0 at the emission's genesis.
    Day(u32)
}
quantity! {
    /// A reward in wei × 1e12: the emission times parts of 1e12, exact.
    RewardE12(u128)
}
quantity! {
    /// Parts of ten thousand.
    Bps(u32)
}
quantity! {
    /// Compute in a pool: GPU-seconds × 1e18.
    ComputeWad(u128)
}
quantity! {
    /// LP shares of a pool: GPU-seconds × 1e18, decaying to zero at each stake's expiry.
    SharesWad(u128)
}
quantity! {
    /// A rate at which shares decay: WAD per second.
    DecayWad(u128)
}

impl GpuSeconds {
    /// Scales to a pool's unit. Exact: 2^64 · 1e18 is below 2^128.
    #[must_use]
    pub const fn to_wad(self) -> ComputeWad {
        ComputeWad(self.0 as u128 * WAD)
    }
}

impl RewardE12 {
    /// Returns whole wei, rounded down.
    #[must_use]
    pub const fn to_wei_floor(self) -> Wei {
        Wei(self.0 / 1_000_000_000_000)
    }
}

impl Timestamp {
    /// Returns the time `later` after this one, or the last representable time.
    #[must_use]
    pub const fn saturating_add(self, later: Secs) -> Self {
        Self(self.0.saturating_add(later.0))
    }

    /// Returns the seconds from `earlier` to this time; zero if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Secs {
        Secs(self.0.saturating_sub(earlier.0))
    }

    /// Tells whether this time lies on a multiple of `bucket`.
    #[must_use]
    pub const fn is_aligned(self, bucket: Secs) -> bool {
        bucket.0 != 0 && self.0.is_multiple_of(bucket.0)
    }
}

macro_rules! id {
    ($(#[$meta:meta])* $name:ident($inner:ty)) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// Returns its place in the ledger's list, if this machine can address it.
            pub(crate) fn index(self) -> usize {
                usize::try_from(self.0).unwrap_or(usize::MAX)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A pool, numbered from 0 in order of creation.
    PoolId(u32)
}
id! {
    /// A stake (one device), and both its tokens; numbered from 0 over all pools.
    StakeId(u64)
}
id! {
    /// A burn certificate, numbered from 0 over all pools.
    CertificateId(u64)
}

/// A rental token, numbered from 0 over all pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RentalId(pub u64);

/// An epoch of a pool: its time divided by the pool's length of an epoch; or the challenge that a
/// rental's client asked for, which is an epoch of its own.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct EpochId(pub u64);

impl EpochId {
    /// Above every time in seconds.
    const COMPLAINT: u64 = 1 << 63;

    /// Returns the epoch of the complaint in a rental.
    #[must_use]
    pub const fn complaint(rental: RentalId) -> Self {
        Self(Self::COMPLAINT | rental.0)
    }

    /// Tells whether it is a complaint's.
    #[must_use]
    pub const fn is_complaint(self) -> bool {
        self.0 >= Self::COMPLAINT
    }
}

impl fmt::Display for EpochId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
