//! A provider that answers its challenges by itself: each epoch's and each complaint's.
//!
//! It holds one key, which need not be the stake's own: who owns the stake appoints it
//! ([`GameAction::Appoint`]), and it may then commit and prove,
//! and nothing else. What is to be done is read from the ledger ([`duties`]) anew each time; so a
//! program that was killed in the middle goes on where the ledger is, and computes again what it has
//! lost.
//!
//! | file | what lives there |
//! |---|---|
//! | `prover` | who computes, with its double |
//! | `board` | where openings are published, with its double |
//! | `fetch` | a board over HTTP, in a browser |
//! | `checkpoints` | what a proof that was cut off goes on from; `cuts` finds and keeps it |
//! | `diary` | what was done, for "why was I paid, or not" |
//! | `keep` | what is kept between visits |
//! | `note` | what a prover tells beside its answers |
//! | `renewal` | another stake after one that has ended |
//! | `served` | what clients had run |
//! | `statement` | that a device pauses, signed |
//! | `upkeep` | what answering costs on a chain |

mod board;
mod checkpoints;
mod cuts;
mod diary;
#[cfg(target_arch = "wasm32")]
mod fetch;
mod keep;
mod note;
mod prover;
mod renewal;
mod served;
mod statement;
mod upkeep;

pub use board::{Board, BoardError, Boards, MemoryBoard, board_url};
pub use checkpoints::{Checkpoints, NoCheckpoints, StoredCheckpoints};
pub use cuts::Cuts;
pub use diary::{Deed, Diary, Did, Task};
#[cfg(target_arch = "wasm32")]
pub use fetch::FetchBoard;
pub use keep::Keep;
pub use note::Note;
pub use prover::{CpuProver, Prover, ProverError};
pub use renewal::{Order, Owners, Renewal, RenewalError, Role, renew, renewal};
pub use served::{Served, ServedDay, ServedJob};
pub use statement::{PauseReason, SignedStatement, Statement, paused_since};
pub use upkeep::{EPOCH_GAS, gas_of_an_epoch, gas_until_end, prove_gas};

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use alloy_primitives::B256;
use pinfi_core::game::{Asked, Duty, GameAction, duties};
use pinfi_core::pocps::Response;
use pinfi_core::units::{Secs, StakeId};

use crate::intent::Intent;
use crate::settlement::{Settlement, SettlementExt as _, Signer, SubmitError};

/// How long an action of the miner's may take to settle, in seconds of the wall: long enough that more
/// can be offered for a transaction that waits.
const PATIENCE: Secs = Secs(600);

/// What openings are of: a commitment, and the beacon that draws its samples. A chain that takes a block
/// back may draw another one for the same root.
type Drawn = (B256, B256);

/// Answers for stakes on a settlement.
pub struct Miner<S: ?Sized> {
    settlement: Rc<S>,
    signer: Rc<dyn Signer>,
    prover: Rc<dyn Prover>,
    board: Rc<dyn Board>,
    diary: RefCell<Diary>,
    /// What was published.
    published: RefCell<BTreeSet<Drawn>>,
    /// What was computed to be published, and is not yet on all boards.
    unpublished: RefCell<BTreeMap<Drawn, Response>>,
    /// Whether epochs are opened that nobody has opened yet.
    opens: Cell<bool>,
    /// Whether a turn is under way.
    busy: Cell<bool>,
    /// Whether it has ended.
    stopped: Cell<bool>,
}

impl<S: Settlement + ?Sized> Miner<S> {
    /// Makes a miner; nothing is done yet.
    #[must_use]
    pub fn new(
        settlement: Rc<S>,
        signer: Rc<dyn Signer>,
        prover: Rc<dyn Prover>,
        board: Rc<dyn Board>,
        diary: Diary,
    ) -> Self {
        Self {
            settlement,
            signer,
            prover,
            board,
            diary: RefCell::new(diary),
            published: RefCell::default(),
            unpublished: RefCell::default(),
            opens: Cell::new(true),
            busy: Cell::new(false),
            stopped: Cell::new(false),
        }
    }

    /// Returns what was done so far.
    #[must_use]
    pub fn diary(&self) -> Diary {
        self.diary.borrow().clone()
    }

    /// Writes down what was done for the stakes beside answering.
    pub fn note(&self, deed: Deed) {
        self.diary.borrow_mut().write(deed);
    }

    /// Says whether epochs are to be opened. One that somebody else opens is answered all the same:
    /// a stake that does not answer is slashed.
    pub fn open_epochs(&self, opens: bool) {
        self.opens.set(opens);
    }

    /// Begins nothing any more; what is under way is brought to its end.
    pub fn stop(&self) {
        self.stopped.set(true);
    }

    /// Tells what is to be done now about a stake that is the miner's to do.
    #[must_use]
    pub fn due(&self, stake: StakeId) -> Vec<Duty> {
        let now = self.settlement.now();
        let mut all = self.settlement.read(|ledger| duties(ledger, stake, now));
        all.retain(|duty| match duty {
            Duty::OpenEpoch { .. } => self.opens.get(),
            // Its own openings are published once.
            Duty::Check { root, beacon, .. } => {
                !self.published.borrow().contains(&(*root, *beacon))
            }
            Duty::Commit { .. }
            | Duty::RecordBeacon { .. }
            | Duty::Prove { .. }
            | Duty::Conclude { .. } => true,
            Duty::Missed { .. } | Duty::Convict { .. } | Duty::TakeBack { .. } => false,
        });
        all
    }

    /// Does all that is due for the stakes, the most urgent first; returns how much of it was done.
    /// What did not work is in the diary, and due again the next time. Does nothing while another
    /// turn is under way.
    pub async fn turn(&self, stakes: &[StakeId]) -> usize {
        self.turn_until(stakes, &|| false).await
    }

    /// Does as [`Self::turn`] does, and begins nothing any more once `ends` says so. A computation that
    /// was given up for it is no failure.
    pub async fn turn_until(&self, stakes: &[StakeId], ends: &dyn Fn() -> bool) -> usize {
        if self.busy.replace(true) {
            return 0;
        }
        self.forget_all_but(stakes);
        let mut done = 0;
        for &stake in stakes {
            for duty in self.due(stake) {
                if self.stopped.get() || ends() {
                    break;
                }
                // What was done before it may have settled it.
                if self.due(stake).contains(&duty) && self.fulfil(stake, duty, ends).await {
                    done += 1;
                }
            }
        }
        self.busy.set(false);
        done
    }

    /// Forgets the openings that nobody may ask for any more, and the challenges that are over.
    fn forget_all_but(&self, stakes: &[StakeId]) {
        let now = self.settlement.now();
        let (mut drawn, mut asked_for) = (BTreeSet::<Drawn>::new(), Vec::new());
        self.settlement.read(|ledger| {
            for duty in stakes.iter().flat_map(|stake| duties(ledger, *stake, now)) {
                match duty {
                    Duty::Check { asked, root, beacon, .. } => {
                        drawn.insert((root, beacon));
                        asked_for.push(asked.challenge);
                    }
                    Duty::Commit { asked, .. } | Duty::Prove { asked, .. } => {
                        asked_for.push(asked.challenge);
                    }
                    _ => {}
                }
            }
        });
        self.prover.retain(&asked_for);
        self.published.borrow_mut().retain(|of| drawn.contains(of));
        self.unpublished.borrow_mut().retain(|of, _| drawn.contains(of));
    }

    /// Does one thing; tells whether it is done, by us or by somebody else.
    async fn fulfil(&self, stake: StakeId, duty: Duty, ends: &dyn Fn() -> bool) -> bool {
        let began = self.settlement.now();
        let deed = |did: Did| Deed { at: began, stake, duty: duty.into(), did };
        let outcome = match duty {
            Duty::Commit { asked, .. } => self.commit(asked).await,
            Duty::Prove { asked, root, beacon, sample, .. } => {
                self.prove(asked, root, beacon, sample).await
            }
            Duty::Check { asked, root, beacon, samples, .. } => {
                self.publish(asked, root, beacon, samples).await
            }
            other => match other.action() {
                Some(action) => self.submit(action).await,
                None => return false,
            },
        };
        for note in self.prover.notes() {
            self.diary.borrow_mut().write(Deed::of_note(began, stake, note));
        }
        let did = match outcome {
            Ok(()) => Did::Done,
            Err(Trouble::Submit(error)) if is_too_early(&error) => return false,
            Err(Trouble::Board(BoardError::Underway)) => return false,
            Err(Trouble::Prover(_)) if ends() => return false,
            Err(Trouble::Submit(error)) if is_done_already(&error) => Did::ByOthers,
            Err(trouble) => Did::Failed { code: trouble.code(), message: trouble.to_string() },
        };
        let done = !matches!(did, Did::Failed { .. });
        self.diary.borrow_mut().write(deed(did));
        done
    }

    async fn commit(&self, asked: Asked) -> Result<(), Trouble> {
        let root = self.prover.commit(asked.challenge).await?;
        self.submit(asked.commit(root)).await
    }

    async fn prove(
        &self,
        asked: Asked,
        root: B256,
        beacon: B256,
        sample: u32,
    ) -> Result<(), Trouble> {
        let samples = sample.saturating_add(1);
        let mut response = self.open(asked, root, beacon, samples).await?;
        // Openings stand in the order of their samples; the last one was asked for.
        let opening = response.openings.pop().ok_or(ProverError::Lost)?;
        self.submit(asked.prove(sample, opening)).await
    }

    async fn publish(
        &self,
        asked: Asked,
        root: B256,
        beacon: B256,
        samples: u32,
    ) -> Result<(), Trouble> {
        let of = (root, beacon);
        let kept = self.unpublished.borrow_mut().remove(&of);
        let response = match kept {
            Some(response) => response,
            None => self.open(asked, root, beacon, samples).await?,
        };
        if let Err(error) = self.board.publish(&response).await {
            self.unpublished.borrow_mut().insert(of, response);
            return Err(error.into());
        }
        self.published.borrow_mut().insert(of);
        Ok(())
    }

    /// Opens a commitment; one that the prover has lost is computed again.
    async fn open(
        &self,
        asked: Asked,
        root: B256,
        beacon: B256,
        samples: u32,
    ) -> Result<Response, Trouble> {
        let response = self.prover.open(asked.challenge, beacon, samples).await?;
        if response.root != root {
            return Err(ProverError::OtherRoot { committed: root, computed: response.root }.into());
        }
        Ok(response)
    }

    async fn submit(&self, action: GameAction) -> Result<(), Trouble> {
        let settlement = &self.settlement;
        let nonce = settlement.nonce(self.signer.address()).await?;
        let deadline = settlement.deadline_in(PATIENCE);
        let domain = settlement.descriptor().domain;
        let intent = Intent::new(domain, pinfi_core::Action::from(action), nonce, deadline);
        settlement.submit(intent, self.signer.as_ref()).await?;
        Ok(())
    }
}

/// Tells whether a later block will take it.
fn is_too_early(error: &SubmitError) -> bool {
    error.code() == "BeaconNotYet"
}

/// Tells whether somebody else was faster with what is anyone's to do.
fn is_done_already(error: &SubmitError) -> bool {
    matches!(error.code(), "EpochOpen" | "BeaconKnown" | "AlreadyCommitted")
}

/// What kept something from being done.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Prover(#[from] ProverError),
    #[error(transparent)]
    Board(#[from] BoardError),
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl Trouble {
    fn code(&self) -> String {
        match self {
            Self::Prover(error) => error.code().to_owned(),
            Self::Board(error) => error.code().to_owned(),
            Self::Submit(error) => error.code().to_owned(),
        }
    }
}
