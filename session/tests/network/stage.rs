//! A relay, a provider and a client of it, in one thread or in several.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::{Capacity, Ending};
use pinfi_jobs::receipt::{Receipt, SignedReceipt};
use pinfi_jobs::sign::{NotSigned, Sign as _};
use pinfi_session::dial::End;
use pinfi_session::network::Endpoint as _;
use pinfi_session::rentals::{OneRental, Rentals, Running};
use pinfi_session::station::{Always, GpuMachine, Machine, Notice, Place, Station};
use pinfi_session::wire::{Claim, Offer};

use crate::customer::{Customer, Device};
use crate::ends::begin;
use crate::wallet::{Wallet, domain};

pub(crate) const STAKE: StakeId = StakeId(5);
pub(crate) const NOW: Timestamp = Timestamp(1_000);
pub(crate) const UNTIL: Timestamp = Timestamp(2_000);
/// The provider's endpoint.
const DEVICE: u8 = 2;
/// The next client's: two ends of one key take each other's calls.
static NEXT: AtomicU8 = AtomicU8::new(DEVICE + 1);

pub(crate) fn client() -> Wallet {
    Wallet::new(8)
}

pub(crate) fn provider() -> Wallet {
    Wallet::new(9)
}

pub(crate) fn claim() -> Claim {
    Claim { stake: STAKE, rental: RentalId(6), client: client().address() }
}

/// Where the station is: a ledger of one rental, a key, the GPU.
pub(crate) struct Stage {
    pub(crate) ledger: Ledger,
    machine: GpuMachine,
    /// Steps that were done, and jobs that ended without a result.
    pub(crate) steps: Cell<u64>,
    pub(crate) failures: RefCell<Vec<String>>,
    pub(crate) sessions: Cell<i64>,
}

/// A ledger of one rental.
pub(crate) struct Ledger(pub(crate) Cell<OneRental>);

impl Rentals for Ledger {
    fn now(&self) -> Timestamp {
        self.0.get().now()
    }

    fn serves(&self, stake: StakeId) -> bool {
        self.0.get().serves(stake)
    }

    fn running(&self, stake: StakeId) -> Option<Running> {
        self.0.get().running(stake)
    }
}

#[async_trait(?Send)]
impl Place for Stage {
    fn rentals(&self) -> &dyn Rentals {
        &self.ledger
    }

    async fn sign(&self, receipt: Receipt) -> Result<SignedReceipt, NotSigned> {
        receipt.sign(&domain(), &provider()).await
    }

    fn machine(&self) -> &dyn Machine {
        &self.machine
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn note(&self, notice: Notice<'_>) {
        match notice {
            Notice::Opened { .. } => self.sessions.set(self.sessions.get() + 1),
            Notice::Closed { .. } => self.sessions.set(self.sessions.get() - 1),
            Notice::Began { .. } => {}
            Notice::Step { .. } => self.steps.set(self.steps.get() + 1),
            Notice::Ended { ending: Ending::Failed { code, .. }, .. } => {
                self.failures.borrow_mut().push(code.clone());
            }
            Notice::Ended { .. } => {}
        }
    }
}

/// A provider at a relay. Dropping it is as if its program was killed.
pub(crate) struct Provider {
    pub(crate) stage: Rc<Stage>,
    pub(crate) station: Rc<Station>,
    pub(crate) end: End,
    relay: String,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

impl Provider {
    pub(crate) async fn start(relay: &str) -> Self {
        let requested = GpuMachine::request(Limits::DEFAULT, Rc::new(Always)).await;
        let (machine, limits) = requested
            .expect("a GPU or the software adapter lavapipe: apt-get install mesa-vulkan-drivers");
        let (device, is_software) = machine.describe();
        let running = Running { rental: RentalId(6), client: client().address(), until: UNTIL };
        let rental = OneRental { now: NOW, stake: STAKE, rental: Some(running) };
        let stage = Rc::new(Stage {
            ledger: Ledger(Cell::new(rental)),
            machine,
            steps: Cell::default(),
            failures: RefCell::default(),
            sessions: Cell::default(),
        });
        let offer = Offer { limits, provider: provider().address(), device, is_software };
        let place = Rc::clone(&stage) as Rc<dyn Place>;
        let station = Station::new(place, offer, domain(), Capacity::default());
        let end = begin(DEVICE, relay).await;
        end.online().await;
        let (works, serves, listens) = (Rc::clone(&station), Rc::clone(&station), end.clone());
        let tasks = vec![
            tokio::task::spawn_local(async move { works.work().await }),
            tokio::task::spawn_local(async move {
                while let Ok(call) = listens.call().await {
                    let station = Rc::clone(&serves);
                    tokio::task::spawn_local(async move {
                        if let Ok(connection) = call.await {
                            let _ = station.serve(connection).await;
                        }
                    });
                }
            }),
        ];
        Self { stage, station, end, relay: relay.to_owned(), tasks }
    }

    /// Lets the ledger say that it is later.
    pub(crate) fn pass(&self, now: Timestamp) {
        let ledger = &self.stage.ledger.0;
        ledger.set(OneRental { now, ..ledger.get() });
    }
}

impl Customer {
    /// A client of a provider, under any claim.
    pub(crate) async fn of(provider: &Provider, wallet: Wallet, claim: Claim) -> Self {
        let own = NEXT.fetch_add(1, Ordering::Relaxed);
        let (end, relay) = (begin(own, &provider.relay).await, provider.relay.clone());
        Self::at(end, Device { key: provider.end.key(), relay, domain: domain() }, wallet, claim)
    }

    /// A client whose session is open.
    pub(crate) async fn opened(provider: &Provider) -> Self {
        let mut customer = Self::of(provider, client(), claim()).await;
        customer.open().await.unwrap();
        customer
    }
}

/// Runs a test in one thread.
pub(crate) fn play(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, test);
}
