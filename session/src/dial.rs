//! The transport through iroh: a device is dialled by its public key, at a relay that anybody may
//! run, or directly where both ends let it. What goes over it is encrypted end to end; a relay
//! sees who talks to whom, when, and how much.
//!
//! Nobody else is asked: no directory of keys, no relay but the one that is given. Natively all of
//! this is to be called within a tokio runtime.

use core::time::Duration;
use std::rc::Rc;

use async_trait::async_trait;
use iroh::endpoint::{QuicTransportConfig, RecvStream, SendStream, VarInt, presets};
use iroh::{EndpointAddr, EndpointId, RelayMap, RelayMode, RelayUrl, SecretKey};
use n0_future::time::timeout;

use crate::network::{Call, DialError, Endpoint, Network};
use crate::transport::{Connection, EndpointKey, Incoming, Outgoing, TransportError};

/// What a session's connections are told apart from others by.
const PROTOCOL: &[u8] = b"pinfi/session/1";
/// How much of a frame is read at once: memory is taken as it comes, not as it is announced.
const CHUNK_BYTES: usize = 64 << 10;
/// Bytes before a frame: its length, the lowest byte first.
const LENGTH_BYTES: usize = 4;
/// How long reaching the other end may take, and how long the other end may take for the last word.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often an idle connection says that it is there, so that one which is gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How long the other end may be silent before it counts as gone.
const SILENCE_MILLIS: u32 = 20_000;

/// How a native end lets itself be reached. A browser's is reached through its relay alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paths {
    /// Through its relay alone: the other end does not learn this machine's address.
    #[default]
    Relay,
    /// Directly too, where the network lets it.
    Direct,
}

/// This machine's end of connections.
#[derive(Clone, Debug)]
pub struct End(iroh::Endpoint);

impl End {
    /// Begins an end; see [`Network::begin`].
    ///
    /// # Errors
    /// [`DialError::Relay`] or [`DialError::Begin`].
    pub async fn begin(secret: &[u8; 32], relay: &str, paths: Paths) -> Result<Self, DialError> {
        let relay = parse(relay)?;
        // One stream a connection is all that a session takes.
        let config = QuicTransportConfig::builder()
            .max_concurrent_bidi_streams(VarInt::from_u32(1))
            .max_concurrent_uni_streams(VarInt::from_u32(0))
            .datagram_receive_buffer_size(None)
            .keep_alive_interval(HEARTBEAT)
            .max_idle_timeout(Some(VarInt::from_u32(SILENCE_MILLIS).into()))
            .build();
        let builder = iroh::Endpoint::builder(presets::Minimal)
            .secret_key(SecretKey::from_bytes(secret))
            .alpns(vec![PROTOCOL.to_vec()])
            .relay_mode(RelayMode::Custom(RelayMap::from(relay)))
            .transport_config(config);
        let bound = over(builder, paths).bind().await;
        bound.map(Self).map_err(|error| DialError::Begin { reason: error.to_string() })
    }
}

#[async_trait(?Send)]
impl Endpoint for End {
    fn key(&self) -> EndpointKey {
        EndpointKey(*self.0.id().as_bytes())
    }

    async fn online(&self) {
        self.0.online().await;
    }

    async fn dial(&self, key: EndpointKey, relay: &str) -> Result<Connection, DialError> {
        let address = EndpointAddr::new(id(key)?).with_relay_url(parse(relay)?);
        let reach = async {
            let connection = self.0.connect(address, PROTOCOL).await.map_err(unreached)?;
            let streams = connection.open_bi().await.map_err(unreached)?;
            Ok(join(self.key(), connection, streams))
        };
        timeout(PATIENCE, reach).await.unwrap_or_else(|_| Err(silent()))
    }

    async fn call(&self) -> Result<Call, DialError> {
        let ringing = self.0.accept().await.ok_or(DialError::Closed)?;
        let own = self.key();
        Ok(Box::pin(async move {
            let reach = async {
                let connection = ringing.await.map_err(unreached)?;
                let streams = connection.accept_bi().await.map_err(unreached)?;
                Ok(join(own, connection, streams))
            };
            timeout(PATIENCE, reach).await.unwrap_or_else(|_| Err(silent()))
        }))
    }

    async fn close(&self) {
        self.0.close().await;
    }
}

/// The network of iroh.
#[derive(Clone, Copy, Debug, Default)]
pub struct Iroh {
    /// How its ends let themselves be reached.
    pub paths: Paths,
}

#[async_trait(?Send)]
impl Network for Iroh {
    async fn begin(&self, secret: &[u8; 32], relay: &str) -> Result<Rc<dyn Endpoint>, DialError> {
        Ok(Rc::new(End::begin(secret, relay, self.paths).await?))
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn over(builder: iroh::endpoint::Builder, paths: Paths) -> iroh::endpoint::Builder {
    match paths {
        Paths::Relay => builder.clear_ip_transports(),
        Paths::Direct => builder,
    }
}

/// A browser has no other way than the relay.
#[cfg(target_arch = "wasm32")]
fn over(builder: iroh::endpoint::Builder, _: Paths) -> iroh::endpoint::Builder {
    builder
}

fn join(
    own: EndpointKey,
    connection: iroh::endpoint::Connection,
    (to, from): (SendStream, RecvStream),
) -> Connection {
    Connection {
        own,
        peer: EndpointKey(*connection.remote_id().as_bytes()),
        outgoing: Box::new(ToStream { to, _held: connection.clone() }),
        incoming: Box::new(FromStream { from, _held: connection }),
    }
}

/// A connection ends when nobody holds it any more.
struct ToStream {
    to: SendStream,
    _held: iroh::endpoint::Connection,
}

struct FromStream {
    from: RecvStream,
    _held: iroh::endpoint::Connection,
}

#[async_trait(?Send)]
impl Outgoing for ToStream {
    async fn send(&mut self, frame: &[u8]) -> Result<(), TransportError> {
        let length = u32::try_from(frame.len()).map_err(|_| TransportError::TooLong {
            bytes: frame.len() as u64,
            most: u32::MAX.into(),
        })?;
        self.to.write_all(&length.to_le_bytes()).await.map_err(gone)?;
        self.to.write_all(frame).await.map_err(gone)
    }

    async fn finish(&mut self) {
        if self.to.finish().is_ok() {
            // An end that does not say that it has all is left to its silence.
            let _ = timeout(PATIENCE, self.to.stopped()).await;
        }
    }
}

#[async_trait(?Send)]
impl Incoming for FromStream {
    async fn receive(&mut self, most: u64) -> Result<Option<Vec<u8>>, TransportError> {
        let mut length = [0; LENGTH_BYTES];
        // Between two frames is where the other end may close.
        match self.from.read(&mut length).await.map_err(gone)? {
            None => return Ok(None),
            Some(read) => self.from.read_exact(&mut length[read..]).await.map_err(gone)?,
        }
        let bytes = u32::from_le_bytes(length);
        if u64::from(bytes) > most {
            return Err(TransportError::TooLong { bytes: bytes.into(), most });
        }
        let mut left = bytes as usize;
        let mut frame = Vec::new();
        while left > 0 {
            let begin = frame.len();
            let chunk = left.min(CHUNK_BYTES);
            frame.resize(begin + chunk, 0);
            self.from.read_exact(&mut frame[begin..]).await.map_err(gone)?;
            left -= chunk;
        }
        Ok(Some(frame))
    }
}

/// Sees that a device can be dialled at all: that its key is a point of the curve, and its relay's
/// address is one.
///
/// # Errors
/// [`DialError::Relay`] or [`DialError::Key`].
pub fn check(key: EndpointKey, relay: &str) -> Result<(), DialError> {
    parse(relay)?;
    id(key).map(|_| ())
}

fn id(key: EndpointKey) -> Result<EndpointId, DialError> {
    EndpointId::from_bytes(&key.0).map_err(|_| DialError::Key { key })
}

fn parse(relay: &str) -> Result<RelayUrl, DialError> {
    relay.parse().map_err(|_| DialError::Relay { relay: relay.to_owned() })
}

fn unreached(error: impl ToString) -> DialError {
    DialError::Unreached { reason: error.to_string() }
}

fn silent() -> DialError {
    DialError::Unreached { reason: format!("no answer within {} s", PATIENCE.as_secs()) }
}

fn gone(error: impl ToString) -> TransportError {
    TransportError::Gone { reason: error.to_string() }
}
