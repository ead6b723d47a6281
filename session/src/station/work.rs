//! The jobs of a station, one by one.

use core::cell::Cell;

use pinfi_jobs::chain::output_hash;
use pinfi_jobs::queue::{Ending, Key};
use pinfi_jobs::receipt::Receipt;
use pinfi_jobs::run::{Cancel, Done, Outcome};
use pinfi_jobs::spec::Job;

use super::{Notice, Station};
use crate::desk::{Next, millis};
use crate::opening::Opened;
use crate::rentals::Rentals;
use crate::wire::Claim;

/// The job that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) key: Key,
    opened: Opened,
    cancel: Cancel,
    is_over: Cell<bool>,
}

impl Running {
    pub(super) fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Cancels it if its rental is over.
    pub(super) fn look(&self, rentals: &dyn Rentals) {
        if self.opened.check(rentals).is_err() {
            self.is_over.set(true);
            self.cancel.cancel();
        }
    }
}

impl Station {
    /// Runs jobs as they come, until the station is stopped.
    pub async fn work(&self) {
        while !self.stops.get() {
            let next = self.desk.borrow_mut().take_next();
            match next {
                Some(next) => self.run(next).await,
                None => self.work.heard().await,
            }
        }
    }

    async fn run(&self, Next { key, claim, job }: Next) {
        let opened = Opened { claim };
        let cancel = Cancel::default();
        let running = Running { key, opened, cancel: cancel.clone(), is_over: Cell::new(false) };
        running.look(self.place.rentals());
        let is_over = running.is_over.get();
        self.running.replace(Some(running));
        let ending = if is_over {
            rental_over()
        } else {
            self.place.note(Notice::Began { key: &key });
            self.run_to_end(key, claim, &job, &cancel).await
        };
        let over = self.running.take().is_some_and(|running| running.is_over.get());
        let now = self.place.rentals().now();
        self.place.note(Notice::Ended { key: &key, ending: &ending });
        {
            let mut desk = self.desk.borrow_mut();
            // It is the job that was taken, so it runs.
            let _ = desk.finish(key, ending, now);
            if over {
                desk.end_rental(&claim, now);
            }
        }
        self.wake(key);
    }

    async fn run_to_end(&self, key: Key, claim: Claim, job: &Job, cancel: &Cancel) -> Ending {
        let rentals = self.place.rentals();
        let started = rentals.now();
        let mut steps = 0;
        let mut on_step = |done: Done| {
            steps = done.steps;
            let took = done.took;
            // The executor counts steps as the queue does.
            let _ = self.desk.borrow_mut().step(key, done);
            self.place.note(Notice::Step { key: &key, took });
            self.wake(key);
            if let Some(running) = &*self.running.borrow() {
                running.look(rentals);
            }
        };
        let machine = self.place.machine();
        let outcome = machine.run(job, &self.offer.limits, cancel, &mut on_step).await;
        let is_over = || self.running.borrow().as_ref().is_some_and(|it| it.is_over.get());
        let Outcome { outputs, chain, busy } = match outcome {
            Ok(outcome) => outcome,
            Err(_) if is_over() => return rental_over(),
            Err(error) => return Ending::from(&error),
        };
        let Claim { stake, rental, client } = claim;
        let receipt = Receipt {
            job: job.id,
            input_hash: job.hash(),
            provider: self.offer.provider,
            client,
            stake,
            rental,
            device: self.offer.device.clone(),
            started,
            ended: rentals.now(),
            busy_millis: millis(busy),
            steps,
            output_hash: output_hash(&outputs),
            chain,
        };
        match self.place.sign(receipt).await {
            Ok(signed) => Ending::Done(Box::new(signed)),
            Err(error) => {
                Ending::Failed { code: "JobNotSigned".to_owned(), reason: error.to_string() }
            }
        }
    }

    /// Says to the sessions of a job's client that there is news.
    fn wake(&self, key: Key) {
        for session in self.sessions.borrow().values() {
            if session.claim.client == key.client {
                session.wake();
            }
        }
    }
}

fn rental_over() -> Ending {
    Ending::Failed { code: "RentalOver".to_owned(), reason: "the rental is over".to_owned() }
}
