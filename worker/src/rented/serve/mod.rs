//! The worker's side: both ends of a session, the device and its client.
//!
//! | file | what lives there |
//! |---|---|
//! | `client` | the client's end: opens, follows, believes what it has checked |
//! | `provider` | the device's end: the desk and the executor |
//! | `key` | the key that the device's end signs with |
//! | `rental` | the ledger as the page tells it |

mod client;
mod key;
mod provider;
mod rental;

use core::{cell::RefCell, pin::Pin};
use std::rc::Rc;

use alloy_primitives::{B256, Bytes};
use async_trait::async_trait;
use futures_channel::{mpsc, oneshot};
use pinfi_client::intent::Domain;
use pinfi_compute::Gpu;
use pinfi_jobs::chain::Output;
use pinfi_jobs::check::{check_units, draw_units};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::spec::{Job, Work};
use pinfi_session::claim::Opening;
use pinfi_session::opening::{SessionError, accept};
use pinfi_session::transport::{EndpointKey, pair};
use pinfi_session::wire::{Claim, Request};

use self::client::Client;
use self::key::Key;
use self::provider::Provider;
use self::rental::Told;
use super::{FromRented, Order, Terms, ToRented};
use crate::{DeviceInfo, DeviceKind};

/// What the server needs of the worker that it runs in.
#[async_trait(?Send)]
pub trait Scope {
    /// Posts a message to the page.
    fn post(&self, message: FromRented);
    /// Runs a task beside others.
    fn spawn(&self, task: Pin<Box<dyn Future<Output = ()>>>);
    /// Lets the messages in that wait.
    async fn breathe(&self);
}

/// What the client's end waits for while the page signs.
type Signed = oneshot::Sender<Result<Bytes, String>>;

/// Hears the page.
pub struct Server {
    scope: Rc<dyn Scope>,
    told: Rc<Told>,
    signed: Rc<RefCell<Option<Signed>>>,
    client: RefCell<Option<Rc<Client>>>,
}

impl core::fmt::Debug for Server {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Server(..)")
    }
}

impl Server {
    /// Begins without a session.
    #[must_use]
    pub fn new(scope: Rc<dyn Scope>) -> Rc<Self> {
        let (told, signed, client) = (Rc::default(), Rc::default(), RefCell::default());
        Rc::new(Self { scope, told, signed, client })
    }

    /// Takes one message.
    pub fn receive(self: &Rc<Self>, message: ToRented) {
        match message {
            ToRented::Open(order) => {
                // Now: what the page tells next is newer.
                self.told.serve(order.stake, order.moment);
                let server = Rc::clone(self);
                self.scope.spawn(Box::pin(async move {
                    if let Err((code, reason)) = server.open(order).await {
                        server.scope.post(FromRented::Over { code, reason });
                    }
                }));
            }
            ToRented::Ledger(moment) => self.told.note(moment),
            ToRented::Signed(answer) => {
                if let Some(waiting) = self.signed.take() {
                    // Who does not wait any more does not need it.
                    let _ = waiting.send(answer);
                }
            }
            ToRented::Submit { job } => {
                if let Some(client) = &*self.client.borrow() {
                    client.submit(job);
                }
            }
            ToRented::Cancel { job } => {
                if let Some(client) = &*self.client.borrow() {
                    client.ask(Request::Cancel { job });
                }
            }
            ToRented::Check { job, outputs, seed, count } => {
                let scope = Rc::clone(&self.scope);
                self.scope.spawn(Box::pin(async move {
                    check(&*scope, &job, &outputs, seed, count).await;
                }));
            }
        }
    }

    /// Joins both ends, and serves until the session is over.
    async fn open(self: &Rc<Self>, order: Order) -> Result<(), (String, String)> {
        let told = |error: &SessionError| (error.code().to_owned(), error.to_string());
        let Order { stake, rental, client, chain_id, ledger, .. } = order;
        let domain = Domain { chain_id, ledger }.eip712();
        let gpu = Gpu::request().await.map_err(|error| ("NoGpu".to_owned(), error.to_string()))?;
        let limits = Limits::DEFAULT.within(&gpu.device().limits());
        let limits = if gpu.capabilities().is_fallback { limits.on_software() } else { limits };
        let key = Key::draw().map_err(|error| told(&error))?;
        let [own, device] = [endpoint(), endpoint()];
        let (own, endpoint) = (own.map_err(|e| told(&e))?, device.map_err(|e| told(&e))?);
        let (near, mut far) = pair(own, endpoint);
        let device = describe(&gpu);
        let provider_account = key.account();

        let (scope, rentals, its_domain) =
            (Rc::clone(&self.scope), Rc::clone(&self.told), domain.clone());
        let busy = Rc::default();
        let is_busy = Rc::clone(&busy);
        self.scope.spawn(Box::pin(async move {
            // A refusal is told to the client, who tells the page.
            let Ok(opened) = accept(&mut far, stake, limits, &its_domain, &*rentals).await else {
                return;
            };
            let provider =
                Provider::new(scope, opened, rentals, gpu, key, its_domain, limits, is_busy);
            provider.serve(far).await;
        }));

        let claim = Claim { stake, rental, client };
        let (asks, asked) = mpsc::unbounded();
        let mut connection = near;
        let sign =
            async |opening: &Opening| client::sign(opening, &*self.scope, &self.signed).await;
        let opened = pinfi_session::opening::open(&mut connection, claim, sign).await;
        let terms = opened.map_err(|error| told(&error))?;
        let (scope, provider) = (Rc::clone(&self.scope), provider_account);
        let client = Rc::new(Client::new(scope, claim, provider, domain, terms.limits, asks, busy));
        self.client.replace(Some(Rc::clone(&client)));
        let (until, limits) = (terms.until, terms.limits);
        let terms = Terms { until, limits, device, provider, endpoint };
        self.scope.post(FromRented::Opened(Box::new(terms)));
        self.scope.spawn(Box::pin(client::speak(connection.outgoing, asked)));
        let ended = client.listen(connection.incoming).await;
        self.client.replace(None);
        Err(told(&ended))
    }
}

/// Draws one end's key. The double has no cryptography: within a program there is nobody to prove
/// it to.
fn endpoint() -> Result<EndpointKey, SessionError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|_| SessionError::NoRandomness)?;
    Ok(EndpointKey(key))
}

fn describe(gpu: &Gpu) -> DeviceInfo {
    let capabilities = gpu.capabilities();
    let kind = if capabilities.is_fallback { DeviceKind::SoftwareGpu } else { DeviceKind::Gpu };
    DeviceInfo {
        kind,
        name: capabilities.name.clone(),
        max_buffer_bytes: capabilities.max_buffer_bytes,
        max_binding_bytes: capabilities.max_binding_bytes,
    }
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
        result = check_units(task, outputs, &[*unit]);
        if result.is_err() {
            break;
        }
        scope.breathe().await;
    }
    let units = u32::try_from(drawn.len()).unwrap_or(u32::MAX);
    let result = result.map_err(|error| error.to_string());
    scope.post(FromRented::Checked { job: job.id, units, of, result });
}
