//! The device behind a rental, stood in for by this browser's GPU, in a worker of its own.
//!
//! Both ends of a session are here, joined by the transport's double: the device's end with a
//! key, a queue and the executor, and the client's end, which believes what the first one says
//! only as far as it can check it. The page tells who rents, signs as the renter, and shows what
//! comes. So what judges a module is in this program alone, and nothing heavy in the page.
//!
//! A device that hangs is lost to its worker: the page ends it and starts another.

#[cfg(feature = "host")]
mod host;
mod message;
#[cfg(feature = "serve")]
mod serve;
#[cfg(all(feature = "host", target_arch = "wasm32"))]
mod web;

#[cfg(feature = "host")]
pub use host::{Ears, Launch, Line, RentedHost};
pub use message::{FromRented, Moment, Order, Settled, Terms, ToRented};
pub use pinfi_session::{claim::Opening, wire::Claim};
#[cfg(feature = "serve")]
pub use serve::{Scope, Server};
