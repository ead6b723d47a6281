//! A provider that answers by itself: killed, too late, wronged, and as it should be.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "the helpers of tests are no test functions")]

mod common;
#[path = "../../tests/support/params.rs"]
mod shared;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use alloy_primitives::B256;
use async_trait::async_trait;
use common::{Machine, account, alice, bob, submit};
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::intent::address_of;
use pinfi_client::miner::{
    Board, BoardError, Boards, CpuProver, Diary, Did, EPOCH_GAS, Keep, MemoryBoard, Miner, Note,
    Prover, ProverError, Task, board_url, gas_of_an_epoch, gas_until_end, prove_gas,
};
use pinfi_client::settlement::embedded::EmbeddedLedger;
use pinfi_client::settlement::evm::ChoiceError;
use pinfi_client::settlement::{Settlement, SettlementExt};
use pinfi_client::storage::MemoryStorage;
use pinfi_client::wallet::SessionKey;
use pinfi_core::game::{Committed, Duty, GameAction};
use pinfi_core::pocps::{Challenge, Response, verify};
use pinfi_core::pool::PoolParams;
use pinfi_core::units::{Bps, CertificateId, EpochId, GpuSeconds, PoolId, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Error};
use shared::{BUCKET, PIN};

const POOL: PoolId = PoolId(0);
const STAKE: StakeId = StakeId(0);
const DISPUTE: u64 = 120;

/// A machine that is rented out by nobody, and the key that answers for its stake.
struct Place {
    machine: Machine,
    ledger: EmbeddedLedger,
    board: MemoryBoard,
}

fn operator() -> SigningKey {
    SigningKey::from_slice(&[0x0e; 32]).unwrap()
}

fn params() -> PoolParams {
    let mut params = shared::params();
    params.pocps.bond = Wei(PIN);
    params.pocps.accuser_bps = Bps(3_000);
    params
}

impl Place {
    /// A stake of Alice's, an hour before the first epoch that binds it.
    fn new() -> Self {
        let machine = Machine::new();
        let ledger = machine.open_whole();
        let act = |action: Action| submit(&ledger, &alice(), action).unwrap();
        act(Action::CreatePool { params: Box::new(params()) });
        let start = ledger.now().0;
        let expiry = Timestamp((start / BUCKET + 48) * BUCKET);
        act(Action::Burn { pool: POOL, gs: GpuSeconds(48 * BUCKET) });
        let certificate = CertificateId(0);
        act(Action::Stake { certificate, expiry, max_fee: Wei(u128::MAX) });
        let place = Self { machine, ledger, board: MemoryBoard::default() };
        place.pass(BUCKET - start % BUCKET);
        place
    }

    fn appointed() -> Self {
        let place = Self::new();
        let (operator, until) = (account(&operator()), Timestamp(u64::MAX));
        let appoint = GameAction::Appoint { stake: STAKE, operator, until };
        place.act(&alice(), appoint);
        place
    }

    fn act(&self, who: &SigningKey, action: impl Into<Action>) {
        submit(&self.ledger, who, action.into()).unwrap();
    }

    fn pass(&self, secs: u64) {
        self.machine.host.pass_ms(secs * 1_000);
    }

    fn miner_with(&self, prover: impl Prover + 'static) -> Miner<EmbeddedLedger> {
        let (ledger, board) = (Rc::new(self.ledger.clone()), Rc::new(self.board.clone()));
        Miner::new(ledger, Rc::new(operator()), Rc::new(prover), board, Diary::default())
    }

    fn miner(&self) -> Miner<EmbeddedLedger> {
        self.miner_with(CpuProver::default())
    }

    fn epoch(&self) -> EpochId {
        self.ledger.read(|ledger| ledger.game().epoch(POOL).unwrap().id)
    }

    fn committed(&self) -> Option<Committed> {
        let epoch = self.epoch();
        self.ledger.read(|ledger| ledger.game().trial(STAKE, epoch)?.committed.clone())
    }

    fn passed(&self) -> u32 {
        self.ledger.read(|ledger| ledger.stake_of(STAKE).unwrap().passed)
    }

    fn is_live(&self) -> bool {
        self.ledger.read(|ledger| ledger.stake_of(STAKE).unwrap().is_active())
    }

    fn accuse(&self, sample: u32) {
        let epoch = self.epoch();
        self.act(&alice(), GameAction::Accuse { stake: STAKE, epoch, sample });
        self.pass(1);
    }
}

/// Does turns until nothing is due any more.
fn turns(miner: &Miner<EmbeddedLedger>) {
    while block_on(miner.turn(&[STAKE])) > 0 {}
}

fn did(miner: &Miner<EmbeddedLedger>) -> Vec<Task> {
    let mut all: Vec<Task> = miner.diary().of(STAKE).map(|deed| deed.duty).collect();
    all.reverse();
    all
}

/// Fails so often, then computes; counts how often it opens.
#[derive(Default)]
struct Moody {
    failures: Cell<u32>,
    opened: Rc<Cell<u32>>,
    inner: CpuProver,
}

#[async_trait(?Send)]
impl Prover for Moody {
    async fn commit(&self, challenge: Challenge) -> Result<B256, ProverError> {
        if let Some(left) = self.failures.get().checked_sub(1) {
            self.failures.set(left);
            return Err(ProverError::Device { message: "lost".to_owned() });
        }
        self.inner.commit(challenge).await
    }

    async fn open(&self, of: Challenge, beacon: B256, q: u32) -> Result<Response, ProverError> {
        self.opened.set(self.opened.get() + 1);
        self.inner.open(of, beacon, q).await
    }
}

/// Goes on with every chain, and notes which challenges are not over.
#[derive(Default)]
struct Resumes {
    inner: CpuProver,
    live: Rc<RefCell<Vec<Challenge>>>,
    notes: RefCell<Vec<Note>>,
}

#[async_trait(?Send)]
impl Prover for Resumes {
    async fn commit(&self, challenge: Challenge) -> Result<B256, ProverError> {
        assert_eq!(*self.live.borrow(), [challenge]);
        self.notes.borrow_mut().push(Note::Resumed { state: 1, rounds: 4 });
        self.inner.commit(challenge).await
    }

    async fn open(&self, of: Challenge, beacon: B256, q: u32) -> Result<Response, ProverError> {
        self.inner.open(of, beacon, q).await
    }

    fn retain(&self, challenges: &[Challenge]) {
        self.live.replace(challenges.to_vec());
    }

    fn notes(&self) -> Vec<Note> {
        self.notes.take()
    }
}

/// Refuses what is to be published, until it is told not to.
#[derive(Default)]
struct Closed(Cell<bool>, RefCell<Vec<Response>>);

#[async_trait(?Send)]
impl Board for Closed {
    async fn publish(&self, response: &Response) -> Result<(), BoardError> {
        if !self.0.get() {
            return Err(BoardError::Unreachable { message: "closed".to_owned() });
        }
        self.1.borrow_mut().push(response.clone());
        Ok(())
    }

    async fn find(&self, _: B256) -> Result<Option<Response>, BoardError> {
        Ok(None)
    }
}

#[test]
fn a_miner_that_nobody_appointed_is_refused_and_says_so() {
    let place = Place::new();
    let miner = place.miner();
    turns(&miner);
    assert_eq!(place.committed(), None);
    let owner = account(&alice());
    let diary = miner.diary();
    let last = diary.of(STAKE).next().unwrap();
    assert!(matches!(last.duty, Task::Commit { .. }));
    let (code, message) = ("NotOwner".to_owned(), Error::NotOwner { owner }.to_string());
    assert_eq!(last.did, Did::Failed { code, message });
}

#[test]
fn what_a_prover_tells_is_in_the_diary_and_challenges_that_are_over_are_let_go() {
    let place = Place::appointed();
    let prover = Resumes::default();
    let live = Rc::clone(&prover.live);
    let miner = place.miner_with(prover);
    turns(&miner);
    place.pass(1);
    turns(&miner);
    let epoch = place.epoch();
    let told = [Task::GoOn { state: 1, rounds: 4 }, Task::Commit { epoch }];
    assert_eq!(did(&miner)[1..3], told, "before what it was told of");
    assert_eq!(live.borrow().len(), 1, "its openings may be asked for");
    place.pass(DISPUTE);
    turns(&miner);
    block_on(miner.turn(&[STAKE]));
    assert_eq!(place.passed(), 1);
    assert_eq!(live.borrow().len(), 0, "it is over");
}

#[test]
fn an_epoch_passes_without_a_hand() {
    let place = Place::appointed();
    let miner = place.miner();
    turns(&miner);
    let epoch = place.epoch();
    let root = place.committed().unwrap().root;
    place.pass(1);
    turns(&miner);
    let published = block_on(place.board.find(root)).unwrap().unwrap();
    let [Duty::Check { asked, beacon, samples, .. }] = place.miner().due(STAKE)[..] else {
        panic!("a verifier could look now")
    };
    assert_eq!(verify(&asked.challenge, beacon, samples, &published), Ok(()));
    assert_eq!(place.passed(), 0);
    place.pass(DISPUTE);
    turns(&miner);
    assert_eq!(place.passed(), 1);
    let expected = [
        Task::OpenEpoch { pool: POOL },
        Task::Commit { epoch },
        Task::RecordBeacon { epoch },
        Task::Publish { epoch },
        Task::Conclude { epoch },
    ];
    assert_eq!(did(&miner), expected);
    assert!(miner.diary().of(STAKE).all(|deed| deed.did == Did::Done));
    place.pass(BUCKET);
    turns(&miner);
    assert_eq!(place.epoch(), EpochId(epoch.0 + 1), "and so on");
    assert!(place.committed().is_some());
}

#[test]
fn a_miner_that_opens_no_epochs_answers_those_of_others() {
    let place = Place::appointed();
    let miner = place.miner();
    miner.open_epochs(false);
    turns(&miner);
    assert_eq!(did(&miner), []);
    place.act(&alice(), GameAction::OpenEpoch { pool: POOL });
    turns(&miner);
    assert!(place.committed().is_some());
}

#[test]
fn a_miner_killed_after_its_commitment_proves_with_what_it_computes_again() {
    let place = Place::appointed();
    turns(&place.miner());
    place.accuse(3);
    let other = place.miner();
    turns(&other);
    let accusation = place.committed().unwrap().accusations[&3];
    assert!(accusation.proved);
    place.pass(DISPUTE);
    turns(&other);
    assert!(place.is_live() && place.passed() == 1);
}

#[test]
fn a_device_that_fails_is_asked_again_until_the_deadline() {
    let place = Place::appointed();
    let miner = place.miner_with(Moody { failures: Cell::new(2), ..Moody::default() });
    turns(&miner);
    assert_eq!(place.committed(), None);
    let failed = |miner: &Miner<_>| {
        let diary = miner.diary();
        let all = diary.of(STAKE).filter(|deed| matches!(deed.did, Did::Failed { .. }));
        all.map(|deed| deed.at).collect::<Vec<_>>()
    };
    let first = failed(&miner);
    assert_eq!(first.len(), 1);
    place.pass(10);
    turns(&miner);
    assert_eq!(failed(&miner), [Timestamp(first[0].0 + 10)], "told once, with its last time");
    place.pass(10);
    turns(&miner);
    assert!(place.committed().is_some());
}

#[test]
fn a_board_that_refuses_keeps_nothing_else_from_being_done() {
    let place = Place::appointed();
    let ledger = Rc::new(place.ledger.clone());
    let board = Rc::new(Closed::default());
    let prover = Rc::new(Moody::default());
    let opened = Rc::clone(&prover.opened);
    let miner =
        Miner::new(ledger, Rc::new(operator()), prover, Rc::clone(&board) as _, Diary::default());
    turns(&miner);
    place.pass(1);
    turns(&miner);
    let diary = miner.diary();
    assert!(
        matches!(&diary.of(STAKE).next().unwrap().did, Did::Failed { code, .. } if code == "BoardUnreachable")
    );
    for _ in 0..3 {
        turns(&miner);
    }
    assert_eq!(opened.get(), 1, "what could not be published is not computed again");
    place.accuse(0);
    turns(&miner);
    assert!(place.committed().unwrap().accusations[&0].proved);
    assert_eq!(opened.get(), 2);
    board.0.set(true);
    turns(&miner);
    turns(&miner);
    assert_eq!(board.1.borrow().len(), 1, "published, once");
    assert_eq!(opened.get(), 2, "as it was computed before");
}

/// Is still asking its boards, the first time.
#[derive(Default)]
struct Slow(Cell<u32>);

#[async_trait(?Send)]
impl Board for Slow {
    async fn publish(&self, _: &Response) -> Result<(), BoardError> {
        self.0.set(self.0.get() + 1);
        if self.0.get() == 1 { Err(BoardError::Underway) } else { Ok(()) }
    }

    async fn find(&self, _: B256) -> Result<Option<Response>, BoardError> {
        Err(BoardError::Underway)
    }
}

#[test]
fn a_board_that_is_being_asked_is_no_failure_and_asked_again() {
    let place = Place::appointed();
    let (ledger, board) = (Rc::new(place.ledger.clone()), Rc::new(Slow::default()));
    let prover = Rc::new(CpuProver::default());
    let miner =
        Miner::new(ledger, Rc::new(operator()), prover, Rc::clone(&board) as _, Diary::default());
    turns(&miner);
    place.pass(1);
    turns(&miner);
    assert_eq!(board.0.get(), 1);
    let published = |task: &Task| matches!(task, Task::Publish { .. });
    assert!(!did(&miner).iter().any(published), "neither done nor failed");
    turns(&miner);
    turns(&miner);
    assert_eq!(board.0.get(), 2, "asked again until it has answered");
    assert_eq!(did(&miner).iter().filter(|task| published(task)).count(), 1);
}

#[test]
fn a_miner_whose_end_is_asked_for_begins_nothing_and_tells_no_failure() {
    let place = Place::appointed();
    let miner = place.miner_with(Moody { failures: Cell::new(9), ..Moody::default() });
    assert_eq!(block_on(miner.turn_until(&[STAKE], &|| true)), 0);
    assert!(matches!(miner.due(STAKE)[..], [Duty::OpenEpoch { .. }]), "no epoch was opened");
    block_on(miner.turn(&[STAKE]));
    // The end comes while it computes.
    let asked = Cell::new(0);
    let ends = || asked.replace(asked.get() + 1) > 0;
    let before = miner.diary();
    assert_eq!(block_on(miner.turn_until(&[STAKE], &ends)), 0);
    assert_eq!(miner.diary(), before, "what was given up is no failure");
}

#[test]
fn boards_publish_on_all_and_find_on_any() {
    let (first, closed, last) = (MemoryBoard::default(), Closed::default(), MemoryBoard::default());
    let boards = Boards(vec![Rc::new(first.clone()), Rc::new(closed), Rc::new(last.clone())]);
    let response = Response { root: B256::repeat_byte(7), openings: Vec::new() };
    let closed = BoardError::Unreachable { message: "closed".to_owned() };
    assert_eq!(block_on(boards.publish(&response)), Err(closed), "one that failed is told");
    for board in [&first, &last] {
        assert_eq!(block_on(board.find(response.root)), Ok(Some(response.clone())));
    }
    assert_eq!(block_on(boards.find(response.root)), Ok(Some(response)));
    assert_eq!(block_on(boards.find(B256::ZERO)), Ok(None));
}

#[test]
fn board_url_takes_what_a_page_may_reach() {
    assert_eq!(board_url(" https://board.example/x "), Ok("https://board.example/x".to_owned()));
    assert!(board_url("http://localhost:8546").is_ok());
    assert!(matches!(board_url("http://board.example"), Err(ChoiceError::Insecure { .. })));
    assert_eq!(board_url("board"), Err(ChoiceError::Url));
}

#[test]
fn an_epoch_that_somebody_else_opens_meanwhile_is_no_failure() {
    let place = Place::appointed();
    let miner = place.miner();
    let due = miner.due(STAKE);
    assert!(matches!(due[..], [Duty::OpenEpoch { .. }]));
    place.act(&alice(), GameAction::OpenEpoch { pool: POOL });
    turns(&miner);
    assert!(matches!(did(&miner)[..], [Task::Commit { .. }]));
}

#[test]
fn a_session_key_is_made_once_and_keeps_to_itself() {
    let storage = MemoryStorage::default();
    let place = Place::new();
    let domain = place.ledger.descriptor().domain;
    let key = block_on(SessionKey::of(&storage, domain)).unwrap();
    let again = block_on(SessionKey::of(&storage, domain)).unwrap();
    assert_eq!(again.address(), key.address());
    assert_eq!(key.signer().address(), key.address());
    let mut elsewhere = domain;
    elsewhere.chain_id += 1;
    let other = block_on(SessionKey::of(&storage, elsewhere)).unwrap();
    assert_ne!(other.address(), key.address(), "each ledger has its own");
    assert_eq!(format!("{key:?}"), format!("SessionKey({:?})", key.address()));
    assert_ne!(key.address(), address_of(bob().verifying_key()));
}

#[test]
fn keep_is_read_back_and_what_cannot_be_read_is_nothing() {
    let place = Place::appointed();
    let miner = place.miner();
    turns(&miner);
    let (storage, domain) = (MemoryStorage::default(), place.ledger.descriptor().domain);
    assert_eq!(block_on(Keep::of(&storage, domain)), Ok(Keep::default()));
    let (stakes, diary) = (vec![STAKE], miner.diary());
    let mut keep = Keep { stakes, diary, computed_ms: 36, on_ms: 3_600, ..Keep::default() };
    keep.remember(&place.ledger.ledger(), place.ledger.now());
    assert_eq!(keep.orders.len(), 1, "what is to follow the stake");
    block_on(keep.write(&storage, domain)).unwrap();
    assert_eq!(block_on(Keep::of(&storage, domain)), Ok(keep.clone()));
    assert_eq!(keep.duty_bps(), Some(100));
    assert_eq!(Keep::default().duty_bps(), None);
}

#[test]
fn gas_until_the_end_counts_the_epochs_that_are_left() {
    let place = Place::new();
    let gas = || place.ledger.read(|state| gas_until_end(state, &[STAKE], place.ledger.now()));
    let (epochs, proof) = (48, prove_gas(params().pocps.n));
    let before = gas();
    assert!(before >= epochs * EPOCH_GAS && before <= (epochs + 1) * EPOCH_GAS + 5 * proof);
    place.pass(24 * BUCKET);
    assert_eq!(before - gas(), 24 * EPOCH_GAS, "half of the time, half of the epochs");
    assert_eq!(place.ledger.read(|state| gas_until_end(state, &[], place.ledger.now())), 0);
    let epoch = place.ledger.read(|state| gas_of_an_epoch(state, &[STAKE]));
    assert_eq!(epoch, EPOCH_GAS + proof);
}
