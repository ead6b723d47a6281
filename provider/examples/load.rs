//! An epoch of many simulated stakes before one verifier: what each costs it.
//!
//! ```text
//! cargo run --release -p pinfi-provider --no-default-features --example load -- STAKES [N ROUNDS]
//! ```
//! The ledger is core's, in memory, in place of a chain. Openings are published over HTTP, checked when
//! they come and again when they are looked at, as they are on disk meanwhile.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a program that cannot go on says so")]

#[path = "../../tests/support/params.rs"]
mod params;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;
use std::{env, fs};

use alloy_primitives::{Address, B256, U256, keccak256};
use async_trait::async_trait;
use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::intent::{Domain, Intent, LedgerAction, Speed};
use pinfi_client::miner::Board as _;
use pinfi_client::settlement::{
    Activity, Descriptor, Listeners, PoolSample, Receipt, Settlement, SettlementExt as _, Signer,
    SubmitError, Subscription, Update,
};
use pinfi_core::game::{Duty, GameAction, duties};
use pinfi_core::ledger::{Config, MAX_SUPPLY};
use pinfi_core::pocps::{ChainProver, Challenge, Committed, Retain};
use pinfi_core::units::{CertificateId, GpuSeconds, PoolId, Secs, StakeId, Timestamp, Wei};
use pinfi_core::{Action, Context, Events, Ledger};
use pinfi_provider::boards::Boards;
use pinfi_provider::figures::{Figures, Kind};
use pinfi_provider::judge::{Judge, Manners};
use pinfi_provider::server;
use pinfi_provider::shelf::Shelf;
use pinfi_provider::stop::Stop;

use params::{BUCKET, PIN, params};

const POOL: PoolId = PoolId(0);
const MINTER: Address = Address::repeat_byte(1);

/// Core's ledger in place of a chain's.
struct Simulated {
    ledger: RefCell<Rc<Ledger>>,
    now: Cell<u64>,
    count: Cell<u64>,
    listeners: Listeners,
}

impl Simulated {
    fn act(&self, sender: Address, action: &Action) -> Result<Events, pinfi_core::Error> {
        self.count.set(self.count.get() + 1);
        let randomness = keccak256(self.count.get().to_be_bytes());
        let now = Timestamp(self.now.get());
        let cx = Context { sender, now, randomness };
        Rc::make_mut(&mut self.ledger.borrow_mut()).apply(action, &cx)
    }
}

#[async_trait(?Send)]
impl Settlement for Simulated {
    fn descriptor(&self) -> Descriptor {
        let domain = Domain { chain_id: 1, ledger: Address::ZERO };
        let name = "simulated".to_owned();
        Descriptor { name, domain, is_sandbox: false, judges: false, joins: true }
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.now.get())
    }

    fn speed(&self) -> Speed {
        Speed::Real
    }

    fn ledger(&self) -> Rc<Ledger> {
        Rc::clone(&self.ledger.borrow())
    }

    async fn nonce(&self, _: Address) -> Result<u64, SubmitError> {
        Ok(0)
    }

    async fn submit(&self, intent: Intent, signer: &dyn Signer) -> Result<Receipt, SubmitError> {
        self.submit_together(vec![intent], signer).await
    }

    async fn submit_together(
        &self,
        intents: Vec<Intent>,
        signer: &dyn Signer,
    ) -> Result<Receipt, SubmitError> {
        let mut events = Events::new();
        for intent in intents {
            let LedgerAction::Protocol(action) = intent.action else {
                panic!("not the protocol's")
            };
            let done = self.act(signer.address(), &action);
            events.extend(done.map_err(|error| SubmitError::Rejected(error.into()))?);
        }
        Ok(Receipt { seq: self.count.get(), time: self.now(), events })
    }

    fn subscribe(&self, listener: Rc<dyn Fn(&Update)>) -> Subscription {
        self.listeners.subscribe(listener)
    }

    fn activities(&self, _: Option<Address>) -> Vec<Activity> {
        Vec::new()
    }

    fn samples(&self, _: PoolId) -> Vec<PoolSample> {
        Vec::new()
    }

    fn is_simulated(&self, _: Address) -> bool {
        true
    }
}

fn provider(number: u64) -> Address {
    Address::from_word(B256::from(U256::from(number + 1_000)))
}

fn market(stakes: u64, n: u32, rounds: u32) -> Simulated {
    let config =
        Config { chain_id: 1, address: Address::ZERO, minter: MINTER, supply_cap: MAX_SUPPLY };
    let ledger = RefCell::new(Rc::new(Ledger::new(config)));
    let now = Cell::new(1_000 * BUCKET);
    let (count, listeners) = (Cell::new(0), Listeners::default());
    let market = Simulated { ledger, now, count, listeners };
    let mut params = params();
    (params.pocps.n, params.pocps.rounds) = (n, rounds);
    // Long enough for all of it on one machine.
    (params.pocps.window, params.pocps.dispute) = (Secs(600), Secs(1_800));
    market.act(MINTER, &Action::CreatePool { params: Box::new(params) }).unwrap();
    let (gs, expiry) = (GpuSeconds(100 * BUCKET), Timestamp(1_100 * BUCKET));
    for number in 0..stakes {
        let (to, certificate) = (provider(number), CertificateId(number));
        market.act(MINTER, &Action::Mint { to, amount: Wei(PIN) }).unwrap();
        market.act(to, &Action::Burn { pool: POOL, gs }).unwrap();
        let max_fee = Wei(u128::MAX);
        market.act(to, &Action::Stake { certificate, expiry, max_fee }).unwrap();
    }
    market.now.set(1_001 * BUCKET);
    market
}

fn prove(challenge: Challenge) -> Committed {
    let mut prover = ChainProver::new(challenge, Retain::ALL);
    loop {
        if let Some(committed) = prover.step(u32::MAX) {
            return committed;
        }
    }
}

/// The processor's time of this process, in seconds: user and system, all threads.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // Of the words behind the program's name the 12th and 13th, in hundredths.
    let words: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks = words[11].parse::<f64>().unwrap() + words[12].parse::<f64>().unwrap();
    ticks / 100.0
}

/// The most memory of this process so far, in MiB.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

fn measured<T>(what: &str, stakes: u64, work: impl FnOnce() -> T) -> T {
    let (cpu_before, begun) = (cpu(), Instant::now());
    let done = work();
    let (used, took) = (cpu() - cpu_before, begun.elapsed().as_secs_f64());
    let each = used * 1e6 / stakes as f64;
    println!(
        "{what}: {took:.1} s, CPU {used:.1} s, {each:.0} µs a stake; at most {} MiB",
        memory()
    );
    done
}

fn main() {
    let number = |place: usize, other: u64| {
        env::args().nth(place).map_or(other, |word| word.parse().expect("a number"))
    };
    let (stakes, n, rounds) = (number(1, 10_000), number(2, 64), number(3, 2));
    let (n, rounds) = (u32::try_from(n).unwrap(), u32::try_from(rounds).unwrap());
    let market = Rc::new(market(stakes, n, rounds));
    println!("{stakes} stakes, n = {n}, {rounds} rounds, 32 samples; at most {} MiB", memory());

    let (stop, folder) = (Stop::default(), env::temp_dir().join("pinfi-load"));
    let shelf = Arc::new(Shelf::open(&folder).unwrap());
    let (figures, _) = Figures::new();
    let router = server::openings(Arc::clone(&shelf), figures.clone(), true);
    let (at, server) = server::serve("127.0.0.1:0".parse().unwrap(), router, &stop).unwrap();
    let boards = Boards::new(Some(Arc::clone(&shelf)), Vec::new(), figures.clone());
    let key: Rc<dyn Signer> = Rc::new(SigningKey::from_slice(&[7; 32]).unwrap());
    let manners = Manners { accusations: 16, withheld: Secs(30) };
    let judge = Judge::new(Rc::clone(&market), key, boards, Some(shelf), figures.clone(), manners);

    measured("opening the epoch", stakes, || block_on(judge.turn()));
    let asked = |stake| {
        let due = market.read(|ledger| duties(ledger, stake, market.now()));
        due.into_iter().find_map(|duty| match duty {
            Duty::Commit { asked, .. } | Duty::Check { asked, .. } => Some(asked),
            _ => None,
        })
    };
    measured("(proving and committing)", stakes, || {
        for number in 0..stakes {
            let asked = asked(StakeId(number)).unwrap();
            let action: GameAction = asked.commit(prove(asked.challenge).root());
            market.act(provider(number), &action.into()).unwrap();
        }
    });
    market.now.set(market.now.get() + 1);
    measured("recording the beacons", stakes, || block_on(judge.turn()));
    measured("a look at what is not there", stakes, || block_on(judge.turn()));

    let (theirs, _) = Figures::new();
    let publisher = Boards::new(None, vec![format!("http://{at}")], theirs);
    measured("(proving again,) publishing, taking and checking", stakes, || {
        for number in 0..stakes {
            let due = market.read(|ledger| duties(ledger, StakeId(number), market.now()));
            for duty in due {
                if let Duty::Check { asked, beacon, samples, .. } = duty {
                    let response = prove(asked.challenge).open(beacon, samples);
                    block_on(publisher.publish(&response)).unwrap();
                }
            }
        }
    });
    println!("  openings: {} bytes a stake", figures.bytes_in.get() / stakes);
    measured("looking and checking", stakes, || block_on(judge.turn()));
    let checked = figures.checks.get_or_create(&Kind::of("true")).get();
    assert_eq!(checked, stakes, "all were looked at");
    println!("  of it checking: {:.0} µs a stake", figures.checking.get() * 1e6 / stakes as f64);
    market.now.set(market.now.get() + 1_801);
    measured("concluding", stakes, || block_on(judge.turn()));
    stop.ask();
    server.join().unwrap().unwrap();
    fs::remove_dir_all(folder).unwrap();
}
