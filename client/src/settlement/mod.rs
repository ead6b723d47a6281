//! Where actions are settled: a port, and the ledger in this browser behind it.
//!
//! [`Settlement`] is all that a screen knows. [`embedded`] settles in this tab and its database,
//! [`evm`] on a chain, where a read model made from logs stands behind [`Settlement::ledger`].

pub mod embedded;
pub mod evm;

mod error;
mod history;
mod port;
mod signer;
mod terms;
mod update;

pub use error::{Rejection, SubmitError};
pub(crate) use history::History;
pub use port::{Descriptor, Settlement, SettlementExt};
pub use signer::{SignError, Signer, TransactionRequest};
pub use terms::{Allowance, AllowanceForm, Fee, Terms};
pub use update::{Activity, Listeners, PoolSample, Receipt, Subscription, Update};
