//! PinFi's contracts in the core's words, without I/O.
//!
//! | module | what it does |
//! |---|---|
//! | [`abi`] | the contracts' interfaces |
//! | [`AddressBook`] | where the contracts are, and what they were made with |
//! | [`call`] | actions to calls |
//! | [`event`] | the contracts' logs to core events |
//! | [`game`] | the verification game: calls, logs, errors |
//! | [`origin`] | which addresses follow from the contracts' own code |
//! | [`views`] | what the contracts must answer if a ledger is what they keep |
//! | [`Refusal`] | the contracts' errors to core errors, with their numbers |
//! | [`ReadModel`] | the core's ledger from logs alone, block by block, and back |

pub mod abi;
pub mod call;
pub mod event;
pub mod game;
pub mod origin;
pub mod params;
pub mod views;

mod addresses;
mod model;
mod refusal;

pub use addresses::{AddressBook, Contracts};
pub use call::Call;
pub use model::{Block, BlockLogs, Cause, Gap, Happening, PlacedLog, ReadModel, Snapshot};
pub use refusal::Refusal;
