//! The client's jobs, over as many connections as it takes.
//!
//! It has no I/O: whoever owns the connection passes on what the provider says, and sends what is
//! to be asked.

use std::collections::BTreeMap;

use alloy_sol_types::Eip712Domain;
use pinfi_jobs::Refusal;
use pinfi_jobs::queue::{Ending, State};
use pinfi_jobs::spec::{Job, JobId};

use crate::follow::{FollowError, Follower, News};
use crate::opening::Terms;
use crate::wire::{Claim, Event, Request};

/// How often a job is sent anew to a provider that has forgotten it.
const RESTARTS: u32 = 3;
/// What a provider says of a job that it does not know.
const UNKNOWN: &str = "QueueUnknownJob";

/// What came of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// What is new about a job.
    pub news: Option<(JobId, Told)>,
    /// What is to be asked of the provider now.
    pub requests: Vec<Request>,
}

/// What is new about a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It is in the queue, behind so many of the same client.
    Accepted {
        /// How many.
        ahead: u32,
    },
    /// A step is done, the job is done, or it has failed. After all but the first it is no longer
    /// followed.
    News {
        /// What came of it.
        news: News,
        /// How long the device has been at work on it, in milliseconds, by the provider's word.
        busy_millis: u64,
    },
    /// The provider is not to be believed; the job is no longer followed.
    Unbelieved(FollowError),
}

/// A job that was sent.
#[derive(Clone, Debug)]
struct Order {
    job: Job,
    /// What it was sent under: a receipt names it, also where the rental is another by then.
    claim: Claim,
    terms: Terms,
    follower: Follower,
    restarts: u32,
}

impl Order {
    fn submit(&self) -> Request {
        Request::Submit { job: self.job.to_bytes() }
    }

    fn resume(&self) -> Request {
        Request::Resume { job: self.job.id, from: self.follower.due() }
    }
}

/// What a client has sent to one device and not heard the end of.
#[derive(Clone, Debug)]
pub struct Orders {
    domain: Eip712Domain,
    orders: BTreeMap<JobId, Order>,
}

impl Orders {
    /// Begins with none, under a ledger's domain.
    #[must_use]
    pub const fn new(domain: Eip712Domain) -> Self {
        Self { domain, orders: BTreeMap::new() }
    }

    /// Takes a job, and gives what is to be asked: one that would be refused is not even sent. A
    /// job of a name that is followed already takes its place.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn submit(&mut self, job: Job, claim: Claim, terms: &Terms) -> Result<Request, Refusal> {
        let follower = Follower::new(&job, &terms.offer.limits)?;
        let id = job.id;
        let order = Order { job, claim, terms: terms.clone(), follower, restarts: 0 };
        let request = order.submit();
        self.orders.insert(id, order);
        Ok(request)
    }

    /// Gives what is to be asked over a new connection, so that all jobs go on where they were.
    #[must_use]
    pub fn resume(&self) -> Vec<Request> {
        self.orders.values().map(Order::resume).collect()
    }

    /// Tells whether anything is still to come.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.orders.is_empty()
    }

    /// Takes what the provider says.
    pub fn hear(&mut self, event: Event) -> Heard {
        let id = match &event {
            Event::Accepted { job, .. } | Event::Partial { job, .. } | Event::Ended { job, .. } => {
                *job
            }
            Event::Rejected { job: Some(job), .. } => *job,
            Event::Rejected { job: None, .. } => return Heard::default(),
        };
        let Some(order) = self.orders.get_mut(&id) else { return Heard::default() };
        if let Event::Accepted { ahead, state, .. } = event {
            let news = Some((id, Told::Accepted { ahead }));
            // It was sent before, by a program that has forgotten what came of it.
            let has_begun = matches!(state, State::Running { .. } | State::Ended { .. });
            let requests = if has_begun { vec![order.resume()] } else { Vec::new() };
            return Heard { news, requests };
        }
        if let Event::Rejected { code, .. } = &event
            && code == UNKNOWN
            && order.restarts < RESTARTS
            && let Ok(follower) = Follower::new(&order.job, &order.terms.offer.limits)
        {
            // The provider's program was started anew: so is the job.
            order.restarts += 1;
            order.follower = follower;
            return Heard { news: None, requests: vec![order.submit()] };
        }
        self.follow(id, event)
    }

    fn follow(&mut self, job: JobId, event: Event) -> Heard {
        let Some(order) = self.orders.get_mut(&job) else { return Heard::default() };
        let busy_millis = match &event {
            Event::Partial { busy_millis, .. } => *busy_millis,
            Event::Ended { ending: Ending::Done(signed), .. } => signed.receipt.busy_millis,
            Event::Accepted { .. } | Event::Ended { .. } | Event::Rejected { .. } => 0,
        };
        let has_ended = matches!(event, Event::Ended { .. });
        let provider = order.terms.offer.provider;
        match order.follower.hear(event, &order.claim, provider, &self.domain) {
            Ok(News::Nothing) => Heard::default(),
            Ok(news @ News::Step { .. }) => {
                Heard { news: Some((job, Told::News { news, busy_millis })), requests: Vec::new() }
            }
            Ok(news @ (News::Done { .. } | News::Failed { .. })) => {
                self.orders.remove(&job);
                // What has ended is not kept any longer for this client.
                let requests =
                    if has_ended { vec![Request::Acknowledge { job }] } else { Vec::new() };
                Heard { news: Some((job, Told::News { news, busy_millis })), requests }
            }
            Err(FollowError::Missing { .. }) => {
                Heard { news: None, requests: vec![order.resume()] }
            }
            Err(error) => {
                self.orders.remove(&job);
                let requests = vec![Request::Cancel { job }];
                Heard { news: Some((job, Told::Unbelieved(error))), requests }
            }
        }
    }
}
