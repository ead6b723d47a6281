//! A board of somebody else's, asked over HTTP in a thread of its own: one that is slow, or never answers,
//! keeps nobody else waiting. One that fails is left alone for a while, each time for longer.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{io, thread};

use alloy_primitives::B256;
use pinfi_client::miner::BoardError;
use pinfi_core::pocps::Response;
use ureq::Agent;

use crate::figures::Figures;
use crate::shelf::{Awaited, Found};

/// How long a board may take to give openings, from the first byte to the last.
const GIVING: Duration = Duration::from_secs(10);
/// How long it may take to take them.
const TAKING: Duration = Duration::from_secs(30);
/// How long a board is left alone that has failed once, and at the most. Not longer than what is left of a
/// dispute when a withheld commitment is accused, so that one that is well again is of use.
const REST: Duration = Duration::from_secs(5);
const LONGEST_REST: Duration = Duration::from_secs(60);
/// The most bytes that are read of an answer whose right size is not known.
const MOST: u64 = 64 << 20;
/// How many answers wait to be heard before those that nobody came for are forgotten.
const UNHEARD: usize = 1 << 16;

/// What a board is asked.
#[derive(Clone, Debug)]
pub(crate) enum Errand {
    /// What its openings tell of a commitment.
    Look {
        /// The commitment.
        root: B256,
        /// What the openings must be of.
        awaited: Awaited,
    },
    /// Its openings, unchecked.
    Find {
        /// Of which commitment.
        root: B256,
    },
    /// To take openings.
    Take {
        /// Of which commitment.
        root: B256,
        /// The hash of their bytes.
        digest: B256,
        /// The openings.
        bytes: Arc<[u8]>,
    },
}

/// What tells errands apart: a chain that takes a block back may draw other openings of the same root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ask {
    /// For what a beacon draws of a challenge's work.
    Look { root: B256, seed: B256, beacon: B256 },
    /// For all there is.
    Find { root: B256 },
    /// To take bytes with this hash.
    Take { root: B256, digest: B256 },
}

impl Errand {
    /// Returns what tells it from others.
    pub(crate) const fn ask(&self) -> Ask {
        match *self {
            Self::Look { root, awaited: Awaited { challenge, beacon, .. } } => {
                Ask::Look { root, seed: challenge.seed, beacon }
            }
            Self::Find { root } => Ask::Find { root },
            Self::Take { root, digest, .. } => Ask::Take { root, digest },
        }
    }
}

/// What a board has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It has nothing, or nothing that tells of what was asked.
    Nothing,
    /// What its openings tell.
    Tells(Found),
    /// Its openings.
    Has(Arc<Response>),
    /// It has taken them.
    Taken,
}

type Outcome = Result<Answer, BoardError>;

/// A board at a URL.
pub(crate) struct Remote {
    errands: Sender<Errand>,
    known: Arc<Mutex<Known>>,
}

/// What both threads know.
#[derive(Default)]
struct Known {
    /// The answers; none where it is being asked.
    answers: BTreeMap<Ask, Option<Outcome>>,
    rest: Option<Rest>,
}

/// Why, until when and for how long a board is left alone.
struct Rest {
    error: BoardError,
    until: Instant,
    length: Duration,
}

impl Known {
    /// Returns why it is left alone at present.
    fn rests(&self) -> Option<BoardError> {
        let rest = self.rest.as_ref().filter(|rest| Instant::now() < rest.until);
        rest.map(|rest| rest.error.clone())
    }

    /// Notes how it went: whoever answers is well, whatever it answers.
    fn note(&mut self, outcome: &Outcome) {
        self.rest = match outcome {
            Err(error @ BoardError::Unreachable { .. }) => {
                let before = self.rest.as_ref().map(|rest| rest.length * 2);
                let length = before.map_or(REST, |length| length.min(LONGEST_REST));
                Some(Rest { error: error.clone(), until: Instant::now() + length, length })
            }
            _ => None,
        };
    }
}

impl Remote {
    /// Starts the thread that asks the board at `url`; it ends with this.
    pub(crate) fn new(url: &str, figures: &Figures) -> io::Result<Self> {
        let (errands, todo) = channel();
        let known = Arc::default();
        let courier = Courier {
            url: url.trim_end_matches('/').to_owned(),
            agent: Agent::config_builder().http_status_as_error(false).build().into(),
            figures: figures.clone(),
            known: Arc::clone(&known),
        };
        thread::Builder::new().name("board".to_owned()).spawn(move || courier.run(&todo))?;
        Ok(Self { errands, known })
    }

    /// Returns the board's answer; none while it is being asked, which this begins where it is not. An
    /// answer stands until it is forgotten.
    pub(crate) fn ask(&self, errand: &Errand) -> Option<Outcome> {
        let ask = errand.ask();
        let mut known = lock(&self.known);
        if let Some(answer) = known.answers.get(&ask) {
            return answer.clone();
        }
        if let Some(error) = known.rests() {
            return Some(Err(error));
        }
        if known.answers.len() >= UNHEARD {
            known.answers.retain(|_, answer| answer.is_none());
        }
        known.answers.insert(ask, None);
        drop(known);
        if self.errands.send(errand.clone()).is_err() {
            let message = "its thread has ended".to_owned();
            return Some(Err(BoardError::Unreachable { message }));
        }
        None
    }

    /// Forgets an answer, so that the board is asked again the next time.
    pub(crate) fn forget(&self, ask: Ask) {
        let mut known = lock(&self.known);
        if known.answers.get(&ask).is_some_and(Option::is_some) {
            known.answers.remove(&ask);
        }
    }
}

fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks one thing after another.
struct Courier {
    url: String,
    agent: Agent,
    figures: Figures,
    known: Arc<Mutex<Known>>,
}

impl Courier {
    fn run(&self, errands: &Receiver<Errand>) {
        for errand in errands {
            // What was asked before it failed waits no longer than that.
            let rests = lock(&self.known).rests();
            let outcome = rests.map_or_else(|| self.go(&errand), Err);
            let mut known = lock(&self.known);
            if known.rests().is_none() {
                known.note(&outcome);
            }
            known.answers.insert(errand.ask(), Some(outcome));
        }
    }

    fn go(&self, errand: &Errand) -> Outcome {
        match errand {
            Errand::Look { root, awaited } => {
                let limit = u64::try_from(awaited.limit()).unwrap_or(MOST);
                let response = self.get(*root, limit)?;
                let found = response.and_then(|response| {
                    let begun = Instant::now();
                    let found = awaited.look(*root, &response);
                    self.figures.checking.inc_by(begun.elapsed().as_secs_f64());
                    found
                });
                Ok(found.map_or(Answer::Nothing, Answer::Tells))
            }
            Errand::Find { root } => {
                let response = self.get(*root, MOST)?;
                Ok(response.map_or(Answer::Nothing, |response| Answer::Has(Arc::new(response))))
            }
            Errand::Take { root, bytes, .. } => self.put(*root, bytes),
        }
    }

    /// Fetches openings; none where there are none, or what comes are no openings. A body that is too
    /// large is read no further.
    fn get(&self, root: B256, limit: u64) -> Result<Option<Response>, BoardError> {
        let request = self.agent.get(self.place(root)).config().timeout_global(Some(GIVING));
        let mut response = request.build().call().map_err(|error| unreachable(&error))?;
        match response.status().as_u16() {
            200 => {}
            status if status >= 500 => return Err(failing(status)),
            _ => return Ok(None),
        }
        let body = response.body_mut().with_config().limit(limit).read_to_vec();
        let body = body.map_err(|error| unreachable(&error))?;
        self.figures.bytes_in.inc_by(body.len() as u64);
        Ok(postcard::from_bytes(&body).ok())
    }

    fn put(&self, root: B256, bytes: &[u8]) -> Outcome {
        let request = self.agent.put(self.place(root)).config().timeout_global(Some(TAKING));
        // A board that does not want them says so before they are sent.
        let request = request.build().header("expect", "100-continue");
        let response = request.header("content-type", "application/octet-stream").send(bytes);
        let status = response.map_err(|error| unreachable(&error))?.status();
        if !status.is_success() {
            return Err(BoardError::Refused { message: format!("HTTP status {status}") });
        }
        self.figures.bytes_out.inc_by(bytes.len() as u64);
        Ok(Answer::Taken)
    }

    fn place(&self, root: B256) -> String {
        format!("{}/openings/{root}", self.url)
    }
}

fn failing(status: u16) -> BoardError {
    BoardError::Unreachable { message: format!("HTTP status {status}") }
}

fn unreachable(error: &ureq::Error) -> BoardError {
    BoardError::Unreachable { message: error.to_string() }
}
