//! Messages as bytes. Some carry passwords and keys, so every buffer wipes itself.

use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::WorkerError;

/// Writes a message.
///
/// # Errors
/// [`WorkerError::Protocol`], which none of this crate's messages gives.
pub fn encode(message: &impl Serialize) -> Result<Zeroizing<Vec<u8>>, WorkerError> {
    // Sized first: a vector that grows leaves copies behind that nothing wipes.
    let size = postcard::experimental::serialized_size(message);
    let mut bytes = Zeroizing::new(vec![0; size.map_err(|_| WorkerError::Protocol)?]);
    postcard::to_slice(message, &mut bytes).map_err(|_| WorkerError::Protocol)?;
    Ok(bytes)
}

/// Reads a message.
///
/// # Errors
/// [`WorkerError::Protocol`] for bytes that are none.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WorkerError> {
    postcard::from_bytes(bytes).map_err(|_| WorkerError::Protocol)
}
