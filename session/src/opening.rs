//! Opening a session, from both ends.

use alloy_primitives::{B256, Bytes};
use alloy_sol_types::Eip712Domain;
use pinfi_core::units::{StakeId, Timestamp};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::sign::{NotSigned, SignatureError};

use crate::claim::Opening;
use crate::rentals::{Rentals, Running};
use crate::transport::{Connection, TransportError};
use crate::wire::{
    Claim, FromClient, FromProvider, OPENING_BYTES, VERSION, WireError, decode, encode,
};

/// Why no session was opened, or why it is over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The connection failed.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The other end closed before it was open.
    #[error("the other end closed")]
    Closed,
    /// What came is no message.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// What came is not what is to be said at this point.
    #[error("{expected} was to be said")]
    OutOfTurn {
        /// What was.
        expected: &'static str,
    },
    /// The other end speaks another version.
    #[error("the other end speaks version {found}, this one {VERSION}")]
    OtherVersion {
        /// Its version.
        found: u16,
    },
    /// The claim is about a device that is not here.
    #[error("stake {found:?} is not served here, but {served:?}")]
    OtherStake {
        /// The stake that is served.
        served: StakeId,
        /// The claim's.
        found: StakeId,
    },
    /// No rental of the device runs, or another one, or somebody else holds it.
    #[error("no rental of that number and holder runs")]
    NotRented,
    /// The rental's holder did not sign.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// This end's wallet did not sign.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// No randomness was to be had for a challenge.
    #[error("the host gives no randomness")]
    NoRandomness,
    /// The provider refused.
    #[error("the provider refused ({code}): {reason}")]
    Refused {
        /// The cause's stable name.
        code: String,
        /// The provider's words.
        reason: String,
    },
}

impl SessionError {
    /// Names the cause for the wire; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Transport(_) | Self::Closed => "SessionClosed",
            Self::Wire(_) | Self::OutOfTurn { .. } => "SessionMalformed",
            Self::OtherVersion { .. } => "SessionOtherVersion",
            Self::OtherStake { .. } => "SessionOtherStake",
            Self::NotRented => "SessionNotRented",
            Self::Signature(_) => "SessionSignature",
            Self::NotSigned(_) => "SessionNotSigned",
            Self::NoRandomness => "SessionNoRandomness",
            Self::Refused { .. } => "SessionRefused",
        }
    }
}

/// What a provider tells a client whose session it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// When the rental is over.
    pub until: Timestamp,
    /// What a job may take.
    pub limits: Limits,
}

/// Opens a session as the rental's holder, who signs what binds it to this connection: by
/// [`Opening::sign`], or wherever the key is.
///
/// # Errors
/// [`SessionError`].
pub async fn open(
    connection: &mut Connection,
    claim: Claim,
    sign: impl AsyncFnOnce(&Opening) -> Result<Bytes, NotSigned>,
) -> Result<Terms, SessionError> {
    connection.outgoing.send(&encode(&FromClient::Hello { version: VERSION })).await?;
    let challenge = match hear(connection).await? {
        FromProvider::Challenge { version: VERSION, challenge } => challenge,
        FromProvider::Challenge { version: found, .. } => {
            return Err(SessionError::OtherVersion { found });
        }
        other => return Err(out_of_turn(other, "a challenge")),
    };
    let (provider, transport) = (connection.peer, connection.own);
    let opening = Opening { claim, challenge, provider, transport };
    let signature = sign(&opening).await?;
    connection.outgoing.send(&encode(&FromClient::Open { claim, signature })).await?;
    match hear(connection).await? {
        FromProvider::Opened { until, limits } => Ok(Terms { until, limits: *limits }),
        other => Err(out_of_turn(other, "whether the session is open")),
    }
}

/// A session as its provider sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What the client proved to be entitled to.
    pub claim: Claim,
}

impl Opened {
    /// Sees that the rental still runs and that its holder is still the same: to be asked before
    /// each request and each step.
    ///
    /// # Errors
    /// [`SessionError::NotRented`].
    pub fn check(&self, rentals: &dyn Rentals) -> Result<Running, SessionError> {
        let Claim { stake, rental, client } = self.claim;
        let running = rentals.running(stake).ok_or(SessionError::NotRented)?;
        let is_same = running.rental == rental && running.client == client;
        if is_same { Ok(running) } else { Err(SessionError::NotRented) }
    }
}

/// Opens a session as the provider of one device, or tells the client why not.
///
/// # Errors
/// [`SessionError`]; the connection is to be dropped.
pub async fn accept(
    connection: &mut Connection,
    stake: StakeId,
    limits: Limits,
    domain: &Eip712Domain,
    rentals: &dyn Rentals,
) -> Result<Opened, SessionError> {
    let opened = examine(connection, stake, domain, rentals).await;
    let answer = match &opened {
        Ok((_, running)) => FromProvider::Opened { until: running.until, limits: Box::new(limits) },
        Err(error) => {
            FromProvider::Refused { code: error.code().to_owned(), reason: error.to_string() }
        }
    };
    let told = connection.outgoing.send(&encode(&answer)).await;
    let (opened, _) = opened?;
    told?;
    Ok(opened)
}

async fn examine(
    connection: &mut Connection,
    stake: StakeId,
    domain: &Eip712Domain,
    rentals: &dyn Rentals,
) -> Result<(Opened, Running), SessionError> {
    match hear(connection).await? {
        FromClient::Hello { version: VERSION } => {}
        FromClient::Hello { version: found } => return Err(SessionError::OtherVersion { found }),
        _ => return Err(SessionError::OutOfTurn { expected: "hello" }),
    }
    let mut challenge = B256::ZERO;
    getrandom::fill(challenge.as_mut_slice()).map_err(|_| SessionError::NoRandomness)?;
    let message = FromProvider::Challenge { version: VERSION, challenge };
    connection.outgoing.send(&encode(&message)).await?;
    let FromClient::Open { claim, signature } = hear(connection).await? else {
        return Err(SessionError::OutOfTurn { expected: "a claim" });
    };
    if claim.stake != stake {
        return Err(SessionError::OtherStake { served: stake, found: claim.stake });
    }
    let (provider, transport) = (connection.own, connection.peer);
    Opening { claim, challenge, provider, transport }.check(domain, &signature)?;
    let opened = Opened { claim };
    let running = opened.check(rentals)?;
    Ok((opened, running))
}

async fn hear<T: serde::de::DeserializeOwned>(
    connection: &mut Connection,
) -> Result<T, SessionError> {
    let frame = connection.incoming.receive(OPENING_BYTES).await?.ok_or(SessionError::Closed)?;
    Ok(decode(&frame)?)
}

fn out_of_turn(message: FromProvider, expected: &'static str) -> SessionError {
    match message {
        FromProvider::Refused { code, reason } => SessionError::Refused { code, reason },
        _ => SessionError::OutOfTurn { expected },
    }
}
