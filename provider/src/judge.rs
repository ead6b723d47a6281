//! A verifier: looks at what others commit to, and says so where it is not true.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use alloy_primitives::B256;
use pinfi_client::intent::Intent;
use pinfi_client::settlement::evm::TransactionError;
use pinfi_client::settlement::{Settlement, SettlementExt as _, Signer, SubmitError};
use pinfi_core::game::{Asked, Duty, GameAction, duties};
use pinfi_core::units::{Secs, StakeId, Timestamp};

use crate::boards::{Boards, Look};
use crate::figures::{Figures, Kind};
use crate::shelf::{Awaited, Found, Shelf};
use crate::stop::Stop;

/// How long a move may take to settle, in seconds of the wall: long enough that more can be offered for a
/// transaction that waits.
const PATIENCE: Secs = Secs(600);
/// How many moves go into one transaction.
const TOGETHER: usize = 16;

/// How a verifier judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manners {
    /// How many samples of a commitment are accused that is known to be false. The place of each is
    /// drawn anew, and may be one of the true ones: the provider then has the bond.
    pub accusations: u32,
    /// How long before the last moment a commitment is accused whose openings are nowhere.
    pub withheld: Secs,
}

/// Looks at all commitments on a settlement.
pub struct Judge<S: ?Sized> {
    settlement: Rc<S>,
    signer: Rc<dyn Signer>,
    boards: Boards,
    /// Where providers may publish; told what is awaited.
    shelf: Option<Arc<Shelf>>,
    figures: Figures,
    manners: Manners,
    stop: Stop,
    /// What the openings have told.
    found: RefCell<BTreeMap<Name, Found>>,
    /// The commitments whose openings were nowhere when it was time to accuse.
    withheld: RefCell<BTreeSet<Name>>,
}

/// Names a commitment by the seed of its challenge, its root and its beacon. The root alone does not: one
/// that is copied would be cleared by the openings of who has done the work.
type Name = (B256, B256, B256);

/// A commitment to be looked at.
#[derive(Clone, Copy)]
struct Case {
    asked: Asked,
    root: B256,
    awaited: Awaited,
    by: Timestamp,
}

impl Case {
    const fn name(&self) -> Name {
        (self.asked.challenge.seed, self.root, self.awaited.beacon)
    }
}

impl<S: Settlement + ?Sized> Judge<S> {
    /// Makes a verifier; nothing is done yet.
    #[must_use]
    pub fn new(
        settlement: Rc<S>,
        signer: Rc<dyn Signer>,
        boards: Boards,
        shelf: Option<Arc<Shelf>>,
        figures: Figures,
        manners: Manners,
        stop: &Stop,
    ) -> Self {
        let (stop, found, withheld) = (stop.clone(), RefCell::default(), RefCell::default());
        Self { settlement, signer, boards, shelf, figures, manners, stop, found, withheld }
    }

    /// Does all that is to be done now; returns how many moves were made. Begins nothing any more once it
    /// is asked to stop.
    pub async fn turn(&self) -> usize {
        let (moves, cases) = self.due();
        self.expect(&cases);
        let mut made = self.make(moves).await;
        for case in cases {
            if self.stop.is_asked() {
                break;
            }
            made += self.judge(case).await;
        }
        made
    }

    /// Lists the moves that take no looking, each once, and the commitments to look at, the most
    /// urgent first.
    fn due(&self) -> (Vec<GameAction>, Vec<Case>) {
        let now = self.settlement.now();
        let ledger = self.settlement.ledger();
        let (mut moves, mut cases) = (Vec::new(), Vec::new());
        let mut opened = BTreeSet::new();
        let mut stakes = 0;
        for (id, stake) in ledger.stakes() {
            stakes += i64::from(stake.is_active() && now < stake.expiry);
            for duty in duties(&ledger, id, now) {
                match duty {
                    Duty::OpenEpoch { pool, .. } if !opened.insert(pool) => {}
                    // Theirs to do.
                    Duty::Commit { .. } | Duty::Prove { .. } => {}
                    Duty::TakeBack { accuser, .. } if accuser != self.signer.address() => {}
                    Duty::Check { asked, root, beacon, samples, by } => {
                        let awaited = Awaited { challenge: asked.challenge, beacon, samples };
                        cases.push(Case { asked, root, awaited, by });
                    }
                    other => moves.extend(other.action()),
                }
            }
        }
        self.figures.stakes.set(stakes);
        cases.sort_by_key(|case| case.by);
        (moves, cases)
    }

    /// Tells the shelf what may be published, and forgets what nobody asks for any more.
    fn expect(&self, cases: &[Case]) {
        let names: BTreeSet<Name> = cases.iter().map(Case::name).collect();
        self.found.borrow_mut().retain(|name, _| names.contains(name));
        self.withheld.borrow_mut().retain(|name| names.contains(name));
        if let Some(shelf) = &self.shelf
            && let Err(error) = shelf.expect(cases.iter().map(|case| (case.root, case.awaited)))
        {
            eprintln!("the shelf of openings: {error}");
        }
    }

    /// Makes moves, several in one transaction where the settlement joins them. Where one of them is
    /// refused, as others were faster, the rest are made one by one.
    async fn make(&self, moves: Vec<GameAction>) -> usize {
        let mut made = 0;
        let together = if self.settlement.descriptor().joins { TOGETHER } else { 1 };
        for some in moves.chunks(together) {
            if self.stop.is_asked() {
                break;
            }
            match self.submit(some).await {
                Ok(()) => made += some.len(),
                Err(error) if some.len() > 1 && is_refusal(&error) => {
                    made += self.make_each(some).await;
                }
                Err(error) => self.tell(&error),
            }
        }
        made
    }

    async fn make_each(&self, moves: &[GameAction]) -> usize {
        let mut made = 0;
        for one in moves {
            if self.stop.is_asked() {
                break;
            }
            match self.submit(std::slice::from_ref(one)).await {
                Ok(()) => made += 1,
                Err(error) => self.tell(&error),
            }
        }
        made
    }

    async fn judge(&self, case: Case) -> usize {
        let Case { asked, awaited, by, .. } = case;
        let now = self.settlement.now();
        let known = self.found.borrow().get(&case.name()).copied();
        let look = known.map_or_else(|| self.look(&case), Look::Found);
        let left = by.since(now);
        let wanted = match look {
            Look::Found(Found::True) => 0,
            Look::Found(Found::False(_)) => self.manners.accusations,
            // They may still come; and boards that are being asked are waited for, but not to the last.
            Look::Nowhere if left > self.manners.withheld => 0,
            Look::Underway if left.0 > self.manners.withheld.0 / 2 => 0,
            Look::Nowhere | Look::Underway => {
                if self.withheld.borrow_mut().insert(case.name()) {
                    self.count("withheld");
                }
                1
            }
        };
        let accused = self.accused(asked);
        let missing = wanted.saturating_sub(u32::try_from(accused.len()).unwrap_or(u32::MAX));
        let free = (0..awaited.samples).filter(|sample| !accused.contains(sample));
        let moves: Vec<_> =
            free.take(missing as usize).map(|sample| asked.accuse(sample)).collect();
        if moves.is_empty() {
            return 0;
        }
        let kind = if matches!(look, Look::Found(_)) { "false" } else { "withheld" };
        eprintln!("stake {}: its openings are {kind}; {} accusations", asked.stake, moves.len());
        self.make(moves).await
    }

    fn look(&self, case: &Case) -> Look {
        let look = self.boards.look(case.root, &case.awaited);
        if let Look::Found(found) = look {
            self.count(if found == Found::True { "true" } else { "false" });
            self.found.borrow_mut().insert(case.name(), found);
        }
        look
    }

    fn count(&self, kind: &str) {
        self.figures.checks.get_or_create(&Kind::of(kind)).inc();
    }

    /// Returns the samples that were accused, by anybody.
    fn accused(&self, asked: Asked) -> BTreeSet<u32> {
        self.settlement.read(|ledger| {
            let trial = ledger.game().trial(asked.stake, asked.epoch);
            let committed = trial.and_then(|trial| trial.committed.as_ref());
            let all = committed.into_iter().flat_map(|committed| &committed.accusations);
            all.filter(|(_, made)| made.accuser.is_some()).map(|(sample, _)| *sample).collect()
        })
    }

    async fn submit(&self, moves: &[GameAction]) -> Result<(), SubmitError> {
        let settlement = &self.settlement;
        let nonce = settlement.nonce(self.signer.address()).await?;
        let deadline = settlement.deadline_in(PATIENCE);
        let domain = settlement.descriptor().domain;
        let intent = |action: &GameAction| {
            let action = pinfi_core::Action::from(action.clone());
            Intent::new(domain, action, nonce, deadline)
        };
        let mut intents: Vec<_> = moves.iter().map(intent).collect();
        match (intents.pop(), intents.is_empty()) {
            (Some(only), true) => settlement.submit(only, self.signer.as_ref()).await.map(drop),
            (Some(last), false) => {
                intents.push(last);
                settlement.submit_together(intents, self.signer.as_ref()).await.map(drop)
            }
            (None, _) => Ok(()),
        }
    }

    /// Tells of a move that was not made. Others are faster every day, and blocks come when they do.
    fn tell(&self, error: &SubmitError) {
        let code = error.code();
        self.figures.fail(code);
        let daily = ["BeaconNotYet", "EpochOpen", "BeaconKnown", "NoChallenge", "StakeClosed"];
        if !daily.contains(&code) {
            eprintln!("{code}: {error}");
        }
    }
}

/// Tells whether the moves themselves are refused, and not the way to the settlement.
fn is_refusal(error: &SubmitError) -> bool {
    match error {
        SubmitError::Rejected(_) => true,
        SubmitError::Transaction(end) => matches!(**end, TransactionError::Reverted { .. }),
        _ => false,
    }
}

/// Names stakes in a line.
pub(crate) fn stakes(ids: &[StakeId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
