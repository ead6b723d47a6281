//! What Prometheus is told.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Names what a figure is of.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Kind {
    /// A word of few: the name of a move, or the code of an error.
    pub kind: String,
}

impl Kind {
    /// Makes a label.
    #[must_use]
    pub fn of(kind: impl Into<String>) -> Self {
        Self { kind: kind.into() }
    }
}

/// Seconds, which are no whole numbers.
pub type Seconds = Counter<f64, AtomicU64>;

/// The figures of a program that plays.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The newest block that was seen.
    pub block: Gauge,
    /// Whether the chain can be read: 1 or 0.
    pub is_up: Gauge,
    /// Stakes that are played for or watched.
    pub stakes: Gauge,
    /// What the account has, in PIN.
    pub pin: Gauge<f64, AtomicU64>,
    /// What the account has of the chain's own money, in whole coins of it.
    pub money: Gauge<f64, AtomicU64>,
    /// Moves that were made, by their name.
    pub moves: Family<Kind, Counter>,
    /// What did not work, each time once, by the code of the error.
    pub failures: Family<Kind, Counter>,
    /// Seconds of computing proofs.
    pub proving: Seconds,
    /// Commitments whose openings were looked at, by what was found: `true`, `false`, `withheld`.
    pub checks: Family<Kind, Counter>,
    /// Seconds of checking openings.
    pub checking: Seconds,
    /// Bytes of openings that came, by fetching or publishing.
    pub bytes_in: Counter,
    /// Bytes of openings that were given out or put on other boards.
    pub bytes_out: Counter,
    /// Sessions of clients that are open.
    pub sessions: Gauge,
    /// Jobs that have ended: `done`, or by the code of the cause.
    pub jobs: Family<Kind, Counter>,
    /// Seconds of the steps of jobs.
    pub job_time: Seconds,
    /// Bytes that are held for jobs and results.
    pub held_bytes: Gauge,
}

impl Figures {
    /// Makes the figures, all zero, with the registry that shows them.
    #[must_use]
    pub fn new() -> (Self, Arc<Registry>) {
        let figures = Self::default();
        let mut registry = Registry::with_prefix("pinfi");
        let f = figures.clone();
        registry.register("block", "The newest block that was seen", f.block);
        registry.register("up", "Whether the chain can be read", f.is_up);
        registry.register("stakes", "Stakes that are played for or watched", f.stakes);
        registry.register("balance_pin", "What the account has, in PIN", f.pin);
        registry.register("balance_coins", "What the account has to pay for transactions", f.money);
        registry.register("moves", "Moves that were made", f.moves);
        registry.register("failures", "What did not work, by its error", f.failures);
        registry.register("proving_seconds", "Time of computing proofs", f.proving);
        registry.register("checks", "Commitments whose openings were looked at", f.checks);
        registry.register("checking_seconds", "Time of checking openings", f.checking);
        registry.register("openings_in_bytes", "Openings that came", f.bytes_in);
        registry.register("openings_out_bytes", "Openings that were given out", f.bytes_out);
        registry.register("sessions", "Sessions of clients that are open", f.sessions);
        registry.register("jobs", "Jobs that have ended, by how they did", f.jobs);
        registry.register("jobs_seconds", "Time of the steps of jobs", f.job_time);
        registry.register("jobs_held_bytes", "What is held for jobs and results", f.held_bytes);
        (figures, Arc::new(registry))
    }

    /// Counts what did not work, by the code of its error.
    pub fn fail(&self, code: &str) {
        self.failures.get_or_create(&Kind::of(code)).inc();
    }
}
