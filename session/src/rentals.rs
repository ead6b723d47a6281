//! Who rents a device: a port on the ledger, and its double.

use alloy_primitives::Address;
use pinfi_core::Ledger;
use pinfi_core::units::{RentalId, StakeId, Timestamp};

/// A device's rental that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its token.
    pub rental: RentalId,
    /// The holder of the token.
    pub client: Address,
    /// When it is over.
    pub until: Timestamp,
}

/// Tells who rents devices, from a ledger as it is now.
pub trait Rentals {
    /// Tells what time it is, in the ledger's time.
    fn now(&self) -> Timestamp;

    /// Tells whether a device is one that is served here.
    fn serves(&self, stake: StakeId) -> bool;

    /// Gives the rental of a device that runs now, if one does.
    fn running(&self, stake: StakeId) -> Option<Running>;
}

impl Running {
    /// Reads from a ledger the rental of a device that runs at a moment, if one does.
    #[must_use]
    pub fn of(ledger: &Ledger, stake: StakeId, now: Timestamp) -> Option<Self> {
        let rental = ledger.stake_of(stake).ok()?.running_rental(now)?;
        Some(Self { rental: rental.id, client: rental.renter, until: rental.until })
    }
}

/// One device's rental in memory: for the sandbox, and for tests.
#[derive(Clone, Copy, Debug)]
pub struct OneRental {
    /// What time it is.
    pub now: Timestamp,
    /// The device's stake.
    pub stake: StakeId,
    /// Its rental, running or over.
    pub rental: Option<Running>,
}

impl Rentals for OneRental {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn serves(&self, stake: StakeId) -> bool {
        stake == self.stake
    }

    fn running(&self, stake: StakeId) -> Option<Running> {
        let own = self.rental.filter(|_| self.serves(stake));
        own.filter(|running| self.now < running.until)
    }
}
