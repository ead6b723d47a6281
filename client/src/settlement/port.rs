//! The port.

use std::rc::Rc;

use alloy_primitives::Address;
use async_trait::async_trait;
use pinfi_core::Ledger;
use pinfi_core::units::{PoolId, Secs, Timestamp};

use super::{Activity, PoolSample, Receipt, Signer, SubmitError, Subscription, Terms, Update};
use crate::intent::{Domain, Intent, Speed};

/// What a settlement is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// Its name for people.
    pub name: String,
    /// What its signatures are bound to.
    pub domain: Domain,
    /// Whether it is a sandbox: a clock that can be set, a faucet, simulated accounts.
    pub is_sandbox: bool,
    /// Whether the ledger itself is a verifier: challenges of one stake that it judges at once
    /// (`Challenge`, `Commit`, `Respond`). The game of many verifiers is played everywhere.
    pub judges: bool,
    /// Whether several actions of the market can be settled at once, all or nothing.
    pub joins: bool,
}

/// Settles what accounts sign and shows the ledger that results.
///
/// Futures are not `Send`: a browser's handles belong to their thread.
#[async_trait(?Send)]
pub trait Settlement {
    /// Returns what this settlement is.
    fn descriptor(&self) -> Descriptor;

    /// Returns the ledger's time: the time at which an action would be settled now.
    fn now(&self) -> Timestamp;

    /// Returns how fast the ledger's clock runs.
    fn speed(&self) -> Speed;

    /// Returns the read model as it is now: what is held on to does not change any more.
    fn ledger(&self) -> Rc<Ledger>;

    /// Returns the nonce for the account's next action.
    ///
    /// # Errors
    /// Those of reaching the settlement; never [`SubmitError::Rejected`].
    async fn nonce(&self, account: Address) -> Result<u64, SubmitError>;

    /// Returns what settling the intents of an account at once costs and allows, before anything is
    /// signed.
    ///
    /// # Errors
    /// [`SubmitError`], as far as it can be told by then.
    async fn terms(&self, account: Address, intents: &[Intent]) -> Result<Terms, SubmitError> {
        let _cost_nothing = (account, intents);
        Ok(Terms::default())
    }

    /// Has `signer` sign what its account wants, settles it, and returns once that is final here.
    ///
    /// # Errors
    /// [`SubmitError`]; the action then changed nothing, but after a
    /// [`TimedOut`](super::evm::TransactionError::TimedOut) it still may.
    async fn submit(&self, intent: Intent, signer: &dyn Signer) -> Result<Receipt, SubmitError>;

    /// Has `signer` sign several actions of the market, settles them at once, all or nothing, and
    /// returns what all of them did. Only where [`Descriptor::joins`] says so.
    ///
    /// # Errors
    /// As [`Self::submit`].
    async fn submit_together(
        &self,
        intents: Vec<Intent>,
        signer: &dyn Signer,
    ) -> Result<Receipt, SubmitError> {
        let _one_by_one = (intents, signer);
        Err(SubmitError::Unsupported { action: "several actions at once" })
    }

    /// Calls `listener` at each update until the subscription is dropped.
    fn subscribe(&self, listener: Rc<dyn Fn(&Update)>) -> Subscription;

    /// Returns recent activities, the newest first: all, or those that `account` signed or is
    /// named in.
    fn activities(&self, account: Option<Address>) -> Vec<Activity>;

    /// Returns samples of a pool's reserves, the oldest first; thinned out as they age.
    fn samples(&self, pool: PoolId) -> Vec<PoolSample>;

    /// Tells whether an account is one that the sandbox plays.
    fn is_simulated(&self, account: Address) -> bool;
}

/// What follows from the port.
pub trait SettlementExt: Settlement {
    /// Reads something from the ledger as it is now.
    fn read<T>(&self, read: impl FnOnce(&Ledger) -> T) -> T {
        read(&self.ledger())
    }

    /// Returns the ledger's time after `wall` seconds of the wall: a deadline that gives a person
    /// so long, however fast the clock runs.
    fn deadline_in(&self, wall: Secs) -> Timestamp {
        let ahead = wall.0.saturating_mul(u64::from(self.speed().factor()));
        self.now().saturating_add(Secs(ahead))
    }
}

impl<S: Settlement + ?Sized> SettlementExt for S {}
