//! The contracts against the core, on an EVM in process.
//!
//! | module | what it does |
//! |---|---|
//! | `abi` | the interfaces of contracts that only tests have |
//! | `chain` | an EVM with a clock |
//! | `deployment` | the contracts on it |
//! | `translate` | steps to calls, logs to events, refusals to names |
//! | `state` | the whole state of both sides, compared |
//! | `twin` | one step on both sides |
//! | `random`, `deeds` | lives of markets, good and bad |
//! | `fuzz` | many of them |
//! | `shrink` | the shortest life that still shows a difference |
//! | `life` | a life as a file |

pub mod abi;
pub mod chain;
mod deeds;
pub mod deployment;
pub mod fuzz;
pub mod life;
pub mod random;
pub mod shrink;
pub mod state;
pub mod translate;
pub mod twin;
