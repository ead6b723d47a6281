//! The provider's end once sessions are open: requests come in, jobs go to the device one by one,
//! and what they give is there for as long as their clients may ask for it.
//!
//! It has no I/O: whoever owns the connections and the device passes on what they say. A session
//! that is lost takes nothing with it; its client finds its jobs again by their names. What a
//! client is told it [asks for](Desk::next) bit by bit, as fast as its connection takes it: so
//! nothing piles up for one that does not listen.

use core::time::Duration;
use std::collections::BTreeMap;

use pinfi_core::units::Timestamp;
use pinfi_jobs::limits::Limits;
use pinfi_jobs::queue::{Capacity, Ending, Key, Queue, QueueError, State, Submission};
use pinfi_jobs::run::{Done, Prepared};
use pinfi_jobs::spec::{Job, JobId};

use crate::wire::{Claim, Event, Request};

/// A job that is to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// Whose it is.
    pub key: Key,
    /// What its client was entitled to as it came.
    pub claim: Claim,
    /// The job. It has been judged.
    pub job: Job,
}

/// What a request leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What the client is told at once.
    pub event: Option<Event>,
    /// What of a job it is told from now on.
    pub follow: Option<Follow>,
}

/// A job that a client is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follow {
    /// The job.
    pub job: JobId,
    /// From which step on.
    pub from: u64,
    /// Whether it is to be so also where the client is told of it already.
    pub anew: bool,
}

/// What is known of a job for as long as its results are kept.
#[derive(Clone, Debug)]
struct Known {
    claim: Claim,
    steps: u64,
    /// How long the device had been at work after each step.
    busy: Vec<Duration>,
}

/// What the provider of one device keeps about the jobs of its clients.
#[derive(Clone, Debug)]
pub struct Desk {
    limits: Limits,
    queue: Queue,
    /// Jobs that wait, until they run.
    waiting: BTreeMap<Key, Job>,
    known: BTreeMap<Key, Known>,
}

impl Desk {
    /// Begins with no job.
    #[must_use]
    pub fn new(limits: Limits, capacity: Capacity) -> Self {
        let queue = Queue::new(capacity);
        Self { limits, queue, waiting: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// Gives what a job may take.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Gives the queue, to look at.
    #[must_use]
    pub const fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Does what a client asks for. Whoever runs the device stops the job that runs if that was
    /// cancelled.
    pub fn handle(&mut self, claim: Claim, request: Request, now: Timestamp) -> Answer {
        self.expire(now);
        let client = claim.client;
        let (job, handled) = match request {
            Request::Submit { job } => match Job::from_bytes(&job) {
                Ok(job) => (Some(job.id), self.submit(claim, job, now)),
                Err(error) => (None, Err(rejected("JobMalformed", &error))),
            },
            Request::Resume { job, from } => (Some(job), self.resume(Key { client, job }, from)),
            Request::Cancel { job } => (Some(job), self.cancel(Key { client, job }, now)),
            Request::Acknowledge { job } => {
                let done = self.queue.acknowledge(Key { client, job }, now);
                (Some(job), done.map(|()| Answer::default()).map_err(refused))
            }
        };
        let told = |(code, reason)| Event::Rejected { job, code, reason };
        handled.unwrap_or_else(|cause| Answer { event: Some(told(cause)), follow: None })
    }

    fn submit(&mut self, claim: Claim, job: Job, now: Timestamp) -> Handled {
        let key = Key { client: claim.client, job: job.id };
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
            self.known.insert(key, Known { claim, steps, busy: Vec::new() });
            self.waiting.insert(key, job);
        }
        // Of one that has begun the client says what it has; of one that is gone it is told so.
        let follow = match position.state {
            State::Waiting | State::Dropped => Some(Follow { job: key.job, from: 0, anew: false }),
            State::Running { .. } | State::Ended { .. } => None,
        };
        let (state, ahead) = (position.state, position.ahead);
        Ok(Answer { event: Some(Event::Accepted { job: key.job, state, ahead }), follow })
    }

    fn resume(&self, key: Key, from: u64) -> Handled {
        self.queue.stream(key, from).map_err(refused)?;
        let follow = Some(Follow { job: key.job, from, anew: true });
        Ok(Answer { event: None, follow })
    }

    fn cancel(&mut self, key: Key, now: Timestamp) -> Handled {
        let from = match self.queue.cancel(key, now).map_err(refused)? {
            State::Running { done } => done,
            State::Ended { done, .. } => {
                self.waiting.remove(&key);
                done
            }
            State::Waiting | State::Dropped => 0,
        };
        let follow = Some(Follow { job: key.job, from, anew: false });
        Ok(Answer { event: None, follow })
    }

    /// Gives what a client is told of a job next, from a step on: that step, how the job ended
    /// after all steps, or that its results are gone. None where there is nothing new.
    #[must_use]
    pub fn next(&self, key: Key, from: u64) -> Option<Event> {
        let job = key.job;
        match self.queue.stream(key, from) {
            Ok(([partial, ..], _)) => {
                let (steps, busy) = self.known.get(&key).map_or((0, None), |known| {
                    let busy = usize::try_from(from).ok().and_then(|step| known.busy.get(step));
                    (known.steps, busy)
                });
                let busy_millis = busy.copied().map_or(0, millis);
                Some(Event::Partial { job, steps, busy_millis, partial: partial.clone() })
            }
            Ok(([], State::Ended { done, ending })) => Some(Event::Ended { job, done, ending }),
            Ok(([], _)) => None,
            Err(error) => {
                let (code, reason) = refused(error);
                Some(Event::Rejected { job: Some(job), code, reason })
            }
        }
    }

    /// Gives the next job to run, if none runs.
    pub fn take_next(&mut self) -> Option<Next> {
        let key = self.queue.take_next()?;
        let job = self.waiting.remove(&key)?;
        self.known.get(&key).map(|known| Next { key, claim: known.claim, job })
    }

    /// Keeps what a step of the running job gave.
    ///
    /// # Errors
    /// As [`Queue::step`].
    pub fn step(&mut self, key: Key, done: Done) -> Result<(), QueueError> {
        self.queue.step(key, done.partial, done.took)?;
        if let Some(known) = self.known.get_mut(&key) {
            let before = known.busy.last().copied().unwrap_or_default();
            known.busy.push(before + done.took);
        }
        Ok(())
    }

    /// Ends the running job.
    ///
    /// # Errors
    /// As [`Queue::finish`].
    pub fn finish(&mut self, key: Key, ending: Ending, now: Timestamp) -> Result<(), QueueError> {
        self.queue.finish(key, ending, now)
    }

    /// Ends what waits under a claim whose rental is over. What runs is to be stopped by whoever
    /// runs it.
    pub fn end_rental(&mut self, claim: &Claim, now: Timestamp) {
        let (known, queue) = (&self.known, &mut self.queue);
        self.waiting.retain(|key, _| {
            let is_over = known.get(key).is_some_and(|known| known.claim == *claim);
            if is_over {
                queue.end_rental(*key, now);
            }
            !is_over
        });
    }

    /// Drops what is kept for too long.
    pub fn expire(&mut self, now: Timestamp) {
        self.queue.expire(now);
        let queue = &self.queue;
        let is_kept =
            |key: Key| queue.position(key).is_ok_and(|position| position.state != State::Dropped);
        self.known.retain(|key, _| is_kept(*key));
    }
}

type Handled = Result<Answer, (String, String)>;

fn rejected(code: &str, reason: &impl ToString) -> (String, String) {
    (code.to_owned(), reason.to_string())
}

fn refused(error: QueueError) -> (String, String) {
    rejected(error.code(), &error)
}

/// A span in whole milliseconds, rounded down.
pub(crate) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
