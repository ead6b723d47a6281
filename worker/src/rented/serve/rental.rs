//! The ledger as the page tells it.

use core::cell::RefCell;

use pinfi_core::units::{StakeId, Timestamp};
use pinfi_session::rentals::{Rentals, Running};

use super::super::{Moment, Served};

/// What the page said last. Before it has said anything, nobody rents.
#[derive(Default)]
pub(super) struct Told(RefCell<Served>);

impl Told {
    /// Begins to be about one device.
    pub(super) fn serve(&self, stake: StakeId, Moment { now, rental }: Moment) {
        self.note(Served { now, stakes: vec![(stake, rental)] });
    }

    /// Notes what the ledger says of the one device.
    pub(super) fn tell(&self, Moment { now, rental }: Moment) {
        let mut served = self.0.borrow_mut();
        served.now = now;
        if let [(_, of)] = &mut served.stakes[..] {
            *of = rental;
        }
    }

    /// Notes what the ledger says.
    pub(super) fn note(&self, served: Served) {
        self.0.replace(served);
    }
}

impl Rentals for Told {
    fn now(&self) -> Timestamp {
        self.0.borrow().now
    }

    fn serves(&self, stake: StakeId) -> bool {
        self.0.borrow().stakes.iter().any(|(served, _)| *served == stake)
    }

    fn running(&self, stake: StakeId) -> Option<Running> {
        let served = self.0.borrow();
        let (_, settled) = served.stakes.iter().find(|(of, _)| *of == stake)?;
        settled.map(Running::from).filter(|running| served.now < running.until)
    }
}
