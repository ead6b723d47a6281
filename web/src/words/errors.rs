//! Why something did not happen: one sentence for each error that can reach a person.
//!
//! The protocol's own refusals are in [`super::refusals`].

use pinfi_client::{
    intent::{IntentError, WireError},
    selection::SelectError,
    settlement::{
        Rejection, SignError, SubmitError,
        embedded::{Damage, ImportError, OpenError},
    },
    storage::StorageError,
    wallet::{VaultError, WalletError},
};
use pinfi_worker::WorkerError;

use super::{
    figures::{account, apart, moment},
    refusals,
};
use crate::contexts::tr;

/// An error as people meet it: a stable code, and a sentence in the language in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The error's code, the same in every language.
    pub(crate) code: &'static str,
    /// What went wrong and what to do.
    pub(crate) text: String,
}

impl Trouble {
    pub(crate) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

impl From<&pinfi_core::Error> for Trouble {
    fn from(error: &pinfi_core::Error) -> Self {
        Self::new(error.code(), refusals::sentence(error))
    }
}

impl From<&IntentError> for Trouble {
    fn from(error: &IntentError) -> Self {
        let text = match error {
            IntentError::WrongDomain { .. } => tr!(errors.wrong_domain).to_owned(),
            IntentError::SignatureLength { len } => {
                tr!(errors.signature_length, len = len.to_string())
            }
            IntentError::SignatureRecoveryId { v } => {
                tr!(errors.signature_recovery_id, v = v.to_string())
            }
            IntentError::SignatureScalar => tr!(errors.signature_scalar).to_owned(),
            IntentError::HighS => tr!(errors.high_s).to_owned(),
            IntentError::Unrecoverable => tr!(errors.unrecoverable).to_owned(),
            IntentError::SignerMismatch { claimed, .. } => {
                tr!(errors.signer_mismatch, claimed = account(*claimed))
            }
            IntentError::NonceUsed { .. } => tr!(errors.nonce_used).to_owned(),
            IntentError::NonceGap { nonce, next } => {
                tr!(errors.nonce_gap, nonce = nonce.to_string(), next = next.to_string())
            }
            IntentError::DeadlineExpired { deadline, .. } => {
                tr!(errors.deadline_expired, deadline = moment(*deadline))
            }
            IntentError::Unwritable => tr!(errors.unwritable).to_owned(),
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl From<&Rejection> for Trouble {
    fn from(error: &Rejection) -> Self {
        match error {
            Rejection::Intent(error) => error.into(),
            Rejection::Protocol(error) => error.into(),
            Rejection::SandboxOnly => Self::new(error.code(), tr!(errors.sandbox_only)),
            Rejection::FaucetDry { amount, left } => {
                let (amount, left) = apart(*amount, *left);
                Self::new(error.code(), tr!(errors.faucet_dry, amount = amount, left = left))
            }
            Rejection::Contract(refusal) => refusal.as_ref().into(),
            other => Self::unforeseen(other.code()),
        }
    }
}

impl From<&SubmitError> for Trouble {
    fn from(error: &SubmitError) -> Self {
        match error {
            SubmitError::Rejected(rejection) => rejection.into(),
            SubmitError::Storage(error) => error.into(),
            SubmitError::LogChanged { .. } => Self::new(error.code(), tr!(errors.log_changed)),
            SubmitError::Unavailable { .. } => Self::new(error.code(), tr!(errors.unavailable)),
            SubmitError::Signer(SignError::Locked { .. }) => (&WalletError::Locked).into(),
            SubmitError::Signer(error) => error.into(),
            SubmitError::Chain(error) => error.as_ref().into(),
            SubmitError::Transaction(error) => error.as_ref().into(),
            SubmitError::Gas { needed, balance } => Self::gas(error.code(), *needed, *balance),
            SubmitError::FeeRisen { agreed, needed } => {
                Self::fee_risen(error.code(), *agreed, *needed)
            }
            SubmitError::NotWaiting { .. } => Self::new(error.code(), tr!(chain.not_waiting)),
            SubmitError::Unsupported { action } => {
                Self::new(error.code(), tr!(chain.unsupported, action = (*action).to_owned()))
            }
            other => Self::unforeseen(other.code()),
        }
    }
}

impl From<&OpenError> for Trouble {
    fn from(error: &OpenError) -> Self {
        match error {
            OpenError::Storage(error) => error.into(),
            OpenError::Opening(rejection) => rejection.into(),
            OpenError::Unavailable { .. } => Self::new(error.code(), tr!(errors.unavailable)),
            other => Self::unforeseen(other.code()),
        }
    }
}

impl From<&ImportError> for Trouble {
    fn from(error: &ImportError) -> Self {
        let (line, reason) = match error {
            ImportError::Line { line, error } => (*line, Self::from(error).text),
            ImportError::Link { line } => (*line, tr!(errors.record_altered_line).to_owned()),
            ImportError::Refused { line, error } => (*line, Self::from(error).text),
            ImportError::Submit(error) => return error.into(),
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), tr!(errors.import_line, line = line.to_string(), reason = reason))
    }
}

impl From<&WireError> for Trouble {
    fn from(error: &WireError) -> Self {
        let text = match error {
            WireError::NotJson => tr!(errors.not_json).to_owned(),
            WireError::UnknownAction { name } => tr!(errors.unknown_action, name = name.clone()),
            WireError::UnknownField { name } => tr!(errors.unknown_field, name = name.clone()),
            WireError::MissingField { name } => tr!(errors.missing_field, name = name.clone()),
            WireError::BadValue { name } => tr!(errors.bad_value, name = name.clone()),
            WireError::BadBytes => tr!(errors.bad_bytes).to_owned(),
            WireError::TrailingBytes { count } => {
                tr!(errors.trailing_bytes, count = count.to_string())
            }
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl From<&Damage> for Trouble {
    fn from(damage: &Damage) -> Self {
        // People count from 1.
        let place = |seq: u64| (seq + 1).to_string();
        let text = match damage {
            Damage::Genesis => tr!(errors.genesis_damaged).to_owned(),
            Damage::Altered { seq } => tr!(errors.record_altered, place = place(*seq)),
            Damage::Missing { seq } => tr!(errors.record_missing, place = place(*seq)),
            Damage::Truncated { found, expected } => tr!(
                errors.log_truncated,
                found = found.to_string(),
                expected = expected.to_string()
            ),
            Damage::Head => tr!(errors.head_damaged).to_owned(),
            Damage::Refused { seq, code } => {
                tr!(errors.record_refused, place = place(*seq), code = (*code).to_owned())
            }
            Damage::Snapshot { .. } => tr!(errors.snapshot_damaged).to_owned(),
            other => return Self::unforeseen(other.code()),
        };
        Self::new(damage.code(), text)
    }
}

impl From<&SelectError> for Trouble {
    fn from(error: &SelectError) -> Self {
        match error {
            SelectError::Pool(error) => error.into(),
            SelectError::TooFewDevices { wanted, free } => Self::new(
                error.code(),
                tr!(errors.too_few_devices, wanted = wanted.to_string(), free = free.to_string()),
            ),
            other => Self::unforeseen(other.code()),
        }
    }
}

impl From<&StorageError> for Trouble {
    fn from(error: &StorageError) -> Self {
        let text = match error {
            StorageError::Unavailable => tr!(errors.storage_unavailable).to_owned(),
            StorageError::AlreadyThere { .. } => tr!(errors.storage_already_there).to_owned(),
            StorageError::NumberTooLarge { .. } => tr!(errors.storage_number_too_large).to_owned(),
            StorageError::Full => tr!(errors.storage_full).to_owned(),
            StorageError::Failed { name } => tr!(errors.storage_failed, name = name.clone()),
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl From<&WalletError> for Trouble {
    fn from(error: &WalletError) -> Self {
        let text = match error {
            WalletError::Locked => tr!(errors.wallet_locked).to_owned(),
            WalletError::WrongPassword => tr!(errors.wallet_wrong_password).to_owned(),
            WalletError::WrongFilePassword => tr!(errors.wallet_wrong_file_password).to_owned(),
            WalletError::WeakPassword { min_chars } => {
                tr!(errors.wallet_weak_password, least = min_chars.to_string())
            }
            WalletError::UnknownAccount { address } => {
                tr!(errors.wallet_unknown_account, address = account(*address))
            }
            WalletError::AccountExists { address } => {
                tr!(errors.wallet_account_exists, address = account(*address))
            }
            WalletError::NoPhrase { address } => {
                tr!(errors.wallet_no_phrase, address = account(*address))
            }
            WalletError::InvalidKey => tr!(errors.wallet_invalid_key).to_owned(),
            WalletError::Busy => tr!(errors.wallet_busy).to_owned(),
            WalletError::Damaged => tr!(errors.wallet_damaged).to_owned(),
            WalletError::Vault(error) => return error.into(),
            WalletError::Storage(error) => return error.into(),
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl From<&VaultError> for Trouble {
    fn from(error: &VaultError) -> Self {
        let text = match error {
            VaultError::WrongPassword => tr!(errors.wallet_wrong_password).to_owned(),
            VaultError::PhraseLength { words } => {
                tr!(errors.wallet_phrase_length, words = words.to_string())
            }
            VaultError::PhraseWord { position } => {
                tr!(errors.wallet_phrase_word, position = position.to_string())
            }
            VaultError::PhraseChecksum => tr!(errors.wallet_phrase_checksum).to_owned(),
            VaultError::InvalidKey => tr!(errors.wallet_invalid_key).to_owned(),
            VaultError::InvalidKeystore { field } => {
                tr!(errors.wallet_invalid_keystore, field = field.clone())
            }
            VaultError::UnsupportedKeystore { field } => {
                tr!(errors.wallet_unsupported_keystore, field = field.clone())
            }
            VaultError::NoRandomness => tr!(errors.wallet_no_randomness).to_owned(),
            VaultError::Interrupted => tr!(errors.wallet_interrupted).to_owned(),
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl From<&WorkerError> for Trouble {
    fn from(error: &WorkerError) -> Self {
        let text = match error {
            WorkerError::Cancelled => tr!(errors.worker_cancelled).to_owned(),
            WorkerError::NoGpu { .. } => tr!(errors.worker_no_gpu).to_owned(),
            WorkerError::Refused { reason } => tr!(errors.worker_refused, reason = reason.clone()),
            WorkerError::DeviceLost { .. } => tr!(errors.worker_device_lost).to_owned(),
            WorkerError::DeviceFault { reason } => {
                tr!(errors.worker_device_fault, reason = reason.clone())
            }
            WorkerError::UnknownJob { .. } => tr!(errors.worker_unknown_job).to_owned(),
            WorkerError::Vault(error) => return error.into(),
            WorkerError::Crashed => tr!(errors.worker_crashed).to_owned(),
            WorkerError::Unavailable => tr!(errors.worker_unavailable).to_owned(),
            WorkerError::Protocol => tr!(errors.worker_protocol).to_owned(),
            other => return Self::unforeseen(other.code()),
        };
        Self::new(error.code(), text)
    }
}

impl Trouble {
    /// Speaks for an error that came into its crate after these words were written.
    pub(super) fn unforeseen(code: &'static str) -> Self {
        Self::new(code, tr!(errors.unforeseen, code = code))
    }
}
