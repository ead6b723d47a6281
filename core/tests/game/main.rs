//! The verification game of many parties: rejections, a life of it, its laws, and the attacks that
//! it withstands. Each attack fails as a test if its defence is taken out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

mod attacks;
mod complaints;
mod detection;
mod duty;
mod endpoint;
mod laws;
#[path = "../ledger/market.rs"]
#[allow(dead_code, reason = "not all of the ledger's market is needed here")]
mod market;
mod moves;
mod operator;
mod profit;
#[path = "../pocps/support.rs"]
#[allow(dead_code, reason = "not all of the provers are needed here")]
mod provers;
mod rejections;
mod shares;
mod table;
mod time;
mod transcript;
mod vectors;
