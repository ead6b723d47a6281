//! Why an action was refused. A refused action changes nothing.

use alloc::boxed::Box;

use alloy_primitives::Address;
use serde::Serialize;
use thiserror::Error as ThisError;

use crate::pocps::Fault;
use crate::units::{
    Bps, CertificateId, ComputeWad, EpochId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei,
};

/// A refusal; one cause a variant. [`Error::code`] is the stable name, the same in Rust, in
/// Solidity and in scenario files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ThisError)]
#[allow(missing_docs, reason = "the fields are the offending values that the message prints")]
pub enum Error {
    #[error("there is no pool {0}")]
    UnknownPool(PoolId),
    #[error("there is no certificate {0}")]
    UnknownCertificate(CertificateId),
    #[error("there is no stake {0}")]
    UnknownStake(StakeId),
    #[error("the time {now} is before the pool's, {last}")]
    TimeReversed { last: Timestamp, now: Timestamp },
    #[error("the parameter {name} is out of bounds")]
    BadParameter { name: &'static str },
    #[error("the amount must be above zero")]
    ZeroAmount,
    #[error("the receiver is the zero address")]
    ZeroAddress,
    #[error("{needed} wei of PIN are needed, the account has {balance}")]
    InsufficientBalance { needed: Wei, balance: Wei },
    #[error("only the minter, {minter}, may create PIN")]
    NotMinter { minter: Address },
    #[error("the supply would exceed its cap of {cap} wei")]
    SupplyCapExceeded { cap: Wei },
    #[error("{owner} owns this, not the sender")]
    NotOwner { owner: Address },
    #[error("certificate {0} was used already")]
    CertificateUsed(CertificateId),
    #[error("the certificate is for {certified} GPU-seconds, {needed} are needed")]
    CertificateTooSmall { certified: GpuSeconds, needed: GpuSeconds },
    #[error("{at} is not a later multiple of the pool's bucket of {bucket} s")]
    UnalignedExpiry { at: Timestamp, bucket: Secs },
    #[error("a term of {term} s is shorter than the pool's least, {min} s")]
    TermTooShort { term: Secs, min: Secs },
    #[error("a term of {term} s is longer than the pool's most, {max} s")]
    TermTooLong { term: Secs, max: Secs },
    #[error("the amount {amount} is beyond the limit {limit} that the sender set")]
    Slippage { amount: i128, limit: i128 },
    #[error("the stake is settled or slashed")]
    StakeClosed,
    #[error("the stake is {state}, which this action does not fit")]
    WrongMode { state: &'static str },
    #[error("the stake's time ended or ends too early, at {expiry}")]
    Expired { expiry: Timestamp },
    #[error("the stake's time has not ended; it does at {expiry}")]
    NotExpired { expiry: Timestamp },
    #[error("the pool has live shares already; join it at its price")]
    PoolOpen,
    #[error("the pool is dormant: it has no liquidity")]
    PoolDormant,
    #[error("opening takes at least {min} wei of PIN")]
    PriceTooLow { min: Wei },
    #[error("the share would be zero or too large for the pool to count")]
    ShareOutOfRange,
    #[error("{wanted} of compute are wanted, the pool has {available} (GPU-seconds × 1e18)")]
    InsufficientLiquidity { wanted: ComputeWad, available: ComputeWad },
    #[error("{term} s are sold, but the pool's LPs stay for {duration} s only")]
    BeyondDuration { term: Secs, duration: Secs },
    #[error("the device is rented until {until}")]
    DeviceRented { until: Timestamp },
    #[error("the list of devices is empty or names one twice")]
    BadDevices,
    #[error("stake {0} has no hours in this pool")]
    NotInPool(StakeId),
    #[error("a window of {window} s is shorter than the pool's bucket of {bucket} s")]
    WindowTooShort { window: Secs, bucket: Secs },
    #[error("the sender has no running rental of this device")]
    NotRenter,
    #[error("a challenge of this stake is open until {until}")]
    VerificationPending { until: Timestamp },
    #[error("the stake was challenged in epoch {epoch} already")]
    AlreadyChallenged { epoch: u64 },
    #[error("the stake's time ends before a challenge could")]
    ExpiresTooSoon { expiry: Timestamp },
    #[error("no challenge of this stake is open")]
    NoChallenge,
    #[error("the stake committed already, and a commitment cannot change")]
    AlreadyCommitted,
    #[error("the stake has not committed yet")]
    NotCommitted,
    #[error("the deadline was {deadline}")]
    DeadlinePassed { deadline: Timestamp },
    #[error("the provider still has until {deadline}")]
    DeadlineNotPassed { deadline: Timestamp },
    #[error("the response does not fit the challenge: {0}")]
    MalformedResponse(Box<Fault>),
    #[error("epoch {epoch} of this pool was opened already")]
    EpochOpen { epoch: EpochId },
    #[error("this epoch could be opened until {until}; wait for the next")]
    EpochTooLate { until: Timestamp },
    #[error("the randomness is that of the epoch before: its source is constant")]
    ConstantRandomness,
    #[error("epoch {epoch} does not bind this stake")]
    NotBound { epoch: EpochId },
    #[error("the beacon cannot be known before {after} has passed")]
    BeaconNotYet { after: Timestamp },
    #[error("the beacon was recorded already")]
    BeaconKnown,
    #[error("the beacon has not been recorded yet")]
    BeaconUnknown,
    #[error("sample {sample} was accused already")]
    AlreadyAccused { sample: u32 },
    #[error("sample {sample} is not to be proved")]
    NoAccusation { sample: u32 },
    #[error("an accusation stands: its sample is not proved")]
    AccusationOpen,
    #[error("the device was complained of in this rental, or less than an epoch ago")]
    AlreadyComplained,
    #[error("this ledger emits no block rewards")]
    RewardsOff,
    #[error("only the governor, {governor}, may queue a weight")]
    NotGovernor { governor: Address },
    #[error("no weight is queued for this pool")]
    NoWeightQueued,
    #[error("the queued weight can be executed from {until} on")]
    TimelockRunning { until: Timestamp },
    #[error("a weight of {weight} is more than the {left} that other pools leave, of 10000")]
    WeightsExceeded { weight: Bps, left: Bps },
    #[error("{needed} wei of PIN are to be unlocked, the account has {locked} locked")]
    InsufficientLock { needed: Wei, locked: Wei },
    #[error("the reward day is over at {until}")]
    DayNotOver { until: Timestamp },
    #[error("there is nothing for the sender to claim")]
    NothingToClaim,
}

impl Error {
    /// Returns the refusal's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownPool(_) => "UnknownPool",
            Self::UnknownCertificate(_) => "UnknownCertificate",
            Self::UnknownStake(_) => "UnknownStake",
            Self::TimeReversed { .. } => "TimeReversed",
            Self::BadParameter { .. } => "BadParameter",
            Self::ZeroAmount => "ZeroAmount",
            Self::ZeroAddress => "ZeroAddress",
            Self::InsufficientBalance { .. } => "InsufficientBalance",
            Self::NotMinter { .. } => "NotMinter",
            Self::SupplyCapExceeded { .. } => "SupplyCapExceeded",
            Self::NotOwner { .. } => "NotOwner",
            Self::CertificateUsed(_) => "CertificateUsed",
            Self::CertificateTooSmall { .. } => "CertificateTooSmall",
            Self::UnalignedExpiry { .. } => "UnalignedExpiry",
            Self::TermTooShort { .. } => "TermTooShort",
            Self::TermTooLong { .. } => "TermTooLong",
            Self::Slippage { .. } => "Slippage",
            Self::StakeClosed => "StakeClosed",
            Self::WrongMode { .. } => "WrongMode",
            Self::Expired { .. } => "Expired",
            Self::NotExpired { .. } => "NotExpired",
            Self::PoolOpen => "PoolOpen",
            Self::PoolDormant => "PoolDormant",
            Self::PriceTooLow { .. } => "PriceTooLow",
            Self::ShareOutOfRange => "ShareOutOfRange",
            Self::InsufficientLiquidity { .. } => "InsufficientLiquidity",
            Self::BeyondDuration { .. } => "BeyondDuration",
            Self::DeviceRented { .. } => "DeviceRented",
            Self::BadDevices => "BadDevices",
            Self::NotInPool(_) => "NotInPool",
            Self::WindowTooShort { .. } => "WindowTooShort",
            Self::NotRenter => "NotRenter",
            Self::VerificationPending { .. } => "VerificationPending",
            Self::AlreadyChallenged { .. } => "AlreadyChallenged",
            Self::ExpiresTooSoon { .. } => "ExpiresTooSoon",
            Self::NoChallenge => "NoChallenge",
            Self::AlreadyCommitted => "AlreadyCommitted",
            Self::NotCommitted => "NotCommitted",
            Self::DeadlinePassed { .. } => "DeadlinePassed",
            Self::DeadlineNotPassed { .. } => "DeadlineNotPassed",
            Self::MalformedResponse(_) => "MalformedResponse",
            Self::EpochOpen { .. } => "EpochOpen",
            Self::EpochTooLate { .. } => "EpochTooLate",
            Self::ConstantRandomness => "ConstantRandomness",
            Self::NotBound { .. } => "NotBound",
            Self::BeaconNotYet { .. } => "BeaconNotYet",
            Self::BeaconKnown => "BeaconKnown",
            Self::BeaconUnknown => "BeaconUnknown",
            Self::AlreadyAccused { .. } => "AlreadyAccused",
            Self::NoAccusation { .. } => "NoAccusation",
            Self::AccusationOpen => "AccusationOpen",
            Self::AlreadyComplained => "AlreadyComplained",
            Self::RewardsOff => "RewardsOff",
            Self::NotGovernor { .. } => "NotGovernor",
            Self::NoWeightQueued => "NoWeightQueued",
            Self::TimelockRunning { .. } => "TimelockRunning",
            Self::WeightsExceeded { .. } => "WeightsExceeded",
            Self::InsufficientLock { .. } => "InsufficientLock",
            Self::DayNotOver { .. } => "DayNotOver",
            Self::NothingToClaim => "NothingToClaim",
        }
    }
}
