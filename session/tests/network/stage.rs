//! A relay, a provider and a client of it, in one thread or in several.

use std::cell::{Cell, RefCell};
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use iroh_relay::server::{RelayConfig, Server, ServerConfig};
use pinfi_core::units::{RentalId, StakeId, Timestamp};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::{Capacity, Ending};
use pinfi_jobs::receipt::{Receipt, SignedReceipt};
use pinfi_jobs::sign::{NotSigned, Sign as _};
use pinfi_jobs::spec::{Job, JobId};
use pinfi_session::claim::Opening;
use pinfi_session::dial::{End, Paths};
use pinfi_session::follow::News;
use pinfi_session::network::{DialError, Endpoint as _};
use pinfi_session::opening::{SessionError, Terms, open};
use pinfi_session::orders::{Heard, Orders, Told};
use pinfi_session::rentals::{OneRental, Rentals, Running};
use pinfi_session::station::{Always, GpuMachine, Machine, Notice, Place, Station};
use pinfi_session::talk::{ask, hear_event};
use pinfi_session::transport::{Connection, EndpointKey};
use pinfi_session::wire::{Claim, Event, Offer, Request};

use crate::wallet::{Wallet, domain};

pub(crate) const STAKE: StakeId = StakeId(5);
pub(crate) const NOW: Timestamp = Timestamp(1_000);
pub(crate) const UNTIL: Timestamp = Timestamp(2_000);
/// The provider's endpoint.
const DEVICE: u8 = 2;
/// The next client's: two ends of one key take each other's calls.
static NEXT: AtomicU8 = AtomicU8::new(DEVICE + 1);

/// Starts a relay on this machine, at a port or at any.
pub(crate) async fn relay(port: u16) -> (Server, String) {
    let mut config = ServerConfig::default();
    config.relay = Some(RelayConfig::new((Ipv4Addr::LOCALHOST, port)));
    let server = Server::spawn(config).await.unwrap();
    let address: SocketAddr = server.http_addr().unwrap();
    (server, format!("http://{address}"))
}

/// Begins an end there.
pub(crate) async fn begin(key: u8, relay: &str) -> End {
    End::begin(&[key; 32], relay, Paths::Relay).await.unwrap()
}

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

/// Why a client hears nothing more.
#[derive(Debug)]
pub(crate) enum Ended {
    Dial(DialError),
    Session(SessionError),
}

impl Ended {
    /// The code of a refusal by the provider.
    pub(crate) fn refusal(self) -> String {
        match self {
            Self::Session(SessionError::Refused { code, .. }) => code,
            Self::Session(error) => panic!("{error}"),
            Self::Dial(error) => panic!("{error}"),
        }
    }
}

/// A client of the provider.
pub(crate) struct Customer {
    end: End,
    /// Where the provider is.
    key: EndpointKey,
    relay: String,
    wallet: Wallet,
    pub(crate) claim: Claim,
    pub(crate) orders: Orders,
    pub(crate) open: Option<(Connection, Terms)>,
}

impl Customer {
    pub(crate) async fn new(provider: &Provider) -> Self {
        Self::of(provider, client(), claim()).await
    }

    pub(crate) async fn of(provider: &Provider, wallet: Wallet, claim: Claim) -> Self {
        let (key, relay) = (provider.end.key(), provider.relay.clone());
        let orders = Orders::new(domain());
        let own = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { end: begin(own, &relay).await, key, relay, wallet, claim, orders, open: None }
    }

    /// A client whose session is open.
    pub(crate) async fn opened(provider: &Provider) -> Self {
        let mut customer = Self::new(provider).await;
        customer.open().await.unwrap();
        customer
    }

    /// Dials and opens; what was not heard the end of goes on.
    pub(crate) async fn open(&mut self) -> Result<(), Ended> {
        self.open = None;
        let dialled = self.end.dial(self.key, &self.relay).await;
        let mut connection = dialled.map_err(Ended::Dial)?;
        let wallet = &self.wallet;
        let sign = async |opening: &Opening| opening.sign(&domain(), wallet).await;
        let opened = open(&mut connection, self.claim, sign).await;
        let terms = opened.map_err(Ended::Session)?;
        self.open = Some((connection, terms));
        for request in self.orders.resume() {
            self.ask(request).await;
        }
        Ok(())
    }

    pub(crate) async fn ask(&mut self, request: Request) {
        let (connection, _) = self.open.as_mut().unwrap();
        // That a connection is lost is heard.
        let _ = ask(&mut *connection.outgoing, request).await;
    }

    pub(crate) async fn submit(&mut self, job: &Job) {
        let (_, terms) = self.open.as_ref().unwrap();
        let request = self.orders.submit(job.clone(), self.claim, terms).unwrap();
        self.ask(request).await;
    }

    /// Hears what the provider says, as it says it.
    pub(crate) async fn event(&mut self) -> Result<Event, Ended> {
        let (connection, terms) = self.open.as_mut().unwrap();
        let heard = hear_event(&mut *connection.incoming, &terms.offer.limits).await;
        heard.map_err(Ended::Session)?.ok_or(Ended::Session(SessionError::Closed))
    }

    /// Hears what is new about a job.
    pub(crate) async fn next(&mut self) -> Result<(JobId, Told), Ended> {
        loop {
            let event = self.event().await?;
            let Heard { news, requests } = self.orders.hear(event);
            for request in requests {
                self.ask(request).await;
            }
            if let Some(news) = news {
                return Ok(news);
            }
        }
    }

    /// Hears how the next job that ends does so, and how many steps came before.
    pub(crate) async fn end(&mut self) -> Result<(JobId, u64, News), Ended> {
        let mut steps = 0;
        loop {
            match self.next().await? {
                (_, Told::Accepted { .. }) => {}
                (_, Told::News { news: News::Step { .. }, .. }) => steps += 1,
                (job, Told::News { news, .. }) => return Ok((job, steps, news)),
                (_, Told::Unbelieved(error)) => panic!("{error}"),
            }
        }
    }

    /// Hears the first step.
    pub(crate) async fn first_step(&mut self) {
        while !matches!(self.next().await.unwrap().1, Told::News { news: News::Step { .. }, .. }) {}
    }
}

/// Runs a test in one thread.
pub(crate) fn play(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio::task::LocalSet::new().block_on(&runtime, test);
}
