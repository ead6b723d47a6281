//! What only a ledger needs that was there before: a program that is split loads it when there is one.
//!
//! With the feature `split` each function here is a module of its own, and its caller waits until
//! that has arrived; without, they are plain calls.
#![cfg_attr(
    feature = "split",
    allow(unsafe_code, reason = "`wasm_split` imports a function from the module that it makes")
)]

use super::load::{Boxed, Stored, load_here};
use super::{EmbeddedLedger, OpenError};
use crate::settlement::SubmitError;
use crate::storage::Storage;

/// Reads and repairs what is stored.
///
/// # Errors
/// [`OpenError::Unavailable`] where the part does not arrive; then those of [`load_here`].
pub(super) async fn load(storage: &dyn Storage, wall_ms: u64) -> Result<Stored, OpenError> {
    #[cfg(feature = "split")]
    let loading = stored_ledger(storage, wall_ms).await?;
    #[cfg(not(feature = "split"))]
    let loading = stored_ledger(storage, wall_ms)?;
    loading.await
}

/// Reads what other tabs have written since.
///
/// # Errors
/// [`SubmitError::Unavailable`] where the part does not arrive; then those of
/// [`EmbeddedLedger::catch_up`].
pub(super) async fn read_on(ledger: &EmbeddedLedger) -> Result<(), SubmitError> {
    #[cfg(feature = "split")]
    let reading = others_records(ledger).await?;
    #[cfg(not(feature = "split"))]
    let reading = others_records(ledger)?;
    reading.await
}

/// Opens the stored ledger anew, in place of what this tab has seen.
///
/// # Errors
/// [`SubmitError::Unavailable`] where the part does not arrive; then those of
/// [`EmbeddedLedger::catch_up`].
pub(super) async fn reopen(ledger: &EmbeddedLedger) -> Result<(), SubmitError> {
    #[cfg(feature = "split")]
    let reading = replaced_ledger(ledger).await?;
    #[cfg(not(feature = "split"))]
    let reading = replaced_ledger(ledger)?;
    reading.await
}

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(stored, fallible))]
fn stored_ledger(
    storage: &dyn Storage,
    wall_ms: u64,
) -> Result<Boxed<'_, Result<Stored, OpenError>>, OpenError> {
    Ok(Box::pin(async move { Ok(load_here(storage, wall_ms).await?) }))
}

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(stored, fallible))]
fn others_records(
    ledger: &EmbeddedLedger,
) -> Result<Boxed<'_, Result<(), SubmitError>>, SubmitError> {
    Ok(Box::pin(ledger.read_others()))
}

#[cfg_attr(feature = "split", wasm_split_helpers::wasm_split(stored, fallible))]
fn replaced_ledger(
    ledger: &EmbeddedLedger,
) -> Result<Boxed<'_, Result<(), SubmitError>>, SubmitError> {
    Ok(Box::pin(ledger.reopen()))
}

#[cfg(feature = "split")]
mod lost {
    use wasm_split_helpers::SplitLoaderError;

    use super::{OpenError, SubmitError};

    const WHAT: &str = "a part of the program";

    impl From<SplitLoaderError> for OpenError {
        fn from(_: SplitLoaderError) -> Self {
            Self::Unavailable { what: WHAT }
        }
    }

    impl From<SplitLoaderError> for SubmitError {
        fn from(_: SplitLoaderError) -> Self {
            Self::Unavailable { what: WHAT }
        }
    }
}
