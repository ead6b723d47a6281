//! A verifier: looks at what others commit to, and says so where it is not true.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use alloy_primitives::B256;
use pinfi_client::intent::Intent;
use pinfi_client::settlement::{Settlement, SettlementExt as _, Signer, SubmitError};
use pinfi_core::Ledger;
use pinfi_core::game::{Asked, Duty, GameAction, duties};
use pinfi_core::units::{Secs, StakeId, Timestamp, Wei};

use crate::boards::Boards;
use crate::figures::{Figures, Kind};
use crate::shelf::{Awaited, Found, Shelf};

/// How long a move may take to settle, in seconds of the wall.
const PATIENCE: Secs = Secs(120);
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
    /// What the openings have told, by root.
    found: RefCell<BTreeMap<B256, Found>>,
}

/// A commitment to be looked at.
#[derive(Clone, Copy)]
struct Case {
    asked: Asked,
    root: B256,
    awaited: Awaited,
    by: Timestamp,
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
    ) -> Self {
        let found = RefCell::default();
        Self { settlement, signer, boards, shelf, figures, manners, found }
    }

    /// Does all that is to be done now; returns how many moves were made.
    pub async fn turn(&self) -> usize {
        let (moves, cases) = self.due();
        self.expect(&cases);
        let mut made = self.make(moves).await;
        for case in cases {
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
            if !stake.is_active() || now >= stake.expiry {
                self.reclaim(&ledger, id, &mut moves);
                continue;
            }
            stakes += 1;
            for duty in duties(&ledger, id, now) {
                match duty {
                    Duty::OpenEpoch { pool, .. } if !opened.insert(pool) => {}
                    // Theirs to do.
                    Duty::Commit { .. } | Duty::Prove { .. } => {}
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

    /// Lists the moves that bring our bonds back from a stake that ended before its accusations did.
    fn reclaim(&self, ledger: &Ledger, stake: StakeId, moves: &mut Vec<GameAction>) {
        for trial in ledger.game().trials_of(stake).filter(|trial| !trial.over) {
            let accusations = trial.committed.iter().flat_map(|committed| &committed.accusations);
            let ours = accusations.filter(|(_, made)| {
                made.accuser == Some(self.signer.address()) && made.bond > Wei::ZERO && !made.proved
            });
            let epoch = trial.epoch;
            moves.extend(ours.map(|(&sample, _)| GameAction::Convict { stake, epoch, sample }));
        }
    }

    /// Tells the shelf what may be published, and forgets what nobody asks for any more.
    fn expect(&self, cases: &[Case]) {
        let awaited: BTreeMap<_, _> = cases.iter().map(|case| (case.root, case.awaited)).collect();
        self.found.borrow_mut().retain(|root, _| awaited.contains_key(root));
        if let Some(shelf) = &self.shelf
            && let Err(error) = shelf.expect(awaited)
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
            if some.len() > 1 && self.submit(some).await.is_ok() {
                made += some.len();
                continue;
            }
            for one in some {
                match self.submit(std::slice::from_ref(one)).await {
                    Ok(()) => made += 1,
                    Err(error) => self.tell(&error),
                }
            }
        }
        made
    }

    async fn judge(&self, case: Case) -> usize {
        let Case { asked, root, awaited, by } = case;
        let now = self.settlement.now();
        let known = self.found.borrow().get(&root).copied();
        let found = known.or_else(|| self.look(root, &awaited));
        let wanted = match found {
            Some(Found::True) => 0,
            Some(Found::False(_)) => self.manners.accusations,
            // It may still come.
            None if by.since(now) > self.manners.withheld => 0,
            None => 1,
        };
        let accused = self.accused(asked);
        let missing = wanted.saturating_sub(u32::try_from(accused.len()).unwrap_or(u32::MAX));
        let free = (0..awaited.samples).filter(|sample| !accused.contains(sample));
        let moves: Vec<_> =
            free.take(missing as usize).map(|sample| asked.accuse(sample)).collect();
        if moves.is_empty() {
            return 0;
        }
        let kind = if found.is_some() { "false" } else { "withheld" };
        eprintln!("stake {}: its openings are {kind}; {} accusations", asked.stake, moves.len());
        self.make(moves).await
    }

    fn look(&self, root: B256, awaited: &Awaited) -> Option<Found> {
        let begun = Instant::now();
        let found = self.boards.look(root, awaited)?;
        self.figures.checking.inc_by(begun.elapsed().as_secs_f64());
        let kind = if found == Found::True { "true" } else { "false" };
        self.figures.checks.get_or_create(&Kind::of(kind)).inc();
        self.found.borrow_mut().insert(root, found);
        Some(found)
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
        self.figures.failures.get_or_create(&Kind::of(code)).inc();
        let daily = ["BeaconNotYet", "EpochOpen", "BeaconKnown", "NoChallenge", "StakeClosed"];
        if !daily.contains(&code) {
            eprintln!("{code}: {error}");
        }
    }
}

/// Names a stake in a line.
pub(crate) fn stakes(ids: &[StakeId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
