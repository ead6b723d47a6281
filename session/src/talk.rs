//! Requests and events over an open session.

use pinfi_jobs::limits::Limits;

use crate::opening::SessionError;
use crate::transport::{Incoming, Outgoing, TransportError};
use crate::wire::{
    Event, FromClient, FromProvider, Request, decode, encode, event_bytes, request_bytes,
};

/// Asks the provider for something.
///
/// # Errors
/// [`TransportError`].
pub async fn ask(outgoing: &mut dyn Outgoing, request: Request) -> Result<(), TransportError> {
    outgoing.send(&encode(&FromClient::Request(request))).await
}

/// Waits for the client's next request; none where it has closed in good order.
///
/// # Errors
/// [`SessionError`]; the session is over.
pub async fn hear_request(
    incoming: &mut dyn Incoming,
    limits: &Limits,
) -> Result<Option<Request>, SessionError> {
    let Some(frame) = incoming.receive(request_bytes(limits)).await? else { return Ok(None) };
    match decode(&frame)? {
        FromClient::Request(request) => Ok(Some(request)),
        FromClient::Hello { .. } | FromClient::Open { .. } => {
            Err(SessionError::OutOfTurn { expected: "a request" })
        }
    }
}

/// Tells the client what happened.
///
/// # Errors
/// [`TransportError`].
pub async fn tell(outgoing: &mut dyn Outgoing, event: Event) -> Result<(), TransportError> {
    outgoing.send(&encode(&FromProvider::Event(event))).await
}

/// Tells the client why the session is over, or not open, and ends in good order.
///
/// # Errors
/// [`TransportError`].
pub async fn dismiss(
    outgoing: &mut dyn Outgoing,
    cause: &SessionError,
) -> Result<(), TransportError> {
    let (code, reason) = (cause.code().to_owned(), cause.to_string());
    outgoing.send(&encode(&FromProvider::Refused { code, reason })).await?;
    outgoing.finish().await;
    Ok(())
}

/// Waits for the provider's next event; none where it has closed in good order.
///
/// # Errors
/// [`SessionError`]; the session is over.
pub async fn hear_event(
    incoming: &mut dyn Incoming,
    limits: &Limits,
) -> Result<Option<Event>, SessionError> {
    let Some(frame) = incoming.receive(event_bytes(limits)).await? else { return Ok(None) };
    match decode(&frame)? {
        FromProvider::Event(event) => Ok(Some(event)),
        FromProvider::Refused { code, reason } => Err(SessionError::Refused { code, reason }),
        FromProvider::Challenge { .. } | FromProvider::Opened { .. } => {
            Err(SessionError::OutOfTurn { expected: "an event" })
        }
    }
}
