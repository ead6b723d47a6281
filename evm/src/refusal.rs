//! The contracts' errors to core errors.

use alloy_primitives::{Bytes, U256};
use alloy_sol_types::{Panic, Revert, SolError, SolInterface};
use pinfi_core::Error;
use pinfi_core::units::{
    Bps, CertificateId, ComputeWad, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei,
};

use crate::abi::{Game, Pin, PinFi, RentalToken, Rewards, StakeToken};
use crate::game;

/// Why the contracts refused a call. It changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A rule of the protocol, with the numbers that offend.
    #[error(transparent)]
    Protocol(#[from] Error),
    /// An error that only contracts have, or that PIN and the tokens give without numbers.
    #[error("a contract refused it: {name}")]
    Contract {
        /// The error's name.
        name: &'static str,
    },
    /// A contract's reason in words.
    #[error("a contract refused it: {0}")]
    Words(String),
    /// A failed assertion of the compiler's.
    #[error("a contract stopped with panic {code:#x}")]
    Panic {
        /// Solidity's number for it.
        code: u64,
    },
    /// An error of none of our contracts.
    #[error("refused with {0}, which none of the contracts says")]
    Unknown(Bytes),
}

impl Refusal {
    /// Reads what a call reverted with.
    #[must_use]
    pub fn decode(data: &Bytes) -> Self {
        if let Ok(error) = PinFi::PinFiErrors::abi_decode(data) {
            return Self::of_market(error);
        }
        if let Ok(error) = Pin::PinErrors::abi_decode(data) {
            return Self::of_pin(&error);
        }
        if let Ok(error) = Rewards::RewardsErrors::abi_decode(data) {
            return Self::of_rewards(error);
        }
        if let Ok(error) = Game::GameErrors::abi_decode(data) {
            return game::refusal(error);
        }
        if let Ok(Revert { reason }) = Revert::abi_decode(data) {
            return Self::Words(reason);
        }
        if let Ok(Panic { code }) = Panic::abi_decode(data) {
            return Self::Panic { code: code.saturating_to() };
        }
        let token = data.get(..4).and_then(|four| <[u8; 4]>::try_from(four).ok());
        let name = token.and_then(|selector| {
            StakeToken::StakeTokenErrors::name_by_selector(selector)
                .or_else(|| RentalToken::RentalTokenErrors::name_by_selector(selector))
        });
        name.map_or_else(|| Self::Unknown(data.clone()), |name| Self::Contract { name })
    }

    /// Returns the refusal's stable name; none where no contract of ours gave it.
    #[must_use]
    pub const fn name(&self) -> Option<&'static str> {
        match self {
            Self::Protocol(error) => Some(error.code()),
            Self::Contract { name } => Some(name),
            Self::Words(_) | Self::Panic { .. } | Self::Unknown(_) => None,
        }
    }

    fn of_pin(error: &Pin::PinErrors) -> Self {
        use Pin::PinErrors as E;
        Self::Protocol(match error {
            E::NotMinter(e) => Error::NotMinter { minter: e.minter },
            E::SupplyCapExceeded(e) => Error::SupplyCapExceeded { cap: wei(e.cap) },
            E::ZeroAddress(_) => Error::ZeroAddress,
            E::ZeroAmount(_) => Error::ZeroAmount,
            other => {
                let name = Pin::PinErrors::name_by_selector(other.selector());
                return Self::Contract { name: name.unwrap_or_default() };
            }
        })
    }

    fn of_rewards(error: Rewards::RewardsErrors) -> Self {
        use Rewards::RewardsErrors as E;
        Self::Protocol(match error {
            E::NotGovernor(e) => Error::NotGovernor { governor: e.governor },
            E::NoWeightQueued(_) => Error::NoWeightQueued,
            E::TimelockRunning(e) => Error::TimelockRunning { until: Timestamp(e.until) },
            E::WeightsExceeded(e) => {
                Error::WeightsExceeded { weight: Bps(e.weight), left: Bps(e.left) }
            }
            E::InsufficientLock(e) => {
                Error::InsufficientLock { needed: wei(e.needed), locked: wei(e.locked) }
            }
            E::DayNotOver(e) => Error::DayNotOver { until: Timestamp(e.until) },
            E::NothingToClaim(_) => Error::NothingToClaim,
            other => {
                let name = Rewards::RewardsErrors::name_by_selector(other.selector());
                return Self::Contract { name: name.unwrap_or_default() };
            }
        })
    }

    fn of_market(error: PinFi::PinFiErrors) -> Self {
        use PinFi::PinFiErrors as E;
        Self::Protocol(match error {
            E::UnknownPool(e) => Error::UnknownPool(PoolId(e.pool)),
            E::UnknownCertificate(e) => Error::UnknownCertificate(CertificateId(e.certificate)),
            E::UnknownStake(e) => Error::UnknownStake(StakeId(e.stake)),
            E::TimeReversed(e) => {
                Error::TimeReversed { last: Timestamp(e.last), now: Timestamp(e.now_) }
            }
            E::BadParameter(e) => match parameter(&e.name) {
                Some(name) => Error::BadParameter { name },
                None => return Self::Contract { name: "BadParameter" },
            },
            E::ZeroAmount(_) => Error::ZeroAmount,
            E::ZeroAddress(_) => Error::ZeroAddress,
            E::InsufficientBalance(e) => {
                Error::InsufficientBalance { needed: wei(e.needed), balance: wei(e.balance) }
            }
            E::NotOwner(e) => Error::NotOwner { owner: e.owner },
            E::CertificateUsed(e) => Error::CertificateUsed(CertificateId(e.certificate)),
            E::CertificateTooSmall(e) => Error::CertificateTooSmall {
                certified: GpuSeconds(e.certified),
                needed: GpuSeconds(e.needed),
            },
            E::UnalignedExpiry(e) => {
                Error::UnalignedExpiry { at: Timestamp(e.expiry), bucket: Secs(e.bucket) }
            }
            E::TermTooShort(e) => Error::TermTooShort { term: Secs(e.term), min: Secs(e.min) },
            E::TermTooLong(e) => Error::TermTooLong { term: Secs(e.term), max: Secs(e.max) },
            E::Slippage(e) => Error::Slippage { amount: e.amount, limit: e.limit },
            E::StakeClosed(_) => Error::StakeClosed,
            E::WrongMode(e) => Error::WrongMode { state: state(e.state) },
            E::Expired(e) => Error::Expired { expiry: Timestamp(e.expiry) },
            E::NotExpired(e) => Error::NotExpired { expiry: Timestamp(e.expiry) },
            E::PoolOpen(_) => Error::PoolOpen,
            E::PoolDormant(_) => Error::PoolDormant,
            E::PriceTooLow(e) => Error::PriceTooLow { min: wei(e.min) },
            E::ShareOutOfRange(_) => Error::ShareOutOfRange,
            E::InsufficientLiquidity(e) => Error::InsufficientLiquidity {
                wanted: ComputeWad(e.wanted.saturating_to()),
                available: ComputeWad(e.available.saturating_to()),
            },
            E::BeyondDuration(e) => {
                Error::BeyondDuration { term: Secs(e.term), duration: Secs(e.duration) }
            }
            E::DeviceRented(e) => Error::DeviceRented { until: Timestamp(e.until) },
            E::BadDevices(_) => Error::BadDevices,
            E::NotInPool(e) => Error::NotInPool(StakeId(e.stake)),
            E::WindowTooShort(e) => {
                Error::WindowTooShort { window: Secs(e.window), bucket: Secs(e.bucket) }
            }
            E::NotRenter(_) => Error::NotRenter,
            E::VerificationPending(e) => Error::VerificationPending { until: Timestamp(e.until) },
            other => {
                let name = PinFi::PinFiErrors::name_by_selector(other.selector());
                return Self::Contract { name: name.unwrap_or_default() };
            }
        })
    }
}

/// An amount beyond 128 bits is given as the largest: nobody has so much.
fn wei(amount: U256) -> Wei {
    Wei(amount.saturating_to())
}

/// The core's name of a parameter, which lives as long as the program.
fn parameter(name: &str) -> Option<&'static str> {
    const NAMES: [&str; 16] = [
        "kind",
        "bucket",
        "fee_bps",
        "burn_share_bps",
        "collateral_bps",
        "max_term",
        "min_term",
        "n",
        "rounds",
        "samples",
        "window",
        "epoch",
        "accuser_bps",
        "weight_bps",
        "sample",
        "relay",
    ];
    NAMES.into_iter().find(|known| *known == name)
}

/// The core's name of a stake's state, which the contracts number in the same order.
const fn state(number: u8) -> &'static str {
    match number {
        0 => "held",
        1 => "liquidity",
        2 => "sold",
        3 => "settled",
        _ => "slashed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_of_foreign_bytes_is_unknown_and_keeps_them() {
        for data in [&[][..], &[1, 2, 3], &[0xde, 0xad, 0xbe, 0xef, 1]] {
            let data = Bytes::copy_from_slice(data);
            let refusal = Refusal::decode(&data);
            assert_eq!(refusal, Refusal::Unknown(data));
            assert_eq!(refusal.name(), None);
        }
    }

    #[test]
    fn decode_of_a_name_with_its_numbers_cut_off_is_unknown() {
        let whole = PinFi::UnknownStake { stake: 7 }.abi_encode();
        let cut = Bytes::copy_from_slice(&whole[..20]);
        assert!(matches!(Refusal::decode(&cut), Refusal::Unknown(_)));
    }

    #[test]
    fn decode_gives_the_numbers() {
        let data = PinFi::InsufficientBalance { needed: U256::from(7), balance: U256::MAX };
        let expected = Error::InsufficientBalance { needed: Wei(7), balance: Wei(u128::MAX) };
        assert_eq!(Refusal::decode(&data.abi_encode().into()), Refusal::Protocol(expected));
    }

    #[test]
    fn decode_of_what_only_the_game_refuses_has_its_name() {
        let data = Game::BeaconLost {}.abi_encode().into();
        assert_eq!(Refusal::decode(&data), Refusal::Contract { name: "BeaconLost" });
    }

    #[test]
    fn decode_tells_words_panics_and_the_tokens_own_errors() {
        let words = Revert::from("no").abi_encode().into();
        assert_eq!(Refusal::decode(&words), Refusal::Words("no".to_owned()));
        let panic = Panic { code: U256::from(0x11) }.abi_encode().into();
        assert_eq!(Refusal::decode(&panic), Refusal::Panic { code: 0x11 });
        let soulbound = StakeToken::Soulbound {}.abi_encode().into();
        assert_eq!(Refusal::decode(&soulbound).name(), Some("Soulbound"));
        let allowance = Pin::InsufficientAllowance {}.abi_encode().into();
        assert_eq!(Refusal::decode(&allowance).name(), Some("InsufficientAllowance"));
    }
}
