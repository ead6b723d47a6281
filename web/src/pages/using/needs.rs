//! What a session needs of the page's contexts.

use leptos::prelude::*;
use pinfi_core::units::StakeId;
use pinfi_worker::rented::{Device, Moment, Settled};

use super::{kept::Shelf, place::Place};
use crate::contexts::{Act, Confirm, Desk, Prover, Settlement, Wallet, mining};

/// What a session needs of the page's contexts.
#[derive(Clone, Copy)]
pub(super) struct Needs {
    pub(super) desk: Desk,
    pub(super) settlement: Settlement,
    pub(super) wallet: Wallet,
    pub(super) confirm: Confirm,
    pub(super) prover: Prover,
    pub(super) act: Act,
}

impl Needs {
    /// Takes the contexts.
    pub(super) fn use_them() -> Self {
        Self {
            desk: Desk::use_it(),
            settlement: Settlement::use_it(),
            wallet: Wallet::use_it(),
            confirm: Confirm::use_it(),
            prover: Prover::use_it(),
            act: Act::use_it(),
        }
    }

    /// Tells whether this browser's GPU, that stands in for a device, computes a proof: that has a
    /// deadline, a job has none.
    pub(super) fn is_proving(self, stake: StakeId) -> bool {
        if untrack(|| self.place(stake)) != Some(Place::Here) {
            return false;
        }
        let mines = mining::machine().is_some_and(|it| it.shown().per_mille.is_some());
        mines || untrack(|| self.prover.is_proving())
    }

    /// Gives what the ledger says about a device now.
    pub(super) fn moment(self, stake: StakeId) -> Option<Moment> {
        let seen = self.desk.see()?;
        let rental = seen.ledger.stake_of(stake).ok()?.running_rental(seen.now);
        let settled = |it: pinfi_core::stake::Rental| Settled {
            rental: it.id,
            client: it.renter,
            until: it.until,
        };
        Some(Moment { now: seen.now, rental: rental.map(settled) })
    }

    /// Gives whose jobs are remembered.
    pub(super) fn shelf(self) -> Option<Shelf> {
        self.settlement.track();
        let account = self.wallet.account()?;
        Some(Shelf { domain: self.settlement.get()?.descriptor().domain, account })
    }

    /// Gives where the ledger says that a device is.
    pub(super) fn place(self, stake: StakeId) -> Option<Place> {
        let has_stand_in = self.settlement.chain_name().is_none();
        self.desk.follow().map(|seen| Place::of(&seen.ledger, stake, has_stand_in))
    }

    /// Gives what a worker needs to reach it; none where nobody can.
    pub(super) fn device(self, stake: StakeId) -> Option<Device> {
        let (place, seen) = untrack(|| Some((self.place(stake)?, self.desk.peek()?)))?;
        place.device(&seen.ledger, stake, seen.now)
    }
}
