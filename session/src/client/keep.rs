//! A session with a device that is dialled, over as many connections as it takes.

use core::pin::pin;
use core::time::Duration;

use alloy_primitives::Address;
use futures_util::future::{Either, select};
use zeroize::Zeroizing;

use super::{Client, Notice};
use crate::network::{DialError, Endpoint, Network};
use crate::opening::SessionError;
use crate::transport::EndpointKey;

/// How long is waited before a lost connection is made anew: longer each time, and then no more.
const PAUSES_MILLIS: [u64; 6] = [0, 1_000, 2_000, 4_000, 8_000, 16_000];

/// A device that is dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its key.
    pub key: EndpointKey,
    /// The relay where it waits, as a URL.
    pub relay: String,
    /// The accounts that may sign its receipts.
    pub signers: Vec<Address>,
}

/// Why there is no session, or no longer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Over {
    /// The device was not dialled.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The session was not opened, or has ended.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl Over {
    /// Names the cause; stable between versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Dial(error) => error.code(),
            Self::Session(error) => error.code(),
        }
    }

    /// Tells whether the device may be there again.
    fn may_pass(&self) -> bool {
        match self {
            Self::Dial(_) | Self::Session(SessionError::Transport(_) | SessionError::Closed) => {
                true
            }
            Self::Session(SessionError::Refused { code, .. }) => {
                code == SessionError::Stopping.code()
            }
            Self::Session(_) => false,
        }
    }
}

impl Client {
    /// Dials a device, with a key drawn for that, and follows all jobs until this end closes. A
    /// connection that is lost is made anew, up to six times in a row; one that never was is told
    /// at once.
    ///
    /// # Errors
    /// [`Over`].
    pub async fn dial(&self, network: &dyn Network, device: &Device) -> Result<(), Over> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *secret).map_err(|_| SessionError::NoRandomness)?;
        let endpoint = network.begin(&secret, &device.relay).await?;
        let over = self.keep(&*endpoint, device).await;
        self.terms.replace(None);
        endpoint.close().await;
        over
    }

    async fn keep(&self, endpoint: &dyn Endpoint, device: &Device) -> Result<(), Over> {
        let (mut pauses, mut was_open) = (PAUSES_MILLIS.iter(), false);
        loop {
            let reach = async {
                let connection = endpoint.dial(device.key, &device.relay).await?;
                Ok::<_, Over>(self.open(connection, Some(&device.signers)).await?)
            };
            let Some(reached) = self.unless_closed(reach).await else { return Ok(()) };
            let cause = match reached {
                Ok(open) => {
                    (pauses, was_open) = (PAUSES_MILLIS.iter(), true);
                    match self.follow(open).await {
                        Ok(()) => return Ok(()),
                        Err(error) => error.into(),
                    }
                }
                Err(over) => over,
            };
            let pause = if was_open && cause.may_pass() { pauses.next() } else { None };
            let Some(pause) = pause else { return Err(cause) };
            self.host.note(Notice::Lost { cause: &cause });
            let paused = self.host.sleep(Duration::from_millis(*pause));
            if self.unless_closed(paused).await.is_none() {
                return Ok(());
            }
        }
    }

    /// Waits for something, unless this end closes before that.
    async fn unless_closed<T>(&self, something: impl Future<Output = T>) -> Option<T> {
        if self.is_closing.get() {
            return None;
        }
        match select(pin!(something), pin!(self.closing.heard())).await {
            Either::Left((value, _)) => Some(value),
            Either::Right(_) => None,
        }
    }
}
