//! The simulator's two sides joined by a queue, as a browser joins them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use core::{cell::Cell, cell::RefCell, time::Duration};
use std::rc::Rc;

use futures_executor::{LocalPool, LocalSpawner};
use futures_util::{future::lazy, task::LocalSpawnExt as _};
use pinfi_simulation::{RewardPolicy, Run, Scenario, Simulation, csv};
use pinfi_worker::{
    decode, encode,
    simulator::{
        FromSimulator, Launch, Line, Mail, Order, Outcome, SimulatorError, SimulatorHost, simulate,
    },
};

#[derive(Clone, Copy, PartialEq)]
enum Behaviour {
    Unstartable,
    Mute,
    Serves,
}

#[derive(Clone)]
struct Fake {
    spawner: LocalSpawner,
    behaviour: Behaviour,
    mail: Rc<RefCell<Option<Mail>>>,
    ended: Rc<Cell<u32>>,
}

impl Fake {
    fn new(pool: &LocalPool, behaviour: Behaviour) -> Self {
        Self { spawner: pool.spawner(), behaviour, mail: Rc::default(), ended: Rc::default() }
    }

    fn later(&self, task: impl FnOnce() + 'static) {
        self.spawner.spawn_local(lazy(move |_| task())).unwrap();
    }
}

impl Launch for Fake {
    fn launch(&self, mail: Mail) -> Result<Box<dyn Line>, SimulatorError> {
        if self.behaviour == Behaviour::Unstartable {
            return Err(SimulatorError::Unavailable);
        }
        self.mail.replace(Some(mail.clone()));
        if self.behaviour == Behaviour::Serves {
            self.later(move || mail.deliver(FromSimulator::Ready));
        }
        Ok(Box::new(FakeLine(self.clone())))
    }
}

struct FakeLine(Fake);

impl Line for FakeLine {
    fn post(&self, order: &Order) {
        let order: Order = decode(&encode(order).unwrap()).unwrap();
        let (fake, mail) = (self.0.clone(), self.0.mail.borrow().clone().unwrap());
        let clock = Cell::new(0);
        // Each look at the clock takes 60 ms.
        let now = move || {
            clock.set(clock.get() + 60);
            Duration::from_millis(clock.get())
        };
        self.0.later(move || {
            simulate(order, now, |message| {
                let (mail, message) = (mail.clone(), encode(&message).unwrap());
                fake.later(move || mail.deliver(decode(&message).unwrap()));
            });
        });
    }
}

impl Drop for FakeLine {
    fn drop(&mut self) {
        self.0.ended.set(self.0.ended.get() + 1);
    }
}

fn order() -> Order {
    let scenario = Scenario::named("steady").unwrap();
    let policy = RewardPolicy::controlled(&scenario).unwrap();
    Order { scenario, run: Run { agents: 100, days: 4, seed: 3, policy } }
}

#[test]
fn simulator_that_does_not_start() {
    let mut pool = LocalPool::new();
    let host = SimulatorHost::new(Fake::new(&pool, Behaviour::Unstartable));
    let refused = pool.run_until(host.run(order(), |_, _| {}));
    assert_eq!(refused, Err(SimulatorError::Unavailable));
}

#[test]
fn simulator_that_breaks_before_and_after_it_listens() {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Mute);
    for (listened, expected) in
        [(false, SimulatorError::Unavailable), (true, SimulatorError::Crashed)]
    {
        let running = SimulatorHost::new(fake.clone()).run(order(), |_, _| {});
        let mail = fake.mail.borrow().clone().unwrap();
        if listened {
            mail.deliver(FromSimulator::Progress { done: 1, total: 2 });
            mail.deliver(FromSimulator::Ready);
        }
        mail.broken();
        assert_eq!(pool.run_until(running), Err(expected));
    }
}

#[test]
fn order_that_makes_no_market_is_refused_in_words() {
    let mut pool = LocalPool::new();
    let host = SimulatorHost::new(Fake::new(&pool, Behaviour::Serves));
    let mut order = order();
    order.run.agents = 1;
    let refused = pool.run_until(host.run(order, |_, _| {})).unwrap_err();
    let reason = "agents = 1 is not within 100 to 1000000".to_owned();
    assert_eq!(refused, SimulatorError::Refused(reason));
}

#[test]
fn order_that_the_ledger_refuses_is_refused_in_words() {
    let mut pool = LocalPool::new();
    let host = SimulatorHost::new(Fake::new(&pool, Behaviour::Serves));
    let mut order = order();
    order.scenario.pool.fee_bps = 1_001;
    let refused = pool.run_until(host.run(order, |_, _| {})).unwrap_err();
    assert!(
        matches!(&refused, SimulatorError::Refused(why) if why.contains("ledger")),
        "{refused}"
    );
}

#[test]
fn cancelled_market_ends_its_worker_at_once() {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let running = SimulatorHost::new(fake.clone()).run(order(), |_, _| {});
    let cancel = running.canceller();
    cancel();
    assert_eq!(fake.ended.get(), 1);
    assert_eq!(pool.run_until(running), Err(SimulatorError::Cancelled));
    cancel();
    drop(SimulatorHost::new(fake.clone()).run(order(), |_, _| {}));
    assert_eq!(fake.ended.get(), 2, "dropping it ends it too");
}

#[test]
fn market_is_the_one_that_the_crate_gives() {
    let mut pool = LocalPool::new();
    let fake = Fake::new(&pool, Behaviour::Serves);
    let heard = Rc::new(RefCell::new(Vec::new()));
    let notes = Rc::clone(&heard);
    let running = SimulatorHost::new(fake.clone())
        .run(order(), move |done, total| notes.borrow_mut().push((done, total)));
    let Outcome { hours, summary, actions, csv: table, json } = pool.run_until(running).unwrap();
    assert_eq!(fake.ended.get(), 1, "its memory is free");

    let Order { scenario, run } = order();
    let mut simulation = Simulation::new(scenario, run).unwrap();
    simulation.finish().unwrap();
    assert_eq!(hours, simulation.records());
    assert_eq!(table, csv(simulation.records()));
    assert_eq!(json, simulation.report().to_json().unwrap());
    assert_eq!((summary, actions), (simulation.report().summary, simulation.actions()));
    let heard = heard.borrow();
    assert!(heard.len() > 10 && heard.is_sorted(), "{heard:?}");
    assert!(heard.iter().all(|(done, total)| done <= total && *total == 96), "{heard:?}");
}
