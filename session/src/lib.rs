//! A client's session with the device that it rents: opened by the rental holder's signature, over a
//! transport that proves each end's key to the other.
//!
//! | module | what lives there |
//! |---|---|
//! | [`transport`] | the port that two ends reach each other through, and its double |
//! | [`network`] | the port on what dials |
//! | [`wire`] | what they say |
//! | [`rentals`] | the port on the ledger: who rents a device now |
//! | [`claim`] | what a client signs to open a session |
//! | [`opening`] | opening one, from both ends |
//! | [`talk`] | requests and events over an open session |
//! | [`desk`] | the provider's end: requests, the queue, events |
//! | [`station`] | a device that serves its clients over as many connections as come |
//! | [`follow`] | the client's end: results put together and held against what is signed |
//! | [`client`] | the client's end: dials, signs, follows its jobs, and dials again what is lost |
//! | [`orders`] | the client's jobs, over as many connections as it takes |
#![cfg_attr(feature = "iroh", doc = "| [`dial`] | the transport through iroh, by public key |")]

mod bell;
pub mod claim;
pub mod client;
pub mod desk;
#[cfg(feature = "iroh")]
pub mod dial;
pub mod follow;
pub mod network;
pub mod opening;
pub mod orders;
pub mod rentals;
pub mod station;
pub mod talk;
pub mod transport;
pub mod wire;
