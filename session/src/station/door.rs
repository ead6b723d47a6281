//! Those who are about to open a session. However many come, the latest get in: whoever only stands there
//! keeps nobody out.

use core::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::bell::Bell;

/// Holds so many guests at a time.
#[derive(Debug)]
pub(super) struct Door {
    most: usize,
    /// The one that came first is the first.
    guests: RefCell<VecDeque<Rc<Bell>>>,
}

/// Somebody at the door, until dropped.
#[derive(Debug)]
pub(super) struct Guest<'a> {
    door: &'a Door,
    bell: Rc<Bell>,
}

impl Door {
    pub(super) fn new(most: usize) -> Self {
        Self { most, guests: RefCell::default() }
    }

    /// Lets somebody in. Where there is no room, the one that has been there longest must leave.
    pub(super) fn enter(&self) -> Guest<'_> {
        let mut guests = self.guests.borrow_mut();
        if guests.len() >= self.most
            && let Some(first) = guests.pop_front()
        {
            first.ring();
        }
        let bell = Rc::new(Bell::default());
        guests.push_back(Rc::clone(&bell));
        Guest { door: self, bell }
    }
}

impl Guest<'_> {
    /// Waits until the room is needed.
    pub(super) async fn must_leave(&self) {
        self.bell.heard().await;
    }
}

impl Drop for Guest<'_> {
    fn drop(&mut self) {
        self.door.guests.borrow_mut().retain(|it| !Rc::ptr_eq(it, &self.bell));
    }
}

#[cfg(test)]
mod tests {
    use core::pin::pin;
    use core::task::{Context, Waker};

    use super::*;

    fn must_leave(guest: &Guest<'_>) -> bool {
        pin!(guest.must_leave()).poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn who_has_been_there_longest_makes_room() {
        let door = Door::new(2);
        let (first, second) = (door.enter(), door.enter());
        assert!(!must_leave(&first) && !must_leave(&second));
        let third = door.enter();
        assert!(must_leave(&first));
        assert!(!must_leave(&second) && !must_leave(&third));
        // Its place is the third's already.
        drop(first);
        drop(second);
        let fourth = door.enter();
        assert!(!must_leave(&third) && !must_leave(&fourth));
    }
}
