//! What the two ends say to each other.
//!
//! ```text
//! client                                     provider
//!   Hello { version }              →
//!                                  ←          Challenge { version, challenge }
//!   Open { claim, signature }      →
//!                                  ←          Opened { until, limits }  or  Refused
//!   Submit, Resume, Cancel, …      →
//!                                  ←          Accepted, Partial, Ended, Rejected
//! ```
//! Each is one frame: postcard's form of [`FromClient`] or [`FromProvider`].

use alloy_primitives::{Address, B256, Bytes};
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::chain::Partial;
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::{Ending, State};
use pinfi_jobs::spec::JobId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The version of the protocol that this code speaks. Another one is refused, not guessed.
pub const VERSION: u16 = 1;
/// The longest frame before a session is open: nobody is trusted with memory yet.
pub const OPENING_BYTES: u64 = 4 << 10;
/// What a frame has beside the bytes of buffers and source: plans and names.
const BESIDE_BYTES: u64 = 4 << 20;

/// Gives the longest frame of a request under some limits: a job with all its buffers.
#[must_use]
pub const fn request_bytes(limits: &Limits) -> u64 {
    limits.source_bytes.saturating_add(limits.total_bytes).saturating_add(BESIDE_BYTES)
}

/// Gives the longest frame of an event under some limits: a step that gives all outputs.
#[must_use]
pub const fn event_bytes(limits: &Limits) -> u64 {
    limits.output_bytes.saturating_add(BESIDE_BYTES)
}

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromClient {
    /// The first word.
    Hello {
        /// The version that it speaks.
        version: u16,
    },
    /// Asks for the session.
    Open {
        /// What it says to be entitled to.
        claim: Claim,
        /// The rental holder's signature over the claim, the challenge and both keys.
        signature: Bytes,
    },
    /// Asks for something within the session.
    Request(Request),
}

/// What a client says to be entitled to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The device's stake.
    pub stake: StakeId,
    /// The rental.
    pub rental: RentalId,
    /// The rental's holder.
    pub client: Address,
}

/// What a client with a session gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What a job may take.
    pub limits: Limits,
    /// The account that signs receipts.
    pub provider: Address,
    /// The device's name, for people; by the provider's word, as what follows.
    pub device: String,
    /// Whether the device is a GPU in software.
    pub is_software: bool,
}

/// What a client asks for once the session is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Runs a job, once however often it is sent.
    Submit {
        /// The job, as [`Job::to_bytes`](pinfi_jobs::spec::Job::to_bytes) gives it.
        job: Vec<u8>,
    },
    /// Goes on with what a job gives, after a lost connection.
    Resume {
        /// The job.
        job: JobId,
        /// The first step that the client does not have.
        from: u64,
    },
    /// Stops a job.
    Cancel {
        /// The job.
        job: JobId,
    },
    /// Has the results: they need not be kept any more.
    Acknowledge {
        /// The job.
        job: JobId,
    },
}

/// What a provider says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromProvider {
    /// What the client is to sign over.
    Challenge {
        /// The version that it speaks.
        version: u16,
        /// Drawn anew for each connection.
        challenge: B256,
    },
    /// The session is open.
    Opened {
        /// When the rental is over.
        until: Timestamp,
        /// What the client gets.
        offer: Box<Offer>,
    },
    /// The session is not open, or no longer.
    Refused {
        /// The cause's stable name.
        code: String,
        /// What there is to say of it.
        reason: String,
    },
    /// Something happened to a job.
    Event(Event),
}

/// What happens to a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// It is in the queue, or was already.
    Accepted {
        /// The job.
        job: JobId,
        /// Where it is.
        state: State,
        /// How many of the client's own jobs are before it.
        ahead: u32,
    },
    /// A step is done.
    Partial {
        /// The job.
        job: JobId,
        /// How many steps it has; 0 where it is not known any more.
        steps: u64,
        /// How long the device has been at work on the job so far, in milliseconds, by the
        /// provider's word.
        busy_millis: u64,
        /// What the step gave.
        partial: Partial,
    },
    /// It has ended.
    Ended {
        /// The job.
        job: JobId,
        /// How many steps were done.
        done: u64,
        /// How.
        ending: Ending,
    },
    /// A request was refused; nothing has changed.
    Rejected {
        /// The job that it was about; none where it could not be read.
        job: Option<JobId>,
        /// The cause's stable name.
        code: String,
        /// What there is to say of it.
        reason: String,
    },
}

/// A frame is not what is to be said at this point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// It is no message.
    #[error("a frame is no message")]
    Malformed,
    /// Something follows the message.
    #[error("{count} bytes follow a message")]
    Trailing {
        /// How many.
        count: usize,
    },
}

/// Writes a message as a frame.
#[must_use]
pub fn encode(message: &impl Serialize) -> Vec<u8> {
    // Writing into memory fails for types without a fixed form alone, and these have none.
    postcard::to_allocvec(message).unwrap_or_default()
}

/// Reads a frame.
///
/// # Errors
/// [`WireError`].
pub fn decode<T: DeserializeOwned>(frame: &[u8]) -> Result<T, WireError> {
    let (message, rest) = postcard::take_from_bytes(frame).map_err(|_| WireError::Malformed)?;
    match rest.len() {
        0 => Ok(message),
        count => Err(WireError::Trailing { count }),
    }
}
