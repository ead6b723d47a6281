//! A provider and a verifier without a screen: `pinfi-provider` and `pinfi-verifier`. See
//! `docs/providing.md`.
//!
//! | module | what it does |
//! |---|---|
//! | `config` | the programs' configuration files |
//! | `key` | the account's key, from its encrypted file |
//! | `storage` | what the client keeps, in one file |
//! | `play` | a chain's ledger, followed until the program is to stop |
//! | `outbid` | more for a transaction that waits |
//! | `provider`, `news` | answers the challenges of an account's stakes, and tells of it |
//! | `device`, `cores` | what proves: the GPU, or all cores |
//! | `checkpoints` | what a proof that was cut off goes on from |
//! | `guests` | serves those who rent the stakes' device |
//! | `verifier`, `judge` | looks at what all providers commit to |
//! | `boards`, `shelf`, `remote` | where openings are published, and found |
//! | `server` | openings and figures over HTTP |
//! | `figures` | what Prometheus is told |
//! | `stop` | ending in good order |
//! | `program` | what the two programs begin and end with |

pub mod boards;
pub mod checkpoints;
pub mod config;
pub mod cores;
pub mod device;
pub mod figures;
#[cfg(feature = "gpu")]
pub mod guests;
pub mod judge;
pub mod key;
mod news;
mod outbid;
pub mod play;
pub mod program;
pub mod provider;
mod remote;
pub mod server;
pub mod shelf;
pub mod stop;
pub mod storage;
pub mod verifier;
