//! Puts the contracts on a chain, and keeps a chain to try them on.
//!
//! | module | what it does |
//! |---|---|
//! | `artifacts` | what the compiler made |
//! | `plan` | every contract with its code, and its address before it is there |
//! | `deploy` | carries the plan out, or finds that it was |
//! | `native` | a node over HTTP, and the wall clock |
//! | `anvil` | a chain of one's own |

pub mod anvil;
pub mod artifacts;
pub mod deploy;
pub mod native;
pub mod plan;
