//! What both programs do: open a chain's ledger, follow it, tell of it, and end in good order.

#[cfg(unix)]
use std::future::poll_fn;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
#[cfg(unix)]
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fs, io, thread};

use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::settlement::evm::{ChainError, ChainLedger, Pace, Stage};
use pinfi_client::settlement::{Settlement, SettlementExt as _, Signer as _, Subscription, Update};
use pinfi_client::storage::{Storage, StorageError};
use pinfi_deploy::native::{HttpTransport, WallTimer};

use crate::config::{self, Account, ConfigError};
use crate::figures::{Figures, Kind};
use crate::key::{self, KeyError};
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
    _ear: Subscription,
}

impl Play {
    /// Opens the ledger of a configuration.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn open(account: &Account, figures: &Figures, stop: &Stop) -> Result<Self, StartError> {
        let book = config::book(&account.book)?;
        let key = Rc::new(key::key(&account.key, account.password.as_deref())?);
        fs::create_dir_all(&account.state)?;
        let storage = Rc::new(FileStorage::open(&account.state.join("client.redb"))?);
        let poll = Duration::from_secs(account.poll_secs.max(1));
        let pace = Pace { poll_ms: account.poll_secs.max(1) * 1_000, ..Pace::default() };
        let transport = Rc::new(HttpTransport::new(account.rpc.clone()));
        let kept: Rc<dyn Storage> = Rc::clone(&storage) as _;
        let ledger = block_on(ChainLedger::open(book, transport, Rc::new(WallTimer), kept, pace))?;
        let ear = listen(&ledger, figures);
        // What an earlier run has left on its way is followed to its end.
        if let Err(error) = block_on(ledger.resume()) {
            eprintln!("{error}");
        }
        eprintln!("{} on {}", key.address(), ledger.descriptor().name);
        let (figures, stop) = (figures.clone(), stop.clone());
        Ok(Self { ledger, key, storage, figures, poll, stop, _ear: ear })
    }

    /// Reads on and does `turn`, again and again until it is asked to stop. What keeps it from the
    /// chain is told once, and tried again.
    pub fn run(&self, mut turn: impl FnMut()) {
        let mut told = None;
        while !self.stop.is_asked() {
            match block_on(self.ledger.sync()) {
                Ok(()) => {
                    self.measure();
                    told = None;
                    turn();
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

/// Counts the transactions by their ends.
fn listen(ledger: &ChainLedger, figures: &Figures) -> Subscription {
    let figures = figures.clone();
    ledger.subscribe(Rc::new(move |update| {
        let Update::Transaction(news) = update else { return };
        let family = match news.stage {
            Stage::Confirmed { .. } => &figures.moves,
            Stage::Pending => return,
            _ => &figures.failures,
        };
        for action in &news.actions {
            family.get_or_create(&Kind::of(action.clone())).inc();
        }
    }))
}

/// Asks the program to stop when the system does: at SIGINT and SIGTERM.
///
/// # Errors
/// What the system says.
pub fn stop_at_signals(stop: &Stop) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stop = stop.clone();
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if runtime.block_on(signal()).is_ok() {
            eprintln!("stopping: what was begun is finished");
            stop.ask();
        }
    })?;
    Ok(())
}

#[cfg(unix)]
async fn signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut one, mut other) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let either = |cx: &mut Context<'_>| match one.poll_recv(cx) {
        Poll::Pending => other.poll_recv(cx),
        ready => ready,
    };
    poll_fn(either).await;
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Returns the folder of a program's openings.
pub(crate) fn shelf(account: &Account) -> io::Result<Arc<crate::shelf::Shelf>> {
    let folder: &Path = &account.state;
    crate::shelf::Shelf::open(&folder.join("openings")).map(Arc::new)
}
