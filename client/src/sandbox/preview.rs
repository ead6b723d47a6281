//! A sandbox that can be looked at before there is one.

use std::rc::Rc;

use alloy_primitives::Address;
use async_trait::async_trait;
use pinfi_core::Ledger;
use pinfi_core::units::{PoolId, Timestamp};

use super::Opening;
use crate::intent::{Intent, Speed};
use crate::settlement::embedded::Host;
use crate::settlement::{
    Activity, Descriptor, Listeners, PoolSample, Receipt, Settlement, Signer, SubmitError,
    Subscription, Update,
};

/// Shows an [`Opening`] while what signs and keeps it is still being loaded. It settles nothing.
pub struct Preview {
    opening: Rc<Opening>,
    host: Rc<dyn Host>,
}

impl Preview {
    /// Shows `opening` by the clock of `host`.
    #[must_use]
    pub fn new(opening: Rc<Opening>, host: Rc<dyn Host>) -> Self {
        Self { opening, host }
    }
}

/// Why it settles nothing.
const NOT_YET: SubmitError = SubmitError::Unavailable { what: "a ledger that is kept" };

#[async_trait(?Send)]
impl Settlement for Preview {
    fn descriptor(&self) -> Descriptor {
        self.opening.genesis.descriptor()
    }

    fn now(&self) -> Timestamp {
        Timestamp(self.host.wall_ms() / 1_000)
    }

    fn speed(&self) -> Speed {
        Speed::Real
    }

    fn ledger(&self) -> Rc<Ledger> {
        Rc::clone(&self.opening.ledger)
    }

    async fn nonce(&self, _: Address) -> Result<u64, SubmitError> {
        Err(NOT_YET)
    }

    async fn submit(&self, _: Intent, _: &dyn Signer) -> Result<Receipt, SubmitError> {
        Err(NOT_YET)
    }

    fn subscribe(&self, listener: Rc<dyn Fn(&Update)>) -> Subscription {
        // Nothing ever happens here.
        Listeners::default().subscribe(listener)
    }

    fn activities(&self, account: Option<Address>) -> Vec<Activity> {
        self.opening.history.activities(account)
    }

    fn samples(&self, pool: PoolId) -> Vec<PoolSample> {
        self.opening.history.samples(pool)
    }

    fn is_simulated(&self, account: Address) -> bool {
        self.opening.genesis.is_simulated(account)
    }
}
