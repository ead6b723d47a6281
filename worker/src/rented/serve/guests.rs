//! This browser's GPU, for those who rent it.

use core::time::Duration;
use std::rc::{Rc, Weak};

use pinfi_client::intent::Domain;
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::Capacity;
use pinfi_session::network::Endpoint;
use pinfi_session::station::{GpuMachine, Station};
use pinfi_session::wire::Offer;

use super::place::{AfterProofs, Signer, WorkerPlace};
use super::{Over, Server, no_transport, unreached};
use crate::rented::{FromRented, Listen};

/// What a tab holds for its guests: less than a machine of its own.
const CAPACITY: Capacity = Capacity { bytes: 256 << 20, jobs: 16, names: 4096, keep_secs: 3_600 };
/// How often it is looked whose rental is over.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Those who are served.
pub(super) struct Guests {
    station: Rc<Station>,
    endpoint: Rc<dyn Endpoint>,
    scope: Rc<dyn super::Scope>,
}

impl Guests {
    /// Ends the sessions whose rental is over.
    pub(super) fn look(&self) {
        self.station.look();
    }

    /// Ends all sessions in good order.
    pub(super) fn stop(&self) {
        self.station.stop();
        let (station, endpoint) = (Rc::clone(&self.station), Rc::clone(&self.endpoint));
        self.scope.spawn(Box::pin(async move {
            station.parted().await;
            endpoint.close().await;
        }));
    }
}

impl Server {
    /// Lets the device be dialled, and serves until that is to stop.
    pub(super) async fn listen(&self, listen: Listen) -> Result<(), Over> {
        let Listen { secret, relay, provider, chain_id, ledger, served: _ } = &listen;
        let domain = Domain { chain_id: *chain_id, ledger: *ledger }.eip712();
        let network = self.network.as_ref().ok_or_else(no_transport)?;
        let turn = AfterProofs { scope: Rc::clone(&self.scope), proving: Rc::clone(&self.proving) };
        let requested = GpuMachine::request(Limits::DEFAULT, Rc::new(turn)).await;
        let (machine, limits) =
            requested.map_err(|error| ("NoGpu".to_owned(), error.to_string()))?;
        let (device, is_software) = machine.describe();
        let offer = Offer { limits, provider: *provider, device, is_software };
        let place = WorkerPlace {
            scope: Rc::clone(&self.scope),
            told: Rc::clone(&self.told),
            signer: Signer::Page(Rc::clone(&self.asked)),
            machine,
            tells: true,
        };
        let station = Station::new(Rc::new(place), offer, domain, CAPACITY);
        let endpoint = network.begin(&secret.0, relay).await.map_err(|it| unreached(&it))?;
        let guests = Guests {
            station: Rc::clone(&station),
            endpoint: Rc::clone(&endpoint),
            scope: Rc::clone(&self.scope),
        };
        self.guests.replace(Some(guests));
        let works = Rc::clone(&station);
        self.scope.spawn(Box::pin(async move { works.work().await }));
        self.keep_looking(Rc::downgrade(&station));
        let (scope, reached) = (Rc::clone(&self.scope), Rc::clone(&endpoint));
        self.scope.spawn(Box::pin(async move {
            reached.online().await;
            scope.post(FromRented::Listening { key: reached.key() });
        }));
        let closed = loop {
            match endpoint.call().await {
                Ok(call) => {
                    let station = Rc::clone(&station);
                    // What a guest does wrong is told to it alone.
                    self.scope.spawn(Box::pin(async move {
                        if let Ok(connection) = call.await {
                            let _ = station.serve(connection).await;
                        }
                    }));
                }
                Err(error) => break unreached(&error),
            }
        };
        self.guests.replace(None);
        Err(closed)
    }

    /// Looks from time to time, as rentals also end while the page says nothing.
    fn keep_looking(&self, station: Weak<Station>) {
        let scope = Rc::clone(&self.scope);
        self.scope.spawn(Box::pin(async move {
            while let Some(station) = station.upgrade() {
                station.look();
                drop(station);
                scope.sleep(LOOK_EVERY).await;
            }
        }));
    }
}
