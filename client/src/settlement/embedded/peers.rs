//! The other tabs on the same ledger: locks and news.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use async_trait::async_trait;
use futures_channel::oneshot;

/// Who may hold a lock beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nobody.
    Exclusive,
    /// All who ask for it shared.
    Shared,
}

/// What a tab tells the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// There are new records, or the clock was set.
    Grown,
    /// The ledger was replaced.
    Replaced,
}

/// The locks and the news that all tabs of this origin share.
#[async_trait(?Send)]
pub trait Peers {
    /// Waits for a lock. `None` if the system gives none.
    async fn hold(&self, name: &str, mode: Mode) -> Option<Hold>;

    /// Takes an exclusive lock if nobody has it in any mode; `None` otherwise.
    async fn try_hold(&self, name: &str) -> Option<Hold>;

    /// Tells the other tabs.
    fn announce(&self, news: News);

    /// Calls `listener` at the news of others, until the returned value is dropped.
    fn listen(&self, listener: Box<dyn Fn(News)>) -> Hold;
}

/// Gives something back when dropped.
#[must_use = "dropping it gives it back"]
pub struct Hold(Option<Box<dyn FnOnce()>>);

impl Hold {
    /// Makes a hold that calls `give_back` once.
    pub fn new(give_back: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(give_back)))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(give_back) = self.0.take() {
            give_back();
        }
    }
}

/// Tabs in one process: clones made by [`MemoryPeers::another`] share locks and news.
#[derive(Default)]
pub struct MemoryPeers {
    shared: Rc<RefCell<Shared>>,
    tab: u64,
}

#[derive(Default)]
struct Shared {
    tabs: u64,
    listeners: Vec<Ear>,
    next_listener: u64,
    locks: Vec<(String, Lock)>,
}

/// A tab that listens, and what it does then.
#[derive(Clone)]
struct Ear {
    number: u64,
    tab: u64,
    listener: Rc<dyn Fn(News)>,
}

#[derive(Default)]
struct Lock {
    exclusive: bool,
    shared: usize,
    waiting: Vec<(Mode, oneshot::Sender<Hold>)>,
}

impl MemoryPeers {
    /// Makes another tab.
    #[must_use]
    pub fn another(&self) -> Self {
        let mut shared = self.shared.borrow_mut();
        shared.tabs += 1;
        Self { shared: Rc::clone(&self.shared), tab: shared.tabs }
    }
}

impl Shared {
    /// Returns the lock of a name, made at its first use.
    fn lock(&mut self, name: &str) -> &mut Lock {
        let place = self.locks.iter().position(|(of, _)| of == name);
        let place = place.unwrap_or_else(|| {
            self.locks.push((name.to_owned(), Lock::default()));
            self.locks.len() - 1
        });
        &mut self.locks[place].1
    }
}

impl Lock {
    const fn admits(&self, mode: Mode) -> bool {
        match mode {
            Mode::Exclusive => !self.exclusive && self.shared == 0,
            Mode::Shared => !self.exclusive,
        }
    }

    const fn take(&mut self, mode: Mode) {
        match mode {
            Mode::Exclusive => self.exclusive = true,
            Mode::Shared => self.shared += 1,
        }
    }

    const fn give_back(&mut self, mode: Mode) {
        match mode {
            Mode::Exclusive => self.exclusive = false,
            Mode::Shared => self.shared -= 1,
        }
    }
}

fn held(shared: &Rc<RefCell<Shared>>, name: &str, mode: Mode) -> Hold {
    let (shared, name) = (Rc::downgrade(shared), name.to_owned());
    Hold::new(move || give_back(&shared, &name, mode))
}

/// Frees a lock and lets the next in line have it.
fn give_back(shared: &Weak<RefCell<Shared>>, name: &str, mode: Mode) {
    let Some(shared) = shared.upgrade() else { return };
    shared.borrow_mut().lock(name).give_back(mode);
    loop {
        let next = {
            let mut all = shared.borrow_mut();
            let lock = all.lock(name);
            match lock.waiting.first() {
                Some((mode, _)) if lock.admits(*mode) => {}
                _ => return,
            }
            let next = lock.waiting.remove(0);
            lock.take(next.0);
            next
        };
        // One who no longer waits drops its hold at once, which comes back here.
        let _ = next.1.send(held(&shared, name, next.0));
    }
}

#[async_trait(?Send)]
impl Peers for MemoryPeers {
    async fn hold(&self, name: &str, mode: Mode) -> Option<Hold> {
        let waiting = {
            let mut shared = self.shared.borrow_mut();
            let lock = shared.lock(name);
            if lock.waiting.is_empty() && lock.admits(mode) {
                lock.take(mode);
                None
            } else {
                let (sender, receiver) = oneshot::channel();
                lock.waiting.push((mode, sender));
                Some(receiver)
            }
        };
        match waiting {
            None => Some(held(&self.shared, name, mode)),
            Some(receiver) => receiver.await.ok(),
        }
    }

    async fn try_hold(&self, name: &str) -> Option<Hold> {
        let mut shared = self.shared.borrow_mut();
        let lock = shared.lock(name);
        let free = lock.waiting.is_empty() && lock.admits(Mode::Exclusive);
        free.then(|| {
            lock.take(Mode::Exclusive);
            held(&self.shared, name, Mode::Exclusive)
        })
    }

    fn announce(&self, news: News) {
        let others: Vec<_> = {
            let shared = self.shared.borrow();
            shared.listeners.iter().filter(|ear| ear.tab != self.tab).cloned().collect()
        };
        for ear in others {
            (ear.listener)(news);
        }
    }

    fn listen(&self, listener: Box<dyn Fn(News)>) -> Hold {
        let mut shared = self.shared.borrow_mut();
        let number = shared.next_listener;
        shared.next_listener += 1;
        shared.listeners.push(Ear { number, tab: self.tab, listener: Rc::from(listener) });
        let registry = Rc::downgrade(&self.shared);
        Hold::new(move || {
            if let Some(shared) = registry.upgrade() {
                shared.borrow_mut().listeners.retain(|ear| ear.number != number);
            }
        })
    }
}
