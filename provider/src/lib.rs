//! A provider and a verifier without a screen: `pinfi-provider` and `pinfi-verifier`. See
//! `docs/providing.md`.
//!
//! | module | what it does |
//! |---|---|
//! | `config` | the programs' configuration files |
//! | `key` | the account's key, from its encrypted file |
//! | `storage` | what the client keeps, in one file |
//! | `play` | a chain's ledger, followed until the program is to stop |
//! | `provider` | answers the challenges of an account's stakes |
//! | `device`, `cores` | what proves: the GPU, or all cores |
//! | `verifier`, `judge` | looks at what all providers commit to |
//! | `boards`, `shelf` | where openings are published, and found |
//! | `server` | openings and figures over HTTP |
//! | `figures` | what Prometheus is told |
//! | `stop` | ending in good order |

pub mod boards;
pub mod config;
pub mod cores;
pub mod device;
pub mod figures;
pub mod judge;
pub mod key;
pub mod play;
pub mod provider;
pub mod server;
pub mod shelf;
pub mod stop;
pub mod storage;
pub mod verifier;
