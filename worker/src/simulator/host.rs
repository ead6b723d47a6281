//! The page's side: a worker for each market.

use core::{
    cell::{Cell, RefCell},
    pin::Pin,
    task::{Context, Poll},
};
use std::rc::{Rc, Weak};

use futures_channel::oneshot;

use super::{FromSimulator, Order, Outcome, SimulatorError};

/// Starts workers.
pub trait Launch {
    /// Starts a worker that delivers its messages to `mail`.
    ///
    /// # Errors
    /// [`SimulatorError::Unavailable`].
    fn launch(&self, mail: Mail) -> Result<Box<dyn Line>, SimulatorError>;
}

/// Reaches one worker; dropping it ends the worker.
pub trait Line {
    /// Posts the order.
    fn post(&self, order: &Order);
}

/// Runs markets. Nothing is loaded before the first.
pub struct SimulatorHost(Box<dyn Launch>);

impl core::fmt::Debug for SimulatorHost {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SimulatorHost(..)")
    }
}

impl SimulatorHost {
    /// Makes a host that starts its workers by `launch`.
    #[must_use]
    pub fn new(launch: impl Launch + 'static) -> Self {
        Self(Box::new(launch))
    }

    /// Makes a host in a browser, whose worker is the module script at `url`.
    #[cfg(target_arch = "wasm32")]
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self::new(super::web::WebLaunch::new(url.into()))
    }

    /// Runs a market; `on_progress` hears the hours done and the hours in all.
    pub fn run(&self, order: Order, on_progress: impl FnMut(u32, u32) + 'static) -> Running {
        let (done, receiver) = oneshot::channel();
        let desk = Rc::new(Desk {
            line: RefCell::new(None),
            order,
            listens: Cell::new(false),
            done: Cell::new(Some(done)),
            on_progress: RefCell::new(Box::new(on_progress)),
        });
        match self.0.launch(Mail(Rc::downgrade(&desk))) {
            Ok(line) => {
                desk.line.replace(Some(line));
            }
            Err(error) => desk.end(Err(error)),
        }
        Running { desk, receiver }
    }
}

struct Desk {
    line: RefCell<Option<Box<dyn Line>>>,
    order: Order,
    listens: Cell<bool>,
    done: Cell<Option<oneshot::Sender<Result<Outcome, SimulatorError>>>>,
    on_progress: RefCell<Box<dyn FnMut(u32, u32)>>,
}

impl Desk {
    fn end(&self, result: Result<Outcome, SimulatorError>) {
        if let Some(done) = self.done.take() {
            // Who no longer waits has cancelled.
            let _ = done.send(result);
        }
    }
}

/// Takes what one worker says.
#[derive(Clone)]
pub struct Mail(Weak<Desk>);

impl core::fmt::Debug for Mail {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Mail(..)")
    }
}

impl Mail {
    /// Delivers a message.
    pub fn deliver(&self, message: FromSimulator) {
        let Some(desk) = self.0.upgrade() else { return };
        match message {
            FromSimulator::Ready => {
                desk.listens.set(true);
                if let Some(line) = &*desk.line.borrow() {
                    line.post(&desk.order);
                }
            }
            FromSimulator::Progress { done, total } => (desk.on_progress.borrow_mut())(done, total),
            FromSimulator::Done(outcome) => desk.end(Ok(*outcome)),
            FromSimulator::Refused(reason) => desk.end(Err(SimulatorError::Refused(reason))),
        }
    }

    /// Reports that the worker can't go on.
    pub fn broken(&self) {
        let Some(desk) = self.0.upgrade() else { return };
        // One that never listened would not do so the next time.
        let listened = desk.listens.get();
        let error = if listened { SimulatorError::Crashed } else { SimulatorError::Unavailable };
        desk.end(Err(error));
    }
}

/// A market under way: gives its outcome; dropping it ends the worker.
#[must_use = "dropping it ends the market"]
pub struct Running {
    desk: Rc<Desk>,
    receiver: oneshot::Receiver<Result<Outcome, SimulatorError>>,
}

impl core::fmt::Debug for Running {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Running(..)")
    }
}

impl Running {
    /// Makes what cancels the market from elsewhere; it then ends with
    /// [`SimulatorError::Cancelled`].
    pub fn canceller(&self) -> impl Fn() + use<> {
        let desk = Rc::downgrade(&self.desk);
        move || {
            if let Some(desk) = desk.upgrade() {
                let line = desk.line.take();
                drop(line);
                desk.end(Err(SimulatorError::Cancelled));
            }
        }
    }
}

impl Future for Running {
    type Output = Result<Outcome, SimulatorError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Poll::Ready(answer) = Pin::new(&mut self.receiver).poll(context) else {
            return Poll::Pending;
        };
        // Its memory is free as soon as it has nothing more to say.
        let line = self.desk.line.take();
        drop(line);
        Poll::Ready(answer.unwrap_or(Err(SimulatorError::Cancelled)))
    }
}
