//! A session with a device that is elsewhere.

use core::time::Duration;

use alloy_primitives::Address;
use pinfi_session::network::DialError;
use pinfi_session::opening::{SessionError, Terms};
use pinfi_session::transport::EndpointKey;
use zeroize::Zeroizing;

use super::client::Client;
use super::{Over, Server, told};
use crate::rented::FromRented;

/// How long is waited before a lost connection is made anew: longer each time, and then no more.
const PAUSES_MILLIS: [u64; 6] = [0, 1_000, 2_000, 4_000, 8_000, 16_000];

impl Server {
    /// Dials the device, and serves until the session is over. A connection that is lost is made
    /// anew.
    pub(super) async fn dial(
        &self,
        client: &Client,
        key: EndpointKey,
        relay: &str,
        signers: &[Address],
    ) -> Result<(), Over> {
        let network = self.network.as_ref().ok_or_else(no_transport)?;
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *secret).map_err(|_| told(&SessionError::NoRandomness))?;
        let endpoint = network.begin(&secret, relay).await.map_err(|it| unreached(&it))?;
        let believes = |terms: &Terms| match signers.contains(&terms.offer.provider) {
            true => Ok(()),
            false => Err(SessionError::OtherSigner { found: terms.offer.provider }),
        };
        let (mut pauses, mut was_open) = (PAUSES_MILLIS.iter(), false);
        let over = loop {
            let lost = match endpoint.dial(key, relay).await {
                Ok(connection) => {
                    let (opened, over) = client.serve(connection, believes).await;
                    if !is_lost(&over) {
                        break told(&over);
                    }
                    if opened {
                        (pauses, was_open) = (PAUSES_MILLIS.iter(), true);
                    }
                    told(&over)
                }
                Err(error) => unreached(&error),
            };
            // What was never open is told at once.
            let Some(pause) = pauses.next().filter(|_| was_open) else { break lost };
            self.scope.post(FromRented::Lost { reason: lost.1 });
            self.scope.sleep(Duration::from_millis(*pause)).await;
        };
        endpoint.close().await;
        Err(over)
    }
}

/// Tells whether the device may be there again.
fn is_lost(over: &SessionError) -> bool {
    match over {
        SessionError::Transport(_) | SessionError::Closed => true,
        SessionError::Refused { code, .. } => code == SessionError::Stopping.code(),
        _ => false,
    }
}

pub(super) fn no_transport() -> Over {
    ("NoTransport".to_owned(), "this worker cannot dial".to_owned())
}

pub(super) fn unreached(error: &DialError) -> Over {
    (error.code().to_owned(), error.to_string())
}
