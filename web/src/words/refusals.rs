//! The protocol's refusals as sentences.

use pinfi_core::{Error, units::Bps};

use super::figures::{account, apart, device_hours, moment, pin_words, signed_pin, span};
use crate::{contexts::tr, format::percent};

/// Says why the protocol refused, with the numbers that matter.
pub(super) fn sentence(error: &Error) -> String {
    match error {
        Error::UnknownPool(pool) => tr!(errors.unknown_pool, pool = pool.to_string()),
        Error::UnknownCertificate(id) => tr!(errors.unknown_certificate, id = id.to_string()),
        Error::UnknownStake(stake) => tr!(errors.unknown_stake, stake = stake.to_string()),
        Error::TimeReversed { .. } => tr!(errors.time_reversed).to_owned(),
        Error::BadParameter { name } => tr!(errors.bad_parameter, name = (*name).to_owned()),
        Error::ZeroAmount => tr!(errors.zero_amount).to_owned(),
        Error::ZeroAddress => tr!(errors.zero_address).to_owned(),
        Error::InsufficientBalance { needed, balance } => {
            let (needed, balance) = apart(*needed, *balance);
            tr!(errors.insufficient_balance, needed = needed, balance = balance)
        }
        Error::NotMinter { minter } => tr!(errors.not_minter, minter = account(*minter)),
        Error::SupplyCapExceeded { cap } => tr!(errors.supply_cap_exceeded, cap = pin_words(*cap)),
        Error::NotOwner { owner } => tr!(errors.not_owner, owner = account(*owner)),
        Error::CertificateUsed(id) => tr!(errors.certificate_used, id = id.to_string()),
        Error::CertificateTooSmall { certified, needed } => tr!(
            errors.certificate_too_small,
            certified = device_hours(certified.0),
            needed = device_hours(needed.0)
        ),
        Error::UnalignedExpiry { at, bucket } => {
            tr!(errors.unaligned_expiry, at = moment(*at), bucket = span(*bucket))
        }
        Error::TermTooShort { term, min } => {
            tr!(errors.term_too_short, term = span(*term), min = span(*min))
        }
        Error::TermTooLong { term, max } => {
            tr!(errors.term_too_long, term = span(*term), max = span(*max))
        }
        Error::Slippage { amount, limit } => {
            tr!(errors.slippage, amount = signed_pin(*amount), limit = signed_pin(*limit))
        }
        Error::StakeClosed => tr!(errors.stake_closed).to_owned(),
        Error::WrongMode { state } => tr!(errors.wrong_mode, state = state_name(state)),
        Error::Expired { expiry } => tr!(errors.expired, expiry = moment(*expiry)),
        Error::NotExpired { expiry } => tr!(errors.not_expired, expiry = moment(*expiry)),
        Error::PoolOpen => tr!(errors.pool_open).to_owned(),
        Error::PoolDormant => tr!(errors.pool_dormant).to_owned(),
        Error::PriceTooLow { min } => tr!(errors.price_too_low, min = pin_words(*min)),
        Error::ShareOutOfRange => tr!(errors.share_out_of_range).to_owned(),
        Error::InsufficientLiquidity { wanted, available } => {
            // Whole GPU-seconds are enough for people.
            let hours = |wad: u128| crate::format::hours(wad / pinfi_core::math::WAD);
            let (wanted, available) = (hours(wanted.0), hours(available.0));
            tr!(errors.insufficient_liquidity, wanted = wanted, available = available)
        }
        Error::BeyondDuration { term, duration } => {
            tr!(errors.beyond_duration, term = span(*term), duration = span(*duration))
        }
        Error::DeviceRented { until } => tr!(errors.device_rented, until = moment(*until)),
        Error::BadDevices => tr!(errors.bad_devices).to_owned(),
        Error::NotInPool(stake) => tr!(errors.not_in_pool, stake = stake.to_string()),
        Error::WindowTooShort { window, bucket } => {
            tr!(errors.window_too_short, window = span(*window), bucket = span(*bucket))
        }
        Error::NotRenter => tr!(errors.not_renter).to_owned(),
        Error::VerificationPending { until } => {
            tr!(errors.verification_pending, until = moment(*until))
        }
        Error::AlreadyChallenged { .. } => tr!(errors.already_challenged).to_owned(),
        Error::ExpiresTooSoon { expiry } => tr!(errors.expires_too_soon, expiry = moment(*expiry)),
        Error::NoChallenge => tr!(errors.no_challenge).to_owned(),
        Error::AlreadyCommitted => tr!(errors.already_committed).to_owned(),
        Error::NotCommitted => tr!(errors.not_committed).to_owned(),
        Error::DeadlinePassed { deadline } => {
            tr!(errors.deadline_passed, deadline = moment(*deadline))
        }
        Error::DeadlineNotPassed { deadline } => {
            tr!(errors.deadline_not_passed, deadline = moment(*deadline))
        }
        Error::MalformedResponse(_) => tr!(errors.malformed_response).to_owned(),
        Error::EpochOpen { .. } => tr!(errors.epoch_open).to_owned(),
        Error::EpochTooLate { until } => tr!(errors.epoch_too_late, until = moment(*until)),
        Error::ConstantRandomness => tr!(errors.constant_randomness).to_owned(),
        Error::NotBound { .. } => tr!(errors.not_bound).to_owned(),
        Error::BeaconNotYet { after } => tr!(errors.beacon_not_yet, after = moment(*after)),
        Error::BeaconKnown => tr!(errors.beacon_known).to_owned(),
        Error::BeaconUnknown => tr!(errors.beacon_unknown).to_owned(),
        Error::AlreadyAccused { sample } => {
            tr!(errors.already_accused, sample = sample.to_string())
        }
        Error::NoAccusation { sample } => tr!(errors.no_accusation, sample = sample.to_string()),
        Error::AccusationOpen => tr!(errors.accusation_open).to_owned(),

        Error::AlreadyComplained => tr!(errors.already_complained).to_owned(),
        Error::RewardsOff => tr!(errors.rewards_off).to_owned(),
        Error::NotGovernor { governor } => tr!(errors.not_governor, governor = account(*governor)),
        Error::NoWeightQueued => tr!(errors.no_weight_queued).to_owned(),
        Error::TimelockRunning { until } => tr!(errors.timelock_running, until = moment(*until)),
        Error::WeightsExceeded { weight, left } => {
            let share = |bps: Bps| percent(u64::from(bps.0));
            tr!(errors.weights_exceeded, weight = share(*weight), left = share(*left))
        }
        Error::InsufficientLock { needed, locked } => {
            let (needed, locked) = apart(*needed, *locked);
            tr!(errors.insufficient_lock, needed = needed, locked = locked)
        }
        Error::DayNotOver { until } => tr!(errors.day_not_over, until = moment(*until)),
        Error::NothingToClaim => tr!(errors.nothing_to_claim).to_owned(),
    }
}

/// Names a stake's state, given the protocol's own name of it.
fn state_name(state: &str) -> &'static str {
    match state {
        "held" => tr!(errors.state_held),
        "liquidity" => tr!(errors.state_liquidity),
        "sold" => tr!(errors.state_sold),
        "settled" => tr!(errors.state_settled),
        _ => tr!(errors.state_slashed),
    }
}
