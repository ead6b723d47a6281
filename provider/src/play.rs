//! What both programs do: open a chain's ledger, follow it, and tell of it.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::settlement::evm::{ChainError, ChainLedger, Pace, Stage};
use pinfi_client::settlement::{
    Settlement, SettlementExt as _, Signer as _, SubmitError, Subscription, Update,
};
use pinfi_client::storage::{Storage, StorageError};
use pinfi_deploy::native::{HttpTransport, WallTimer};
use prometheus_client::registry::Registry;

use crate::config::{self, Account, ConfigError};
use crate::figures::{Figures, Kind};
use crate::key::{self, KeyError};
use crate::outbid::Waiting;
use crate::server;
use crate::shelf::Shelf;
use crate::stop::Stop;
use crate::storage::FileStorage;

/// One PIN, or one coin of a chain, in wei.
const WHOLE: f64 = 1e18;

/// Why a program does not begin.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is none.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was kept cannot be read.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The chain is not to be read, or not the address book's.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// There is no such device.
    #[error(transparent)]
    Device(#[from] pinfi_client::miner::ProverError),
    /// Those who rent the device cannot be served.
    #[cfg(feature = "gpu")]
    #[error(transparent)]
    Guests(#[from] crate::guests::GuestsError),
    /// Jobs are to be served, by a program that was built without the GPU.
    #[cfg(not(feature = "gpu"))]
    #[error("[jobs]: this program was built without the GPU")]
    NoJobs,
    /// The system refuses a port, a folder or a thread.
    #[error(transparent)]
    System(#[from] io::Error),
}

/// A chain's ledger, who acts on it, and what is kept.
pub struct Play {
    /// The ledger.
    pub ledger: ChainLedger,
    /// Who signs.
    pub key: Rc<SigningKey>,
    /// What is kept.
    pub storage: Rc<FileStorage>,
    /// The figures.
    pub figures: Figures,
    poll: Duration,
    stop: Stop,
    waiting: Rc<Waiting>,
    _ear: Subscription,
}

impl Play {
    /// Opens the ledger of a configuration, and serves its figures at an address.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn open(
        account: &Account,
        metrics: SocketAddr,
        (figures, registry): (&Figures, Arc<Registry>),
        stop: &Stop,
    ) -> Result<Self, StartError> {
        let book = config::book(&account.book)?;
        let key = Rc::new(key::key(&account.key, account.password.as_deref())?);
        fs::create_dir_all(&account.state)?;
        let storage = Rc::new(FileStorage::open(&account.state.join("client.redb"))?);
        let poll = Duration::from_secs(account.poll_secs.max(1));
        let millis = |secs: u64| secs.max(1).saturating_mul(1_000);
        let (poll_ms, patience_ms) = (millis(account.poll_secs), millis(account.patience_secs));
        let pace = Pace { poll_ms, patience_ms, ..Pace::default() };
        let transport = Rc::new(HttpTransport::new(account.rpc.clone()));
        let kept: Rc<dyn Storage> = Rc::clone(&storage) as _;
        let ledger = block_on(ChainLedger::open(book, transport, Rc::new(WallTimer), kept, pace))?;
        let waiting = Rc::<Waiting>::default();
        let ear = listen(&ledger, figures, &waiting);
        let (figures, stop) = (figures.clone(), stop.clone());
        let play = Self { ledger, key, storage, figures, poll, stop, waiting, _ear: ear };
        // What an earlier run has left on its way.
        play.follow_up();
        eprintln!("{} on {}", play.key.address(), play.ledger.descriptor().name);
        let (at, _) = server::serve(metrics, server::metrics(registry), &play.stop)?;
        eprintln!("figures: http://{at}/metrics");
        Ok(play)
    }

    /// Serves a folder of openings at an address, if there is one; with `accepts` it takes them too.
    ///
    /// # Errors
    /// [`StartError::System`].
    pub fn shelf(
        &self,
        account: &Account,
        at: Option<SocketAddr>,
        accepts: bool,
    ) -> Result<Option<Arc<Shelf>>, StartError> {
        let Some(at) = at else { return Ok(None) };
        let shelf = Arc::new(Shelf::open(&account.state.join("openings"))?);
        let router = server::openings(Arc::clone(&shelf), self.figures.clone(), accepts);
        let (at, _) = server::serve(at, router, &self.stop)?;
        eprintln!("openings: http://{at}/openings/ROOT");
        Ok(Some(shelf))
    }

    /// Tells whether nothing more is to be begun: it was asked to stop, or a transaction waits, behind
    /// which all others of the account would.
    #[must_use]
    pub fn pauses(&self) -> bool {
        self.stop.is_asked() || self.waiting.any()
    }

    /// Reads on and does `turn`, again and again until it is asked to stop. What keeps it from the
    /// chain is told once, and tried again. For a transaction that waits more is offered, before all else.
    pub fn run(&self, mut turn: impl FnMut()) {
        let mut told = None;
        while !self.stop.is_asked() {
            match block_on(self.ledger.sync()) {
                Ok(()) => {
                    self.measure();
                    told = None;
                    self.hasten();
                    if !self.pauses() {
                        turn();
                    }
                }
                Err(error) => {
                    self.figures.is_up.set(0);
                    if told != Some(error.code()) {
                        eprintln!("{}: {error}", error.code());
                    }
                    told = Some(error.code());
                }
            }
            self.stop.wait(self.poll);
        }
    }

    /// Offers more for what waits, and follows it to its end.
    fn hasten(&self) {
        if !self.waiting.any() {
            return;
        }
        if let Err(error) = block_on(self.waiting.outbid(&self.ledger, self.key.as_ref())) {
            self.tell(&error);
        }
        self.follow_up();
    }

    /// Follows to their end the transactions that nobody waits for.
    fn follow_up(&self) {
        match block_on(self.ledger.resume()) {
            Ok(ends) => ends.iter().filter_map(|end| end.as_ref().err()).for_each(|e| self.tell(e)),
            Err(error) => self.tell(&error),
        }
    }

    fn tell(&self, error: &SubmitError) {
        self.figures.fail(error.code());
        eprintln!("{}: {error}", error.code());
    }

    fn measure(&self) {
        let account = self.key.address();
        self.figures.is_up.set(1);
        let block = self.ledger.head().map_or(0, |block| block.number);
        self.figures.block.set(i64::try_from(block).unwrap_or(i64::MAX));
        let pin = self.ledger.read(|ledger| ledger.accounts().balance(account));
        // For an eye, not for a sum.
        self.figures.pin.set(pin.0 as f64 / WHOLE);
        if let Ok(money) = block_on(self.ledger.money(account)) {
            self.figures.money.set(u128::try_from(money).unwrap_or(u128::MAX) as f64 / WHOLE);
        }
    }
}

/// Counts the moves that were made, and notes the transactions that wait. What did not work is counted by
/// who wanted it.
fn listen(ledger: &ChainLedger, figures: &Figures, waiting: &Rc<Waiting>) -> Subscription {
    let (figures, waiting) = (figures.clone(), Rc::clone(waiting));
    ledger.subscribe(Rc::new(move |update| {
        let Update::Transaction(news) = update else { return };
        waiting.note(news);
        if let Stage::Confirmed { .. } = news.stage {
            for action in &news.actions {
                figures.moves.get_or_create(&Kind::of(action.clone())).inc();
            }
        }
    }))
}
