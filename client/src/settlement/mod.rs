//! Where actions are settled: a port, and the ledger in this browser behind it.
//!
//! [`Settlement`] is all that a screen knows. [`embedded`] settles in this tab and its database;
//! a chain's adapter implements the same port over a provider's requests, with its own read model
//! behind [`Settlement::ledger`].

pub mod embedded;

mod error;
mod history;
mod port;
mod update;

pub use error::{Rejection, SubmitError};
pub(crate) use history::History;
pub use port::{Descriptor, Settlement, SettlementExt};
pub use update::{Activity, Listeners, PoolSample, Receipt, Subscription, Update};
