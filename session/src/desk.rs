//! The provider's end once sessions are open: requests come in, jobs go to the device one by one,
//! and events go out.
//!
//! It has no I/O: whoever owns the connections and the device passes on what they say. A session
//! that is lost takes nothing with it; its client finds its jobs again by their names.

use std::collections::BTreeMap;

use alloy_primitives::Address;
use pinfi_core::units::Timestamp;
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::{Capacity, Ending, Key, Queue, QueueError, State, Submission};
use pinfi_jobs::run::{Done, Prepared};
use pinfi_jobs::spec::{Job, JobId};

use crate::wire::{Event, Request};

/// A job that is to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// Whose it is.
    pub key: Key,
    /// The job. It has been judged.
    pub job: Job,
}

/// What the provider of one device keeps about the jobs of its clients.
#[derive(Clone, Debug)]
pub struct Desk {
    limits: Limits,
    queue: Queue,
    /// Jobs that wait, until they run.
    waiting: BTreeMap<Key, Job>,
    /// How many steps a job has, for as long as its results are kept.
    steps: BTreeMap<Key, u64>,
}

impl Desk {
    /// Begins with no job.
    #[must_use]
    pub fn new(limits: Limits, capacity: Capacity) -> Self {
        let queue = Queue::new(capacity);
        Self { limits, queue, waiting: BTreeMap::new(), steps: BTreeMap::new() }
    }

    /// Gives what a job may take.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Does what a client asks for, and gives what it is to be told at once. Whoever runs the
    /// device stops the job that runs if that was cancelled.
    pub fn handle(&mut self, client: Address, request: Request, now: Timestamp) -> Vec<Event> {
        self.expire(now);
        let (job, handled) = match request {
            Request::Submit { job } => match Job::from_bytes(&job) {
                Ok(job) => (Some(job.id), self.submit(client, job, now)),
                Err(error) => (None, Err(rejected("JobMalformed", &error))),
            },
            Request::Resume { job, from } => (Some(job), self.resume(Key { client, job }, from)),
            Request::Cancel { job } => (Some(job), self.cancel(Key { client, job }, now)),
            Request::Acknowledge { job } => {
                let done = self.queue.acknowledge(Key { client, job }, now);
                (Some(job), done.map(|()| Vec::new()).map_err(refused))
            }
        };
        handled.unwrap_or_else(|(code, reason)| vec![Event::Rejected { job, code, reason }])
    }

    fn submit(&mut self, client: Address, job: Job, now: Timestamp) -> Handled {
        let key = Key { client, job: job.id };
        // A job that is known was judged when it came.
        let is_new = self.queue.position(key).is_err();
        let (output_bytes, steps) = if is_new {
            let prepared = Prepared::new(&job, &self.limits)
                .map_err(|refusal| rejected("JobRefused", &refusal))?;
            (prepared.output_bytes(), prepared.steps())
        } else {
            (0, 0)
        };
        let job_bytes = job.to_bytes().len() as u64;
        let submission = Submission { hash: job.hash(), job_bytes, output_bytes };
        let position = self.queue.submit(key, submission, now).map_err(refused)?;
        if is_new {
            self.steps.insert(key, steps);
            self.waiting.insert(key, job);
        }
        Ok(vec![Event::Accepted { job: key.job, state: position.state, ahead: position.ahead }])
    }

    fn resume(&self, key: Key, from: u64) -> Handled {
        let (partials, state) = self.queue.stream(key, from).map_err(refused)?;
        let steps = self.steps.get(&key).copied().unwrap_or_default();
        let partial =
            |partial: &_| Event::Partial { job: key.job, steps, partial: Clone::clone(partial) };
        let events = partials.iter().map(partial);
        Ok(events.chain(ended(key.job, state)).collect())
    }

    fn cancel(&mut self, key: Key, now: Timestamp) -> Handled {
        let state = self.queue.cancel(key, now).map_err(refused)?;
        if !matches!(state, State::Waiting | State::Running { .. }) {
            self.waiting.remove(&key);
        }
        Ok(ended(key.job, state).into_iter().collect())
    }

    /// Gives the next job to run, if none runs.
    pub fn take_next(&mut self) -> Option<Next> {
        let key = self.queue.take_next()?;
        self.waiting.remove(&key).map(|job| Next { key, job })
    }

    /// Keeps what a step of the running job gave, and gives what its client is to be told.
    ///
    /// # Errors
    /// As [`Queue::step`].
    pub fn step(&mut self, key: Key, done: Done) -> Result<Event, QueueError> {
        self.queue.step(key, done.partial.clone(), done.took)?;
        Ok(Event::Partial { job: key.job, steps: done.steps, partial: done.partial })
    }

    /// Ends the running job, and gives what its client is to be told.
    ///
    /// # Errors
    /// As [`Queue::finish`].
    pub fn finish(
        &mut self,
        key: Key,
        ending: Ending,
        now: Timestamp,
    ) -> Result<Event, QueueError> {
        self.queue.finish(key, ending.clone(), now)?;
        let done = match self.queue.position(key)?.state {
            State::Ended { done, .. } => done,
            State::Waiting | State::Running { .. } | State::Dropped => 0,
        };
        Ok(Event::Ended { job: key.job, done, ending })
    }

    /// Ends what waits of a client whose rental is over, and gives its job that runs, which is to
    /// be stopped.
    pub fn end_rental(&mut self, client: Address, now: Timestamp) -> Option<Key> {
        self.waiting.retain(|key, _| key.client != client);
        self.queue.end_rental(client, now)
    }

    /// Drops what is kept for too long.
    pub fn expire(&mut self, now: Timestamp) {
        self.queue.expire(now);
        let queue = &self.queue;
        let is_kept =
            |key: Key| queue.position(key).is_ok_and(|position| position.state != State::Dropped);
        self.steps.retain(|key, _| is_kept(*key));
    }
}

type Handled = Result<Vec<Event>, (String, String)>;

fn ended(job: JobId, state: State) -> Option<Event> {
    match state {
        State::Ended { done, ending } => Some(Event::Ended { job, done, ending }),
        State::Waiting | State::Running { .. } | State::Dropped => None,
    }
}

fn rejected(code: &str, reason: &impl ToString) -> (String, String) {
    (code.to_owned(), reason.to_string())
}

fn refused(error: QueueError) -> (String, String) {
    rejected(error.code(), &error)
}
