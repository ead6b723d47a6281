//! The ledger as the page tells it.

use core::cell::Cell;

use pinfi_core::units::{StakeId, Timestamp};
use pinfi_session::rentals::{OneRental, Rentals, Running};

use super::super::Moment;

/// What the page said last. Before it has said anything, nobody rents.
pub(super) struct Told(Cell<OneRental>);

impl Default for Told {
    fn default() -> Self {
        Self(Cell::new(OneRental { now: Timestamp(0), stake: StakeId(0), rental: None }))
    }
}

impl Told {
    /// Begins to be about a device.
    pub(super) fn serve(&self, stake: StakeId, moment: Moment) {
        self.0.set(OneRental { stake, ..self.0.get() });
        self.note(moment);
    }

    /// Notes what the ledger says.
    pub(super) fn note(&self, Moment { now, rental }: Moment) {
        self.0.set(OneRental { now, rental: rental.map(Running::from), ..self.0.get() });
    }
}

impl Rentals for Told {
    fn now(&self) -> Timestamp {
        self.0.get().now()
    }

    fn running(&self, stake: StakeId) -> Option<Running> {
        self.0.get().running(stake)
    }
}
