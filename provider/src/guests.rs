//! Those who rent the device of a stake: they dial it, and run their jobs on the GPU beside proofs,
//! which come first.
//!
//! All of this is in threads of its own. What the ledger says comes from the thread that plays.

use std::io;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use alloy_primitives::{Address, keccak256};
use alloy_sol_types::Eip712Domain;
use async_trait::async_trait;
use k256::ecdsa::SigningKey;
use pinfi_client::intent::Domain;
use pinfi_core::units::{StakeId, Timestamp};
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::{Capacity, Ending};
use pinfi_jobs::receipt::{Receipt, SignedReceipt};
use pinfi_jobs::sign::NotSigned;
use pinfi_session::dial::{Iroh, Paths};
use pinfi_session::network::{DialError, Endpoint, Network as _};
use pinfi_session::rentals::{Rentals, Running};
use pinfi_session::station::{GpuMachine, Machine, Notice, Place, Station, Turn};
use pinfi_session::wire::Offer;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{LocalSet, spawn_local};
use zeroize::Zeroizing;

use crate::config::Jobs;
use crate::device::Busy;
use crate::figures::{Figures, Kind};
use crate::stop::Stop;

/// How often it is looked whose rental is over, and whether the program is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How often it is looked whether a proof has ended.
const TURN_EVERY: Duration = Duration::from_millis(20);
/// How long the network is driven after the program was asked to stop.
const PARTING: Duration = Duration::from_secs(10);
/// What the recovery number begins at in Ethereum's signatures.
const V: u8 = 27;
/// What an account's key and that of its endpoint are told apart by.
const ENDPOINT: &[u8] = b"PinFi endpoint key 1";

/// The ledger as far as it is about the device, at a moment.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What time it was in the ledger.
    pub now: Timestamp,
    /// The stakes that are served, each with its rental that runs.
    pub stakes: Vec<(StakeId, Option<Running>)>,
}

/// The ledger as the thread that plays has seen it last; clones share it.
#[derive(Clone, Debug)]
pub struct Told(Arc<Mutex<(Seen, Instant)>>);

impl Told {
    fn new(seen: Seen) -> Self {
        Self(Arc::new(Mutex::new((seen, Instant::now()))))
    }

    /// Notes what is seen now.
    pub fn note(&self, seen: Seen) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (seen, Instant::now());
    }

    fn read<T>(&self, read: impl FnOnce(&Seen, Timestamp) -> T) -> T {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A proof may keep the other thread from looking for long: rentals end meanwhile.
        let now = Timestamp(told.0.now.0.saturating_add(told.1.elapsed().as_secs()));
        read(&told.0, now)
    }
}

impl Rentals for Told {
    fn now(&self) -> Timestamp {
        self.read(|_, now| now)
    }

    fn serves(&self, stake: StakeId) -> bool {
        self.read(|seen, _| seen.stakes.iter().any(|(served, _)| *served == stake))
    }

    fn running(&self, stake: StakeId) -> Option<Running> {
        self.read(|seen, now| {
            let (_, running) = seen.stakes.iter().find(|(served, _)| *served == stake)?;
            running.filter(|running| now < running.until)
        })
    }
}

/// Why nobody is served.
#[derive(Debug, thiserror::Error)]
pub enum GuestsError {
    /// There is no GPU.
    #[error("jobs: {0}")]
    Gpu(#[from] pinfi_compute::GpuError),
    /// There is no end to be dialled.
    #[error("jobs: {0}")]
    Dial(#[from] DialError),
    /// The system refuses a thread.
    #[error("jobs: {0}")]
    System(#[from] io::Error),
}

/// The threads that serve.
#[derive(Debug)]
pub struct Guests {
    told: Told,
    stop: Stop,
    serves: Option<JoinHandle<()>>,
}

impl Guests {
    /// Begins to serve, in threads of its own, until the program is asked to stop. Receipts are
    /// signed by the account; what its device is dialled by is derived from its key. Who rents it by
    /// what is seen is served from the first call on.
    ///
    /// # Errors
    /// [`GuestsError`].
    pub fn start(
        config: &Jobs,
        key: &SigningKey,
        (domain, seen): (Domain, Seen),
        (busy, figures, stop): (Busy, Figures, Stop),
    ) -> Result<Self, GuestsError> {
        let told = Told::new(seen);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let setting = Setting {
            config: config.clone(),
            key: key.clone(),
            domain,
            busy,
            figures,
            stop: stop.clone(),
            told: told.clone(),
        };
        let (begun, begins) = std::sync::mpsc::channel();
        drive(runtime, stop.clone())?;
        let serves = thread::Builder::new().name("jobs".to_owned()).spawn(move || {
            let local = LocalSet::new();
            handle.block_on(local.run_until(async {
                match setting.open().await {
                    Ok(open) => {
                        // Who has started this waits for it.
                        let _ = begun.send(Ok(()));
                        open.serve().await;
                    }
                    Err(error) => {
                        let _ = begun.send(Err(error));
                    }
                }
            }));
        })?;
        let lost = || io::Error::other("the thread that serves has ended");
        begins.recv().map_err(|_| lost())??;
        Ok(Self { told, stop, serves: Some(serves) })
    }

    /// Notes what the ledger says.
    pub fn note(&self, seen: Seen) {
        self.told.note(seen);
    }
}

impl Drop for Guests {
    /// Ends all sessions in good order, and waits for that.
    fn drop(&mut self) {
        // Nobody serves in a program that ends, whatever it ends by.
        self.stop.ask();
        if let Some(serves) = self.serves.take() {
            // What it had to say it has said.
            let _ = serves.join();
        }
    }
}

/// Drives the connections in a thread of its own: the one that serves is at times at work on a step.
fn drive(runtime: Runtime, stop: Stop) -> io::Result<()> {
    thread::Builder::new().name("network".to_owned()).spawn(move || {
        runtime.block_on(async {
            while !stop.is_asked() {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            // Sessions still end in good order.
            tokio::time::sleep(PARTING).await;
        });
    })?;
    Ok(())
}

/// The secret of the key that an account's device is dialled by.
fn endpoint_secret(key: &SigningKey) -> Zeroizing<[u8; 32]> {
    let own = Zeroizing::new(key.to_bytes());
    let joined = Zeroizing::new([ENDPOINT, &own[..]].concat());
    Zeroizing::new(keccak256(joined.as_slice()).0)
}

/// What it takes to begin.
struct Setting {
    config: Jobs,
    key: SigningKey,
    domain: Domain,
    busy: Busy,
    figures: Figures,
    stop: Stop,
    told: Told,
}

impl Setting {
    async fn open(self) -> Result<Open, GuestsError> {
        let Self { config, key, domain, busy, figures, stop, told } = self;
        let limits = Limits {
            step_millis: config.step_millis,
            total_millis: config.job_secs.saturating_mul(1_000),
            ..Limits::DEFAULT
        };
        let turn = Rc::new(AfterProofs { busy, stop: stop.clone() });
        let (machine, limits) = GpuMachine::request(limits, turn).await?;
        let (device, is_software) = machine.describe();
        let paths = if config.direct { Paths::Direct } else { Paths::Relay };
        let end = Iroh { paths }.begin(&endpoint_secret(&key), &config.relay).await?;
        eprintln!("jobs: on {device}, dialled by {} at {}", end.key(), config.relay);
        let domain = domain.eip712();
        let provider = Address::from_private_key(&key);
        let offer = Offer { limits, provider, device, is_software };
        let capacity = Capacity {
            bytes: config.held_bytes,
            keep_secs: config.keep_secs,
            ..Capacity::default()
        };
        let place =
            Counter { told, key, domain: domain.clone(), machine, figures: figures.clone() };
        let station = Station::new(Rc::new(place), offer, domain, capacity);
        Ok(Open { station, end, figures, stop })
    }
}

/// What is served.
struct Open {
    station: Rc<Station>,
    end: Rc<dyn Endpoint>,
    figures: Figures,
    stop: Stop,
}

impl Open {
    async fn serve(self) {
        let Self { station, end, figures, stop } = self;
        let works = Rc::clone(&station);
        let work = spawn_local(async move { works.work().await });
        let (serves, called) = (Rc::clone(&station), Rc::clone(&end));
        spawn_local(async move {
            while let Ok(call) = called.call().await {
                let station = Rc::clone(&serves);
                spawn_local(async move {
                    // What a client does wrong is told to it alone.
                    if let Ok(connection) = call.await {
                        let _ = station.serve(connection).await;
                    }
                });
            }
        });
        while !stop.is_asked() {
            station.look();
            figures.held_bytes.set(i64::try_from(station.held_bytes()).unwrap_or(i64::MAX));
            tokio::time::sleep(LOOK_EVERY).await;
        }
        station.stop();
        station.parted().await;
        end.close().await;
        // The job that ran was cancelled before its next step.
        let _ = work.await;
    }
}

/// Where jobs are served: beside a program that plays.
struct Counter {
    told: Told,
    key: SigningKey,
    domain: Eip712Domain,
    machine: GpuMachine,
    figures: Figures,
}

#[async_trait(?Send)]
impl Place for Counter {
    fn rentals(&self) -> &dyn Rentals {
        &self.told
    }

    async fn sign(&self, receipt: Receipt) -> Result<SignedReceipt, NotSigned> {
        let digest = receipt.signing_hash(&self.domain);
        let failed = |reason: String| NotSigned { account: receipt.provider, reason };
        let signed = self.key.sign_prehash_recoverable(digest.as_slice());
        let (signature, recovery) = signed.map_err(|error| failed(error.to_string()))?;
        let mut bytes = signature.to_bytes().to_vec();
        bytes.push(V + recovery.to_byte());
        Ok(SignedReceipt { receipt, signature: bytes.into() })
    }

    fn machine(&self) -> &dyn Machine {
        &self.machine
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn note(&self, notice: Notice<'_>) {
        match notice {
            Notice::Opened { .. } => {
                self.figures.sessions.inc();
            }
            Notice::Closed { .. } => {
                self.figures.sessions.dec();
            }
            Notice::Began { .. } => {}
            Notice::Step { took, .. } => {
                self.figures.job_time.inc_by(took.as_secs_f64());
            }
            Notice::Ended { ending, .. } => {
                let kind = match ending {
                    Ending::Done(_) => "done",
                    Ending::Failed { code, .. } => code,
                };
                self.figures.jobs.get_or_create(&Kind::of(kind)).inc();
            }
        }
    }
}

/// Proofs have a deadline, so they have the device first.
struct AfterProofs {
    busy: Busy,
    stop: Stop,
}

#[async_trait(?Send)]
impl Turn for AfterProofs {
    async fn come(&self) {
        while self.busy.is_so() && !self.stop.is_asked() {
            tokio::time::sleep(TURN_EVERY).await;
        }
    }
}
