//! Ended stakes that are followed by others: when that is tried, and with whose signature.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::Duration,
};

use alloy_primitives::{Address, U256};
use leptos::prelude::*;
use pinfi_client::{
    miner::{Deed, Did, Order, RenewalError, Task, renew as renew_stake},
    settlement::{Settlement as Port, SignError, Signer},
    wallet::WalletStatus,
};
use pinfi_core::units::{StakeId, Timestamp, Wei};

use super::settings::Settings;
use crate::contexts::{Wallet, now};

/// How long it takes until what was refused is tried again.
const AGAIN: Duration = Duration::from_secs(60);

/// Why an ended stake is not followed by another one yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Its owner's key is locked.
    Locked,
    /// It is being settled.
    Underway,
    /// It was refused, with the cause's name and words.
    Refused {
        /// The stable name.
        code: String,
        /// The words.
        message: String,
    },
}

/// When one was tried; and where it was refused, the cause's name and words.
type Attempt = (Duration, Option<(String, String)>);

/// What was tried so far.
#[derive(Default)]
pub(super) struct Renewals {
    underway: Cell<bool>,
    /// When each was tried last, and what came of it.
    tried: RefCell<BTreeMap<StakeId, Attempt>>,
    /// Of which it was told that their owners' keys are locked.
    locked: RefCell<BTreeSet<StakeId>>,
}

/// What is to be done now.
#[derive(Default)]
pub(super) struct Turn {
    /// What is to be shown.
    pub(super) waiting: Vec<(StakeId, Waiting)>,
    /// What is to be written down.
    pub(super) deeds: Vec<Deed>,
    /// What is to be settled now.
    pub(super) due: Option<Order>,
}

impl Renewals {
    /// Looks at what has ended. What is due counts as under way until [`Self::tried`].
    pub(super) fn turn(
        &self,
        settings: Settings,
        ledger: &Rc<dyn Port>,
        orders: Vec<Order>,
        wallet: Wallet,
    ) -> Turn {
        let mut turn = Turn::default();
        if settings.renewal().is_none() {
            return turn;
        }
        let (state, at) = (ledger.ledger(), ledger.now());
        let is_over = |order: &Order| {
            state.stake_of(order.stake).is_ok_and(|stake| stake.expiry <= at || !stake.is_active())
        };
        for order in orders.into_iter().filter(is_over) {
            let stake = order.stake;
            let can_sign = owner_of(wallet, order.owner, None).is_some();
            let what = self.decide(stake, can_sign);
            if what != Decision::Locked {
                self.locked.borrow_mut().remove(&stake);
            } else if self.locked.borrow_mut().insert(stake) {
                turn.deeds.push(locked(order, at));
            }
            if what == Decision::Try && turn.due.is_none() {
                self.underway.set(true);
                turn.waiting.push((stake, Waiting::Underway));
                turn.due = Some(order);
            } else if let Some(waiting) = self.shown(stake, what) {
                turn.waiting.push((stake, waiting));
            }
        }
        turn
    }

    fn decide(&self, stake: StakeId, can_sign: bool) -> Decision {
        let tried = self.tried.borrow().get(&stake).cloned();
        let is_declined = tried.as_ref().is_some_and(|(_, refused)| {
            // A wallet outside asks, and is not to ask again and again.
            refused.as_ref().is_some_and(|(code, _)| code == SignError::Declined.code())
        });
        let tried = tried.map(|(at, _)| at);
        decide(can_sign, self.underway.get() || is_declined, tried, now())
    }

    fn shown(&self, stake: StakeId, what: Decision) -> Option<Waiting> {
        let refused = self.tried.borrow().get(&stake).and_then(|(_, refused)| refused.clone());
        match (what, refused) {
            (Decision::Locked, _) => Some(Waiting::Locked),
            (_, Some((code, message))) => Some(Waiting::Refused { code, message }),
            (Decision::Try | Decision::Wait, None) => Some(Waiting::Underway),
        }
    }

    /// Notes what came of an attempt.
    pub(super) fn tried(&self, stake: StakeId, error: Option<RenewalError>) {
        self.underway.set(false);
        let refused = error.filter(|error| !is_too_early(error));
        let refused = refused.map(|error| (error.code().to_owned(), error.to_string()));
        self.tried.borrow_mut().insert(stake, (now(), refused));
    }

    /// Tries again at once: the user has changed what is allowed.
    pub(super) fn try_at_once(&self) {
        self.tried.borrow_mut().clear();
    }
}

/// What is to be done about an ended stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    /// Its owner is to unlock the key.
    Locked,
    /// Nothing now.
    Wait,
    /// It is tried now.
    Try,
}

/// Decides, where it was tried at a moment before.
fn decide(can_sign: bool, underway: bool, tried: Option<Duration>, now: Duration) -> Decision {
    if underway {
        Decision::Wait
    } else if !can_sign {
        Decision::Locked
    } else if tried.is_some_and(|tried| now.saturating_sub(tried) < AGAIN) {
        Decision::Wait
    } else {
        Decision::Try
    }
}

fn locked(order: Order, at: Timestamp) -> Deed {
    let (code, message) = (RenewalError::Locked.code(), RenewalError::Locked.to_string());
    let did = Did::Failed { code: code.to_owned(), message };
    Deed { at, stake: order.stake, duty: Task::Renew { by: None }, did }
}

/// Tells whether it is only not time yet: the stake is still being judged.
pub(super) fn is_too_early(error: &RenewalError) -> bool {
    matches!(error, RenewalError::NotOver { .. })
}

/// Settles what follows a stake, as the user has agreed to beforehand.
pub(super) async fn renew(
    ledger: &dyn Port,
    wallet: Wallet,
    order: &Order,
    settings: Settings,
    by: (Address, &[StakeId]),
) -> Result<StakeId, RenewalError> {
    let owners = move |owner, limit| owner_of(wallet, owner, limit);
    let limit = settings.renewal().unwrap_or(Wei::ZERO);
    renew_stake(ledger, &owners, order, limit, by).await
}

/// Gives what signs for an owner without asking for a password; `None` while that key is locked.
fn owner_of(wallet: Wallet, owner: Address, limit: Option<U256>) -> Option<Rc<dyn Signer>> {
    let can_sign = untrack(|| match wallet.outside() {
        Some(_) => wallet.account() == Some(owner),
        None => {
            wallet.status() == Some(WalletStatus::Unlocked)
                && wallet.accounts().iter().any(|account| account.address == owner)
        }
    });
    can_sign.then(|| wallet.signer(owner, limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decide_waits_for_the_key_and_for_what_is_under_way() {
        let at = Duration::from_secs(1_000);
        assert_eq!(decide(false, false, None, at), Decision::Locked);
        assert_eq!(decide(false, true, None, at), Decision::Wait);
        assert_eq!(decide(true, true, None, at), Decision::Wait);
    }

    #[test]
    fn decide_tries_at_once_and_again_after_a_while() {
        let at = Duration::from_secs(1_000);
        assert_eq!(decide(true, false, None, at), Decision::Try);
        assert_eq!(decide(true, false, Some(at - AGAIN / 2), at), Decision::Wait);
        assert_eq!(decide(true, false, Some(at - AGAIN), at), Decision::Try);
    }
}
