//! The worker's side: a session's ends, the device's and its client's.
//!
//! | file | what lives there |
//! |---|---|
//! | `client` | the client's end: the page signs, and is told what happens |
//! | `stand_in` | a session with this browser's GPU, which stands in for the device |
//! | `guests` | this browser's GPU, for those who rent it |
//! | `place` | where the device's end is: the ledger, signatures, proofs |
//! | `key` | the key that signs where the device is stood in for |
//! | `rental` | the ledger as the page tells it |

mod client;
mod guests;
mod key;
mod place;
mod rental;
mod stand_in;

use core::cell::{Cell, RefCell};
use core::{pin::Pin, time::Duration};
use std::rc::Rc;

use alloy_primitives::{B256, Bytes};
use async_trait::async_trait;
use futures_channel::oneshot;
use pinfi_client::intent::Domain;
use pinfi_jobs::chain::Output;
use pinfi_jobs::check::{check_units, draw_units};
use pinfi_jobs::spec::{Job, Work};
use pinfi_session::client::{Client, Device as Dialled};
use pinfi_session::network::{DialError, Network};
use pinfi_session::opening::SessionError;
use pinfi_session::wire::Claim;

use self::client::Renter;
use self::guests::Guests;
use self::place::Asked;
use self::rental::Told;
use super::{Device, Fault, FromRented, Order, ToRented};

/// What the server needs of the worker that it runs in.
#[async_trait(?Send)]
pub trait Scope {
    /// Posts a message to the page.
    fn post(&self, message: FromRented);
    /// Runs a task beside others.
    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()>>>);
    /// Lets the messages in that wait.
    async fn breathe(&self);
    /// Waits.
    async fn sleep(&self, time: Duration);
}

/// What waits while the page signs.
type Signed = oneshot::Sender<Result<Bytes, String>>;
/// Why there is no session, or no longer: the cause's stable name, and what there is to say of it.
type Over = (String, String);

/// Hears the page.
pub struct Server {
    scope: Rc<dyn Scope>,
    network: Option<Rc<dyn Network>>,
    told: Rc<Told>,
    asked: Rc<Asked>,
    proving: Rc<Cell<bool>>,
    renter: RefCell<Option<Rc<Renter>>>,
    guests: RefCell<Option<Guests>>,
}

impl core::fmt::Debug for Server {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Server(..)")
    }
}

impl Server {
    /// Begins without a session. Without a network it neither dials nor listens.
    #[must_use]
    pub fn new(scope: Rc<dyn Scope>, network: Option<Rc<dyn Network>>) -> Rc<Self> {
        Rc::new(Self {
            scope,
            network,
            told: Rc::default(),
            asked: Rc::default(),
            proving: Rc::default(),
            renter: RefCell::default(),
            guests: RefCell::default(),
        })
    }

    /// Takes one message.
    pub fn receive(self: &Rc<Self>, message: ToRented) {
        match message {
            ToRented::Open(order) => {
                // Now: what the page tells next is newer.
                self.told.serve(order.stake, order.moment);
                self.run(async move |server: &Self| server.open(order).await);
            }
            ToRented::Listen(listen) => {
                self.told.note(listen.served.clone());
                self.run(async move |server: &Self| server.listen(listen).await);
            }
            ToRented::Ledger(moment) => self.told.tell(moment),
            ToRented::Served(served) => {
                self.told.note(served);
                if let Some(guests) = &*self.guests.borrow() {
                    guests.look();
                }
            }
            ToRented::Proving(is_proving) => self.proving.set(is_proving),
            ToRented::ReceiptSigned { number, answer } => self.asked.answer(number, answer),
            ToRented::Stop => self.stop(),
            ToRented::Signed(answer) => self.with(|renter| renter.signed(answer)),
            ToRented::Submit { job } => self.with(|renter| renter.submit(&job)),
            ToRented::Cancel { job } => self.with(|renter| renter.client.cancel(job)),
            ToRented::Check { job, outputs, seed, count } => {
                let scope = Rc::clone(&self.scope);
                self.scope.spawn(Box::pin(async move {
                    check(&*scope, &job, &outputs, seed, count).await;
                }));
            }
        }
    }

    fn with(&self, act: impl FnOnce(&Renter)) {
        if let Some(renter) = &*self.renter.borrow() {
            act(renter);
        }
    }

    /// Runs a session to its end, and tells the page why it ended.
    fn run(self: &Rc<Self>, task: impl AsyncFnOnce(&Self) -> Result<(), Over> + 'static) {
        let server = Rc::clone(self);
        self.scope.spawn(Box::pin(async move {
            if let Err((code, reason)) = task(&server).await {
                server.scope.post(FromRented::Over { code, reason });
            }
        }));
    }

    /// Opens a session as a client, and serves until it is over.
    async fn open(&self, order: Order) -> Result<(), Over> {
        let Order { stake, rental, client, chain_id, ledger, device, .. } = order;
        let domain = Domain { chain_id, ledger }.eip712();
        let claim = Claim { stake, rental, client };
        let renter = Rc::new(Renter::new(Rc::clone(&self.scope), claim, domain.clone()));
        self.renter.replace(Some(Rc::clone(&renter)));
        let over = match device {
            Device::Here => self.stand_in(&renter.client, domain).await,
            Device::There { key, relay, signers } => {
                self.dial(&renter.client, Dialled { key, relay, signers }).await
            }
        };
        self.renter.replace(None);
        over
    }

    /// Dials a device that is elsewhere, and serves until the session is over.
    async fn dial(&self, client: &Client, device: Dialled) -> Result<(), Over> {
        let network = self.network.as_ref().ok_or_else(no_transport)?;
        let over = client.dial(&**network, &device).await;
        over.map_err(|over| (over.code().to_owned(), over.to_string()))
    }

    fn stop(&self) {
        if let Some(guests) = &*self.guests.borrow() {
            guests.stop();
        }
    }
}

fn told(error: &SessionError) -> Over {
    (error.code().to_owned(), error.to_string())
}

fn no_transport() -> Over {
    ("NoTransport".to_owned(), "this worker cannot dial".to_owned())
}

fn unreached(error: &DialError) -> Over {
    (error.code().to_owned(), error.to_string())
}

/// Computes a sample again, a unit at a time, so that messages come in between.
async fn check(scope: &dyn Scope, job: &[u8], outputs: &[Output], seed: B256, count: u32) {
    let Ok(job) = Job::from_bytes(job) else { return };
    // Nobody can say what a module should have given.
    let Work::Library(task) = &job.work else { return };
    let of = task.shape().map_or(0, |shape| shape.units);
    let drawn = draw_units(seed, of, count);
    let mut result = Ok(());
    for unit in &drawn {
        result = check_units(task, outputs, &[*unit])
            .map_err(|error| Fault { unit: *unit, reason: error.to_string() });
        if result.is_err() {
            break;
        }
        scope.breathe().await;
    }
    let units = u32::try_from(drawn.len()).unwrap_or(u32::MAX);
    scope.post(FromRented::Checked { job: job.id, units, of, result });
}
