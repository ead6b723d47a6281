//! Ended stakes are followed by others.

use std::{rc::Rc, time::Duration};

use leptos::prelude::*;
use pinfi_client::miner::{Deed, Did, Task};
use pinfi_core::units::StakeId;
use wasm_bindgen_futures::spawn_local;

use super::{
    super::{
        renewal::{self, Waiting},
        surroundings,
    },
    Machine, failure,
};
use crate::contexts::tr;

impl Machine {
    /// Has ended stakes followed by others, where the user wants that: beside the answers to come, which
    /// wait for nothing.
    pub(super) fn see_to_ends(self: &Rc<Self>) {
        self.keep.borrow_mut().remember(&self.ledger.ledger(), self.ledger.now());
        let settings = self.shown.with_untracked(|shown| shown.settings);
        let orders = self.keep.borrow().orders.clone();
        let turn = self.renewals.turn(settings, &self.ledger, orders, self.needs.wallet);
        self.show_waiting(turn.waiting);
        for deed in turn.deeds {
            if settings.notes && matches!(deed.did, Did::Failed { .. }) {
                surroundings::tell(tr!(mine.note_renewal));
            }
            self.miner.note(deed);
        }
        let Some(order) = turn.due else { return };
        let machine = Rc::clone(self);
        spawn_local(async move {
            let taken = machine.keep.borrow().stakes.clone();
            let by = (machine.key.address(), taken.as_slice());
            let ledger = Rc::clone(&machine.ledger);
            let wallet = machine.needs.wallet;
            let done = renewal::renew(ledger.as_ref(), wallet, &order, settings, by).await;
            let at = ledger.now();
            let (by, did) = match &done {
                Ok(new) => {
                    machine.keep.borrow_mut().follow(order.stake, *new);
                    let stakes = machine.keep.borrow().stakes.clone();
                    machine.shown.update(|shown| shown.stakes = stakes);
                    machine.needs.toasts.tell(tr!(mine.renewed));
                    (Some(*new), Some(Did::Done))
                }
                Err(error) if renewal::is_too_early(error) => (None, None),
                Err(error) => (None, Some(failure(error.code(), error))),
            };
            if let Some(did) = did {
                if settings.notes {
                    surroundings::tell(match did {
                        Did::Failed { .. } => tr!(mine.note_renewal),
                        _ => tr!(mine.renewed),
                    });
                }
                let duty = Task::Renew { by };
                machine.miner.note(Deed { at, stake: order.stake, duty, did });
            }
            machine.renewals.tried(order.stake, done.err());
            // At once: the next visit is to know what follows which stake.
            machine.note(Duration::ZERO).await;
        });
    }

    fn show_waiting(&self, waiting: Vec<(StakeId, Waiting)>) {
        if self.shown.with_untracked(|shown| shown.waiting != waiting) {
            self.shown.update(|shown| shown.waiting = waiting);
        }
    }
}
