//! How the two ends of a session reach each other: a port, and its double within one program.

use alloy_primitives::hex;
use async_trait::async_trait;
use core::fmt;
use futures_channel::mpsc;
use serde::{Deserialize, Serialize};
use std::pin::Pin;

/// The public key of one end, by which it is dialled and which it has proven to have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EndpointKey(pub [u8; 32]);

impl fmt::Debug for EndpointKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "EndpointKey({self})")
    }
}

impl fmt::Display for EndpointKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex::encode(self.0))
    }
}

/// Why nothing comes or goes any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The connection is gone.
    #[error("the connection is gone: {reason}")]
    Gone {
        /// What the transport says.
        reason: String,
    },
    /// A frame is longer than this end takes at this point.
    #[error("a frame of {bytes} bytes came, {most} are taken")]
    TooLong {
        /// Its length.
        bytes: u64,
        /// What is taken.
        most: u64,
    },
}

/// Takes frames to the other end, in their order.
///
/// Futures are not `Send`: a browser's handles belong to their thread.
#[async_trait(?Send)]
pub trait Outgoing {
    /// Sends a frame.
    ///
    /// # Errors
    /// [`TransportError::Gone`].
    async fn send(&mut self, frame: &[u8]) -> Result<(), TransportError>;

    /// Ends in good order: says that nothing more comes, and waits until the other end has all of
    /// it, or for a while. A connection that is dropped instead may lose the last frames.
    async fn finish(&mut self);
}

/// Gives the frames of the other end, in their order.
#[async_trait(?Send)]
pub trait Incoming {
    /// Waits for a frame of `most` bytes at most; none where the other end has closed in good
    /// order.
    ///
    /// # Errors
    /// [`TransportError`]; nothing is read after it.
    async fn receive(&mut self, most: u64) -> Result<Option<Vec<u8>>, TransportError>;
}

/// A connection whose both ends have proven their keys to each other.
pub struct Connection {
    /// The key of this end.
    pub own: EndpointKey,
    /// The key of the other end.
    pub peer: EndpointKey,
    /// To the other end.
    pub outgoing: Box<dyn Outgoing>,
    /// From the other end.
    pub incoming: Box<dyn Incoming>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Connection({} to {})", self.own, self.peer)
    }
}

/// Frames that may wait in one direction of the double: whoever sends more waits for the other.
const WAITING: usize = 16;

/// Joins two ends within one program: for the sandbox, and for tests.
#[must_use]
pub fn pair(first: EndpointKey, second: EndpointKey) -> (Connection, Connection) {
    let (to_second, from_first) = mpsc::channel(WAITING);
    let (to_first, from_second) = mpsc::channel(WAITING);
    let end = |own, peer, to, from| Connection {
        own,
        peer,
        outgoing: Box::new(ToChannel(to)),
        incoming: Box::new(FromChannel(from)),
    };
    (end(first, second, to_second, from_second), end(second, first, to_first, from_first))
}

struct ToChannel(mpsc::Sender<Vec<u8>>);
struct FromChannel(mpsc::Receiver<Vec<u8>>);

#[async_trait(?Send)]
impl Outgoing for ToChannel {
    async fn send(&mut self, frame: &[u8]) -> Result<(), TransportError> {
        let gone = |error: mpsc::SendError| TransportError::Gone { reason: error.to_string() };
        std::future::poll_fn(|context| self.0.poll_ready(context)).await.map_err(gone)?;
        self.0.start_send(frame.to_vec()).map_err(gone)
    }

    async fn finish(&mut self) {
        // The other end still gets what waits.
        self.0.close_channel();
    }
}

#[async_trait(?Send)]
impl Incoming for FromChannel {
    async fn receive(&mut self, most: u64) -> Result<Option<Vec<u8>>, TransportError> {
        let next = std::future::poll_fn(|context| {
            futures_core::Stream::poll_next(Pin::new(&mut self.0), context)
        });
        match next.await {
            Some(frame) if frame.len() as u64 > most => {
                Err(TransportError::TooLong { bytes: frame.len() as u64, most })
            }
            frame => Ok(frame),
        }
    }
}
