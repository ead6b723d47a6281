//! A provider and a verifier at one table, on a chain.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

#[path = "../../core/tests/pocps/support.rs"]
#[allow(dead_code, reason = "not all of the provers are needed here")]
mod provers;
#[path = "../../deploy/tests/support/mod.rs"]
mod support;

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use alloy_primitives::B256;
use async_trait::async_trait;
use futures_executor::block_on;
use pinfi_client::miner::{Diary, Miner, Prover, ProverError};
use pinfi_client::settlement::evm::ChainLedger;
use pinfi_client::settlement::{Settlement as _, SettlementExt as _, Signer as _};
use pinfi_core::Action;
use pinfi_core::game::{Committed, GameAction};
use pinfi_core::pocps::{Challenge, Response};
use pinfi_core::units::{EpochId, Secs};
use pinfi_provider::boards::Boards;
use pinfi_provider::config::DeviceChoice;
use pinfi_provider::device::Device;
use pinfi_provider::figures::{Figures, Kind};
use pinfi_provider::judge::{Judge, Manners};
use pinfi_provider::server;
use pinfi_provider::shelf::Shelf;
use pinfi_provider::stop::Stop;
use tempfile::TempDir;

use provers::{Forger, naive_states};
use support::*;

/// Longer than any of these takes.
const STEPS: usize = 60;

/// Alice's device, answered for by a miner; Bob looks at it, and has a board.
struct Table {
    world: World,
    ledger: ChainLedger,
    miner: Miner<ChainLedger>,
    judge: Judge<ChainLedger>,
    figures: Figures,
    stop: Stop,
    _folder: TempDir,
}

impl Table {
    fn new(prover: impl FnOnce(&Stop) -> Rc<dyn Prover>) -> Self {
        let world = World::new();
        let ledger = world.open();
        market_of(&ledger, params_with_bonds());
        let (stop, folder) = (Stop::default(), TempDir::new().unwrap());
        let (figures, _) = Figures::new();
        let shelf = Arc::new(Shelf::open(folder.path()).unwrap());
        let router = server::openings(Arc::clone(&shelf), figures.clone(), true);
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let (at, _) = server::serve(any, router, &stop).unwrap();

        let (theirs, _) = Figures::new();
        let boards = Boards::new(None, &[format!("http://{at}/")], theirs).unwrap();
        let boards = Rc::new(boards);
        let settlement = Rc::new(ledger.clone());
        let miner =
            Miner::new(settlement, Rc::new(alice()), prover(&stop), boards, Diary::default());
        let boards = Boards::new(Some(Arc::clone(&shelf)), &[], figures.clone()).unwrap();
        let manners = Manners { accusations: 16, withheld: Secs(30) };
        let (settlement, signer) = (Rc::new(ledger.clone()), Rc::new(bob()));
        let (shelf, seen) = (Some(shelf), figures.clone());
        let judge = Judge::new(settlement, signer, boards, shelf, seen, manners, &stop);
        // The next epoch: the device was there before it.
        world.anvil.pass(BUCKET - ledger.now().0 % BUCKET).unwrap();
        block_on(ledger.sync()).unwrap();
        Self { world, ledger, miner, judge, figures, stop, _folder: folder }
    }

    /// Lets both have their turns until something is so.
    fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        for _ in 0..STEPS {
            block_on(self.ledger.sync()).unwrap();
            if is_so(self) {
                return;
            }
            block_on(self.miner.turn(&[STAKE]));
            block_on(self.judge.turn());
            self.world.anvil.pass(1).unwrap();
        }
        panic!("never: {what}; {:#?}", self.miner.diary());
    }

    fn epoch(&self) -> Option<EpochId> {
        self.ledger.read(|ledger| ledger.game().epoch(POOL).map(|epoch| epoch.id))
    }

    fn committed(&self) -> Option<Committed> {
        let epoch = self.epoch()?;
        self.ledger.read(|ledger| ledger.game().trial(STAKE, epoch)?.committed.clone())
    }

    fn checks(&self, kind: &str) -> u64 {
        self.figures.checks.get_or_create(&Kind::of(kind)).get()
    }

    fn is_live(&self) -> bool {
        self.ledger.read(|ledger| ledger.stake_of(STAKE).unwrap().is_active())
    }

    fn passed(&self) -> u32 {
        self.ledger.read(|ledger| ledger.stake_of(STAKE).unwrap().passed)
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        self.stop.ask();
    }
}

fn honest(stop: &Stop) -> Rc<dyn Prover> {
    let (figures, _) = Figures::new();
    let checkpoints = FileCheckpoints::new(Path::new("no-such-folder"));
    Rc::new(Device::new(DeviceChoice::Cpu, checkpoints, stop, &figures).unwrap())
}

/// Computes all but one tile of the first product, the whole of it at this size.
#[derive(Default)]
struct Lazy(RefCell<Option<Forger>>);

impl Lazy {
    fn forge(&self, challenge: Challenge) {
        let known = self.0.borrow().as_ref().is_some_and(|forger| forger.challenge == challenge);
        if !known {
            let mut states = naive_states(&challenge);
            states[0].iter_mut().flatten().for_each(|word| *word ^= 1);
            self.0.replace(Some(Forger::new(challenge, states)));
        }
    }
}

#[async_trait(?Send)]
impl Prover for Lazy {
    async fn commit(&self, challenge: Challenge) -> Result<B256, ProverError> {
        self.forge(challenge);
        Ok(self.0.borrow().as_ref().unwrap().tree.root())
    }

    async fn open(&self, of: Challenge, beacon: B256, q: u32) -> Result<Response, ProverError> {
        self.forge(of);
        Ok(self.0.borrow().as_ref().unwrap().open(beacon, q))
    }
}

#[test]
fn cheating_provider_is_accused_and_slashed_and_its_client_refunded() {
    let table = Table::new(|_| Rc::new(Lazy::default()));
    let until = boundary(&table.ledger, 20);
    let rent = Action::Rent { pool: POOL, stakes: vec![STAKE], until, max_cost: ANY };
    act(&table.ledger, &carol(), rent);
    let (client, verifier) = (|t: &Table| t.world.balance(carol().address()), bob().address());
    let (paid, had) = (client(&table), table.world.balance(verifier));
    table.until("the device is slashed", |table| !table.is_live());
    assert_eq!(table.checks("false"), 1);
    assert!(client(&table) > paid, "its client is refunded");
    let game = table.world.book.contracts.game;
    table.until("all bonds are back", |table| table.world.balance(game) == 0);
    assert!(table.world.balance(verifier) > had, "the verifier has its share, and its bonds");
    assert_eq!(table.passed(), 0);
}

#[test]
fn honest_epoch_passes_and_a_false_accuser_loses_its_bond() {
    let table = Table::new(honest);
    table.until("Bob has looked", |table| table.checks("true") == 1);
    let committed = table.committed().unwrap();
    let by_others = committed.accusations.values().any(|made| made.accuser.is_some());
    assert!(!by_others, "nobody was accused");

    let epoch = table.epoch().unwrap();
    let had = table.world.balance(carol().address());
    let action = GameAction::Accuse { stake: STAKE, epoch, sample: 3 };
    submit(&table.ledger, &carol(), action.into()).unwrap();
    table.until("the sample is proved", |table| {
        table.committed().is_some_and(|committed| committed.accusations[&3].proved)
    });
    assert_eq!(table.world.balance(carol().address()), had - BOND.0);
    table.world.anvil.pass(DISPUTE).unwrap();
    table.until("the epoch has passed", |table| table.passed() == 1);
    assert!(table.is_live());
}
