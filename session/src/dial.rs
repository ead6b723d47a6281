//! The transport through iroh: a device is dialled by its public key, at a relay that anybody may
//! run, or directly where the network lets it. What goes over it is encrypted end to end; a relay
//! sees who talks to whom, and how much.

use async_trait::async_trait;
use iroh::endpoint::{RecvStream, SendStream, presets};
use iroh::{Endpoint, EndpointAddr, EndpointId, RelayMap, RelayMode, RelayUrl, SecretKey};

use crate::record::EndpointRecord;
use crate::transport::{Connection, EndpointKey, Incoming, Outgoing, TransportError};

/// What a session's connections are told apart from others by.
const PROTOCOL: &[u8] = b"pinfi/session/1";
/// How much of a frame is read at once: memory is taken as it comes, not as it is announced.
const CHUNK_BYTES: usize = 64 << 10;
/// Bytes before a frame: its length, the lowest byte first.
const LENGTH_BYTES: usize = 4;

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

/// Gives this machine an end, with a secret key of its own, at a relay.
///
/// Warning: two ends of one key take each other's calls.
///
/// # Errors
/// [`DialError::Relay`] or [`DialError::Begin`].
pub async fn begin(secret: [u8; 32], relay: &str) -> Result<Endpoint, DialError> {
    let relay = parse(relay)?;
    Endpoint::builder(presets::Minimal)
        .secret_key(SecretKey::from_bytes(&secret))
        .alpns(vec![PROTOCOL.to_vec()])
        .relay_mode(RelayMode::Custom(RelayMap::from(relay)))
        .bind()
        .await
        .map_err(|error| DialError::Begin { reason: error.to_string() })
}

/// Dials a device where its owner says that it is reached.
///
/// # Errors
/// [`DialError`].
pub async fn dial(endpoint: &Endpoint, record: &EndpointRecord) -> Result<Connection, DialError> {
    let key = EndpointId::from_bytes(&record.key.0);
    let key = key.map_err(|_| DialError::Key { key: record.key })?;
    let address = EndpointAddr::new(key).with_relay_url(parse(&record.relay)?);
    let connection = endpoint.connect(address, PROTOCOL).await.map_err(unreached)?;
    let streams = connection.open_bi().await.map_err(unreached)?;
    Ok(join(endpoint, connection, streams))
}

/// Waits for the next call.
///
/// # Errors
/// [`DialError::Unreached`] where a call failed, after which the next may be waited for;
/// [`DialError::Closed`].
pub async fn answer(endpoint: &Endpoint) -> Result<Connection, DialError> {
    let call = endpoint.accept().await.ok_or(DialError::Closed)?;
    let connection = call.await.map_err(unreached)?;
    let streams = connection.accept_bi().await.map_err(unreached)?;
    Ok(join(endpoint, connection, streams))
}

fn join(
    endpoint: &Endpoint,
    connection: iroh::endpoint::Connection,
    (to, from): (SendStream, RecvStream),
) -> Connection {
    Connection {
        own: EndpointKey(*endpoint.id().as_bytes()),
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

fn parse(relay: &str) -> Result<RelayUrl, DialError> {
    relay.parse().map_err(|_| DialError::Relay { relay: relay.to_owned() })
}

fn unreached(error: impl ToString) -> DialError {
    DialError::Unreached { reason: error.to_string() }
}

fn gone(error: impl ToString) -> TransportError {
    TransportError::Gone { reason: error.to_string() }
}
