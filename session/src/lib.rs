//! A client's session with the device that it rents: opened by the rental holder's signature, over a
//! transport that proves each end's key to the other.
//!
//! | module | what lives there |
//! |---|---|
//! | [`transport`] | the port that two ends reach each other through, and its double |
//! | [`wire`] | what they say |
//! | [`rentals`] | the port on the ledger: who rents a device now |
//! | [`claim`] | what a client signs to open a session |
//! | [`opening`] | opening one, from both ends |
//! | [`talk`] | requests and events over an open session |
//! | [`desk`] | the provider's end: requests, the queue, events |
//! | [`follow`] | the client's end: results put together and held against what is signed |

pub mod claim;
pub mod desk;
pub mod follow;
pub mod opening;
pub mod rentals;
pub mod talk;
pub mod transport;
pub mod wire;
