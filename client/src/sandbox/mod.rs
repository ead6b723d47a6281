//! A ledger to play with: pools, and a handful of simulated accounts that keep them alive.
//!
//! The simulated accounts act through the same signed actions as everybody. Their keys are
//! derived from their labels: anybody could sign for them, and nothing of them is worth anything.
//!
//! | file | what lives there |
//! |---|---|
//! | `accounts` | who is simulated |
//! | `kinds` | the pools that a sandbox opens with |
//! | `opening` | the first day of a sandbox |
//! | `policy` | what the simulated accounts do next: a pure function |
//! | `preview` | a look at the first day before it is signed and kept |
//! | `market` | what carries it out, at a gentle rate |

mod accounts;
mod kinds;
mod market;
mod opening;
mod policy;
mod preview;

pub use accounts::{Persona, Role, personas};
pub use kinds::{Kind, kinds};
pub use market::Market;
pub use opening::{CHAIN_ID, FAUCET_DAILY, Opening, new_ledger};
pub use policy::{Move, next_moves};
pub use preview::Preview;
