//! Opening a session, from both ends.

use alloy_primitives::{Address, B256, Bytes};
use alloy_sol_types::Eip712Domain;
use pinfi_core::units::{StakeId, Timestamp};
use pinfi_jobs::sign::{NotSigned, SignatureError};

use crate::claim::Opening;
use crate::rentals::{Rentals, Running};
use crate::talk::dismiss;
use crate::transport::{Connection, TransportError};
use crate::wire::{
    Claim, FromClient, FromProvider, OPENING_BYTES, Offer, VERSION, WireError, decode, encode,
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
    #[error("stake {found:?} is not served here")]
    OtherStake {
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
    /// The client took too long to open it.
    #[error("the session was not opened within {seconds} s")]
    Slow {
        /// How long it may take.
        seconds: u64,
    },
    /// Too many others came to open sessions before this one was open.
    #[error("{most} others came to open sessions meanwhile")]
    Crowded {
        /// How many may be about to.
        most: usize,
    },
    /// Receipts would be signed by an account that is none of the device's.
    #[error("{found} is to sign receipts, who has no say about the device")]
    OtherSigner {
        /// Who is to sign.
        found: Address,
    },
    /// The same client has opened a newer one: this one's connection counts as lost.
    #[error("the same rental's holder has opened another session")]
    Replaced,
    /// The provider's program ends.
    #[error("the provider stops")]
    Stopping,
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
            Self::Slow { .. } => "SessionSlow",
            Self::Crowded { .. } => "SessionCrowded",
            Self::OtherSigner { .. } => "SessionOtherSigner",
            Self::Replaced => "SessionReplaced",
            Self::Stopping => "SessionStopping",
            Self::NoRandomness => "SessionNoRandomness",
            Self::Refused { .. } => "SessionRefused",
        }
    }
}

/// What a provider tells a client whose session it opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// When the rental is over.
    pub until: Timestamp,
    /// What the client gets.
    pub offer: Offer,
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
        FromProvider::Opened { until, offer } => Ok(Terms { until, offer: *offer }),
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

    /// Tells whether the rental may be one that is not heard of yet.
    fn may_come(&self, rentals: &dyn Rentals) -> bool {
        let Claim { stake, rental, .. } = self.claim;
        rentals.running(stake).is_none_or(|running| running.rental < rental)
    }
}

/// Opens a session as the provider of a device, or tells the client why not.
///
/// Who rents knows of it before the provider does. Where no rental of that number has been heard of yet,
/// `later` waits for the ledger to move on, and tells whether to look again.
///
/// # Errors
/// [`SessionError`]; the connection is to be dropped.
pub async fn accept(
    connection: &mut Connection,
    offer: &Offer,
    domain: &Eip712Domain,
    rentals: &dyn Rentals,
    later: impl AsyncFnMut() -> bool,
) -> Result<Opened, SessionError> {
    match examine(connection, domain, rentals, later).await {
        Ok((opened, Running { until, .. })) => {
            let answer = FromProvider::Opened { until, offer: Box::new(offer.clone()) };
            connection.outgoing.send(&encode(&answer)).await?;
            Ok(opened)
        }
        Err(error) => {
            // Who is gone does not hear it.
            let _ = dismiss(&mut *connection.outgoing, &error).await;
            Err(error)
        }
    }
}

async fn examine(
    connection: &mut Connection,
    domain: &Eip712Domain,
    rentals: &dyn Rentals,
    mut later: impl AsyncFnMut() -> bool,
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
    if !rentals.serves(claim.stake) {
        return Err(SessionError::OtherStake { found: claim.stake });
    }
    let (provider, transport) = (connection.own, connection.peer);
    Opening { claim, challenge, provider, transport }.check(domain, &signature)?;
    let opened = Opened { claim };
    loop {
        match opened.check(rentals) {
            Err(SessionError::NotRented) if opened.may_come(rentals) && later().await => {}
            checked => return Ok((opened, checked?)),
        }
    }
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
