//! What can be signed.

use alloy_primitives::Address;
use pinfi_core::Action;
use pinfi_core::units::Wei;
use serde::{Deserialize, Serialize};

use super::game;

/// A change that an account asks of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerAction {
    /// One of the protocol's own.
    Protocol(Action),
    /// Asks a sandbox for PIN.
    Faucet {
        /// Who receives it.
        to: Address,
        /// How much.
        amount: Wei,
    },
    /// Sets how fast a sandbox's clock runs.
    SetSpeed {
        /// The speed from now on.
        speed: Speed,
    },
}

impl From<Action> for LedgerAction {
    fn from(action: Action) -> Self {
        Self::Protocol(action)
    }
}

/// How much faster than the wall a sandbox's clock runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Speed {
    /// As the wall's.
    #[default]
    Real,
    /// An hour passes in a minute.
    MinuteASecond,
    /// A day passes in 24 seconds.
    HourASecond,
}

impl Speed {
    /// All speeds, the slowest first.
    pub const ALL: [Self; 3] = [Self::Real, Self::MinuteASecond, Self::HourASecond];

    /// Returns the ledger seconds in a second of the wall: 1, 60 or 3600.
    #[must_use]
    pub const fn factor(self) -> u32 {
        match self {
            Self::Real => 1,
            Self::MinuteASecond => 60,
            Self::HourASecond => 3_600,
        }
    }

    /// Returns the speed of a factor, if it is one.
    #[must_use]
    pub fn from_factor(factor: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|speed| speed.factor() == factor)
    }
}

impl LedgerAction {
    /// Returns the name of its typed message.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Protocol(action) => Self::name_of(action),
            Self::Faucet { .. } => "Faucet",
            Self::SetSpeed { .. } => "SetSpeed",
        }
    }

    /// Returns the name of the typed message of one of the protocol's own.
    #[must_use]
    pub const fn name_of(action: &Action) -> &'static str {
        match action {
            Action::Mint { .. } => "Mint",
            Action::Transfer { .. } => "Transfer",
            Action::CreatePool { .. } => "CreatePool",
            Action::Poke { .. } => "Poke",
            Action::Burn { .. } => "Burn",
            Action::Stake { .. } => "Stake",
            Action::OpenLiquidity { .. } => "OpenLiquidity",
            Action::AddLiquidity { .. } => "AddLiquidity",
            Action::Collect { .. } => "Collect",
            Action::Sell { .. } => "Sell",
            Action::RemoveLiquidity { .. } => "RemoveLiquidity",
            Action::Settle { .. } => "Settle",
            Action::TransferHours { .. } => "TransferHours",
            Action::Rent { .. } => "Rent",
            Action::Extend { .. } => "Extend",
            Action::EndRental { .. } => "EndRental",
            Action::TransferRental { .. } => "TransferRental",
            Action::Challenge { .. } => "Challenge",
            Action::Commit { .. } => "Commit",
            Action::Respond { .. } => "Respond",
            Action::Missed { .. } => "Missed",
            Action::QueueWeight { .. } => "QueueWeight",
            Action::ExecuteWeight { .. } => "ExecuteWeight",
            Action::Lock { .. } => "Lock",
            Action::Unlock { .. } => "Unlock",
            Action::ClaimRebate { .. } => "ClaimRebate",
            Action::ClaimAllocation => "ClaimAllocation",
            Action::Game(action) => game::name_of(action),
        }
    }
}
