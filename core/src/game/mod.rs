//! The verification game of many parties (PROTOCOL 5.3): what it keeps, what can be done in it, and
//! what came of that. Its rules are in `ledger/game`.
//!
//! | file | what lives there |
//! |---|---|
//! | `action` | what an account can do |
//! | `event` | what that did |
//! | `trial` | a stake under a challenge, from the commitment to its end |
//! | `book` | the epochs and trials of a ledger |
//! | `endpoint` | where a stake's device is reached |
//! | `duty` | what is to be done, by when, and by whom |
//! | `transcript` | a verdict in a file |

mod action;
mod book;
mod duty;
mod endpoint;
mod event;
mod transcript;
mod trial;

pub use action::GameAction;
pub use book::{Epoch, Game, Operator};
pub use duty::{Asked, Duty, duties};
pub use endpoint::{Endpoint, RELAY_BYTES, is_relay};
pub use event::GameEvent;
pub use transcript::{GameFormat, GameTranscript, GameTranscriptError, ProofRecord, Verdict};
pub use trial::{Accusation, Committed, Trial};
