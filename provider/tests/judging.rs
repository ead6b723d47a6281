//! A verifier's manners: with boards that are slow, accounts that cannot pay, and an end that is asked for.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

#[path = "support/simulated.rs"]
mod simulated;

use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use alloy_primitives::B256;
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::settlement::{Settlement as _, SettlementExt as _};
use pinfi_core::game::{Committed, Duty, duties};
use pinfi_core::units::{Bps, Secs, StakeId, Wei};
use pinfi_provider::boards::Boards;
use pinfi_provider::figures::{Figures, Kind};
use pinfi_provider::judge::{Judge, Manners};
use pinfi_provider::shelf::Shelf;
use pinfi_provider::stop::Stop;
use tempfile::TempDir;

use simulated::{Simulated, asked, market, prove, provider};

const MANNERS: Manners = Manners { accusations: 16, withheld: Secs(30) };

/// A verifier before some stakes.
struct Table {
    market: Rc<Simulated>,
    judge: Judge<Simulated>,
    shelf: Arc<Shelf>,
    figures: Figures,
    stop: Stop,
    _folder: TempDir,
}

impl Table {
    fn new(market: Simulated, urls: &[String]) -> Self {
        let (market, stop, figures) = (Rc::new(market), Stop::default(), Figures::new().0);
        let folder = TempDir::new().unwrap();
        let shelf = Arc::new(Shelf::open(folder.path()).unwrap());
        let boards = Boards::new(Some(Arc::clone(&shelf)), urls, figures.clone()).unwrap();
        let key = Rc::new(SigningKey::from_slice(&[7; 32]).unwrap());
        let (settlement, seen) = (Rc::clone(&market), figures.clone());
        let own = Some(Arc::clone(&shelf));
        let judge = Judge::new(settlement, key, boards, own, seen, MANNERS, &stop);
        Self { market, judge, shelf, figures, stop, _folder: folder }
    }

    fn turn(&self) -> usize {
        block_on(self.judge.turn())
    }

    fn pass(&self, secs: u64) {
        self.market.now.set(self.market.now.get() + secs);
    }

    /// Lets all stakes commit to something.
    fn commit(&self, stakes: u64) {
        self.commit_to(stakes, |_| B256::repeat_byte(9));
    }

    fn commit_to(&self, stakes: u64, root: impl Fn(&Simulated) -> B256) {
        self.turn();
        let root = root(&self.market);
        for number in 0..stakes {
            let asked = asked(&self.market, StakeId(number)).unwrap();
            let action = asked.commit(root);
            self.market.act(provider(number), &action.into()).unwrap();
        }
        self.pass(1);
    }

    fn committed(&self, stake: u64) -> Committed {
        let stake = StakeId(stake);
        self.market.read(|ledger| {
            let mut trials = ledger.game().trials_of(stake);
            trials.find_map(|trial| trial.committed.clone()).unwrap()
        })
    }

    fn recorded(&self, stakes: u64) -> usize {
        (0..stakes).filter(|stake| self.committed(*stake).beacon.is_some()).count()
    }

    /// Goes to so many seconds before the last moment for an accusation.
    fn go_to(&self, left: u64) {
        let due = self.market.read(|ledger| duties(ledger, StakeId(0), self.market.now()));
        let by = due.iter().find(|duty| matches!(duty, Duty::Check { .. })).unwrap().by().unwrap();
        self.market.now.set(by.0 - left);
    }

    fn failures(&self, kind: &str) -> u64 {
        self.figures.failures.get_or_create(&Kind::of(kind)).get()
    }

    fn checks(&self, kind: &str) -> u64 {
        self.figures.checks.get_or_create(&Kind::of(kind)).get()
    }

    /// How many samples of a commitment were accused.
    fn accused(&self, stake: u64) -> usize {
        let accusations = self.committed(stake).accusations;
        accusations.values().filter(|made| made.accuser.is_some()).count()
    }
}

#[test]
fn judge_that_is_to_stop_begins_nothing_more() {
    let table = Table::new(market(2, |_| {}), &[]);
    table.stop.ask();
    assert_eq!(table.turn(), 0);
    assert!(table.market.read(|ledger| ledger.game().epoch(simulated::POOL).is_none()));
}

#[test]
fn judge_that_is_asked_to_stop_in_the_middle_ends_after_what_was_begun() {
    let stakes = 40;
    let table = Table::new(market(stakes, |_| {}), &[]);
    table.commit(stakes);
    let stop = table.stop.clone();
    table.market.after.replace(Some(Box::new(move || stop.ask())));
    assert_eq!(table.turn(), 16, "one transaction of three");
    assert_eq!(table.recorded(stakes), 16);
}

#[test]
fn board_that_never_answers_delays_no_move_and_no_accusation() {
    let stakes = 3;
    let tarpit = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", tarpit.local_addr().unwrap());
    let table = Table::new(market(stakes, |_| {}), &[url]);
    table.commit(stakes);
    let begun = Instant::now();
    assert_eq!(table.turn(), 3, "the beacons");
    table.go_to(MANNERS.withheld.0 - 1);
    assert_eq!(table.turn(), 0, "the board is being asked, and has some time still");
    assert_eq!(table.checks("withheld"), 0);
    table.go_to(MANNERS.withheld.0 / 2);
    assert_eq!(table.turn(), 3, "one accusation each");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    for stake in 0..stakes {
        assert_eq!(table.accused(stake), 1);
    }
    assert_eq!(table.checks("withheld"), stakes, "each once");
    assert_eq!(table.turn(), 0);
    assert_eq!(table.checks("withheld"), stakes, "each once");
}

#[test]
fn copied_root_is_not_cleared_by_the_openings_that_it_was_copied_from() {
    let table = Table::new(market(2, |_| {}), &[]);
    let challenge = |market: &Simulated| asked(market, StakeId(0)).unwrap().challenge;
    table.commit_to(2, |market| prove(challenge(market)).root());
    assert_eq!(table.turn(), 2, "the beacons");
    table.turn();
    let beacon = table.committed(0).beacon.unwrap();
    let mut proof = prove(challenge(&table.market));
    let bytes = postcard::to_allocvec(&proof.open(beacon, 32)).unwrap();
    table.shelf.put(proof.root(), &bytes).unwrap();
    assert_eq!(table.turn(), 0);
    assert_eq!((table.checks("true"), table.checks("false")), (1, 0));
    table.go_to(1);
    assert_eq!(table.turn(), 1);
    assert_eq!((table.accused(0), table.accused(1)), (0, 1), "who copied is accused, alone");
    assert_eq!(table.checks("withheld"), 1);
}

#[test]
fn failure_is_counted_once_and_by_its_code() {
    let rules = market(1, |rules| (rules.bond, rules.accuser_bps) = (Wei(1), Bps(3_000)));
    let table = Table::new(rules, &[]);
    table.commit(1);
    table.turn();
    table.go_to(1);
    assert_eq!(table.turn(), 0, "a verifier without PIN for a bond");
    assert_eq!(table.failures("InsufficientBalance"), 1);
    assert_eq!(table.failures("Accuse"), 0);
}
