//! The page's side: starts the worker, and passes on what both say.

use core::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use super::{FromRented, ToRented};

/// Starts workers.
pub trait Launch {
    /// Starts a worker that delivers its messages to `ears`; none where it can't be started.
    fn launch(&self, ears: Ears) -> Option<Box<dyn Line>>;
}

/// Reaches one worker; dropping it ends the worker.
pub trait Line {
    /// Posts a message.
    fn post(&self, message: &ToRented);
}

/// A worker that stands in for a rented device; dropping it ends the worker, and with it the
/// session and all that waits.
pub struct RentedHost(Rc<Desk>);

impl core::fmt::Debug for RentedHost {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("RentedHost(..)")
    }
}

impl RentedHost {
    /// Starts a worker by `launch`. `hear` takes what it says, and none once it can't go on: it
    /// could not be started, or stopped by a fault of its own.
    #[must_use]
    pub fn start(launch: &dyn Launch, hear: impl Fn(Option<FromRented>) + 'static) -> Self {
        let desk = Rc::new(Desk {
            line: RefCell::new(None),
            listens: Cell::new(false),
            unsent: RefCell::default(),
            hear: Box::new(hear),
        });
        let line = launch.launch(Ears(Rc::downgrade(&desk)));
        if line.is_none() {
            (desk.hear)(None);
        }
        desk.line.replace(line);
        Self(desk)
    }

    /// Starts a worker in a browser, from the module script at `url`.
    #[cfg(target_arch = "wasm32")]
    #[must_use]
    pub fn at(url: impl Into<String>, hear: impl Fn(Option<FromRented>) + 'static) -> Self {
        Self::start(&super::web::WebLaunch::new(url.into()), hear)
    }

    /// Says something to the worker, once it listens.
    pub fn say(&self, message: ToRented) {
        if self.0.listens.get() {
            self.0.post(&message);
        } else {
            self.0.unsent.borrow_mut().push(message);
        }
    }
}

struct Desk {
    line: RefCell<Option<Box<dyn Line>>>,
    listens: Cell<bool>,
    /// What was said before it listened.
    unsent: RefCell<Vec<ToRented>>,
    hear: Box<dyn Fn(Option<FromRented>)>,
}

impl Desk {
    fn post(&self, message: &ToRented) {
        if let Some(line) = &*self.line.borrow() {
            line.post(message);
        }
    }
}

/// Takes what one worker says.
#[derive(Clone)]
pub struct Ears(Weak<Desk>);

impl core::fmt::Debug for Ears {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Ears(..)")
    }
}

impl Ears {
    /// Takes a message, or none for a fault.
    pub fn hear(&self, message: Option<FromRented>) {
        let Some(desk) = self.0.upgrade() else { return };
        if message != Some(FromRented::Ready) {
            (desk.hear)(message);
            return;
        }
        desk.listens.set(true);
        for message in desk.unsent.take() {
            desk.post(&message);
        }
    }
}
