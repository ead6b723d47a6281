//! One open session, from the provider's end.

use core::cell::RefCell;
use core::ops::Bound::{Excluded, Unbounded};
use std::collections::{BTreeMap, VecDeque};

use pinfi_jobs::queue::Key;
use pinfi_jobs::spec::JobId;

use crate::bell::Bell;
use crate::desk::{Answer, Desk, Follow};
use crate::opening::SessionError;
use crate::talk::{dismiss, tell};
use crate::transport::Outgoing;
use crate::wire::{Claim, Event};

/// Answers that wait for a client; it is heard again when it has taken some.
const ANSWERS: usize = 16;

/// What one client is told, over one connection.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) claim: Claim,
    /// Answers to requests.
    answers: RefCell<VecDeque<Event>>,
    /// For each job the step that is told next.
    follows: RefCell<BTreeMap<JobId, u64>>,
    /// The job that was told of last.
    last: RefCell<JobId>,
    over: RefCell<Option<SessionError>>,
    /// There is something to tell.
    news: Bell,
    /// There is room for answers.
    room: Bell,
    ended: Bell,
}

impl Session {
    pub(super) fn new(claim: Claim) -> Self {
        Self {
            claim,
            answers: RefCell::default(),
            follows: RefCell::default(),
            last: RefCell::new(JobId([0; 16])),
            over: RefCell::default(),
            news: Bell::default(),
            room: Bell::default(),
            ended: Bell::default(),
        }
    }

    /// Takes what a request led to, once there is room for it.
    pub(super) async fn answer(&self, answer: Answer) {
        while self.answers.borrow().len() >= ANSWERS {
            self.room.heard().await;
        }
        if let Some(Follow { job, from, anew }) = answer.follow {
            let mut follows = self.follows.borrow_mut();
            let step = follows.entry(job).or_insert(from);
            if anew {
                *step = from;
            }
        }
        self.answers.borrow_mut().extend(answer.event);
        self.news.ring();
    }

    /// Says that the device has something new.
    pub(super) fn wake(&self) {
        self.news.ring();
    }

    /// Ends it; of several causes the first one is told.
    pub(super) fn end(&self, cause: SessionError) {
        self.over.borrow_mut().get_or_insert(cause);
        self.news.ring();
        self.ended.ring();
    }

    /// Waits until it is ended, and tells why it is.
    pub(super) async fn ended(&self) -> SessionError {
        loop {
            let over = self.over.borrow().clone();
            match over {
                Some(cause) => return cause,
                None => self.ended.heard().await,
            }
        }
    }

    /// Tells what there is, as fast as the connection takes it, until the session is ended.
    pub(super) async fn speak(
        &self,
        outgoing: &mut dyn Outgoing,
        desk: &RefCell<Desk>,
    ) -> SessionError {
        loop {
            let over = self.over.borrow().clone();
            if let Some(cause) = over {
                // Who is gone does not hear it.
                let _ = dismiss(outgoing, &cause).await;
                return cause;
            }
            let Some(event) = self.next(&desk.borrow()) else {
                self.news.heard().await;
                continue;
            };
            if let Err(error) = tell(outgoing, event).await {
                return error.into();
            }
        }
    }

    fn next(&self, desk: &Desk) -> Option<Event> {
        let answer = self.answers.borrow_mut().pop_front();
        if answer.is_some() {
            self.room.ring();
            return answer;
        }
        let client = self.claim.client;
        let mut follows = self.follows.borrow_mut();
        // Each in its turn, so that a long one holds up no other.
        let last = *self.last.borrow();
        let after = follows.range((Excluded(last), Unbounded)).chain(follows.range(..=last));
        let found = after
            .map(|(job, from)| (*job, *from))
            .find_map(|(job, from)| Some((job, desk.next(Key { client, job }, from)?)));
        let (job, event) = found?;
        self.last.replace(job);
        match &event {
            Event::Partial { partial, .. } => {
                follows.insert(job, partial.step.saturating_add(1));
            }
            Event::Accepted { .. } | Event::Ended { .. } | Event::Rejected { .. } => {
                follows.remove(&job);
            }
        }
        Some(event)
    }
}
