//! The device behind a rental, in a worker of its own: stood in for by this browser's GPU, dialled
//! by its key, or this browser's GPU served to others.
//!
//! * Stood in for: both ends of a session are here, joined by the transport's double. The device's
//!   end has a key, a queue and the executor, the client's end believes what the first one says only
//!   as far as it can check it.
//! * Dialled: the client's end alone. A connection that is lost is made anew, and jobs go on.
//! * Served: the device's end alone, for as many clients as come.
//!
//! The page tells who rents, signs, and shows what comes. So what judges a module is in this
//! program alone, and nothing heavy in the page. There are two programs of this: `pinfi-rented`
//! cannot dial or be dialled, and `pinfi-remote` can, which makes it the larger one.
//!
//! A device that stands in and hangs is lost to its worker: the page ends it and starts another.

#[cfg(feature = "host")]
mod host;
mod message;
#[cfg(feature = "serve")]
mod serve;
#[cfg(all(feature = "host", target_arch = "wasm32"))]
mod web;

#[cfg(feature = "host")]
pub use host::{Ears, Launch, Line, RentedHost};
pub use message::{
    Device, EndpointSecret, Fault, FromRented, Guest, Listen, Moment, Order, Served, Settled,
    Terms, ToRented,
};
pub use pinfi_session::{claim::Opening, transport::EndpointKey, wire::Claim};
#[cfg(feature = "serve")]
pub use serve::{Scope, Server};
