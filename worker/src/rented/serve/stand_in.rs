//! A session with this browser's GPU, which stands in for the device: both ends are here.

use std::rc::Rc;

use alloy_sol_types::Eip712Domain;
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::Capacity;
use pinfi_session::client::Client;
use pinfi_session::opening::SessionError;
use pinfi_session::station::{Always, GpuMachine, Station};
use pinfi_session::transport::{EndpointKey, pair};
use pinfi_session::wire::Offer;

use super::key::Key;
use super::place::{Signer, WorkerPlace};
use super::{Over, Server, told};

impl Server {
    /// Joins both ends, and serves until the session is over.
    pub(super) async fn stand_in(&self, client: &Client, domain: Eip712Domain) -> Result<(), Over> {
        let requested = GpuMachine::request(Limits::DEFAULT, Rc::new(Always)).await;
        let (machine, limits) =
            requested.map_err(|error| ("NoGpu".to_owned(), error.to_string()))?;
        let key = Key::draw().map_err(|error| told(&error))?;
        let (device, is_software) = machine.describe();
        let offer = Offer { limits, provider: key.account(), device, is_software };
        let [own, far] = [endpoint(), endpoint()];
        let (near, far) = pair(own.map_err(|it| told(&it))?, far.map_err(|it| told(&it))?);
        let place = WorkerPlace {
            scope: Rc::clone(&self.scope),
            told: Rc::clone(&self.told),
            signer: Signer::Own(Box::new(key), Box::new(domain.clone())),
            machine,
            tells: false,
        };
        let station = Station::new(Rc::new(place), offer, domain, Capacity::default());
        let works = Rc::clone(&station);
        self.scope.spawn(Box::pin(async move { works.work().await }));
        let serves = Rc::clone(&station);
        // A refusal is told to the client, who tells the page.
        self.scope.spawn(Box::pin(async move {
            let _ = serves.serve(far).await;
        }));
        let over = async { client.follow(client.open(near, None).await?).await }.await;
        station.stop();
        over.map_err(|error| told(&error))
    }
}

/// Draws one end's key. The double has no cryptography: within a program there is nobody to prove
/// it to.
fn endpoint() -> Result<EndpointKey, SessionError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|_| SessionError::NoRandomness)?;
    Ok(EndpointKey(key))
}
