//! Which question each answer belongs to.

use core::{any::Any, cell::RefCell, time::Duration};
use std::{collections::BTreeMap, rc::Rc};

use futures_channel::oneshot;
use pinfi_client::miner::Note;

use crate::{FromWorker, Progress, Reply, Request, RequestId, ToWorker, WorkerError};

use super::{Inbox, Link, Platform};

/// How often an estimate moves on.
const TICK: Duration = Duration::from_millis(100);

pub(super) type Answer = Result<Reply, WorkerError>;
type OnProgress = Box<dyn FnMut(Progress)>;
type OnNote = Rc<dyn Fn(Note)>;

/// Keeps the open questions and the worker that answers them.
pub(super) struct Desk {
    platform: Box<dyn Platform>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    worker: Option<Worker>,
    generation: u64,
    last_id: u32,
    open: BTreeMap<RequestId, Question>,
}

struct Worker {
    link: Box<dyn Link>,
    /// What waits until the worker listens: the browser drops what comes earlier.
    waiting: Option<Vec<ToWorker>>,
}

struct Question {
    done: oneshot::Sender<Answer>,
    /// Out while it is called, so that it may ask and cancel in turn.
    on_progress: Option<OnProgress>,
    on_note: Option<OnNote>,
    /// Moves an estimate on.
    ticking: Option<Box<dyn Any>>,
}

impl Desk {
    pub(super) fn new(platform: Box<dyn Platform>) -> Rc<Self> {
        Rc::new(Self { platform, state: RefCell::default() })
    }

    /// Asks a question, and starts the worker if there is none.
    pub(super) fn run(
        self: &Rc<Self>,
        request: Request,
        on_progress: OnProgress,
        on_note: Option<OnNote>,
    ) -> (RequestId, oneshot::Receiver<Answer>) {
        let (done, receiver) = oneshot::channel();
        let mut state = self.state.borrow_mut();
        // Numbers go on after a crash, so that no commitment of a lost worker is taken for another.
        state.last_id = state.last_id.wrapping_add(1);
        let id = RequestId(state.last_id);
        if let Err(error) = self.start(&mut state) {
            let _ = done.send(Err(error));
        } else {
            let on_progress = Some(on_progress);
            let question = Question { done, on_progress, on_note, ticking: None };
            state.open.insert(id, question);
            state.post(ToWorker::Run { id, request });
        }
        (id, receiver)
    }

    fn start(self: &Rc<Self>, state: &mut State) -> Result<(), WorkerError> {
        if state.worker.is_none() {
            state.generation += 1;
            let inbox = Inbox { desk: Rc::downgrade(self), generation: state.generation };
            let link = self.platform.start(inbox)?;
            state.worker = Some(Worker { link, waiting: Some(Vec::new()) });
        }
        Ok(())
    }

    /// Tells the worker something, if there is one.
    pub(super) fn tell(&self, message: ToWorker) {
        self.state.borrow_mut().post(message);
    }

    /// Cancels a question; the worker's answer comes through the usual way.
    pub(super) fn cancel(&self, id: RequestId) {
        let mut state = self.state.borrow_mut();
        if state.open.contains_key(&id) {
            state.post(ToWorker::Cancel { id });
        }
    }

    /// Cancels a question whose answer nobody wants any more.
    pub(super) fn abandon(&self, id: RequestId) {
        self.cancel(id);
        // Dropped after the borrow: what a callback holds may ask in turn.
        let _question = self.state.borrow_mut().open.remove(&id);
    }

    /// Hears what the worker of a generation says.
    pub(super) fn hear(self: &Rc<Self>, generation: u64, message: FromWorker) {
        if self.state.borrow().generation != generation {
            return;
        }
        match message {
            FromWorker::Ready => {
                let mut state = self.state.borrow_mut();
                let waiting = state.worker.as_mut().and_then(|worker| worker.waiting.take());
                for message in waiting.into_iter().flatten() {
                    state.post(message);
                }
            }
            FromWorker::Progress { id, done, total } => {
                self.progress(id, Progress { done, total, is_estimate: false });
            }
            FromWorker::Noted { id, note } => {
                let on_note = |state: &State| state.open.get(&id)?.on_note.clone();
                // Called after the borrow: it may ask in turn.
                let on_note = on_note(&self.state.borrow());
                if let Some(on_note) = on_note {
                    on_note(note);
                }
            }
            FromWorker::Expect { id, millis } => self.expect(id, millis),
            FromWorker::Done { id, result } => {
                let question = self.state.borrow_mut().open.remove(&id);
                match question {
                    Some(question) => drop(question.done.send(result)),
                    // Nobody will open a commitment that nobody waited for.
                    None => self.tell(ToWorker::Forget { job: id }),
                }
            }
            FromWorker::Crashed => self.give_up(),
        }
    }

    /// Ends the worker and fails all that is open. The next question starts another worker.
    fn give_up(&self) {
        let mut state = self.state.borrow_mut();
        // One that never listened would not do so the next time.
        let listened = state.worker.as_ref().is_some_and(|worker| worker.waiting.is_none());
        let worker = state.worker.take();
        let open = core::mem::take(&mut state.open);
        drop(state);
        drop(worker);
        let error = if listened { WorkerError::Crashed } else { WorkerError::Unavailable };
        for question in open.into_values() {
            let _ = question.done.send(Err(error.clone()));
        }
    }

    fn progress(&self, id: RequestId, progress: Progress) {
        let callback = |state: &mut State| state.open.get_mut(&id)?.on_progress.take();
        let Some(mut on_progress) = callback(&mut self.state.borrow_mut()) else { return };
        on_progress(progress);
        if let Some(question) = self.state.borrow_mut().open.get_mut(&id) {
            question.on_progress = Some(on_progress);
        }
    }

    /// Moves a bar on by the clock, up to 99 %: the rest is not known before the answer.
    fn expect(self: &Rc<Self>, id: RequestId, millis: u64) {
        let total = millis.max(1);
        let start = self.platform.now();
        let desk = Rc::downgrade(self);
        let tick = move || {
            let Some(desk) = desk.upgrade() else { return };
            let passed = desk.platform.now().saturating_sub(start);
            let passed = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
            let done = passed.min(total.saturating_mul(99) / 100);
            desk.progress(id, Progress { done, total, is_estimate: true });
        };
        let ticking = self.platform.every(TICK, Box::new(tick));
        if let Some(question) = self.state.borrow_mut().open.get_mut(&id) {
            question.ticking = Some(ticking);
        }
    }
}

impl State {
    fn post(&mut self, message: ToWorker) {
        let Some(worker) = &mut self.worker else { return };
        match &mut worker.waiting {
            Some(waiting) => waiting.push(message),
            None => worker.link.post(&message),
        }
    }
}
