//! The PinFi core for JavaScript: thin exports, with a typed wrapper above them in `js/`.
//!
//! Whole quantities cross as `bigint`, refusals as a `PinFiError` with a stable `code`. Each entry
//! of the package is this crate built with one feature:
//!
//! | feature | modules |
//! |---|---|
//! | `core` | `pool`, `intent`, `signer` |
//! | `ledger` | `ledger`, `replay` |
//! | `evm` | `evm` |
//! | `verify` | `game`, `transcript` |
//! | `equilibrium` | `equilibrium` |
//! | `simulation` | `simulation` |
//! | `prove` | `prove` |
//! | `session` | `session` |

mod error;
mod js;
#[cfg(any(feature = "evm", feature = "ledger"))]
mod snapshot;
#[cfg(any(feature = "core", feature = "evm", feature = "ledger", feature = "session"))]
mod wire;

#[cfg(feature = "equilibrium")]
mod equilibrium;
#[cfg(feature = "evm")]
mod evm;
#[cfg(feature = "verify")]
mod game;
#[cfg(feature = "core")]
mod intent;
#[cfg(feature = "ledger")]
mod ledger;
#[cfg(feature = "core")]
mod pool;
#[cfg(feature = "prove")]
mod prove;
#[cfg(feature = "ledger")]
mod replay;
#[cfg(feature = "session")]
mod session;
#[cfg(feature = "core")]
mod signer;
#[cfg(feature = "simulation")]
mod simulation;
#[cfg(feature = "verify")]
mod transcript;

#[cfg(feature = "equilibrium")]
pub use equilibrium::Game;
#[cfg(feature = "evm")]
pub use evm::{Chain, call, decode_log, decode_revert, multicall};
#[cfg(feature = "verify")]
pub use game::{record_game, verify_game};
#[cfg(feature = "core")]
pub use intent::{Domain, checksum, parse_address, recover};
#[cfg(feature = "ledger")]
pub use ledger::Ledger;
#[cfg(feature = "core")]
pub use pool::Pool;
#[cfg(feature = "prove")]
pub use prove::{CpuProof, Gpu, GpuProof};
#[cfg(feature = "ledger")]
pub use replay::replay;
#[cfg(feature = "session")]
pub use session::{Host, Session, judge_job, write_job};
#[cfg(feature = "core")]
pub use signer::Signer;
#[cfg(feature = "simulation")]
pub use simulation::{Simulation, scenario, scenario_names};
#[cfg(feature = "verify")]
pub use transcript::verify_transcript;
