//! An epoch of many simulated stakes before one verifier: what each costs it.
//!
//! ```text
//! cargo run --release -p pinfi-provider --no-default-features --example load -- STAKES [N ROUNDS]
//! ```
//! The ledger is core's, in memory, in place of a chain. Openings are published over HTTP, checked when
//! they come and again when they are looked at, as they are on disk meanwhile.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a program that cannot go on says so")]

#[path = "../tests/support/simulated.rs"]
mod simulated;

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use futures_executor::block_on;
use k256::ecdsa::SigningKey;
use pinfi_client::miner::{Board as _, BoardError};
use pinfi_client::settlement::{Settlement as _, SettlementExt as _, Signer};
use pinfi_core::game::{Duty, GameAction, duties};
use pinfi_core::pocps::Response;
use pinfi_core::units::{Secs, StakeId};
use pinfi_provider::boards::Boards;
use pinfi_provider::figures::{Figures, Kind};
use pinfi_provider::judge::{Judge, Manners};
use pinfi_provider::server;
use pinfi_provider::shelf::Shelf;
use pinfi_provider::stop::Stop;

use simulated::{asked, market, prove, provider};

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

/// Publishes openings, and waits until they are taken.
fn publish(boards: &Boards, response: &Response) {
    loop {
        match block_on(boards.publish(response)) {
            Err(BoardError::Underway) => thread::sleep(Duration::from_micros(100)),
            outcome => return outcome.unwrap(),
        }
    }
}

fn main() {
    let number = |place: usize, other: u64| {
        env::args().nth(place).map_or(other, |word| word.parse().expect("a number"))
    };
    let (stakes, n, rounds) = (number(1, 10_000), number(2, 64), number(3, 2));
    let (n, rounds) = (u32::try_from(n).unwrap(), u32::try_from(rounds).unwrap());
    let market = Rc::new(market(stakes, |rules| {
        (rules.n, rules.rounds) = (n, rounds);
        // Long enough for all of it on one machine.
        (rules.window, rules.dispute) = (Secs(600), Secs(1_800));
    }));
    println!("{stakes} stakes, n = {n}, {rounds} rounds, 32 samples; at most {} MiB", memory());

    let (stop, folder) = (Stop::default(), env::temp_dir().join("pinfi-load"));
    let shelf = Arc::new(Shelf::open(&folder).unwrap());
    let (figures, _) = Figures::new();
    let router = server::openings(Arc::clone(&shelf), figures.clone(), true);
    let (at, server) = server::serve("127.0.0.1:0".parse().unwrap(), router, &stop).unwrap();
    let boards = Boards::new(Some(Arc::clone(&shelf)), &[], figures.clone()).unwrap();
    let key: Rc<dyn Signer> = Rc::new(SigningKey::from_slice(&[7; 32]).unwrap());
    let manners = Manners { accusations: 16, withheld: Secs(30) };
    let (settlement, seen) = (Rc::clone(&market), figures.clone());
    let judge = Judge::new(settlement, key, boards, Some(shelf), seen, manners, &stop);

    measured("opening the epoch", stakes, || block_on(judge.turn()));
    measured("(proving and committing)", stakes, || {
        for number in 0..stakes {
            let asked = asked(&market, StakeId(number)).unwrap();
            let action: GameAction = asked.commit(prove(asked.challenge).root());
            market.act(provider(number), &action.into()).unwrap();
        }
    });
    market.now.set(market.now.get() + 1);
    measured("recording the beacons", stakes, || block_on(judge.turn()));
    measured("a look at what is not there", stakes, || block_on(judge.turn()));

    let (theirs, _) = Figures::new();
    let publisher = Boards::new(None, &[format!("http://{at}")], theirs).unwrap();
    measured("(proving again,) publishing, taking and checking", stakes, || {
        for number in 0..stakes {
            let due = market.read(|ledger| duties(ledger, StakeId(number), market.now()));
            for duty in due {
                if let Duty::Check { asked, beacon, samples, .. } = duty {
                    let response = prove(asked.challenge).open(beacon, samples);
                    publish(&publisher, &response);
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
