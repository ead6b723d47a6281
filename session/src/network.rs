//! How ends find each other: a port on what dials, above the connections that it makes.

use core::pin::Pin;
use std::future::Future;
use std::rc::Rc;

use async_trait::async_trait;

use crate::transport::{Connection, EndpointKey};

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DialError {
    /// A relay's address is none.
    #[error("{relay:?} is no address of a relay")]
    Relay {
        /// The address.
        relay: String,
    },
    /// A key is none.
    #[error("{key} is no key")]
    Key {
        /// The key.
        key: EndpointKey,
    },
    /// This end could not begin.
    #[error("no end of a connection here: {reason}")]
    Begin {
        /// What the host says.
        reason: String,
    },
    /// The other end was not reached.
    #[error("the other end was not reached: {reason}")]
    Unreached {
        /// What the transport says.
        reason: String,
    },
    /// This end was closed.
    #[error("this end was closed")]
    Closed,
}

impl DialError {
    /// Names the cause; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Relay { .. } => "DialRelay",
            Self::Key { .. } => "DialKey",
            Self::Begin { .. } => "DialBegin",
            Self::Unreached { .. } => "DialUnreached",
            Self::Closed => "DialClosed",
        }
    }
}

/// A call that is not answered yet: awaiting it answers, and gives the connection once both ends
/// have proven their keys.
pub type Call = Pin<Box<dyn Future<Output = Result<Connection, DialError>>>>;

/// Makes ends.
#[async_trait(?Send)]
pub trait Network {
    /// Begins an end with a secret key of its own, at a relay. It does not wait for that.
    ///
    /// Warning: two ends of one key take each other's calls.
    ///
    /// # Errors
    /// [`DialError::Relay`] or [`DialError::Begin`].
    async fn begin(&self, secret: &[u8; 32], relay: &str) -> Result<Rc<dyn Endpoint>, DialError>;
}

/// One end.
#[async_trait(?Send)]
pub trait Endpoint {
    /// Gives the key that this end is dialled by.
    fn key(&self) -> EndpointKey;

    /// Waits until this end is at its relay, for as long as that takes: before, nobody reaches it.
    async fn online(&self);

    /// Dials an end by its key, at the relay where it waits.
    ///
    /// # Errors
    /// [`DialError::Key`], [`DialError::Relay`] or [`DialError::Unreached`].
    async fn dial(&self, key: EndpointKey, relay: &str) -> Result<Connection, DialError>;

    /// Waits for the next call. Others are to be waited for while it is answered, as that may take
    /// its time.
    ///
    /// # Errors
    /// [`DialError::Closed`].
    async fn call(&self) -> Result<Call, DialError>;

    /// Ends all connections and takes no more calls.
    async fn close(&self);
}
