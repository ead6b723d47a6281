//! What the ledger asks of the machine that it runs on.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use alloy_primitives::{B256, keccak256};

/// Work that runs on its own.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The machine: its wall clock, its randomness, its tasks.
pub trait Host {
    /// Returns the wall clock in milliseconds since the Unix epoch. It may be set back.
    fn wall_ms(&self) -> u64;

    /// Draws 32 bytes that nobody could foresee; `None` if the system gives none.
    fn random(&self) -> Option<B256>;

    /// Runs a task on its own.
    fn spawn(&self, task: Task);
}

/// The browser.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserHost;

#[cfg(target_arch = "wasm32")]
impl Host for BrowserHost {
    fn wall_ms(&self) -> u64 {
        // Whole milliseconds, positive, far below 2^53.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let now = js_sys::Date::now() as u64;
        now
    }

    fn random(&self) -> Option<B256> {
        let mut bytes = B256::ZERO;
        getrandom::fill(bytes.as_mut_slice()).ok().map(|()| bytes)
    }

    fn spawn(&self, task: Task) {
        wasm_bindgen_futures::spawn_local(task);
    }
}

/// A machine whose clock is set by hand and whose randomness repeats. Clones are one machine.
#[derive(Clone, Default)]
pub struct ManualHost(Rc<Manual>);

#[derive(Default)]
struct Manual {
    wall_ms: Cell<u64>,
    drawn: Cell<u64>,
    tasks: RefCell<Vec<Task>>,
}

impl ManualHost {
    /// Makes a machine whose clock stands at `wall_ms`.
    #[must_use]
    pub fn at(wall_ms: u64) -> Self {
        let host = Self::default();
        host.set_wall_ms(wall_ms);
        host
    }

    /// Sets the clock, forwards or back.
    pub fn set_wall_ms(&self, wall_ms: u64) {
        self.0.wall_ms.set(wall_ms);
    }

    /// Lets time pass.
    pub fn pass_ms(&self, ms: u64) {
        self.set_wall_ms(self.wall_ms() + ms);
    }

    /// Draws once and forgets it, so that what comes next is another draw.
    pub fn random_again(&self) {
        self.0.drawn.set(self.0.drawn.get() + 1);
    }

    /// Hands over the tasks that were spawned since, to be run by the caller.
    #[must_use]
    pub fn take_tasks(&self) -> Vec<Task> {
        self.0.tasks.take()
    }
}

impl Host for ManualHost {
    fn wall_ms(&self) -> u64 {
        self.0.wall_ms.get()
    }

    fn random(&self) -> Option<B256> {
        let drawn = self.0.drawn.get();
        self.0.drawn.set(drawn + 1);
        Some(keccak256(drawn.to_be_bytes()))
    }

    fn spawn(&self, task: Task) {
        self.0.tasks.borrow_mut().push(task);
    }
}
